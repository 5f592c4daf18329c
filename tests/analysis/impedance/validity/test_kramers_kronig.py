"""The Kramers-Kronig test passes what a cell can do and finds what it cannot."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum, kramers_kronig, parse_circuit

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 71)
CELL = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)")
VALUES = [50, 900, 1e-8, 0.92, 700, 1e-5, 0.85]


def with_noise(z, level, seed=1):
    noise = np.random.default_rng(seed).normal(0, level, (2, z.size))
    return z + np.abs(z) * (noise[0] + 1j * noise[1])


@pytest.mark.parametrize("level", [0.0, 0.001, 0.005])
def test_a_cell_of_arcs_passes(level):
    z = with_noise(CELL.impedance_ohm(FREQUENCY_HZ, VALUES), level)
    verdict = kramers_kronig(Spectrum(FREQUENCY_HZ, z))
    assert verdict.valid
    assert verdict.noise == pytest.approx(level, rel=0.6, abs=2e-3)


def test_blocking_and_inductive_cells_pass():
    circuit = parse_circuit("L0-R0-p(R1,CPE1)-CPE2")
    z = circuit.impedance_ohm(FREQUENCY_HZ, [1e-6, 20, 900, 1e-8, 0.92, 1e-5, 0.9])
    assert kramers_kronig(Spectrum(FREQUENCY_HZ, with_noise(z, 0.001))).valid


def test_a_cell_that_drifts_during_the_sweep_fails_where_it_drifts():
    grown = VALUES.copy()
    grown[4] *= 3
    z = CELL.impedance_ohm(FREQUENCY_HZ, VALUES)
    slow = FREQUENCY_HZ < 3
    share = np.linspace(0, 1, int(slow.sum()))
    z[slow] += share * (CELL.impedance_ohm(FREQUENCY_HZ, grown) - z)[slow]
    verdict = kramers_kronig(Spectrum(FREQUENCY_HZ, with_noise(z, 0.001)))
    assert not verdict.valid
    assert np.median(verdict.failing_hz) < 30
    assert "violates" in verdict.verdict


def test_a_resistance_with_the_wrong_phase_fails():
    z = CELL.impedance_ohm(FREQUENCY_HZ, VALUES)
    verdict = kramers_kronig(Spectrum(FREQUENCY_HZ, 1.2 * z.real + 1j * z.imag))
    assert not verdict.valid


def test_residuals_follow_the_order_of_the_points():
    z = CELL.impedance_ohm(FREQUENCY_HZ, VALUES)
    z[20] *= 1.3
    forward = kramers_kronig(Spectrum(FREQUENCY_HZ, z))
    backward = kramers_kronig(Spectrum(FREQUENCY_HZ[::-1], z[::-1]))
    assert np.argmax(abs(forward.residuals)) == 20
    assert np.argmax(abs(backward.residuals)) == FREQUENCY_HZ.size - 1 - 20
    assert FREQUENCY_HZ[20] in forward.failing_hz


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="8 points"):
        kramers_kronig(Spectrum([3, 2, 1], [1, 2, 3]))
