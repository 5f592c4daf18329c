"""One channel of the bench during one run: where device, clock, limits and record meet."""

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

from ...drivers.capabilities import HeldLimits, OutputState, SegmentDevice
from ...drivers.clock import Clock, MachineTime, machine_time
from ...drivers.errors import DriverError, InstrumentFaultError
from ...drivers.readings import ImpedancePoint, Reading
from ...drivers.segments import (
    ImpedanceSweep,
    LastingSegment,
    Rest,
    SetStackPressure,
    SetTemperature,
    Voltammetry,
)
from ..control.commands import Command, CommandKind
from ..control.desk import Desk
from ..control.inbox import Commands
from ..control.stop import StopRequest, StopRequests, as_command
from ..limits.guard import Guard, is_whole
from ..limits.guard_in_instrument import held_limits, limits_event
from ..limits.limits import Limits, trip_by_surroundings
from ..limits.sentinel import CONNECT_PATIENCE_S, PLAN_PATIENCE_S, Sentinel, shortest_silence_s
from ..record.writer import RunWriter
from .clock_watch import ClockWatch
from .surroundings import Surroundings

_LOOK_EVERY_S: Final = 0.05
SURROUNDINGS_PATIENCE_S: Final = 30.0
"""So long, in s of the machine, a gauge or an oven may take until it first says something."""
UNLIMITED_PATIENCE_S: Final = 5.0
"""The same for one that no limit depends on; the run begins without it."""
PAUSED_REST: Final = Rest(duration_s=3600.0, name="paused", tags={"paused": True})
"""What a run does that is paused at rest, again and again."""


class LimitTrippedError(Exception):
    """Something left the limits; the text says what, by how much, and whose limit."""


class UnwatchedError(LimitTrippedError):
    """Nobody watched the limits for ``time_s``, in s of the run, while a segment went on."""

    def __init__(self, why: str, time_s: float) -> None:
        super().__init__(why)
        self.time_s = time_s


class StopAskedError(Exception):
    """Somebody asked the run to end."""

    def __init__(self, request: StopRequest) -> None:
        super().__init__(f"{request.kind.value.replace('_', ' ')} asked by {request.who}")
        self.request = request


class Channel:
    """A device with its limits, in front of the record of one run.

    ``elapsed_s`` and ``charge_c`` are time and net charge since the run began, where it is one
    that goes on after an interruption.
    """

    def __init__(
        self,
        device: SegmentDevice,
        writer: RunWriter,
        clock: Clock,
        limits: Limits,
        stop: StopRequests,
        surroundings: Surroundings,
        commands: Commands,
        *,
        machine: Callable[[], MachineTime] = machine_time,
        elapsed_s: float = 0.0,
        charge_c: float = 0.0,
    ) -> None:
        self.device = device
        self.writer = writer
        self.clock = clock
        self.limits = limits
        self.speed: float | None = getattr(clock, "speed", None)
        self.guard = Guard(limits, charge_c, shortest_silence_s=shortest_silence_s(self.speed))
        self.held: HeldLimits | None = None
        self._stop = stop
        self.surroundings = surroundings
        self._relies_on_surroundings = False
        self._notes: tuple[Mapping[str, Any], int] = {}, 0
        self._began_s = clock.now_s() - elapsed_s
        self._latest_s = elapsed_s
        self.sentinel = Sentinel(limits, clock, self.elapsed_s)
        self.is_alone: Callable[[], bool] = lambda: False
        self._was_alone = False
        self._clocks = ClockWatch(self.note, self.speed, machine)
        self.desk = Desk(commands, self.note, self._in_the_way)

    def elapsed_s(self) -> float:
        """Time since the run began, in s; never less than that of the latest observation."""
        return max(self._latest_s, self.clock.now_s() - self._began_s)

    def note(self, kind: str, /, **body: Any) -> int:
        """Record an event; return its row."""
        return self.writer.event(self.elapsed_s(), kind, body)

    def note_once(self, number: int, notes: Mapping[str, Any]) -> None:
        """Record what an instrument says of spectrum ``number``; in full only if it is new."""
        known, seq = self._notes
        if notes and notes == known:
            self.note("notes", number=number, as_in_row=seq)
        elif notes:
            self._notes = notes, self.note("notes", number=number, notes=notes)

    def program_limits(self) -> None:
        """Have the instrument hold what it can hold by itself, and record who holds which limit."""
        self.held = held_limits(self.device, self.limits)
        self.note("limits", **limits_event(self.limits, self.held))

    def pair_clocks(self) -> None:
        """Record what the clocks say, and a gap since they were last compared."""
        self._clocks.look(self.sentinel.take_missed_s())
        self._clocks.pair()

    def look_around(self) -> None:
        """See to everything that is not the reading at hand; a command that was accepted meanwhile
        waits at the ``desk``.

        Raises ``StopAskedError``, ``LimitTrippedError``, or ``RecordError`` for a failed disk.
        """
        self.writer.check()
        for news in self.writer.news():
            self.note("storage", **news)
        request = self._stop.asked()
        if request is not None:
            self.note("command", **as_command(request))
            raise StopAskedError(request)
        self._look_at_the_time()
        self._look_around_the_cell()
        self._look_for_company()
        self.desk.look(self.writer.acknowledged_seq)

    def await_surroundings(self) -> None:
        """Wait for the first values of what is limited; from then on they must be there, and right.

        Raises ``LimitTrippedError`` if one does not come, and what ``look_around`` raises.
        """
        speed = self.speed or 1.0
        began_s = self.clock.now_s()
        while True:
            self.look_around()
            why, waited_s = self._trip_by_surroundings(), (self.clock.now_s() - began_s) / speed
            patience_s = SURROUNDINGS_PATIENCE_S if why else UNLIMITED_PATIENCE_S
            if waited_s >= patience_s or (why is None and self.surroundings.is_known):
                break
            self.clock.sleep_until(self.clock.now_s() + _LOOK_EVERY_S * speed)
        trip(why)
        self._relies_on_surroundings = True
        if told := self.surroundings.facts():
            self.note("surroundings", devices=told)

    def _look_around_the_cell(self) -> None:
        """Have what is read beside the cell recorded and judged, and an oven's fault end the run
        that relies on it.
        """
        if not self.surroundings.look():
            return
        for line in self.surroundings.due():
            self.writer.auxiliary(self.elapsed_s(), line.name, line.value, line.unit)
        for news in self.surroundings.news():
            self.note("surroundings", **news)
        if fault := self.surroundings.fault():
            raise InstrumentFaultError(f"the oven: {fault}")
        if self._relies_on_surroundings:
            trip(self._trip_by_surroundings())

    def _trip_by_surroundings(self) -> str | None:
        around = self.surroundings
        return trip_by_surroundings(self.limits, around.temperature_k, around.stack_pressure_pa)

    def _look_for_company(self) -> None:
        """Have it recorded, once, that the supervisor is gone. The run goes on: its limits and its
        stop are watched here; what is lost is whoever would open the cell if this process died.
        """
        if not self._was_alone and self.is_alone():
            self._was_alone = True
            detail = "nobody would open the cell if the worker died: the supervisor is gone"
            self.note("supervision", lost=True, detail=detail)

    def _look_at_the_time(self) -> None:
        """Have gaps recorded, and the run ended if it went on for too long, or unwatched.

        An instrument that ends its segments by itself, and holds their limits, may go on unwatched.
        """
        unwatched_s = self._clocks.look(self.sentinel.take_missed_s())
        if unwatched_s > 0:
            time_s = unwatched_s * (self.speed or 1.0)
            self.guard.allow_gap(time_s)
            why = self.sentinel.unwatched(unwatched_s)
            if why is not None and (self.held is None or not self.held.ends_segments):
                raise UnwatchedError(why, time_s)
        trip(self.sentinel.judge())
        self.sentinel.at("in its own loop", PLAN_PATIENCE_S)

    def _in_the_way(self, command: Command) -> str | None:
        """What keeps the instrument from resting, or from going on after its cell was open.

        To go on, it is asked who it is and what its output does, as at the start of a run.
        """
        try:
            if command.kind is not CommandKind.RESUME:
                self.device.check(PAUSED_REST)
            elif self._is_on_again():
                self.device.make_safe()
                return "its output was found on, though the cell had been opened; opened again"
        except DriverError as fault:
            return f"{type(fault).__name__}: {fault}"
        return None

    def _is_on_again(self) -> bool:
        """Meet the instrument anew; one that lost its power meanwhile has lost its limits, too."""
        self.sentinel.at("connecting to the instrument", CONNECT_PATIENCE_S)
        output = self.device.connect()
        self.program_limits()
        return output is OutputState.ON

    def make_durable(self) -> None:
        """Wait until the record is on the disk, and go on looking around meanwhile.

        For between segments, when no current flows. Raises what ``look_around`` raises, and so
        ``RecordError`` if the disk takes too long.
        """
        while not self.writer.is_durable(within_s=_LOOK_EVERY_S):
            self.look_around()

    def pace(self, segment: LastingSegment) -> None:
        """Have a segment's readings committed as often as suits its sampling."""
        speed: float = getattr(self.clock, "speed", 1.0)
        self.writer.pace(sample_period_s(segment) / speed)

    def take(self, number: int, began_s: float, reading: Reading) -> str | None:
        """Have the guard judge a reading, before anybody else sees it, and record it, if it is one.

        Returns why the run must end with it, or ``None``.
        """
        self.sentinel.heard()
        surroundings = self.surroundings.temperature_k, self.surroundings.stack_pressure_pa
        why = self.guard.judge(reading, *surroundings)
        if is_whole(reading):
            elapsed_s = self._date(began_s, reading.time_s)
            values = (reading.voltage_v, reading.current_a, *surroundings, int(reading.flags))
            self.writer.reading(number, elapsed_s, *values)
        return why

    def record_point(self, number: int, began_s: float, point: ImpedancePoint) -> None:
        """Put one point of a spectrum of segment ``number``, begun at ``began_s``, on record."""
        self.sentinel.heard()
        z_ohm = point.z_ohm
        self.writer.impedance_point(
            number,
            self._date(began_s, point.time_s),
            point.frequency_hz,
            z_ohm.real,
            z_ohm.imag,
            int(point.flags),
            self.surroundings.temperature_k,
            self.surroundings.stack_pressure_pa,
        )

    def _date(self, began_s: float, time_s: float) -> float:
        """Date an observation by the instrument's time, however late it arrived here."""
        self._latest_s = max(self._latest_s, began_s + time_s)
        return self._latest_s


def sample_period_s(segment: LastingSegment) -> float:
    """How long a segment asks to wait between two readings, in s.

    There is no limit for a spectrum, nor while a cell waits for its temperature or stack pressure.
    """
    match segment:
        case ImpedanceSweep() | SetTemperature() | SetStackPressure():
            return math.inf
        case Voltammetry():
            return abs(segment.step_v) / segment.scan_rate_v_per_s
        case _:
            return segment.sample_period_s


def trip(why: str | None) -> None:
    """Raise ``LimitTrippedError`` if there is a reason to."""
    if why is not None:
        raise LimitTrippedError(why)
