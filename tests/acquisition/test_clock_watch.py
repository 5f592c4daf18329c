"""A suspended or stepped clock leaves a gap in the record."""

import pytest
from solidcell.acquisition.clock_watch import ClockWatch
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.drivers.clock import SystemClock
from support.runs import header


class TwoClocks(SystemClock):
    """A machine whose clocks are set by hand."""

    def __init__(self, speed=1.0):
        super().__init__(speed)
        self.wall_s = 1.7e9
        self.monotonic_s = 0.0

    def now_s(self):
        return self.monotonic_s * self.speed

    def pass_time(self, wall_s, monotonic_s):
        self.wall_s += wall_s
        self.monotonic_s += monotonic_s


def kinds_after(tmp_path, speed, *steps):
    clocks = TwoClocks(speed)
    path = tmp_path / "a.run.sqlite"
    with RunWriter.create(path, header()) as writer:
        watch = ClockWatch(clocks, writer, lambda: clocks.wall_s)
        for step in steps:
            clocks.pass_time(*step)
            watch.look(clocks.now_s())
    with RunReader(path) as run:
        return [event.kind for event in run.events()], run.events(kind="gap")


@pytest.mark.parametrize("speed", [1.0, 100.0])
def test_clocks_that_agree_leave_a_pair_each_minute_and_no_gap(tmp_path, speed):
    kinds, _ = kinds_after(tmp_path, speed, *[(1.0, 1.0)] * 150)
    assert kinds == ["clock_pair", "clock_pair"]


@pytest.mark.parametrize("speed", [1.0, 100.0])
def test_ten_minutes_of_suspend_are_a_gap(tmp_path, speed):
    kinds, gaps = kinds_after(tmp_path, speed, (1.0, 1.0), (600.0, 0.1), (1.0, 1.0))
    assert kinds == ["gap", "clock_pair"]
    assert gaps[0].body["wall_passed_s"] - gaps[0].body["clock_passed_s"] == pytest.approx(599.9)


def test_a_wall_clock_set_back_an_hour_is_a_gap(tmp_path):
    kinds, _ = kinds_after(tmp_path, 1.0, (-3600.0, 0.1))
    assert kinds == ["gap", "clock_pair"]


def test_a_clock_that_drifts_slowly_is_noticed_in_the_end(tmp_path):
    kinds, _ = kinds_after(tmp_path, 1.0, *[(0.102, 0.1)] * 300)
    assert "gap" in kinds
