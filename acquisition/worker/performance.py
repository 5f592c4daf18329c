"""One segment, reading by reading: judged and recorded first, then told to the plan."""

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from ...drivers.capabilities import HasNotes, KnowsSilence
from ...drivers.errors import DriverError
from ...drivers.readings import ImpedancePoint, Observation, Reading
from ...drivers.segments import (
    Awaited,
    ImpedanceSweep,
    LastingSegment,
    SegmentEnd,
    SetStackPressure,
    SetTemperature,
    Voltammetry,
    Watch,
)
from ..control.commands import Command
from ..limits.guard import is_whole
from ..limits.limits_of_segments import trip_by_request
from ..limits.sentinel import CONNECT_PATIENCE_S, INSTRUMENT_PATIENCE_S, OPENING_PATIENCE_S
from .channel import (
    Channel,
    LimitTrippedError,
    StopAskedError,
    UnwatchedError,
    sample_period_s,
    trip,
)
from .pressing import no_gauge, press
from .soaking import no_oven, soak

Obey: TypeAlias = Callable[[Command, float], SegmentEnd | None]
"""Is told of a command and how many seconds of the part are done; says how it ends it, if at all.
A command that does not end it is left at the desk, for whoever comes next.
"""
_Performance: TypeAlias = Generator[Observation | None, None, SegmentEnd]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One go of a segment, from beginning to end or until it was broken off.

    ``began_s`` is on the run's time, that of ``last`` from the beginning of the part. ``command``
    is what broke it off, if one did.
    """

    number: int
    end: SegmentEnd
    detail: str
    began_s: float
    duration_s: float
    charge_c: float
    last: Reading | None
    impedance: tuple[ImpedancePoint, ...]
    command: Command | None


def begin_part(channel: Channel, segment: LastingSegment) -> int:
    """Put a segment and the intent to perform it into the record; return its number.

    Raises ``LimitTrippedError`` or what the device raises if it may not or cannot be done.
    """
    trip(trip_by_request(channel.limits, segment))
    check(channel, segment)
    kind = type(segment).__name__
    settings = _settings(segment)
    number = channel.writer.segment(
        channel.elapsed_s(), kind, segment.name, settings, dict(segment.tags)
    )
    _note_notes(channel, number, segment)
    channel.note("intent", number=number, kind=kind, name=segment.name)
    channel.pace(segment)
    return number


def check(channel: Channel, segment: LastingSegment) -> None:
    """Raise what the device raises if it cannot; ``UnsupportedError`` without oven or gauge."""
    if isinstance(segment, SetTemperature):
        if channel.surroundings.oven is None:
            raise no_oven(segment)
    elif isinstance(segment, SetStackPressure):
        if not channel.surroundings.has_pressure_gauge:
            raise no_gauge(segment)
    else:
        channel.device.check(segment)


def _note_notes(channel: Channel, number: int, segment: LastingSegment) -> None:
    """Put what belongs with a spectrum into the record: compensation, say."""
    if isinstance(segment, ImpedanceSweep) and isinstance(channel.device, HasNotes):
        channel.sentinel.at("asking the instrument", CONNECT_PATIENCE_S)
        channel.note_once(number, dict(channel.device.notes()))


def perform_part(channel: Channel, number: int, segment: LastingSegment, obey: Obey) -> Part:
    """Perform what ``begin_part`` began; its intent is durable before, and all that was recorded
    until then. Its end is recorded when it returns or raises.

    Commands that come meanwhile are shown to ``obey``. Raises ``LimitTrippedError``,
    ``StopAskedError`` or whatever the device raised, once the segment's end is recorded.
    """
    progress = _Progress(channel, number, segment, obey)
    end, detail = SegmentEnd.FAILED, ""
    try:
        channel.make_durable()
        end, detail = progress.run()
    except StopAskedError as asked:
        end, detail = SegmentEnd.STOPPED, str(asked)
        raise
    except LimitTrippedError as tripped:
        end, detail = SegmentEnd.LIMIT_TRIPPED, str(tripped)
        raise
    finally:
        channel.note(
            "segment_ended",
            number=number,
            end=end.value,
            detail=detail,
            began_s=progress.began_s,
            duration_s=progress.duration_s,
            charge_c=progress.charge_c,
        )
    return progress.part(end, detail)


class _Progress:
    """How far one part of a segment has come."""

    def __init__(self, channel: Channel, number: int, segment: LastingSegment, obey: Obey) -> None:
        self.charge_c = 0.0
        self.duration_s = 0.0
        self._channel = channel
        self._number = number
        self._segment = segment
        self._obey = obey
        self._command: Command | None = None
        self._watch: Watch | None = None
        if not isinstance(segment, ImpedanceSweep | Awaited):
            self._watch = segment.watch
        self.began_s = channel.elapsed_s()
        self._behind_s = math.inf  # the least by which the host's clock was behind a reading
        self._last: Reading | None = None
        self._points: list[ImpedancePoint] = []
        channel.guard.begin(segment)

    def run(self) -> tuple[SegmentEnd, str]:
        """Perform the segment to its end, however that comes; say which, and why."""
        self.began_s = self._channel.elapsed_s()
        if (broken_off := self._broken_off(0.0)) is not None:
            return broken_off
        self._channel.note("began", number=self._number, began_s=self.began_s)
        performance = _performance(self._channel, self._segment)
        expected_s = _expected_silence_s(self._channel, self._segment)
        self._channel.sentinel.begin(self._segment, expected_s)
        try:
            return self._follow(performance)
        except (StopAskedError, LimitTrippedError) as end:
            if isinstance(end, UnwatchedError):
                self._count_tail(end.time_s)
            self._abandon(performance)
            raise
        finally:
            self._channel.sentinel.at("ending the segment", OPENING_PATIENCE_S)
            performance.close()
            self._channel.sentinel.end()
            if isinstance(self._segment, Awaited):
                self.duration_s = self._channel.elapsed_s() - self.began_s

    def part(self, end: SegmentEnd, detail: str) -> Part:
        """What has become of it."""
        return Part(
            number=self._number,
            end=end,
            detail=detail,
            began_s=self.began_s,
            duration_s=self.duration_s,
            charge_c=self.charge_c,
            last=self._last,
            impedance=tuple(self._points),
            command=self._command,
        )

    def _follow(self, performance: _Performance) -> tuple[SegmentEnd, str]:
        while True:
            self._channel.sentinel.at("waiting for the instrument", INSTRUMENT_PATIENCE_S)
            try:
                seen = next(performance)
            except StopIteration as finished:
                end = SegmentEnd(finished.value)
                return end, self._why(end)
            if isinstance(seen, Reading):
                alarm = self._take_reading(seen)
                if alarm is not None:
                    return SegmentEnd.WATCH, alarm
            elif seen is not None:
                self._take_point(seen)
            self._channel.look_around()
            if self._channel.desk.asked is not None:
                broken_off = self._broken_off(self._tail_s())
                if broken_off is not None:
                    return broken_off

    def _broken_off(self, tail_s: float) -> tuple[SegmentEnd, str] | None:
        """Whether a command ends the segment here, ``tail_s`` after the last reading."""
        command = self._channel.desk.asked
        if command is None:
            return None
        end = self._obey(command, self.duration_s + tail_s)
        if end is None:
            return None
        self._command = self._channel.desk.take()
        self._count_tail(tail_s)
        return end, command.carried_out()

    def _tail_s(self) -> float:
        """How long it went on after the last reading, by the host's clock: at most one period."""
        if isinstance(self._segment, ImpedanceSweep | Voltammetry | Awaited):
            return 0.0
        behind_s = self._behind_s if self._last is not None else 0.0
        passed_s = self._channel.elapsed_s() - self.began_s - behind_s
        return min(max(passed_s - self.duration_s, 0.0), sample_period_s(self._segment))

    def _count_tail(self, tail_s: float) -> None:
        """Count what flowed after the last reading as flowing on unchanged."""
        self.duration_s += tail_s
        self._channel.guard.count_on(tail_s)
        self.charge_c = self._channel.guard.part_charge_c

    def _abandon(self, performance: _Performance) -> None:
        """The run is over: open the cell before anything else, then end the segment.

        The reason outranks a failure to; whoever ends the run opens the cell once more.
        """
        self._channel.sentinel.at("ending the segment", OPENING_PATIENCE_S)
        for make_an_end in (self._channel.device.make_safe, performance.close):
            try:
                make_an_end()
            except DriverError as fault:
                self._channel.note("error", detail=f"{type(fault).__name__}: {fault}")

    def _take_reading(self, reading: Reading) -> str | None:
        """Have it judged and recorded; return the watch's alarm, if it raises one."""
        channel = self._channel
        why = channel.take(self._number, self.began_s, reading)
        self.charge_c = channel.guard.part_charge_c
        if is_whole(reading):
            self._last = reading
            self.duration_s = reading.time_s
            arrived_s = channel.elapsed_s() - self.began_s
            self._behind_s = min(self._behind_s, arrived_s - reading.time_s)
        trip(why)
        channel.sentinel.at("in the plan's watch", INSTRUMENT_PATIENCE_S)
        return self._watch(reading) if self._watch is not None else None

    def _take_point(self, point: ImpedancePoint) -> None:
        values = (point.time_s, point.frequency_hz, point.z_ohm.real, point.z_ohm.imag)
        self.duration_s = point.time_s if math.isfinite(point.time_s) else self.duration_s
        if all(map(math.isfinite, values)) and point.frequency_hz > 0:
            self._channel.record_point(self._number, self.began_s, point)
            self._points.append(point)
        else:
            detail = f"a point of the spectrum is not a number: {point.frequency_hz:g} Hz"
            self._channel.note("error", detail=f"{detail}, {point.z_ohm} ohm; left out")

    def _why(self, end: SegmentEnd) -> str:
        if isinstance(self._segment, SetTemperature):
            state = self._channel.surroundings.oven_state
            reached_k = None if state is None else state.temperature_k
            return "" if reached_k is None else f"the oven at {reached_k:.2f} K"
        if isinstance(self._segment, SetStackPressure):
            pressure_pa = self._channel.surroundings.stack_pressure_pa
            return "" if pressure_pa is None else f"the gauge at {pressure_pa:.6g} Pa"
        if end is SegmentEnd.COMPLETED or self._last is None:
            return ""
        return f"at {self._last.voltage_v:.6g} V, {self._last.current_a:.6g} A"


def _performance(channel: Channel, segment: LastingSegment) -> _Performance:
    if isinstance(segment, SetTemperature):
        return soak(channel, segment)
    if isinstance(segment, SetStackPressure):
        return press(channel, segment)
    return channel.device.perform(segment)


def _expected_silence_s(channel: Channel, segment: LastingSegment) -> float:
    device = channel.device
    if isinstance(segment, Awaited) or not isinstance(device, KnowsSilence):
        return 0.0
    return device.silence_s(segment)


def _settings(segment: LastingSegment) -> dict[str, Any]:
    apart = {"name", "tags", "watch"}
    return {
        each.name: getattr(segment, each.name) for each in fields(segment) if each.name not in apart
    }
