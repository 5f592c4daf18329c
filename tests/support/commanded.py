"""A channel before a cell that knows its true charge, and people who command its run.

Time leaps, and instruments are their byte-level twins: seconds of the experiment cost nothing.
"""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from solidcell.acquisition.control.commands import Command, CommandKind, PauseMode
from solidcell.acquisition.control.inbox import Letter
from solidcell.acquisition.control.stop import NoStop, StopRequests
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.sequencer.host_sequencer import HostSequencer
from solidcell.acquisition.worker.run_channel import RunEnd, run_channel
from solidcell.drivers.capabilities import SegmentDevice
from solidcell.drivers.clock import Clock, JumpClock
from solidcell.drivers.keithley_2450 import Keithley2450
from solidcell.drivers.link import ByteLink
from solidcell.drivers.methodscript.potentiostat import MethodScriptPotentiostat
from solidcell.drivers.segments import Segment, SegmentResult
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink
from solidcell.drivers.visa_link import LineLink
from support.ohmic_cell import OhmicCell
from support.runs import header

WIDE = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_a": 0.05})


class PacedClock(JumpClock):
    """Leaps, but wakes as often as on a real clock, so that things happen between two readings."""

    speed = 1.0


class DriftingCell(OhmicCell):
    """An ohmic cell whose emf may change; ``switched`` is what was done to it, in order."""

    def __init__(self, ohms: float) -> None:
        super().__init__(ohms)
        self.switched: list[str] = []

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        super().drive_current(at_s, current_a, voltage_limit_v)
        self.switched.append(f"{current_a:g} A")

    def open(self, at_s: float) -> None:
        super().open(at_s)
        self.switched.append("open")

    def drift(self, emf_v: float) -> None:
        shift_v, self.emf_v = emf_v - self.emf_v, emf_v
        self._now = replace(self._now, voltage_v=self._now.voltage_v + shift_v)


class SpectrumCell(DriftingCell):
    """Has a spectrum, too, which is its resistance; each point takes its time."""

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        self._pass_time(at_s + duration_s)
        return complex(self.ohms)


@dataclass
class Rig:
    """An instrument before a cell: ``methodscript`` or ``keithley_2450``."""

    device: SegmentDevice
    cell: DriftingCell
    clock: Clock
    wire: ByteLink


def rig(
    driver: str, wire: Callable[[ByteLink], ByteLink] = lambda link: link, ohms: float = 100.0
) -> Rig:
    """Connect a driver to its twin in this process, through ``wire``."""
    clock = PacedClock()
    if driver == "keithley_2450":
        plain = DriftingCell(ohms=ohms)
        link = wire(InProcessLink(Keithley2450Twin(plain, clock), clock))
        meter = Keithley2450(LineLink(link), nplc=0.1)
        return Rig(HostSequencer(meter, clock), plain, clock, link)
    cell = SpectrumCell(ohms=ohms)
    link = wire(InProcessLink(MethodScriptTwin(cell, clock), clock))
    return Rig(MethodScriptPotentiostat(link, clock=clock), cell, clock, link)


def letter(number: int, kind: CommandKind, who: str = "ada", **more: object) -> Letter:
    """A command as it comes out of an inbox."""
    command = Command(
        id=f"{number:012x}", kind=kind, who=who, utc="2026-11-21T09:00:00+00:00", **more
    )
    return Letter(path=Path(command.id), id=command.id, command=command)


@dataclass
class PeopleInTime:
    """Commands that come at given times of the clock; ``looked`` notes each look of the worker."""

    clock: Clock
    looked: Callable[[], None] = lambda: None
    waiting: deque[tuple[float, Letter]] = field(default_factory=deque)
    _numbers: count = field(default_factory=count)

    def ask(self, at_s: float, kind: CommandKind, **more: object) -> None:
        self.waiting.append((at_s, letter(next(self._numbers), kind, **more)))

    def next(self) -> Letter | None:
        self.looked()
        if self.waiting and self.waiting[0][0] <= self.clock.now_s():
            return self.waiting.popleft()[1]
        return None

    def answered(self, letter: Letter, seq: int) -> None:
        pass

    def clear(self, acknowledged_seq: int) -> None:
        pass


class CommandedRun:
    """One run of segments on a rig, with what came of it."""

    def __init__(
        self,
        path: Path,
        on: Rig,
        people: PeopleInTime,
        *,
        limits: Limits = WIDE,
        stop: StopRequests | None = None,
    ) -> None:
        self.path, self.rig, self.people = path / "a.run.sqlite", on, people
        self.limits, self.stop = limits, stop or NoStop()
        self.results: list[SegmentResult] = []
        self.true_charges_c: list[float] = []
        self.end: RunEnd | None = None

    def run(self, *segments: Segment) -> RunEnd:
        with RunWriter.create(self.path, header()) as writer:
            self.end = run_channel(
                self._plan(segments),
                self.rig.device,
                writer,
                self.rig.clock,
                self.limits,
                self.stop,
                commands=self.people,
            )
        with RunReader(self.path) as run:
            self.segments, self.readings = run.segments(), run.readings()
            self.events, self.points = run.events(), run.impedance_points()
        return self.end

    def bodies(self, kind: str) -> list[dict]:
        return [event.body for event in self.events if event.kind == kind]

    def pauses_s(self) -> list[tuple[float, float]]:
        """From when to when the run was paused with its cell open, on the run's time."""
        begun = [e.elapsed_s for e in self.events if e.kind == "paused"]
        ended = [e.elapsed_s for e in self.events if e.kind == "resumed"]
        return list(zip(begun, ended, strict=True))

    def _plan(self, segments: tuple[Segment, ...]) -> Generator[Segment, SegmentResult, str]:
        for segment in segments:
            before_c = self.rig.cell.charge_c
            self.results.append((yield segment))
            self.true_charges_c.append(self.rig.cell.charge_c - before_c)
        return f"all {len(segments)} done"


PAUSE, RESUME, SKIP = CommandKind.PAUSE, CommandKind.RESUME, CommandKind.SKIP
OPEN, REST = PauseMode.OPEN, PauseMode.REST
