"""Whatever the machine's clocks do, durations and charge are the cell's own; the gap is told."""

from dataclasses import replace

import pytest
from solidcell.acquisition.control.stop import NoStop
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.acquisition.worker.run_channel import RunReason, run_channel
from solidcell.drivers.capabilities import HeldLimits
from solidcell.drivers.clock import MachineTime
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.segments import Galvanostatic
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.ohmic_cell import OhmicCell
from support.runs import header

HOUR_S = 3600.0
SUSPEND_S = 600.0
LIMITS = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_a": 0.05})
PLATE = Galvanostatic(
    current_a=1e-3, duration_s=60.0, voltage_min_v=-1.0, voltage_max_v=1.0, sample_period_s=1.0
)


class Machine:
    """A machine that lives through something strange ``at_s``; sleeping costs the test nothing."""

    speed = 1.0

    def __init__(self, at_s=30.0, asleep_s=0.0, set_by_s=0.0):
        self._at_s, self._strange_s, self._set_s = at_s, asleep_s, set_by_s
        self._passed_s, self.asleep_s, self._set_by_s = 0.0, 0.0, 0.0

    def now_s(self):
        return self._passed_s

    def sleep_until(self, at_s):
        self._passed_s = max(self._passed_s, at_s)
        if self._at_s is not None and self._passed_s >= self._at_s:
            self._at_s = None
            self._passed_s += self._strange_s
            self.asleep_s += self._strange_s
            self._set_by_s += self._set_s

    def time(self):
        wall_s = 1.7e9 + self._passed_s + self._set_by_s
        return MachineTime(passed_s=self._passed_s, asleep_s=self.asleep_s, wall_s=wall_s)


class Run:
    """A run on a source meter's twin, whose own time goes on as that of the cell does."""

    def __init__(self, folder, machine, ends_segments=False, limits=LIMITS):
        self.cell = OhmicCell(ohms=100.0)
        meter = Keithley2450(LineLink(InProcessLink(Keithley2450Twin(self.cell, machine), machine)))
        device = HostSequencer(meter, machine)
        held = HeldLimits(values={}, by_segment=("all",), ends_segments=ends_segments)
        device.program_limits = lambda _: held
        path = folder / "a.run.sqlite"
        with RunWriter.create(path, header()) as writer:
            self.end = run_channel(
                (segment for segment in [PLATE]),
                device,
                writer,
                machine,
                limits,
                NoStop(),
                machine=machine.time,
            )
        with RunReader(path) as run:
            self.gaps = [event.body for event in run.events(kind="gap")]
            self.pairs = run.events(kind="clock_pair")
            (self.segment,) = [event.body for event in run.events(kind="segment_ended")]
            self.readings = run.readings()

    def figures(self):
        return self.segment["duration_s"], self.segment["charge_c"], len(self.readings)


@pytest.mark.parametrize("set_by_s", [HOUR_S, -HOUR_S, 1.0, -1.0])
def test_setting_the_wall_clock_changes_neither_durations_nor_charge(tmp_path, set_by_s):
    (tmp_path / "quiet").mkdir()
    quiet = Run(tmp_path / "quiet", Machine())
    strange = Run(tmp_path, Machine(set_by_s=set_by_s))
    assert strange.figures() == quiet.figures()
    assert quiet.segment["charge_c"] == pytest.approx(0.06, rel=1e-3)
    assert quiet.gaps == []
    (gap,) = strange.gaps
    assert (gap["cause"], gap["length_s"]) == ("wall clock set", pytest.approx(set_by_s))
    assert strange.end.reason is RunReason.COMPLETED


def test_a_clock_that_was_set_just_before_the_last_reading_is_told_at_the_end(tmp_path):
    limits = replace(LIMITS, charge_max_c=0.0295)
    run = Run(tmp_path, Machine(at_s=30.005, set_by_s=-HOUR_S), limits=limits)
    assert run.end.reason is RunReason.LIMIT_TRIPPED
    assert [(gap["cause"], gap["length_s"]) for gap in run.gaps] == [
        ("wall clock set", pytest.approx(-HOUR_S))
    ]


def test_a_suspend_ends_a_run_that_nobody_else_watched_and_its_charge_is_not_lost(tmp_path):
    run = Run(tmp_path, Machine(asleep_s=SUSPEND_S))
    (gap,) = run.gaps
    assert (gap["cause"], gap["length_s"]) == ("suspend", pytest.approx(SUSPEND_S))
    assert run.end.reason is RunReason.LIMIT_TRIPPED
    assert run.end.detail.startswith("nobody watched the limits for 600 s")
    assert run.end.safe
    assert run.cell.is_open
    assert run.segment["duration_s"] == pytest.approx(30.0 + SUSPEND_S, abs=1.1)
    assert run.segment["charge_c"] == pytest.approx(1e-3 * (30.0 + SUSPEND_S), rel=2e-3)


def test_an_instrument_that_holds_all_by_itself_may_go_on_unwatched_and_is_counted_in_full(
    tmp_path,
):
    run = Run(tmp_path, Machine(asleep_s=SUSPEND_S), ends_segments=True)
    assert [gap["cause"] for gap in run.gaps] == ["suspend"]
    assert run.end.reason is RunReason.COMPLETED
    duration_s, charge_c, _ = run.figures()
    assert duration_s >= 30.0 + SUSPEND_S - 1.0
    assert charge_c == pytest.approx(1e-3 * duration_s, rel=1e-3)


def test_a_nap_shorter_than_the_silence_allowed_is_told_and_gone_on_from(tmp_path):
    run = Run(tmp_path, Machine(asleep_s=10.0))
    assert [gap["cause"] for gap in run.gaps] == ["suspend"]
    assert run.end.reason is RunReason.COMPLETED
    assert run.segment["duration_s"] == pytest.approx(60.0, abs=0.5), "the cell's time went on"
    assert run.segment["charge_c"] == pytest.approx(0.06, rel=1e-2)


def test_every_pair_of_clocks_says_in_which_boot_it_was_taken(tmp_path):
    pairs = Run(tmp_path, Machine()).pairs
    assert len(pairs) == 2 + 1, "at the start, after a minute and at the end"
    assert len({pair.body["boot_id"] for pair in pairs}) == 1
