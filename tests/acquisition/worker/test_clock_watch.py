"""What the clocks of a machine do is written down; what a cell has lived through stays."""

from dataclasses import replace

import pytest
from solidcell.acquisition.worker.clock_watch import ClockWatch
from solidcell.drivers.clock import MachineTime

HOUR_S = 3600.0


class Machine:
    """A machine whose clocks are moved by hand."""

    def __init__(self):
        self.time = MachineTime(passed_s=5.0, asleep_s=0.0, wall_s=1.7e9)

    def pass_time(self, time_s, *, asleep_s=0.0, set_by_s=0.0):
        now = self.time
        self.time = replace(
            now,
            passed_s=now.passed_s + time_s,
            asleep_s=now.asleep_s + asleep_s,
            wall_s=now.wall_s + time_s + set_by_s,
        )


class Watched:
    """A watch over such a machine, and all it has noted."""

    def __init__(self, speed=1.0):
        self.machine = Machine()
        self.noted = []
        note = lambda kind, **body: self.noted.append((kind, body))  # noqa: E731
        self.watch = ClockWatch(note, speed, lambda: self.machine.time)

    def after(self, time_s, missed_s=0.0, **happened):
        self.machine.pass_time(time_s, **happened)
        return self.watch.look(missed_s)

    def kinds(self):
        return [kind for kind, _ in self.noted]

    def gaps(self):
        return {
            body["cause"]: pytest.approx(body["length_s"], abs=1e-6)
            for kind, body in self.noted
            if kind == "gap"
        }


@pytest.mark.parametrize("speed", [1.0, 100.0])
def test_clocks_that_agree_leave_a_pair_each_minute_and_no_gap(speed):
    watched = Watched(speed)
    for _ in range(150):
        watched.after(1.0)
    assert watched.kinds() == ["clock_pair", "clock_pair"]


def test_a_pair_tells_both_clocks_the_sleep_so_far_and_the_boot():
    watched = Watched()
    watched.watch.pair()
    (pair,) = watched.noted
    assert pair[1] | {"boot_id": ""} == {
        "clock_s": 5.0,
        "wall_utc": "2023-11-14T22:13:20+00:00",
        "asleep_s": 0.0,
        "boot_id": "",
    }
    assert pair[1]["boot_id"]


def test_ten_minutes_of_suspend_are_a_suspend_and_not_a_set_clock():
    watched = Watched()
    watched.after(1.0)
    assert watched.after(600.1, asleep_s=600.0, missed_s=599.1) == 600.0
    assert watched.gaps() == {"suspend": 600.0}
    assert watched.kinds()[-1] == "clock_pair"


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S, 1.0, -1.0])
def test_a_wall_clock_that_is_set_is_told_from_a_suspend(by_s):
    watched = Watched()
    assert watched.after(0.1, set_by_s=by_s) == 0.0
    assert watched.gaps() == {"wall clock set": by_s}


def test_a_suspend_and_a_clock_set_on_waking_are_both_told():
    watched = Watched()
    watched.after(600.0, asleep_s=599.0, set_by_s=2.0)
    assert watched.gaps() == {"suspend": 599.0, "wall clock set": 2.0}


def test_a_program_that_got_no_turn_is_a_stall():
    watched = Watched()
    assert watched.after(4.0, missed_s=3.0) == 3.0
    assert watched.gaps() == {"stall": 3.0}


def test_a_gap_is_told_once():
    watched = Watched()
    watched.after(600.0, asleep_s=600.0)
    watched.after(0.1)
    assert watched.kinds() == ["gap", "clock_pair"]


def test_daylight_saving_is_no_gap_as_all_is_kept_in_utc():
    watched = Watched()
    for _ in range(100):
        watched.after(120.0)
    assert watched.gaps() == {}


def test_a_clock_that_drifts_a_hundredth_is_noticed_within_a_minute():
    watched = Watched()
    for _ in range(59):
        watched.after(1.0, set_by_s=0.01)
    assert list(watched.gaps()) == ["wall clock set"]


def test_a_clock_without_a_pace_has_no_gaps():
    watched = Watched(speed=None)
    watched.after(1e6, set_by_s=-1e6, missed_s=1e6)
    assert watched.noted == []
