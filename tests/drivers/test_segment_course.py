"""What an instrument may say next, and why it has stopped."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.errors import BadReplyError, InstrumentFaultError
from solidcell.drivers.readings import Flag, ImpedancePoint, Reading
from solidcell.drivers.segment_course import Expected, course_of
from solidcell.drivers.segments import Galvanostatic, ImpedanceSweep, Rest, SegmentEnd

HOLD = Galvanostatic(current_a=1e-3, duration_s=10.0, voltage_min_v=-1.0, voltage_max_v=2.0)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1000.0, frequency_min_hz=10.0, points_per_decade=1, amplitude=0.01
)


def holding(*, on_board=True):
    return course_of(HOLD, Expected(period_s=1.0, duration_s=10.0, limits_on_board=on_board))


def sweeping():
    return course_of(SWEEP, Expected(points=3))


def reading(time_s, voltage_v=0.1):
    return Reading(time_s, voltage_v, 1e-3)


def point(frequency_hz):
    return ImpedancePoint(1.0, frequency_hz, 150 - 1j)


@pytest.mark.parametrize("time_s", [1.0, -0.1, math.nan, math.inf])
def test_a_record_from_before_the_last_one_is_none(time_s):
    course = holding()
    course.take(reading(2.0))
    with pytest.raises(BadReplyError, match="came after one of 2 s"):
        course.take(reading(time_s))


def test_where_two_parts_meet_one_record_is_enough():
    course = holding()
    course.take(reading(2.0))
    course.enter(1)
    assert course.take(reading(1.99998)) is None
    assert course.take(reading(3.0)).time_s == 3.0
    with pytest.raises(BadReplyError):
        course.take(reading(2.99998))


def test_a_record_that_never_came_is_told_by_the_next_one():
    course = holding()
    assert Flag.TIMING not in course.take(reading(0.0)).flags
    assert Flag.TIMING not in course.take(reading(1.4)).flags
    assert Flag.TIMING in course.take(reading(3.4)).flags


@given(st.floats(-0.99, 1.98), st.floats(0.0, 7.4))
def test_what_stopped_before_its_time_and_within_its_limits_is_a_fault(voltage_v, last_s):
    course = holding()
    course.take(reading(last_s, voltage_v))
    with pytest.raises(InstrumentFaultError, match="at none of its limits"):
        course.end()


@pytest.mark.parametrize("voltage_v", [2.0, 2.5, -1.0, -1.2])
def test_what_stopped_at_a_limit_reached_it(voltage_v):
    course = holding()
    course.take(reading(3.0, voltage_v))
    assert course.broken_off() is None  # that was the instrument's own doing
    assert course.end() is SegmentEnd.VOLTAGE_LIMIT


def test_a_limit_that_was_reached_between_two_records_counts_too():
    course = holding()
    course.take(reading(3.0, 0.5))
    course.glance(2.01, 1e-3)
    assert course.end() is SegmentEnd.VOLTAGE_LIMIT


def test_without_limits_on_board_the_host_has_to_end_it():
    course = holding(on_board=False)
    course.take(reading(3.0, 1.99))
    assert course.broken_off() is None
    course.take(reading(4.0, 2.0))
    assert course.broken_off() is SegmentEnd.VOLTAGE_LIMIT


def test_a_segment_that_lasted_as_long_as_it_should_is_completed():
    course = holding()
    course.take(reading(9.0))
    assert course.end() is SegmentEnd.COMPLETED


def test_a_rest_without_a_single_record_is_a_fault():
    course = course_of(Rest(duration_s=5.0), Expected(period_s=1.0, duration_s=5.0))
    with pytest.raises(InstrumentFaultError, match="nothing was recorded"):
        course.end()


def test_a_whole_spectrum_is_completed_and_one_that_lacks_a_point_is_not():
    course = sweeping()
    for frequency_hz in (1000.0, 100.0):
        course.take(point(frequency_hz))
    with pytest.raises(InstrumentFaultError, match="2 of 3 points"):
        course.end()
    course.take(point(10.0))
    assert course.end() is SegmentEnd.COMPLETED


@pytest.mark.parametrize("frequency_hz", [100.0, 500.0, 1.0, 2000.0, math.nan])
def test_a_frequency_that_cannot_come_now_is_refused(frequency_hz):
    course = sweeping()
    course.take(point(1000.0))
    course.take(point(100.0))
    with pytest.raises(BadReplyError, match="Hz came"):
        course.take(point(frequency_hz))


def test_a_reading_is_no_point_and_a_point_is_no_reading():
    with pytest.raises(BadReplyError):
        sweeping().take(reading(0.0))
    with pytest.raises(BadReplyError):
        holding().take(point(10.0))
