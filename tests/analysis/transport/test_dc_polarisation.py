"""Electronic conductivity out of steady currents at several voltages."""

from functools import cache

import numpy as np
import pytest
from solidcell.analysis.geometry import Geometry
from solidcell.analysis.transport.dc_polarisation import dc_polarisation
from solidcell.analysis.transport.steady_current import steady_current
from solidcell.analysis.transport.steady_line import Hold

TIME_S = np.arange(2.0, 902.0, 6.0)
PELLET = Geometry(1e-3, 10e-3, thickness_uncertainty_m=1e-5, diameter_uncertainty_m=5e-5)
SIGMA_S_M = 5e-7  # 5e-9 S/cm: 39 nA at 1 V
CONDUCTANCE_S = SIGMA_S_M / PELLET.length_over_area_per_m


@cache
def hold(volt, seed=0, offset_a=0.0, conductance_s=CONDUCTANCE_S, tau_s=40.0, bend=0.0, power=0.0):
    random = np.random.default_rng([seed, round(1e3 * abs(volt))])
    steady = conductance_s * (volt + bend * volt**2)
    decay = power * (TIME_S / 100) ** -0.9 if power else 5 * np.exp(-TIME_S / tau_s)
    current = offset_a + steady * (1 + decay)
    return Hold(volt, steady_current(TIME_S, current + random.normal(0, 1e-11, TIME_S.size)))


def test_39_nanoampere_at_1_volt_through_a_pellet_of_1_mm_are_5e_9_siemens_per_cm():
    assert pytest.approx(39e-9, rel=0.01) == CONDUCTANCE_S
    found = dc_polarisation([hold(v) for v in (0.2, 0.5, 1.0)], PELLET)
    assert found.conductivity.value == pytest.approx(SIGMA_S_M, rel=5e-3)
    low, high = found.interval_s_per_m
    assert low < SIGMA_S_M < high
    assert found.refused == ""


@pytest.mark.parametrize("offset_a", [-1e-9, 1e-9])
def test_the_slope_removes_an_offset_of_a_nanoampere(offset_a):
    found = dc_polarisation([hold(v, offset_a=offset_a) for v in (0.2, 0.5, 1.0)], PELLET)
    assert found.conductivity.value == pytest.approx(SIGMA_S_M, rel=5e-3)
    assert found.offset_a.value == pytest.approx(offset_a, abs=4 * found.offset_a.standard_error)


def test_one_voltage_counts_the_offset_in_its_error():
    found = dc_polarisation([hold(1.0)], PELLET, offset_uncertainty_a=1e-9)
    assert found.conductivity.relative == pytest.approx(
        np.hypot(1e-9 / 39.2e-9, PELLET.relative_uncertainty), rel=0.05
    )
    assert found.offset_a is None
    assert any("1 voltage" in words for words in found.assumptions)


def test_the_geometry_is_part_of_the_error_twice_for_the_diameter():
    found = dc_polarisation([hold(v) for v in (0.2, 0.5, 1.0)], PELLET)
    assert found.conductivity.relative == pytest.approx(np.hypot(0.01, 2 * 0.005), rel=0.05)


def test_a_current_below_the_resolution_gives_a_bound_and_no_value():
    found = dc_polarisation([hold(v) for v in (0.2, 0.5, 1.0)], PELLET, resolution_a=20e-9)
    assert found.conductivity is None
    assert "resolution" in found.refused
    assert found.upper_bound_s_per_m > SIGMA_S_M


def test_no_current_at_all_gives_a_bound_below_what_the_noise_allows():
    found = dc_polarisation([hold(v, conductance_s=0.0) for v in (0.2, 0.5, 1.0)], PELLET)
    assert found.conductivity is None
    assert "cannot be told from 0" in found.refused
    # noise of 1e-11 A, 150 readings: far below 1e-11 S
    assert 0 < found.upper_bound_s_per_m < 1e-11 * PELLET.length_over_area_per_m


def test_currents_that_still_fall_are_refused_with_what_they_cannot_exceed():
    found = dc_polarisation([hold(v, tau_s=700.0) for v in (0.2, 0.5, 1.0)], PELLET)
    assert found.conductivity is None
    assert "no current is steady" in found.refused
    assert found.upper_bound_s_per_m > SIGMA_S_M


def test_a_hold_that_is_not_steady_is_left_out_and_named():
    holds = [hold(0.2), hold(0.5), hold(0.8), hold(1.0, tau_s=700.0)]
    found = dc_polarisation(holds, PELLET)
    assert [one.voltage_v for one in found.left_out] == [1.0]
    assert any(words.startswith("1 V is left out: not steady") for words in found.warnings)
    assert found.conductivity.value == pytest.approx(SIGMA_S_M, rel=0.01)


def test_currents_that_bend_with_the_voltage_have_no_conductivity():
    found = dc_polarisation([hold(v, bend=0.5) for v in (0.2, 0.5, 0.8, 1.0)], PELLET)
    assert found.conductivity is None
    assert "no straight line" in found.refused
    assert found.curvature_probability < 1e-6


def test_a_slight_bend_is_a_warning():
    found = dc_polarisation([hold(v, bend=0.02) for v in (0.2, 0.5, 0.8, 1.0)], PELLET)
    assert found.conductivity is not None
    assert any("bends" in words for words in found.warnings)


def test_the_choice_of_the_model_is_quoted_by_family():
    found = dc_polarisation([hold(v, power=0.1) for v in (0.2, 0.5, 1.0)], PELLET)
    assert found.by_family_s_per_m["power law"] == pytest.approx(SIGMA_S_M, rel=0.01)
    assert found.by_family_s_per_m["exponential"] > 1.005 * SIGMA_S_M
    assert found.conductivity.value == pytest.approx(SIGMA_S_M, rel=0.01)


@pytest.mark.parametrize(
    ("holds", "words"),
    [([], "no hold"), ([Hold(0.0, None)], "one of them not 0"), ([Hold(np.nan, None)], "finite")],
)
def test_voltages_that_are_none_are_refused(holds, words):
    with pytest.raises(ValueError, match=words):
        dc_polarisation(holds, PELLET)


def test_a_current_against_the_voltage_is_refused_without_a_bound():
    turned = [Hold(-one.voltage_v, one.steady) for one in (hold(v) for v in (0.2, 0.5, 1.0))]
    found = dc_polarisation(turned, PELLET)
    assert found.conductivity is None
    assert found.upper_bound_s_per_m is None
    assert "against the voltage" in found.refused


def test_a_characteristic_curve_is_told_as_one_even_if_no_line_tells_it_from_0():
    currents = {0.25: 1.0, 0.5: 2.0, 0.75: 3.0, 1.0: 20.0}
    holds = [hold(v, conductance_s=CONDUCTANCE_S * i / (4 * v)) for v, i in currents.items()]
    found = dc_polarisation(holds, PELLET)
    assert found.conductivity is None
    assert found.upper_bound_s_per_m is None
    assert "no straight line" in found.refused


def test_holds_too_short_to_be_read_say_why():
    found = dc_polarisation([Hold(0.5, None, "1 readings are too few; 20 are needed")], PELLET)
    assert "0.5 V: 1 readings are too few" in found.refused
    assert found.upper_bound_s_per_m is None
