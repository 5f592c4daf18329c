"""A plan that asks for stack pressures: a person is asked, a gauge decides, and it is on record."""

from dataclasses import dataclass, replace

import pytest
from solidcell.acquisition.control.commands import CommandKind
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.acquisition.worker.surroundings import Surroundings
from solidcell.drivers.clock import Clock
from solidcell.drivers.segments import SegmentEnd, SetStackPressure
from support.oven_share import GaugeValue
from support.worker_bench import SWEEP, WIDE, Bench

PRESS = SetStackPressure(pressure_pa=20e6, tolerance_pa=0.5e6, stable_s=300.0, timeout_s=3600.0)


@dataclass
class Press:
    """Satisfies ``GaugeAccess``: somebody turns the press at ``turned_s`` of the run's clock."""

    clock: Clock
    turned_s: float
    to_pa: float = 20e6
    from_pa: float = 5e6
    fault: str = ""

    def latest(self) -> GaugeValue:
        now_s = self.clock.now_s()
        return GaugeValue(self.to_pa if now_s >= self.turned_s else self.from_pa, "Pa", now_s)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def around(bench, gauge=None):
    gauges = {} if gauge is None else {"stack_pressure": gauge}
    return Surroundings(bench.clock, None, gauges)


def test_a_spectrum_is_measured_only_once_the_gauge_has_shown_the_pressure_long_enough(bench):
    gauge = Press(bench.clock, turned_s=900.0)
    bench.run(PRESS, SWEEP, surroundings=around(bench, gauge))
    pressed, _ = bench.results
    assert pressed.end is SegmentEnd.COMPLETED
    assert pressed.duration_s == pytest.approx(1200.0, abs=30.0)
    assert pressed.detail == "the gauge at 2e+07 Pa"
    assert {point.stack_pressure_pa for point in bench.points} == {20e6}
    assert {reading.current_a for reading in bench.readings} == {0.0}


def test_who_is_at_the_press_is_asked_and_told_once_each(bench):
    bench.run(PRESS, surroundings=around(bench, Press(bench.clock, turned_s=600.0)))
    told = bench.bodies("press")
    assert [body["state"] for body in told] == ["asked", "stable", "reached"]
    assert {body["target_pa"] for body in told} == {20e6}


def test_a_pressure_that_nobody_sets_ends_the_run_and_says_what_the_gauge_shows(bench):
    end = bench.run(PRESS, SWEEP, surroundings=around(bench, Press(bench.clock, 1e9)))
    assert (end.reason, end.safe) == (RunReason.FAILED, True)
    assert "2e+07 Pa was not stable within 500000 Pa for 300 s, 3600 s after" in end.detail
    assert "the gauge shows 5e+06 Pa" in end.detail
    assert bench.points == []


def test_a_channel_without_a_gauge_refuses_it(bench):
    end = bench.run(PRESS, surroundings=around(bench))
    assert end.reason is RunReason.FAILED
    assert "asks for 2e+07 Pa, and this channel has no pressure gauge" in end.detail


def test_a_pressure_beyond_a_limit_is_never_asked_for(bench):
    bench.limits = Limits.of("bench", {**WIDE.set_values(), "stack_pressure_max_pa": 1e7})
    end = bench.run(PRESS, surroundings=around(bench, Press(bench.clock, 0.0, 5e6)))
    assert end.reason is RunReason.LIMIT_TRIPPED
    assert "asks for 2e+07 Pa, beyond stack_pressure_max_pa 1e+07 Pa" in end.detail
    assert bench.bodies("press") == []


def test_waiting_for_the_press_can_be_skipped(bench):
    bench.command(CommandKind.SKIP, at_s=600.0)
    bench.run(PRESS, SWEEP, surroundings=around(bench, Press(bench.clock, 1e9)))
    assert [result.end for result in bench.results] == [SegmentEnd.SKIPPED, SegmentEnd.COMPLETED]


def test_a_pressure_that_wanders_is_waited_for_anew(bench):
    gauge = Press(bench.clock, turned_s=0.0)
    bench.run(replace(PRESS, stable_s=0.0), surroundings=around(bench, gauge))
    assert bench.results[0].duration_s < 60.0

    class Slipping(Press):
        def latest(self):
            now_s = self.clock.now_s()
            slips = 300.0 < now_s - self.turned_s < 400.0
            return GaugeValue(15e6 if slips else 20e6, "Pa", now_s)

    (bench.path.parent / "later").mkdir()
    later = Bench(bench.path.parent / "later")
    began_s = later.clock.now_s()
    later.run(
        replace(PRESS, stable_s=600.0), surroundings=around(later, Slipping(later.clock, began_s))
    )
    assert later.results[0].duration_s == pytest.approx(1000.0, abs=30.0)
