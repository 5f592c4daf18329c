"""The guard lets no reading outside a limit pass, takes no answer for a measurement, and counts."""

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from solidcell.acquisition.limits.guard import Guard, is_whole
from solidcell.acquisition.limits.limits import Limits
from solidcell.drivers.readings import Flag, Reading
from solidcell.drivers.segments import Galvanostatic, Rest, Voltammetry

LIMITS = Limits.of(
    "bench",
    {
        "voltage_min_v": -2.0,
        "voltage_max_v": 5.0,
        "current_max_a": 0.01,
        "charge_max_c": 36.0,
        "temperature_min_k": 280.0,
        "temperature_max_k": 340.0,
        "stack_pressure_min_pa": 1e6,
        "stack_pressure_max_pa": 9e6,
    },
)
PLATE = Galvanostatic(
    current_a=1e-3, duration_s=3600.0, voltage_min_v=-1.0, voltage_max_v=4.0, sample_period_s=1.0
)
CV = Voltammetry(
    start_v=0.0, vertex1_v=1.0, vertex2_v=-1.0, step_v=0.01, scan_rate_v_per_s=0.01, current_max_a=1
)
anything = st.floats(allow_nan=True, allow_infinity=True, width=64)
no_number = st.sampled_from([math.nan, math.inf, -math.inf])


def guard_of(limits=LIMITS, segment=PLATE):
    guard = Guard(limits)
    guard.begin(segment)
    return guard


def is_within(reading, temperature_k, pressure_pa):
    return (
        -2.0 <= reading.voltage_v <= 5.0
        and abs(reading.current_a) <= 0.01
        and 280.0 <= temperature_k <= 340.0
        and 1e6 <= pressure_pa <= 9e6
    )


near_k = st.one_of(st.floats(270.0, 350.0), anything)
near_pa = st.one_of(st.floats(0.5e6, 10e6), anything)
near_v = st.one_of(st.floats(-3.0, 6.0), anything)
near_a = st.one_of(st.floats(-0.02, 0.02), anything)


@given(voltage_v=near_v, current_a=near_a, temperature_k=near_k, pressure_pa=near_pa)
def test_a_reading_trips_exactly_when_it_lies_outside_some_limit(
    voltage_v, current_a, temperature_k, pressure_pa
):
    reading = Reading(1.0, voltage_v, current_a)
    why = guard_of().judge(reading, temperature_k, pressure_pa)
    assert (why is None) == is_within(reading, temperature_k, pressure_pa)


@given(wrong=no_number, place=st.sampled_from(["time_s", "voltage_v", "current_a"]))
def test_what_is_no_number_trips_without_any_limit_set_and_moves_no_charge(wrong, place):
    guard = guard_of(Limits())
    reading = replace(Reading(1.0, 0.1, 1e-3), **{place: wrong})
    assert "not a reading" in guard.judge(reading)
    assert guard.charge_c == 0.0
    assert not is_whole(reading)


@pytest.mark.parametrize("missing", [None, math.nan])
@pytest.mark.parametrize("which", [0, 1])
def test_a_limited_temperature_or_pressure_that_is_lost_trips(missing, which):
    surroundings = [300.0, 5e6]
    guard = guard_of()
    assert guard.judge(Reading(1.0, 0.1, 1e-3), *surroundings) is None
    surroundings[which] = missing
    why = guard.judge(Reading(2.0, 0.1, 1e-3), *surroundings)
    assert why.startswith(["the temperature is not known", "the stack pressure is not"][which])
    assert "of the bench" in why


def test_temperature_and_pressure_that_nobody_limits_may_be_missing():
    guard = guard_of(Limits())
    assert guard.judge(Reading(1.0, 0.1, 1e-3), None, math.nan) is None


steps = st.lists(st.tuples(st.floats(0.01, 14.0), st.floats(-0.01, 0.01)), min_size=1, max_size=30)


@given(steps=steps)
def test_charge_is_the_trapezoids_of_the_instruments_own_time(steps):
    guard = guard_of(Limits())
    time_s, before_a, charge_c = 0.0, None, 0.0
    for step_s, current_a in steps:
        time_s += step_s
        assert guard.judge(Reading(time_s, 0.1, current_a)) is None
        charge_c += step_s * (current_a if before_a is None else (before_a + current_a) / 2)
        before_a = current_a
    assert guard.charge_c == pytest.approx(charge_c, rel=1e-9, abs=1e-12)


@given(parts=st.lists(st.floats(-0.01, 0.01), min_size=1, max_size=6), limit_c=st.floats(0.01, 0.2))
def test_charge_is_counted_over_all_segments_and_trips_at_its_limit(parts, limit_c):
    guard = Guard(Limits(charge_max_c=limit_c))
    expected_c, tripped = 0.0, False
    for current_a in parts:
        guard.begin(PLATE)
        for time_s in range(1, 6):
            expected_c += current_a
            assume(abs(abs(expected_c) - limit_c) > 1e-9)
            tripped = guard.judge(Reading(float(time_s), 0.1, current_a)) is not None
            assert tripped == (abs(expected_c) > limit_c)
            if tripped:
                return


def test_what_flows_on_after_the_last_reading_is_counted():
    guard = guard_of()
    assert guard.count_on(2.0) == pytest.approx(2e-3)
    guard.judge(Reading(2.0, 0.1, 2e-3), 300.0, 5e6)
    guard.count_on(0.5)
    assert guard.part_charge_c == pytest.approx(2e-3 + 4e-3 + 1e-3)


def test_one_reading_repeated_is_an_instrument_that_only_answers():
    guard = guard_of(Limits())
    whys = [guard.judge(Reading(3.0, 0.1, 1e-3)) for _ in range(6)]
    assert whys[:5] == [None] * 5
    assert "came 6 times" in whys[5]


def test_only_repetitions_in_a_row_count():
    guard = guard_of(Limits())
    readings = [Reading(float(n // 4), 0.1, 1e-3) for n in range(80)]
    assert {guard.judge(reading) for reading in readings} == {None}


def test_equal_values_at_new_times_are_a_quiet_cell_and_no_fault():
    guard = guard_of(Limits())
    assert {guard.judge(Reading(float(t), 0.1, 1e-3)) for t in range(100)} == {None}


def test_a_time_that_stands_still_while_values_change_trips():
    guard = guard_of(Limits())
    whys = [guard.judge(Reading(3.0, 0.1 + n / 100, 1e-3)) for n in range(6)]
    assert whys[:5] == [None] * 5
    assert "stands still at 3 s" in whys[5]


@given(back_s=st.floats(1e-6, 1e6))
def test_a_time_that_runs_backwards_trips_at_once_and_takes_no_charge_back(back_s):
    guard = guard_of(Limits(), replace(PLATE, sample_period_s=100.0))
    guard.judge(Reading(5.0, 0.1, 1e-3))
    assert "ran backwards" in guard.judge(Reading(5.0 - back_s, 0.1, 1e-3))
    assert guard.charge_c == pytest.approx(5e-3)


@given(leap_s=st.floats(0.001, 1e6))
def test_a_leap_of_the_instruments_time_is_not_taken_for_charge(leap_s):
    guard = guard_of(Limits())
    guard.judge(Reading(1.0, 0.1, 1e-3))
    why = guard.judge(Reading(1.0 + leap_s, 0.1, 1e-3))
    passed_s = (1.0 + leap_s) - 1.0
    assume(abs(passed_s - 15.0) > 1e-6)
    assert (why is None) == (passed_s < 15.0)
    counted_s = leap_s if why is None else 0.0
    assert guard.charge_c == pytest.approx(1e-3 * (1.0 + counted_s))


def test_on_a_fast_clock_the_machines_own_delay_is_no_leap():
    guard = Guard(Limits(), shortest_silence_s=1000.0)
    guard.begin(PLATE)
    assert guard.judge(Reading(999.0, 0.1, 1e-3)) is None
    assert "went on by 1001 s" in guard.judge(Reading(2000.0, 0.1, 1e-3))


def test_a_gap_that_is_accounted_for_counts_as_charge_once():
    guard = guard_of(Limits())
    guard.judge(Reading(1.0, 0.1, 1e-3))
    guard.allow_gap(600.0)
    assert guard.judge(Reading(602.0, 0.1, 1e-3)) is None
    assert guard.charge_c == pytest.approx(0.602)
    assert "went on by 600 s" in guard.judge(Reading(1202.0, 0.1, 1e-3))


def ramp(guard, rate_v_per_s, period_s=1.0, seconds=60, noise=lambda n: 0.0):
    """Feed a ramp until it trips; return when, or ``None``."""
    for n in range(1, int(seconds / period_s)):
        time_s = n * period_s
        if guard.judge(Reading(time_s, rate_v_per_s * time_s + noise(n), 1e-3)):
            return time_s
    return None


RATE = Limits.of("bench", {"voltage_rate_max_v_per_s": 1e-3})


@given(rate=st.floats(1e-5, 1e-1), sign=st.sampled_from([-1, 1]), period_s=st.floats(0.1, 5.0))
def test_a_steady_change_of_the_voltage_trips_exactly_when_it_is_too_fast(rate, sign, period_s):
    assume(abs(rate / 1e-3 - 1) > 1e-6)
    segment = replace(PLATE, sample_period_s=period_s)
    tripped_s = ramp(guard_of(RATE, segment), sign * rate, period_s, seconds=80)
    assert (tripped_s is not None) == (rate > 1e-3)
    if tripped_s is not None:
        assert 20.0 <= tripped_s + 1e-6 <= 10.0 + max(10.0, 8 * period_s) + 2 * period_s


def test_the_step_that_the_segment_itself_makes_does_not_trip():
    guard = guard_of(RATE)
    settling = [Reading(t / 10, 2.0 - 1.5 * math.exp(-t / 10), 1e-3) for t in range(1, 600)]
    assert {guard.judge(reading) for reading in settling} == {None}


def test_single_wild_readings_do_not_trip_the_rate():
    spikes = {15: 0.5, 22: -0.5, 31: 0.4}
    assert ramp(guard_of(RATE), 1e-4, noise=lambda n: spikes.get(n, 0.0)) is None


def test_a_jump_that_stays_trips_the_rate():
    why = ramp(guard_of(RATE), 0.0, noise=lambda n: 0.0 if n < 30 else -0.05)
    assert why is not None
    assert 30 <= why <= 40


def test_a_voltage_that_the_segment_itself_sweeps_is_not_judged_by_its_rate():
    assert ramp(guard_of(RATE, CV), 1e-2) is None


def test_flags_do_not_make_a_repeated_reading_new_for_ever():
    guard = guard_of(Limits())
    flags = [Flag.NONE, Flag.TIMING] * 4
    whys = [guard.judge(Reading(3.0, 0.1, 1e-3, flag)) for flag in flags]
    assert any(whys)


def test_a_rest_is_watched_like_any_segment():
    guard = guard_of(LIMITS, Rest(duration_s=60.0))
    assert guard.judge(Reading(1.0, 5.2, 0.0), 300.0, 5e6) == (
        "the voltage 5.2 V is beyond voltage_max_v 5 V of the bench"
    )
