"""The sentinel misses nothing that hangs, and takes nobody's sleep for a hang."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.limits.sentinel import (
    INSTRUMENT_PATIENCE_S,
    PLAN_PATIENCE_S,
    STUCK_AFTER_S,
    Sentinel,
)
from solidcell.acquisition.supervision.awake import AwakeTime
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.segments import ImpedanceSweep, Rest

HOURLY = Rest(duration_s=1e6, sample_period_s=1.0)


class HandClock:
    """A clock with a pace, moved by hand."""

    def __init__(self, speed=1.0):
        self.speed = speed
        self.machine_s = 50.0

    def now_s(self):
        return self.machine_s * self.speed

    def sleep_until(self, at_s):
        raise AssertionError("the sentinel never waits on the experiment's clock")


class Post:
    """A sentinel whose time is moved by hand, looking ten times a second."""

    def __init__(self, limits=None, speed=1.0):
        self.clock = HandClock(speed)
        began_s = self.clock.now_s()
        self.sentinel = Sentinel(
            limits or Limits(), self.clock, lambda: self.clock.now_s() - began_s
        )

    def watch(self, seconds):
        """Look until something trips; return why."""
        for _ in range(round(seconds * 10)):
            self.clock.machine_s += 0.1
            if why := self.sentinel.judge():
                return why
        return None

    def sleep(self, seconds):
        self.clock.machine_s += seconds


def test_a_driver_that_hangs_trips_and_then_is_stuck():
    post = Post()
    post.sentinel.begin(HOURLY)
    post.sentinel.at("waiting for the instrument")
    assert post.watch(INSTRUMENT_PATIENCE_S - 0.2) is None
    assert post.watch(1.0).startswith("the worker has been waiting for the instrument for 6")
    assert not post.sentinel.beat().is_stuck
    post.watch(0.1)
    for _ in range(round(10 * STUCK_AFTER_S) + 1):
        post.clock.machine_s += 0.1
        beat = post.sentinel.beat()
    assert beat.is_stuck
    assert beat.doing == "waiting for the instrument"
    assert "waiting for the instrument" in beat.tripped


def test_a_plan_that_does_not_return_is_given_more_time_and_no_more():
    post = Post()
    post.sentinel.at("asking the plan what is next", PLAN_PATIENCE_S)
    assert post.watch(PLAN_PATIENCE_S - 0.2) is None
    assert "asking the plan" in post.watch(1.0)


def test_a_worker_that_acts_on_a_trip_has_its_time_to_open_the_cell():
    post = Post()
    post.sentinel.at("waiting for the instrument")
    post.watch(7.0)
    post.sentinel.at("opening the cell", 45.0)
    post.watch(0.1)
    for _ in range(460):
        post.clock.machine_s += 0.1
        assert not post.sentinel.beat().is_stuck
    post.clock.machine_s += 0.9
    post.sentinel.judge()
    post.clock.machine_s += 0.9
    assert post.sentinel.beat().is_stuck


def test_once_the_cell_is_open_there_is_all_time_to_write_it_down():
    post = Post(Limits(duration_max_s=1.0))
    post.sentinel.stand_down()
    assert post.watch(3600.0) is None
    assert not post.sentinel.beat().is_stuck


@pytest.mark.parametrize("speed", [1.0, 100.0])
def test_an_instrument_that_says_nothing_trips_though_its_driver_waits_politely(speed):
    post = Post(speed=speed)
    post.sentinel.begin(Rest(duration_s=1e6, sample_period_s=100.0))
    limit_s = (5 * 100.0 + 10.0) / speed
    while_silent_s = 0.0
    why = None
    while why is None:
        post.sentinel.at("waiting for the instrument")
        why = post.watch(0.1)
        while_silent_s += 0.1
        assert while_silent_s < 2 * limit_s
    assert while_silent_s == pytest.approx(limit_s, abs=0.3)
    assert "has said nothing for" in why
    assert "silence_max_s 510 s" in why


def test_the_silence_that_a_file_allows_is_named_with_its_origin():
    post = Post(Limits.of("bench", {"silence_max_s": 3.0}))
    post.sentinel.begin(HOURLY)
    assert post.watch(2.9) is None
    assert post.watch(0.4).endswith("beyond silence_max_s 3 s of the bench")


def test_whoever_hangs_while_a_silence_trips_is_stuck_two_seconds_after_it():
    post = Post(Limits(silence_max_s=1.0))
    post.sentinel.begin(HOURLY)
    post.sentinel.at("waiting for the instrument")
    assert post.watch(1.2)
    post.watch(0.1)
    stuck = []
    for _ in range(25):
        post.clock.machine_s += 0.1
        stuck.append(post.sentinel.beat().is_stuck)
    assert stuck.index(True) == pytest.approx(10 * STUCK_AFTER_S, abs=2)


def test_every_observation_ends_the_silence_and_the_end_of_a_segment_all_of_it():
    post = Post(Limits(silence_max_s=2.0))
    post.sentinel.begin(HOURLY)
    for _ in range(10):
        assert post.watch(1.9) is None
        post.sentinel.heard()
    post.sentinel.end()
    assert post.watch(60.0) is None


def test_a_spectrum_may_be_silent_for_periods_of_its_lowest_frequency():
    sweep = ImpedanceSweep(
        frequency_max_hz=1e5, frequency_min_hz=0.01, points_per_decade=5, amplitude=0.01
    )
    post = Post()
    post.sentinel.begin(sweep)
    assert post.watch(1515.0) is None
    assert "said nothing" in post.watch(10.0)


def test_the_longest_run_is_ended_though_the_worker_hangs():
    post = Post(Limits.of("protocol", {"duration_max_s": 5.0}))
    assert post.watch(4.9) is None
    assert "duration_max_s 5 s of the protocol" in post.watch(0.3)


def test_a_trip_stays_what_it_was():
    post = Post(Limits(silence_max_s=1.0))
    post.sentinel.begin(HOURLY)
    first = post.watch(2.0)
    post.sentinel.heard()
    assert post.watch(1.0) == first


def test_a_machine_that_slept_is_no_hang_and_no_silence():
    post = Post()
    post.sentinel.begin(HOURLY)
    post.sentinel.at("waiting for the instrument")
    post.watch(1.0)
    post.sleep(600.0)
    assert post.sentinel.take_missed_s() == pytest.approx(599.0, abs=0.2)
    post.sleep(600.0)
    assert post.watch(1.0) is None
    assert post.sentinel.take_missed_s() == pytest.approx(599.1, abs=0.2)
    assert post.sentinel.take_missed_s() == 0.0


def test_limits_that_nobody_watched_for_too_long_trip_only_while_a_segment_goes_on():
    post = Post()
    assert post.sentinel.unwatched(600.0) is None
    post.sentinel.begin(HOURLY)
    assert post.sentinel.unwatched(14.9) is None
    assert post.sentinel.unwatched(600.0).startswith("nobody watched the limits for 600 s")
    post.sentinel.end()
    assert post.sentinel.unwatched(600.0) is None


def test_a_fast_clock_does_not_make_the_machines_own_delays_a_silence():
    post = Post(Limits(silence_max_s=15.0), speed=1000.0)
    post.sentinel.begin(HOURLY)
    assert post.watch(1.9) is None
    assert post.watch(0.3) is not None


def test_without_a_pace_there_is_no_thread_and_leaps_count_in_full():
    clock = JumpClock()
    with Sentinel(Limits(), clock, clock.now_s) as sentinel:
        assert "sentinel" not in {thread.name for thread in threading.enumerate()}
        sentinel.begin(HOURLY)
        sentinel.at("waiting for the instrument", 1e9)
        clock.sleep_until(16.0)
        assert "said nothing for 16 s" in sentinel.judge()


@given(steps=st.lists(st.floats(-10.0, 1e4), min_size=1, max_size=50))
def test_time_is_either_watched_or_missed_and_never_runs_back(steps):
    at_s = [0.0]
    awake = AwakeTime(lambda: at_s[0], longest_s=1.0)
    seen_s, missed_s = 0.0, 0.0
    for step_s in steps:
        at_s[0] += step_s
        now_s = awake.look()
        missed_s += awake.take_missed_s()
        assert 0.0 <= now_s - seen_s <= 1.0 + 1e-9
        seen_s = now_s
    assert seen_s + missed_s == pytest.approx(sum(max(0.0, step_s) for step_s in steps))
