"""The names of what may be tied, and the coordinates that they stand for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import parse_circuit
from solidcell.analysis.impedance.series.coordinates import SpectrumCoordinates
from solidcell.analysis.impedance.series.joint import SeriesStack, residuals_and_slopes, triangles
from solidcell.analysis.impedance.series.quantities import wanted
from solidcell.analysis.impedance.series.smoothness import second_differences
from solidcell.analysis.impedance.series.straight_line import straight_line

CODE = "L0-p(R1,CPE1)-Zarc2-K3-p(R4,C4)-CPE5"
VALUES = np.array([1e-7, 50, 2e-9, 0.9, 300, 1e-4, 0.85, 20, 1e-2, 10, 3e-3, 1e-4, 0.88])


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("exponents", "capacitances"),
        ("tau(CPE1)", "tau(Zarc2)", "C(K3)", "tau(C4)"),
        ("CPE1_0", "CPE5_0", "C4"),
    ],
)
def test_values_come_back_from_their_coordinates_and_slopes_are_those_of_differences(names):
    circuit = parse_circuit(CODE)
    u, coordinates = coordinates_of(circuit, names)
    assert coordinates.values(u)[0] == pytest.approx(VALUES, rel=1e-12)
    turn = coordinates.turn(u)[0]
    for j in range(len(VALUES)):
        step = np.zeros_like(u)
        step[0, j] = 1e-6
        slope = (coordinates.logs(u + step) - coordinates.logs(u - step))[0] / 2e-6
        assert turn[:, j] == pytest.approx(slope, abs=1e-6)


def test_the_triangle_of_a_spectrum_keeps_every_product_of_its_residuals_and_slopes():
    circuit = parse_circuit(CODE)
    u, coordinates = coordinates_of(circuit, ("capacitances",))
    f = np.geomspace(1e6, 1, 40)
    stack = SeriesStack(f[None], np.full((1, 40), 200 - 30j), np.full((1, 2, 40), 0.01))
    r, j = (one[0] for one in residuals_and_slopes(coordinates, stack, u))
    small_r, small_j = (one[0] for one in triangles(coordinates, stack, u))
    assert small_r.shape == (14,)
    assert small_r @ small_r == pytest.approx(r @ r)
    assert small_j.T @ small_r == pytest.approx(j.T @ r)
    assert small_j.T @ small_j == pytest.approx(j.T @ j)


def test_effective_capacitance_is_time_constant_over_resistance():
    circuit = parse_circuit("p(R1,CPE1)")
    coordinates = SpectrumCoordinates.of(circuit, wanted(circuit, ["C(CPE1)"]), (), np.ones(1))
    values = np.array([[300.0, 2e-8, 0.8]])
    log_c = coordinates.of_values(values)[0, 1]
    assert np.exp(log_c) == pytest.approx((300 * 2e-8) ** (1 / 0.8) / 300)


@pytest.mark.parametrize("name", ["R9", "C(R1)", "alpha", "tau(L0)", "C(CPE5)"])
def test_a_name_that_means_nothing_is_refused_with_those_that_do(name):
    with pytest.raises(ValueError, match=r"has nothing called .* it has L0, R1.*tau\(K3\)"):
        wanted(parse_circuit(CODE), [name])


@given(st.lists(st.floats(0, 100), min_size=4, max_size=9, unique=True), st.floats(-5, 5))
def test_a_straight_line_has_no_second_differences(at, slope):
    x = np.array(at)
    if np.diff(np.sort(x)).min() < 0.1:
        return
    matrix = second_differences(x)
    scale = np.abs(matrix).max() * (1 + np.abs(slope * x).max())
    assert matrix @ (3 + slope * x) == pytest.approx(0, abs=1e-10 * scale)


def test_values_that_share_an_error_count_for_less_than_independent_ones():
    x, y = np.arange(4.0), np.array([0.0, 1.0, 2.0, 3.0])
    alone = straight_line(x, y, 0.01 * np.eye(4))
    together = straight_line(x, y, 0.01 * (np.eye(4) + 1.0))
    assert together.covariance[0, 0] == pytest.approx(alone.covariance[0, 0] + 0.01)
    assert together.covariance[1, 1] == pytest.approx(alone.covariance[1, 1])


def test_a_line_is_the_one_that_makes_the_whitened_scatter_smallest():
    rng = np.random.default_rng(2)
    x, y, root = np.arange(5.0), rng.normal(size=5), rng.normal(size=(5, 5))
    covariance = root @ root.T + 0.1 * np.eye(5)
    white = np.linalg.inv(np.linalg.cholesky(covariance))
    columns = np.stack([np.ones(5), x], axis=1)
    (intercept, slope), chi2, *_ = np.linalg.lstsq(white @ columns, white @ y, rcond=None)
    line = straight_line(x, y, covariance)
    assert (line.intercept, line.slope) == pytest.approx((intercept, slope))
    assert line.chi2 == pytest.approx(chi2[0])


def test_values_bound_to_a_line_already_say_nothing_of_its_goodness():
    x = np.arange(4.0)
    columns = np.stack([np.ones(4), x], axis=1)
    line = straight_line(x, 2 + 3 * x, columns @ np.diag([0.04, 0.01]) @ columns.T)
    assert line.degrees_of_freedom == 0
    assert line.covariance == pytest.approx(np.diag([0.04, 0.01]), abs=1e-9)


def coordinates_of(circuit, names):
    coordinates = SpectrumCoordinates.of(circuit, wanted(circuit, names), (), np.array([0.3]))
    return coordinates.of_values(VALUES[None, :]), coordinates
