"""A limit is never passed by a number that is none, and says who set it."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.limits.limits import (
    Limits,
    tighter,
    trip_by_charge,
    trip_by_reading,
    trip_by_time,
)
from solidcell.acquisition.limits.limits_of_segments import (
    longest_between_s,
    silence_limit_s,
    trip_by_request,
)
from solidcell.drivers.readings import Reading
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)

BENCH = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_a": 0.1})
PROTOCOL = Limits.of("protocol", {"voltage_max_v": 2.0, "charge_max_c": 36.0})
bounds = st.builds(
    Limits,
    voltage_min_v=st.floats(-10, -0.1),
    voltage_max_v=st.floats(0.1, 10),
    current_max_a=st.floats(1e-6, 1),
)
readings = st.builds(
    Reading, st.floats(0, 1e5), st.floats(allow_nan=True, width=32), st.floats(allow_nan=True)
)


@given(first=bounds, second=bounds, reading=readings)
def test_the_tighter_limits_trip_exactly_when_either_does(first, second, reading):
    either = trip_by_reading(first, reading) or trip_by_reading(second, reading)
    both = trip_by_reading(tighter(first, second), reading)
    assert (both is None) == (either is None)


def window(name, unit, low, high):
    middle = (low + high) / 2
    return {
        f"{name}_min_{unit}": st.one_of(st.just(-math.inf), st.floats(low, middle - 0.01)),
        f"{name}_max_{unit}": st.one_of(st.just(math.inf), st.floats(middle + 0.01, high)),
    }


positive = st.one_of(st.just(math.inf), st.floats(1e-6, 1e6))
any_limits = st.builds(
    Limits,
    **window("voltage", "v", -10.0, 10.0),
    **window("temperature", "k", 250.0, 400.0),
    **window("stack_pressure", "pa", 0.0, 1e8),
    **dict.fromkeys(
        [
            "current_max_a",
            "charge_max_c",
            "duration_max_s",
            "voltage_rate_max_v_per_s",
            "silence_max_s",
        ],
        positive,
    ),
)


@given(one=any_limits, two=any_limits, three=any_limits)
def test_the_tighter_of_limits_does_not_depend_on_order_or_repetition(one, two, three):
    assert tighter(one, two) == tighter(two, one)
    assert tighter(tighter(one, two), three) == tighter(one, tighter(two, three))
    assert tighter(one, one) == one
    assert tighter(one, Limits()) == one


@given(limits=any_limits)
def test_the_limits_that_are_set_are_all_told_with_their_units(limits):
    again = Limits.of("bench", limits.set_values())
    assert tighter(again, Limits()).set_values() == limits.set_values()
    for name in limits.set_values():
        assert again.of_whom(name).startswith(f"{name} ")
        assert again.of_whom(name).endswith(" of the bench")


@given(limits=bounds, reading=readings)
def test_what_passes_a_limit_lies_within_it(limits, reading):
    passed = trip_by_reading(limits, reading) is None
    within = (
        limits.voltage_min_v <= reading.voltage_v <= limits.voltage_max_v
        and abs(reading.current_a) <= limits.current_max_a
    )
    assert passed == within


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_passes_no_limit_not_even_an_open_one(wrong):
    assert trip_by_reading(Limits(), Reading(0.0, wrong, 0.0))
    assert trip_by_reading(Limits(), Reading(0.0, 0.0, wrong))
    assert trip_by_charge(Limits(charge_max_c=1.0), math.nan)
    assert trip_by_time(Limits(duration_max_s=1.0), math.nan)


def test_a_trip_names_the_value_the_limit_the_unit_and_whose_it_is():
    both = tighter(BENCH, PROTOCOL)
    assert trip_by_reading(both, Reading(0.0, 2.5, 0.0)) == (
        "the voltage 2.5 V is beyond voltage_max_v 2 V of the protocol"
    )
    assert trip_by_reading(both, Reading(0.0, -5.5, 0.0)) == (
        "the voltage -5.5 V is beyond voltage_min_v -5 V of the bench"
    )
    assert trip_by_reading(both, Reading(0.0, 0.0, -0.2)) == (
        "the current -0.2 A is beyond current_max_a 0.1 A of the bench"
    )
    assert trip_by_charge(both, -40.0) == (
        "the charge -40 C is beyond charge_max_c 36 C of the protocol"
    )


def test_windows_that_exclude_each_other_are_refused():
    with pytest.raises(ValueError, match=r"voltage_min_v 3 V must be below voltage_max_v 2 V"):
        tighter(PROTOCOL, Limits.of("bench", {"voltage_min_v": 3.0}))


@pytest.mark.parametrize("name", ["current_max_a", "charge_max_c", "duration_max_s"])
@pytest.mark.parametrize("wrong", [math.nan, 0.0, -1.0])
def test_a_limit_that_forbids_everything_is_refused(name, wrong):
    with pytest.raises(ValueError, match=f"{name} must be greater than 0"):
        Limits.of("bench", {name: wrong})


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("voltage_min_v", "voltage_max_v"),
        ("temperature_min_k", "temperature_max_k"),
        ("stack_pressure_min_pa", "stack_pressure_max_pa"),
    ],
)
def test_a_window_without_anything_in_it_is_refused(low, high):
    with pytest.raises(ValueError, match=f"{low} 3 .* must be below {high} 3 "):
        Limits.of("bench", {low: 3.0, high: 3.0})
    with pytest.raises(ValueError, match="must be below"):
        Limits.of("bench", {low: math.nan})


GALVANOSTATIC = {"duration_s": 1.0, "voltage_min_v": -1.0, "voltage_max_v": 1.0}
VOLTAMMETRY = {"step_v": 0.01, "scan_rate_v_per_s": 0.1, "current_max_a": 0.1}
SWEEP = {"frequency_max_hz": 1e6, "frequency_min_hz": 1.0, "points_per_decade": 10}


@pytest.mark.parametrize(
    "segment",
    [
        Galvanostatic(current_a=-0.11, **GALVANOSTATIC),
        Galvanostatic(current_a=0.1, **GALVANOSTATIC | {"voltage_max_v": 5.5}),
        Potentiostatic(voltage_v=-6.0, duration_s=1.0, current_max_a=0.1),
        Potentiostatic(voltage_v=1.0, duration_s=1.0, current_max_a=0.2),
        Voltammetry(start_v=0.0, vertex1_v=1.0, vertex2_v=-5.5, **VOLTAMMETRY),
        ImpedanceSweep(amplitude=0.01, bias=4.99, **SWEEP),
        ImpedanceSweep(amplitude=0.08, mode=ImpedanceMode.GALVANOSTATIC, **SWEEP),
    ],
)
def test_a_segment_that_asks_for_too_much_is_refused_by_name(segment):
    assert trip_by_request(BENCH, segment).startswith(repr(segment.name))


@pytest.mark.parametrize(
    "segment",
    [
        Rest(duration_s=1.0),
        Galvanostatic(current_a=0.1, **GALVANOSTATIC),
        Potentiostatic(voltage_v=5.0, duration_s=1.0, current_max_a=0.1),
        Voltammetry(start_v=0.0, vertex1_v=5.0, vertex2_v=-5.0, **VOLTAMMETRY),
        ImpedanceSweep(amplitude=0.01, **SWEEP),
        ImpedanceSweep(amplitude=0.01, mode=ImpedanceMode.GALVANOSTATIC, **SWEEP),
    ],
)
def test_a_segment_within_the_limits_is_allowed(segment):
    assert trip_by_request(BENCH, segment) is None


def test_a_scan_faster_than_the_voltage_may_change_is_refused():
    slow = Limits.of("bench", {"voltage_rate_max_v_per_s": 0.05})
    scan = Voltammetry(start_v=0.0, vertex1_v=1.0, vertex2_v=-1.0, **VOLTAMMETRY)
    assert trip_by_request(slow, scan) == (
        "'voltammetry' asks for 0.1 V/s, beyond voltage_rate_max_v_per_s 0.05 V/s of the bench"
    )


@pytest.mark.parametrize(
    "segment",
    [
        Rest(duration_s=600.0, sample_period_s=60.0),
        ImpedanceSweep(amplitude=0.01, **SWEEP | {"frequency_min_hz": 0.1}),
    ],
)
def test_a_segment_whose_own_pace_is_a_silence_is_refused(segment):
    impatient = Limits.of("protocol", {"silence_max_s": 30.0})
    assert trip_by_request(impatient, segment).endswith(
        "s without a reading, beyond silence_max_s 30 s of the protocol"
    )
    assert silence_limit_s(Limits(), segment)[0] > longest_between_s(segment)
