"""One segment of a plan from its beginning to its end, in as many parts as pauses made of it."""

from dataclasses import dataclass, replace
from typing import Final

from ...drivers.errors import DriverError
from ...drivers.readings import Flag, ImpedancePoint, Reading
from ...drivers.segments import (
    Awaited,
    ImpedanceSweep,
    LastingSegment,
    SegmentEnd,
    SegmentResult,
    Watch,
)
from ..control.commands import Command, CommandKind
from .channel import Channel
from .pausing import stay_paused
from .performance import Obey, Part, begin_part, check, perform_part
from .resumption import Resumption, is_over, remainder, resumption_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SoFar:
    """What the earlier parts of a segment have done: their numbers, and time and charge in sum.

    ``last`` is the last reading, on the time of the whole segment.
    """

    parts: tuple[int, ...] = ()
    duration_s: float = 0.0
    charge_c: float = 0.0
    last: Reading | None = None
    impedance: tuple[ImpedancePoint, ...] = ()

    def and_then(self, part: Part) -> "SoFar":
        """Add a part. Of a spectrum, only the last sweep counts."""
        last = self.last if part.last is None else _later(part.last, self.duration_s)
        return SoFar(
            parts=(*self.parts, part.number),
            duration_s=self.duration_s + part.duration_s,
            charge_c=self.charge_c + part.charge_c,
            last=last,
            impedance=part.impedance,
        )

    def rest_of(self, segment: LastingSegment) -> LastingSegment:
        """What is left of ``segment``, as a segment that says which one it continues.

        Its watch is told the time of the whole segment, and of the gap before its first reading.
        """
        if not self.parts:
            return segment
        tags = {**segment.tags, "continues": self.parts[0]}
        left = replace(remainder(segment, self.duration_s), tags=tags)
        if isinstance(left, ImpedanceSweep | Awaited) or left.watch is None:
            return left
        return replace(left, watch=_delayed(left.watch, self.duration_s))

    def result(self, end: SegmentEnd, detail: str = "") -> SegmentResult:
        """What the plan is told of all parts together."""
        return SegmentResult(
            end=end,
            detail=detail,
            duration_s=self.duration_s,
            charge_c=self.charge_c,
            last=self.last,
            impedance=self.impedance,
        )


NOTHING: Final = SoFar()


def carry_out(channel: Channel, segment: LastingSegment, so_far: SoFar = NOTHING) -> SegmentResult:
    """Carry out a segment, or what is left of it, through any pauses; tell what came of it all.

    How it ended is on its way to the disk then: whoever drives the cell next waits for both.
    Raises ``LimitTrippedError``, ``StopAskedError`` or whatever the device raised, once the end is
    recorded.
    """
    try:
        return _carry_out(channel, segment, so_far)
    finally:
        channel.desk.end()


def pause_if_asked(channel: Channel) -> None:
    """Between two segments: stay paused if somebody asked for it."""
    command = channel.desk.take()
    if command is not None:
        stay_paused(channel, command, None)


def _carry_out(channel: Channel, segment: LastingSegment, so_far: SoFar) -> SegmentResult:
    while not so_far.parts or _can_go_on(channel, segment, so_far.duration_s):
        number = begin_part(channel, left := so_far.rest_of(segment))
        channel.desk.begin(number)
        part = perform_part(channel, number, left, _obey(channel, left))
        so_far = so_far.and_then(part)
        if part.end is not SegmentEnd.PAUSED or part.command is None:
            channel.desk.end()
            channel.writer.checkpoint()
            return so_far.result(part.end, part.detail)
        skip = stay_paused(channel, part.command, number)
        if skip is not None:
            return so_far.result(SegmentEnd.SKIPPED, skip.carried_out())
    return so_far.result(SegmentEnd.COMPLETED)


def _obey(channel: Channel, segment: LastingSegment) -> Obey:
    """A skip or a pause breaks a segment off; what is as good as over is let come to its end."""

    def obey(command: Command, done_s: float) -> SegmentEnd | None:
        if command.kind is CommandKind.SKIP:
            return SegmentEnd.SKIPPED
        return SegmentEnd.PAUSED if _can_go_on(channel, segment, done_s) else None

    return obey


def _can_go_on(channel: Channel, segment: LastingSegment, done_s: float) -> bool:
    if resumption_of(segment) is Resumption.REPEATS:
        return True
    if is_over(segment, done_s):
        return False
    try:
        check(channel, remainder(segment, done_s))
    except DriverError:  # it is shorter than the instrument's shortest
        return False
    return True


def _later(reading: Reading, by_s: float) -> Reading:
    return replace(reading, time_s=reading.time_s + by_s)


def _delayed(watch: Watch, by_s: float) -> Watch:
    """Tell a watch the time of the whole segment, and which reading comes after a gap."""
    gap = Flag.RESUMED

    def see(reading: Reading) -> str | None:
        nonlocal gap
        seen = replace(_later(reading, by_s), flags=reading.flags | gap)
        gap = Flag.NONE
        return watch(seen)

    return see
