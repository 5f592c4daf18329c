"""One channel of a simulated cycler: runs the steps of a job on its cell, and keeps the rows."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .cell import Cell, Measured, NoCell
from .job import Job, Step, StepType
from .looking import Looking, breaks, has_stopped, is_charging
from .records import ENDED, PROTECTED, STARTED, STOPPED, Row, StepRecorder

RANGE_V: Final = 5.0
RANGE_A: Final = 0.1
_STEP_WORDS: Final = {
    StepType.CC_CHARGE: "cc",
    StepType.CC_DISCHARGE: "dc",
    StepType.CV_CHARGE: "cv",
    StepType.CV_DISCHARGE: "cv",
    StepType.CCCV_CHARGE: "cccv",
    StepType.REST: "rest",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delays:
    """How long the server and the cycler behind it take to do what they are told."""

    start_s: float = 0.2
    stop_s: float = 0.3
    storage_s: float = 0.4


class CyclerChannel:
    """A channel with its cell, which ``connect`` wires to it when it is first needed.

    Everything happens at its own time, however seldom ``advance`` is called.
    """

    def __init__(
        self,
        connect: Callable[[], Cell | None],
        next_test: Callable[[], int],
        delays: Delays,
    ) -> None:
        self.state = "finish"
        self.barcode = ""
        self.test = 0
        self.rows: list[Row] = []
        self.log: list[tuple[int, int, float]] = []
        self.cycle = 1
        self.has_light = False
        self._connect, self._next_test, self._delays = connect, next_test, delays
        self._cell: Cell | None = None
        self._is_wired = False
        self._job: Job | None = None
        self._at = 0  # index of the running step
        self._step_began_s = 0.0
        self._due: int | None = None  # tenths of the running step
        self._recorder: StepRecorder | None = None
        self._looking: Looking | None = None
        self._loops: Counter[int] = Counter()
        self._begins_s: float | None = None
        self._stop_at_s: float | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a test runs or is held."""
        return self.state in ("working", "pause")

    @property
    def step(self) -> Step | None:
        """The step that runs, if one does."""
        return self._job.steps[self._at] if self._job is not None and self.recorder else None

    @property
    def recorder(self) -> StepRecorder | None:
        """The sums of the running step."""
        return self._recorder if self.is_busy else None

    def step_word(self) -> str:
        """What the server calls the running step."""
        step = self.step
        return "--" if step is None else _STEP_WORDS.get(step.kind, "--")

    def start(self, now_s: float, job: Job, barcode: str) -> bool:
        """Begin a test, a moment later; refused while one runs."""
        self.advance(now_s)
        if self.is_busy:
            return False
        self.test, self.barcode, self.state = self._next_test(), barcode, "working"
        self.rows, self.log, self.cycle = [], [], 1
        self._job, self._stop_at_s = job, None
        self._loops.clear()
        self._recorder = self._looking = self._due = None
        self._note(STARTED, now_s)
        self._begins_s = now_s + self._delays.start_s
        return True

    def stop(self, now_s: float) -> bool:
        """End the test, a moment later; refused while none runs."""
        self.advance(now_s)
        if not self.is_busy:
            return False
        if self.state == "pause":
            self._end("stop", STOPPED, now_s)
        elif self._stop_at_s is None:
            self._stop_at_s = now_s + self._delays.stop_s
        return True

    def pause(self, now_s: float) -> None:
        """Hold the test with the cell open, as an operator at the server may."""
        self.advance(now_s)
        if self.state == "working":
            self.state = "pause"
            self._open(now_s)

    def advance(self, now_s: float) -> None:
        """Let everything happen that falls due until ``now_s``."""
        while self.state == "working" and (at_s := self._next_s()) is not None:
            stop_at_s = self._stop_at_s
            if stop_at_s is not None and stop_at_s <= min(at_s, now_s):
                self._end("stop", STOPPED, stop_at_s)
            elif at_s > now_s:
                return
            elif self._begins_s is not None:
                self._begins_s = None
                self._enter(0, at_s)
            else:
                self._look(at_s)

    def measure(self, now_s: float) -> Measured:
        """Read the cell now, whatever runs."""
        self.advance(now_s)
        cell = self._wired()
        return NoCell() if cell is None else cell.measure(now_s)

    def seconds_in_step(self, now_s: float) -> float:
        """How long the running step has gone on."""
        return max(0.0, now_s - self._step_began_s)

    def stored_rows(self, now_s: float) -> tuple[int, bool]:
        """How many rows the server's database has by now, and whether those are all."""
        self.advance(now_s)
        until_s, count = now_s - self._delays.storage_s, len(self.rows)
        while count and self.rows[count - 1].at_s > until_s:
            count -= 1
        return count, count == len(self.rows) and not self.is_busy

    def _next_s(self) -> float | None:
        if self._begins_s is not None:
            return self._begins_s
        return None if self._due is None else self._step_began_s + self._due / 10

    def _enter(self, index: int, at_s: float) -> None:
        job = self._job
        if job is None:
            return
        step = job.steps[index]
        while step.kind is StepType.LOOP:
            self._loops[index] += 1
            if self._loops[index] < step.cycles:
                index, self.cycle = step.loop_to - 1, self.cycle + 1
            else:
                index, self._loops[index] = index + 1, 0
            step = job.steps[index]
        self._at, self._step_began_s = index, at_s
        if step.kind is StepType.END:
            self._end("finish", ENDED, at_s)
            return
        word = _STEP_WORDS[step.kind]
        self._recorder = StepRecorder(job.recording, index + 1, self.cycle, word)
        self._looking = Looking(step, job.limits, job.recording)
        self._due = 0
        self._drive(step, at_s)

    def _drive(self, step: Step, at_s: float) -> None:
        cell = self._wired()
        if cell is None:
            return
        sign = 1.0 if is_charging(step) else -1.0
        if step.kind is StepType.REST:
            cell.open(at_s)
        elif step.kind in (StepType.CC_CHARGE, StepType.CC_DISCHARGE):
            cell.drive_current(at_s, sign * (step.current_a or 0.0), RANGE_V)
        elif step.kind is StepType.CCCV_CHARGE:
            cell.drive_current(at_s, step.current_a or 0.0, step.voltage_v or 0.0)
        else:
            limit_a = RANGE_A if step.current_a is None else step.current_a
            cell.drive_voltage(at_s, step.voltage_v or 0.0, limit_a)

    def _look(self, at_s: float) -> None:
        """Measure, record what is worth it, and see whether the step or the test is over."""
        job, recorder, looking, tenths = self._job, self._recorder, self._looking, self._due
        if job is None or recorder is None or looking is None or tenths is None:
            return
        seen, step = self._measured(at_s), job.steps[self._at]
        due = recorder.next_due(tenths - 1) == tenths
        recorder.see(tenths, seen.voltage_v, seen.current_a)
        time_up = tenths >= round(step.duration_s * 10) if step.duration_s < 1e9 else False
        broken = breaks(job.limits, seen.voltage_v, seen.current_a, recorder.charge_c)
        over = time_up or has_stopped(step, seen.voltage_v, seen.current_a)
        if due or over or broken or recorder.changed(seen.voltage_v, seen.current_a):
            self._record(at_s)
        if broken:
            self._end("protect", PROTECTED, at_s)
        elif over:
            self._enter(self._at + 1, at_s)
        else:
            nexts = [tenths + looking.next_gap(tenths, seen.voltage_v, seen.current_a)]
            if (by_time := recorder.next_due(tenths)) is not None:
                nexts.append(by_time)
            if step.duration_s < 1e9:
                nexts.append(round(step.duration_s * 10))
            self._due = min(nexts)

    def _record(self, at_s: float) -> None:
        if self._recorder is not None:
            row = self._recorder.record(len(self.rows) + 1, at_s)
            self.rows += [row] if row is not None else []

    def _end(self, state: str, code: int, at_s: float) -> None:
        if self.state == "working" and state == "stop" and self._recorder is not None:
            seen = self._measured(at_s)
            tenths = max(0, round((at_s - self._step_began_s) * 10))
            self._recorder.see(tenths, seen.voltage_v, seen.current_a)
            self._record(at_s)
        self.state, self._due, self._begins_s, self._stop_at_s = state, None, None, None
        self._note(code, at_s)
        self._open(at_s)

    def _note(self, code: int, at_s: float) -> None:
        self.log.append((len(self.rows) or 1, code, at_s))

    def _measured(self, at_s: float) -> Measured:
        cell = self._wired()
        return NoCell() if cell is None else cell.measure(at_s)

    def _open(self, at_s: float) -> None:
        cell = self._wired()
        if cell is not None:
            cell.open(at_s)

    def _wired(self) -> Cell | None:
        if not self._is_wired:
            self._cell, self._is_wired = self._connect(), True
        return self._cell
