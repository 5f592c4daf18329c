"""One segment on one channel: device, clock, limits and record meet here, reading by reading."""

import math
from collections.abc import Callable, Generator
from dataclasses import fields
from typing import Any, Final, TypeAlias

from ..drivers.capabilities import ImpedancePoint, Observation, Reading, SegmentDevice
from ..drivers.clock import Clock
from ..drivers.errors import DriverError
from ..drivers.segments import DeviceSegment, ImpedanceSweep, SegmentEnd, SegmentResult, Watch
from .clock_watch import ClockWatch
from .limits import Limits, trip_by_charge, trip_by_reading, trip_by_request, trip_by_time
from .record.errors import RecordError
from .record.writer import COMMIT_TIMEOUT_S, RunWriter
from .stop import StopRequest, StopRequests

_STALE_READINGS: Final = 5
_LOOK_EVERY_S: Final = 0.05
_Performance: TypeAlias = Generator[Observation | None, None, SegmentEnd]


class LimitTrippedError(Exception):
    """Something left the limits; the text says what, by how much, and whose limit."""


class StopAskedError(Exception):
    """Somebody asked the run to end."""

    def __init__(self, request: StopRequest) -> None:
        super().__init__(f"{request.kind.value.replace('_', ' ')} asked by {request.who}")
        self.request = request


class Channel:
    """A device with its limits, in front of the record of one run."""

    def __init__(
        self,
        device: SegmentDevice,
        writer: RunWriter,
        clock: Clock,
        limits: Limits,
        stop: StopRequests,
        temperature_k: Callable[[], float | None],
        stack_pressure_pa: Callable[[], float | None],
    ) -> None:
        self.device = device
        self.writer = writer
        self.clock = clock
        self.limits = limits
        self.charge_c = 0.0
        self._stop = stop
        self._temperature_k = temperature_k
        self._stack_pressure_pa = stack_pressure_pa
        self._began_s = clock.now_s()
        self._latest_s = 0.0
        self._clocks = ClockWatch(clock, writer)

    def elapsed_s(self) -> float:
        """Time since the run began, in s; never less than that of the latest row."""
        self._latest_s = max(self._latest_s, self.clock.now_s() - self._began_s)
        return self._latest_s

    def note(self, kind: str, /, **body: Any) -> None:
        """Record an event."""
        self.writer.event(self.elapsed_s(), kind, body)

    def pair_clocks(self) -> None:
        """Record what the wall clock and the experiment's clock say."""
        self._clocks.pair(self.elapsed_s())

    def look_around(self) -> None:
        """See to everything that is not the reading at hand.

        Raises ``StopAskedError`` or ``LimitTrippedError``.
        """
        request = self._stop.asked()
        if request is not None:
            self.note("command", kind=request.kind.value, who=request.who, utc=request.utc)
            raise StopAskedError(request)
        self._clocks.look(self.elapsed_s())
        _trip(trip_by_time(self.limits, self._latest_s))

    def make_durable(self) -> None:
        """Wait until the record is on the disk, and go on looking around meanwhile.

        Raises ``RecordError`` if the disk takes too long, or what ``look_around`` raises.
        """
        for _ in range(round(COMMIT_TIMEOUT_S / _LOOK_EVERY_S)):
            if self.writer.is_durable(within_s=_LOOK_EVERY_S):
                return
            self.look_around()
        raise RecordError(f"{self.writer.path}: no commit within {COMMIT_TIMEOUT_S:g} s")

    def carry_out(self, segment: DeviceSegment) -> SegmentResult:
        """Perform one segment; its intent is durable before, and its end after it.

        Raises ``LimitTrippedError``, ``StopAskedError`` or whatever the device raised, once the
        segment's end is recorded.
        """
        _trip(trip_by_request(self.limits, segment))
        self.device.check(segment)
        kind = type(segment).__name__
        settings = _settings(segment)
        number = self.writer.segment(
            self.elapsed_s(), kind, segment.name, settings, dict(segment.tags)
        )
        self.note("intent", number=number, kind=kind, name=segment.name)
        progress = _Progress(self, number, segment)
        end, detail = SegmentEnd.FAILED, ""
        try:
            self.make_durable()
            end, detail = progress.run()
        except StopAskedError as asked:
            end, detail = SegmentEnd.STOPPED, str(asked)
            raise
        except LimitTrippedError as trip:
            end, detail = SegmentEnd.LIMIT_TRIPPED, str(trip)
            raise
        finally:
            self.note(
                "segment_ended",
                number=number,
                end=end.value,
                detail=detail,
                duration_s=progress.duration_s,
                charge_c=progress.charge_c,
            )
        self.make_durable()
        self.writer.checkpoint()
        return progress.result(end, detail)

    def record(self, number: int, began_s: float, seen: Observation) -> None:
        """Put one observation of segment ``number``, begun at ``began_s``, into the record."""
        elapsed_s = self._latest_s = max(self._latest_s, began_s + seen.time_s)
        if isinstance(seen, Reading):
            self.writer.reading(
                number,
                elapsed_s,
                seen.voltage_v,
                seen.current_a,
                self._temperature_k(),
                self._stack_pressure_pa(),
                int(seen.flags),
            )
        else:
            self.writer.impedance_point(
                number,
                elapsed_s,
                seen.frequency_hz,
                seen.z_ohm.real,
                seen.z_ohm.imag,
                int(seen.flags),
            )


class _Progress:
    """How far one segment has come."""

    def __init__(self, channel: Channel, number: int, segment: DeviceSegment) -> None:
        self.charge_c = 0.0
        self.duration_s = 0.0
        self._channel = channel
        self._number = number
        self._segment = segment
        self._watch: Watch | None = None if isinstance(segment, ImpedanceSweep) else segment.watch
        self._began_s = channel.elapsed_s()
        self._charge_before_c = channel.charge_c
        self._last: Reading | None = None
        self._repeats = 0
        self._points: list[ImpedancePoint] = []

    def run(self) -> tuple[SegmentEnd, str]:
        """Perform the segment to its end, however that comes; say which, and why."""
        performance = self._channel.device.perform(self._segment)
        try:
            return self._follow(performance)
        except (StopAskedError, LimitTrippedError):
            self._abandon(performance)
            raise
        finally:
            performance.close()

    def result(self, end: SegmentEnd, detail: str) -> SegmentResult:
        """What the plan is told."""
        return SegmentResult(
            end=end,
            detail=detail,
            duration_s=self.duration_s,
            charge_c=self.charge_c,
            last=self._last,
            impedance=tuple(self._points),
        )

    def _follow(self, performance: _Performance) -> tuple[SegmentEnd, str]:
        while True:
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

    def _abandon(self, performance: _Performance) -> None:
        """End the segment on the instrument; the reason to do so outranks a failure to."""
        try:
            performance.close()
        except DriverError as fault:
            self._channel.note("error", detail=f"{type(fault).__name__}: {fault}")

    def _take_reading(self, reading: Reading) -> str | None:
        """Record first, then judge; return the watch's alarm, if it raises one."""
        channel = self._channel
        _trip(_not_a_reading(reading))
        channel.record(self._number, self._began_s, reading)
        self._integrate(reading)
        _trip(trip_by_reading(channel.limits, reading))
        _trip(trip_by_charge(channel.limits, channel.charge_c))
        return self._watch(reading) if self._watch is not None else None

    def _integrate(self, reading: Reading) -> None:
        """Trapezoids of the measured current; the first reading counts back to the start."""
        last = self._last
        self._repeats = self._repeats + 1 if reading == last else 0
        if self._repeats >= _STALE_READINGS:
            raise LimitTrippedError(
                f"the instrument repeats one reading: {reading.voltage_v:g} V at "
                f"{reading.time_s:g} s came {self._repeats + 1} times"
            )
        if last is None:
            self.charge_c += reading.current_a * reading.time_s
        else:
            mean_a = 0.5 * (last.current_a + reading.current_a)
            self.charge_c += mean_a * (reading.time_s - last.time_s)
        self._channel.charge_c = self._charge_before_c + self.charge_c
        self._last = reading
        self.duration_s = reading.time_s

    def _take_point(self, point: ImpedancePoint) -> None:
        values = (point.time_s, point.frequency_hz, point.z_ohm.real, point.z_ohm.imag)
        self.duration_s = point.time_s if math.isfinite(point.time_s) else self.duration_s
        if all(map(math.isfinite, values)) and point.frequency_hz > 0:
            self._channel.record(self._number, self._began_s, point)
            self._points.append(point)
        else:
            detail = f"a point of the spectrum is not a number: {point.frequency_hz:g} Hz"
            self._channel.note("error", detail=f"{detail}, {point.z_ohm} ohm; left out")

    def _why(self, end: SegmentEnd) -> str:
        if end is SegmentEnd.COMPLETED or self._last is None:
            return ""
        return f"at {self._last.voltage_v:.6g} V, {self._last.current_a:.6g} A"


def _not_a_reading(reading: Reading) -> str | None:
    if math.isfinite(reading.time_s + reading.voltage_v + reading.current_a):
        return None
    return (
        f"the instrument gave {reading.voltage_v:g} V, {reading.current_a:g} A at "
        f"{reading.time_s:g} s, which is not a reading"
    )


def _settings(segment: DeviceSegment) -> dict[str, Any]:
    apart = {"name", "tags", "watch"}
    return {
        each.name: getattr(segment, each.name) for each in fields(segment) if each.name not in apart
    }


def _trip(why: str | None) -> None:
    if why is not None:
        raise LimitTrippedError(why)
