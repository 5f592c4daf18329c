"""The grid's impedance is the integral that it stands for."""

import numpy as np
import pytest
from scipy.integrate import quad
from solidcell.analysis.impedance.relaxation.grid import grid_for, hats

OMEGA = 2 * np.pi * np.geomspace(1e5, 1, 20)


@pytest.mark.parametrize("hat", [0, 20, 55])
@pytest.mark.parametrize("omega", [OMEGA[0], OMEGA[10], OMEGA[-1]])
def test_the_impedance_of_a_hat_is_its_integral_over_the_debye_kernel(hat, omega):
    grid = grid_for(OMEGA)
    centre, step = grid.log_tau[hat], grid.step
    column = hats(np.array([omega]), grid.log_tau, step)[:, hat]

    def part(x, take):
        return (1 - abs(x - centre) / step) * take(1 / (1 + 1j * omega * np.exp(x)))

    for value, take in zip(column, (np.real, np.imag), strict=True):
        truth = sum(
            quad(part, *ends, args=(take,))[0]
            for ends in ((centre - step, centre), (centre, centre + step))
        )
        assert value == pytest.approx(truth, rel=1e-7, abs=1e-12)


def test_the_grid_reaches_a_decade_beyond_the_window_on_either_side():
    grid = grid_for(OMEGA)
    assert np.exp(grid.log_tau[0]) == pytest.approx(0.1 / OMEGA.max())
    assert 10 / OMEGA.min() <= np.exp(grid.log_tau[-1]) < 10 / OMEGA.min() * np.exp(grid.step)


def test_the_two_factors_give_the_kernel_again():
    grid = grid_for(OMEGA)
    assert np.abs(grid.left @ grid.right - grid.kernel).max() < 1e-4
    assert grid.left.shape[1] < grid.kernel.shape[1]


def test_an_even_distribution_of_height_one_is_as_large_as_it_is_wide():
    grid = grid_for(OMEGA)
    direct = grid.kernel[: OMEGA.size].sum(axis=1)[-1]
    width = -np.log(OMEGA.min()) - grid.log_tau[0]
    assert direct == pytest.approx(width, rel=0.02)
