import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.lithium.galvanodynamic import analyse_ramp

AREA_M2 = 0.785e-4
TIME_S = np.arange(5.0, 1501.0, 5.0)


def ramp(density_a_m2, asr_ohm_m2, seed=0, noise_v=1e-4):
    noise = np.random.default_rng(seed).normal(0.0, noise_v, density_a_m2.size)
    return analyse_ramp(TIME_S, density_a_m2 * AREA_M2, density_a_m2 * asr_ohm_m2 + noise, AREA_M2)


def climbing(rate_a_m2_s=0.02):
    return rate_a_m2_s * TIME_S


def test_a_healthy_cell_is_right_censored_at_the_top():
    density = climbing()
    found = ramp(density, 60e-4 * np.arcsinh(density / 40) / (density / 40))
    assert found.failure == "none"
    assert found.critical_current_a_per_m2.low == pytest.approx(30.0)
    assert found.charge_c_per_m2 == pytest.approx(30.0**2 / (2 * 0.02), rel=0.01)


@settings(max_examples=15, deadline=None)
@given(critical=st.floats(3.0, 25.0), left=st.floats(0.05, 0.6), sign=st.sampled_from((1, -1)))
def test_an_abrupt_short_is_met_within_a_few_readings(critical, left, sign):
    density = climbing()
    asr = np.where(density < critical, 60e-4, left * 60e-4)
    found = analyse_ramp(TIME_S, sign * density * AREA_M2, sign * density * asr, AREA_M2)
    assert found.failure == "voltage drop"
    seen = found.critical_current_a_per_m2
    assert seen.low < critical + 0.1 <= seen.high + 0.101
    assert seen.high - seen.low <= 0.25


def test_the_charge_before_the_failure_is_that_of_the_ramp():
    density = climbing()
    found = ramp(density, np.where(density < 20.0, 60e-4, 20e-4))
    assert found.ramp_a_per_m2_s == pytest.approx(0.02)
    assert found.charge_c_per_m2 == pytest.approx(20.0**2 / (2 * 0.02), rel=0.02)


def test_a_voltage_that_runs_away_is_loss_of_contact():
    density = climbing()
    found = ramp(density, 60e-4 * (1 + np.exp((density - 22.0) / 1.0)))
    assert found.failure == "contact loss"
    assert 17 < found.critical_current_a_per_m2.high < 23


def test_a_staircase_is_known_to_a_step():
    stairs = np.ceil(climbing() / 2.0) * 2.0
    found = ramp(stairs, np.where(stairs < 15.0, 60e-4, 10e-4))
    assert (found.critical_current_a_per_m2.low, found.critical_current_a_per_m2.high) == (14, 16)


def test_noise_of_a_slow_ramp_is_no_failure():
    for seed in range(5):
        density = climbing(0.002)
        assert ramp(density, np.full(density.size, 60e-4), seed).failure == "none"


def test_what_is_no_ramp_is_refused():
    flat = np.full(100, 1e-3)
    with pytest.raises(ValueError, match="does not climb"):
        analyse_ramp(np.arange(100.0), flat, flat, AREA_M2)
    with pytest.raises(ValueError, match="5 readings"):
        analyse_ramp(np.arange(5.0), np.arange(5.0) + 1, np.arange(5.0), AREA_M2)
    with pytest.raises(ValueError, match="area must be"):
        analyse_ramp(np.arange(30.0), np.arange(30.0), np.arange(30.0), 0.0)
    with pytest.raises(ValueError, match="one length"):
        analyse_ramp(np.arange(30.0), np.arange(29.0), np.arange(30.0), AREA_M2)
