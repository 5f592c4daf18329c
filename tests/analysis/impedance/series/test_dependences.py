"""Thickness and pressure series: slopes, intercepts and their errors."""

import numpy as np
import pytest
from solidcell.analysis.impedance import pressure_series, thickness_series

THICKNESS_M = np.array([0.4e-3, 0.8e-3, 1.2e-3, 1.6e-3])
AREA_M2 = 0.785e-4


def test_a_thickness_series_parts_the_electrolyte_from_its_contacts():
    r = (THICKNESS_M / 0.3 + 2 * 5e-4) / AREA_M2
    found = thickness_series(THICKNESS_M, r, 0.01 * r, AREA_M2)
    assert found.conductivity.value == pytest.approx(0.3, rel=1e-9)
    assert found.contact.value == pytest.approx(5e-4, rel=1e-9)
    assert found.warnings == ()


def test_the_errors_of_a_thickness_series_cover_the_truth():
    rng = np.random.default_rng(1)
    r = (THICKNESS_M / 0.3 + 2 * 5e-4) / AREA_M2
    inside = []
    for _ in range(400):
        true_m = THICKNESS_M + rng.normal(0, 10e-6, 4)
        measured = (true_m / 0.3 + 1e-3) / AREA_M2 * (1 + rng.normal(0, 0.02, 4))
        found = thickness_series(
            THICKNESS_M, measured, 0.02 * r, AREA_M2, thickness_uncertainty_m=10e-6
        )
        inside.append(
            abs(found.conductivity.value - 0.3) <= 1.96 * found.conductivity.standard_error
        )
    assert 0.92 <= np.mean(inside) <= 0.985


def test_a_doubtful_area_widens_the_conductivity_and_not_the_scatter():
    r = (THICKNESS_M / 0.3 + 1e-3) / AREA_M2
    sure = thickness_series(THICKNESS_M, r, 0.01 * r, AREA_M2)
    unsure = thickness_series(THICKNESS_M, r, 0.01 * r, AREA_M2, relative_area_uncertainty=0.1)
    assert unsure.conductivity.relative**2 == pytest.approx(sure.conductivity.relative**2 + 0.01)


def test_a_resistance_that_falls_with_thickness_holds_no_conductivity():
    found = thickness_series(THICKNESS_M, [40.0, 30.0, 20.0, 10.0], [1.0] * 4, AREA_M2)
    assert any("does not rise" in words for words in found.warnings)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.9])
def test_the_exponent_of_a_power_law_in_pressure_comes_back(exponent):
    p = np.array([2e6, 5e6, 2e7, 5e7])
    r = 100 * (p / 1e6) ** -exponent
    found = pressure_series(p, r, 0.02 * r)
    assert found.exponent.value == pytest.approx(exponent, rel=1e-9)
    assert found.exponent.standard_error == pytest.approx(
        0.02 / np.linalg.norm(np.log(p) - np.log(p).mean()), rel=1e-6
    )


def test_points_that_scatter_widen_the_exponents_error():
    p = np.array([2e6, 5e6, 2e7, 5e7])
    r = 100 * (p / 1e6) ** -0.5 * np.array([1.3, 0.7, 1.3, 0.7])
    found = pressure_series(p, r, 0.01 * r)
    assert found.line.widening > 5
    assert any("widened" in words for words in found.warnings)


@pytest.mark.parametrize(
    ("thickness_m", "words"),
    [([1e-3, 1e-3, 2e-3], "2 thicknesses are too few"), ([1e-3, 0.0, 2e-3], r"thickness_m\[1\]")],
)
def test_a_thickness_series_without_sense_is_refused(thickness_m, words):
    with pytest.raises(ValueError, match=words):
        thickness_series(thickness_m, [1.0, 2.0, 3.0], [0.1] * 3, AREA_M2)


def test_the_same_number_of_everything_is_needed():
    with pytest.raises(ValueError, match=r"resistance_ohm has shape \(2,\), the others \(3,\)"):
        pressure_series([1e6, 2e6, 3e6], [1.0, 2.0], [0.1] * 3)
