import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.critical_current.criteria import Criteria
from solidcell.analysis.critical_current.ramp import RampTrace
from solidcell.analysis.critical_current.watch import CellWatch
from solidcell.drivers.readings import Reading

AREA_M2 = 1e-4


def alarms(densities_a_m2, voltages_v):
    """The numbers of the readings at which a ramp alarms."""
    ramp = RampTrace(Criteria())
    pairs = zip(densities_a_m2, voltages_v, strict=True)
    return [n for n, (j, v) in enumerate(pairs) if ramp.see(float(j), float(v)) is not None]


@pytest.mark.parametrize("seed", range(5))
def test_noise_of_a_tenth_of_a_millivolt_on_a_slow_ramp_is_no_short(seed):
    density = 0.002 * np.arange(1.0, 1500.0)  # a hundredth of a mA/cm2 a minute and a reading a s
    noise_v = np.random.default_rng(seed).normal(0.0, 1e-4, density.size)
    assert not alarms(density, np.abs(60e-4 * density + noise_v))


@pytest.mark.parametrize("low", [1, 3])
def test_a_few_low_readings_are_noise(low):
    voltages_v = [*np.linspace(0.1, 1.2, 12), *[0.5] * low, 1.3, *[0.5] * low, 1.4]
    assert not alarms(range(len(voltages_v)), voltages_v)


def test_a_single_high_reading_is_no_reference():
    voltages_v = [*np.linspace(0.10, 0.20, 20), 5.0, *np.linspace(0.20, 0.30, 20)]
    assert not alarms(range(len(voltages_v)), voltages_v)


@settings(max_examples=20, deadline=None)
@given(left=st.floats(0.0, 0.6), onset=st.integers(40, 90))
def test_a_short_is_told_at_its_fourth_reading(left, onset):
    density = np.arange(1.0, 101.0)
    voltage_v = 6e-3 * density * np.where(np.arange(100) < onset, 1.0, left)
    assert alarms(density, voltage_v)[:1] == [onset + 3]


def test_a_reading_that_is_no_number_is_passed_over():
    voltages_v = [*np.linspace(0.1, 0.4, 20), 0.05, 0.05, float("nan"), 0.05, 0.05]
    assert alarms(range(25), voltages_v) == [24]


@pytest.mark.parametrize("sign", [1, -1])
def test_the_judge_of_a_running_test_watches_a_ramp_either_way(sign):
    watch = CellWatch(AREA_M2, 1e-3, None)
    watch.begin_ramp()
    volts = [*(6e-3 * n for n in range(1, 31)), *[0.02] * 4]
    told = [watch.see(Reading(float(n), sign * v, sign * 1e-4 * n)) for n, v in enumerate(volts, 1)]
    assert [text is not None for text in told] == [False] * 33 + [True]
    watch.assess("ramp", [])
    assert watch.see(Reading(40.0, sign * 0.001, sign * 3e-3)) is None
