"""Whatever people do, in whatever order: a cell that the run calls open is open."""

import tempfile
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from solidcell.acquisition.control.stop import StopKind
from solidcell.acquisition.worker.run_channel import RunReason
from solidcell.drivers.segments import Galvanostatic, Potentiostatic, Rest, SegmentEnd
from support.commanded import OPEN, PAUSE, REST, RESUME, SKIP, letter, rig
from support.stepped_run import PluggedLink, SteppedRun

PLATE = Galvanostatic(
    current_a=1e-3, duration_s=4.0, voltage_min_v=-2.0, voltage_max_v=2.0, sample_period_s=0.5
)
HOLD = Potentiostatic(voltage_v=0.1, duration_s=3.0, current_max_a=0.01, sample_period_s=0.5)
PLAN = (PLATE, Rest(duration_s=2.0, sample_period_s=0.5), HOLD, PLATE, HOLD)
REASON_OF_STOP = {
    StopKind.STOP: RunReason.STOPPED,
    StopKind.EMERGENCY_STOP: RunReason.EMERGENCY_STOP,
}
LOOKS = st.integers(1, 40)
WHO = st.sampled_from(["ada", "ben"])


class CommandedWorker(RuleBasedStateMachine):
    """One run, its cell, the people who command it and a cable that may come out."""

    @initialize(driver=st.sampled_from(["keithley_2450", "methodscript"]))
    def start(self, driver):
        self._folder = tempfile.TemporaryDirectory()
        on = rig(driver, wire=PluggedLink)
        self._wire = on.wire
        self._numbers = count()
        self._left = self._done = 0
        self._stop = None
        self._was_unplugged = False
        self.run = SteppedRun(Path(self._folder.name), on, PLAN)

    @rule(looks=LOOKS)
    def time_passes(self, looks):
        self._done += 1
        self.run.step(looks)

    @rule(who=WHO, mode=st.sampled_from([OPEN, REST]), looks=st.integers(0, 3))
    def pause(self, who, mode, looks):
        self._leave(letter(next(self._numbers), PAUSE, who, mode=mode), looks)

    @rule(who=WHO, looks=st.integers(0, 3))
    def resume(self, who, looks):
        self._leave(letter(next(self._numbers), RESUME, who), looks)

    @rule(who=WHO, segment=st.none() | st.integers(0, 6), looks=st.integers(0, 3))
    def skip(self, who, segment, looks):
        self._leave(letter(next(self._numbers), SKIP, who, segment=segment), looks)

    @rule(
        mode=st.sampled_from([OPEN, REST]),
        after=LOOKS,
        looks=st.integers(2, 30),
        skips=st.booleans(),
    )
    def pause_for_a_while(self, mode, after, looks, skips):
        self.time_passes(after)
        self.pause("ada", mode, 2)
        self.a_cell_that_is_called_open_is_open()
        if skips:
            self.skip("ben", None, looks)
        self.time_passes(looks)
        self.a_pause_at_rest_drives_no_current()
        self.resume("ben", 2)

    @precondition(lambda self: self._stop is None and self._done > 5)
    @rule(kind=st.sampled_from(StopKind))
    def stop(self, kind):
        self._stop = kind
        is_under_way = not self.run.has_ended
        self.run.stop(kind)
        self.run.step(1)
        if is_under_way and not self._was_unplugged:
            assert self.run.end.reason is REASON_OF_STOP[kind]

    @precondition(lambda self: self._done > 3)
    @rule()
    def pull_the_cable(self):
        self._wire.is_plugged = False
        self._was_unplugged = True

    @rule()
    def plug_it_in(self):
        self._wire.is_plugged = True

    @invariant()
    def a_cell_that_is_called_open_is_open(self):
        pause = self.run.pause()
        if pause is not None and pause["output"] == "off" and not self._is_resuming():
            assert self.run.rig.cell.is_open

    @invariant()
    def a_pause_at_rest_drives_no_current(self):
        pause = self.run.pause()
        if pause is not None and not self._is_resuming():
            assert abs(self.run.rig.cell.current_a) < 1e-9

    @invariant()
    def a_run_that_has_ended_leaves_the_cell_open_or_says_that_nobody_knows(self):
        if not self.run.has_ended:
            return
        if self.run.end.safe:
            assert self.run.rig.cell.is_open
            assert self.run.bodies("made_safe")
        else:
            assert self._was_unplugged
            assert self.run.bodies("state")[-1]["output"] == "unknown"
            assert self.run.bodies("made_safe") == []

    @invariant()
    def every_command_is_answered_once_and_never_two_at_a_time(self):
        ids = [body["id"] for body in self.run.bodies("command") if body["id"]]
        assert len(ids) == len(set(ids)) <= self._left
        pauses = [kind for kind, _ in self.run.told if kind in ("paused", "resumed")]
        assert "resumedresumed" not in "".join(pauses)

    @invariant()
    def nothing_is_skipped_that_nobody_skipped(self):
        skips = [b for b in self.run.bodies("command") if b["kind"] == "skip" and b["accepted"]]
        skipped = [r for r in self.run.results if r.end is SegmentEnd.SKIPPED]
        assert len(skipped) <= len(skips)

    def teardown(self):
        if not hasattr(self, "run"):
            return
        self._wire.is_plugged = True
        self.run.stop(StopKind.STOP)
        self.run.step(1000)
        assert self.run.has_ended
        self.a_run_that_has_ended_leaves_the_cell_open_or_says_that_nobody_knows()
        self._folder.cleanup()

    def _leave(self, command, looks):
        self._left += 1
        self._done += 1
        self.run.leave(command)
        self.run.step(looks)

    def _is_resuming(self):
        """Accepted, and not carried out yet: the event follows at the next look."""
        commands = [b for b in self.run.bodies("command") if b["accepted"]]
        return bool(commands) and commands[-1]["kind"] == "resume"


CommandedWorker.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestCommandsInAnyOrder = pytest.mark.slow(CommandedWorker.TestCase)
