"""Bringing a new plan to where its run broke off, by what the run file has.

The plan is made anew from the texts in the run file, and is told what it was told then: the result
of each segment, each reading through the watch of its segment, each point of a spectrum. It must
ask for exactly what is recorded; the first difference ends it, for then this is not the program
(or not the file) that began the run.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from ...drivers.readings import Flag, ImpedancePoint, Reading
from ...drivers.segments import (
    Awaited,
    ImpedanceSweep,
    LastingSegment,
    Mark,
    Segment,
    SegmentEnd,
    SegmentResult,
    SetTemperature,
    Voltammetry,
    Watch,
)
from ..plans.plan import Plan
from ..record.creation import json_text
from ..record.reader import RunReader
from ..worker.parts import NOTHING, SoFar
from ..worker.resumption import is_over
from .recorded import (
    RecordedMark,
    RecordedPart,
    RecordedReadings,
    RecordedSegment,
    charge_of,
    points_by_segment,
    points_of,
    read_plan,
)

_TOLD: Final = frozenset(
    {
        SegmentEnd.COMPLETED,
        SegmentEnd.VOLTAGE_LIMIT,
        SegmentEnd.CURRENT_LIMIT,
        SegmentEnd.COMPLIANCE,
        SegmentEnd.WATCH,
        SegmentEnd.SKIPPED,
    }
)
"""The ends of which a plan was told; after any other the segment was to go on."""
_NOT_SETTINGS: Final = frozenset({"name", "tags", "watch"})


class DivergedError(ValueError):
    """The plan asks for something else than is recorded. Says where, and both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a run broke off.

    ``plan`` waits for the result of ``asked``, of which ``so_far`` is done; ``asked`` is ``None``
    if the plan had come to its end, and ``outcome`` is then what it said. ``charge_c`` is the net
    charge since the run began, as recorded; ``was_paused`` whether the run stood paused.
    ``temperature`` is the last one that the plan had asked for before; ``None`` if it had not.
    """

    plan: Plan
    asked: Segment | None
    so_far: SoFar
    outcome: str
    charge_c: float
    was_paused: bool
    temperature: SetTemperature | None = None


def replay(plan: Plan, run: RunReader) -> Position:
    """Bring ``plan``, which has not begun, to where ``run`` broke off.

    Raises ``DivergedError`` naming the first difference, and ``RecordError`` for a damaged file.
    """
    return _Replay(plan, run).position()


class _Replay:
    def __init__(self, plan: Plan, run: RunReader) -> None:
        self._plan = plan
        self._recorded = read_plan(run)
        self._readings = RecordedReadings(run)
        self._points = points_by_segment(run)
        self._unrecorded_charge_c = 0.0  # of parts that nobody lived to sum up
        self._alarm: str | None = None
        self._temperature: SetTemperature | None = None

    def position(self) -> Position:
        items = self._recorded.items
        asked, outcome = self._next(None)
        for at, item in enumerate(items):
            if asked is None:
                raise DivergedError(f"the plan ends ({outcome}) where {_named(item)} is recorded")
            _compare(asked, item)
            if isinstance(item, RecordedMark):
                asked, outcome = self._next(SegmentResult(end=SegmentEnd.COMPLETED))
                continue
            if isinstance(asked, Mark):  # refused by the comparison
                raise DivergedError(f"{_named(item)} is recorded, and the plan asks for {asked}")
            so_far = self._parts(asked, item)
            result = self._result(asked, item, so_far)
            is_followed = at + 1 < len(items)
            if result is None and is_followed and _is_nearly_over(asked, so_far.duration_s):
                result = so_far.result(SegmentEnd.COMPLETED)  # too little was left to be done
            if result is None and is_followed:
                raise DivergedError(
                    f"{_named(item)} broke off and was never gone on with, but "
                    f"{_named(items[at + 1])} follows it"
                )
            if result is None:
                return self._at(asked, so_far, "")
            if isinstance(asked, SetTemperature):
                self._temperature = asked
            asked, outcome = self._next(result)
        return self._at(asked, NOTHING, outcome)

    def _at(self, asked: Segment | None, so_far: SoFar, outcome: str) -> Position:
        return Position(
            plan=self._plan,
            asked=asked,
            so_far=so_far,
            outcome=outcome,
            charge_c=self._recorded.charge_c + self._unrecorded_charge_c,
            was_paused=self._recorded.is_paused,
            temperature=self._temperature,
        )

    def _next(self, answer: SegmentResult | None) -> tuple[Segment | None, str]:
        try:
            return (next(self._plan) if answer is None else self._plan.send(answer)), ""
        except StopIteration as finished:
            return None, str(finished.value or "")

    def _parts(self, asked: LastingSegment, item: RecordedSegment) -> SoFar:
        """What the parts of a segment have done, and what its watch has seen of them."""
        so_far, self._alarm = NOTHING, None
        for part in item.parts:
            charge_c, last = charge_of(self._shown(asked, self._readings.of(part), so_far))
            points = points_of(part, self._points.get(part.row.number, ()))
            so_far = _and_then(so_far, part, charge_c, last, points)
            if part.charge_c is None:
                self._unrecorded_charge_c += charge_c
        return so_far

    def _shown(
        self, asked: LastingSegment, readings: Iterator[Reading], so_far: SoFar
    ) -> Iterator[Reading]:
        """Show readings to the watch, on the time of the whole segment, and pass them on."""
        watch: Watch | None = None
        if not isinstance(asked, ImpedanceSweep | Awaited):
            watch = asked.watch
        resumed, done_s = Flag.RESUMED if so_far.parts else Flag.NONE, so_far.duration_s
        for reading in readings:
            if self._alarm is not None:
                raise DivergedError(
                    f"{asked.name!r} would have been ended {reading.time_s + done_s:g} s into it "
                    f"at the latest ({self._alarm}), and is recorded as going on"
                )
            if watch is not None:
                seen = reading
                if so_far.parts:
                    flags, resumed = reading.flags | resumed, Flag.NONE
                    seen = replace(reading, time_s=reading.time_s + done_s, flags=flags)
                self._alarm = watch(seen)
            yield reading

    def _result(
        self, asked: LastingSegment, item: RecordedSegment, so_far: SoFar
    ) -> SegmentResult | None:
        """What the plan was told of a segment, or has to be told now; ``None`` if it goes on."""
        end = None if item.last.end is None else SegmentEnd(item.last.end)
        if end in _TOLD:
            if (self._alarm is not None) != (end is SegmentEnd.WATCH):
                raise DivergedError(
                    f"{_named(item)} is recorded as ended by {end} {item.last.detail!r}, and its "
                    f"watch now says {self._alarm!r}"
                )
            return so_far.result(SegmentEnd(end), item.last.detail)
        if self._alarm is not None:  # the worker died between the alarm and the end
            return so_far.result(SegmentEnd.WATCH, self._alarm)
        if item.skipped_by is not None:
            return so_far.result(SegmentEnd.SKIPPED, f"skipped by {item.skipped_by}")
        if is_over(asked, so_far.duration_s):
            return so_far.result(SegmentEnd.COMPLETED)
        return None


def _and_then(
    so_far: SoFar,
    part: RecordedPart,
    charge_c: float,
    last: Reading | None,
    points: tuple[ImpedancePoint, ...],
) -> SoFar:
    """Add a part to what the earlier ones have done; what its end did not tell is as read."""
    seen_s = max([0.0, *(seen.time_s for seen in (last, *points[-1:]) if seen is not None)])
    later = None if last is None else replace(last, time_s=last.time_s + so_far.duration_s)
    return SoFar(
        parts=(*so_far.parts, part.row.number),
        duration_s=so_far.duration_s + (seen_s if part.duration_s is None else part.duration_s),
        charge_c=so_far.charge_c + (charge_c if part.charge_c is None else part.charge_c),
        last=so_far.last if later is None else later,
        impedance=points,
    )


def _is_nearly_over(asked: LastingSegment, done_s: float) -> bool:
    """Whether less than a sample of a segment is left: that may be shorter than can be done."""
    if isinstance(asked, ImpedanceSweep | Voltammetry | Awaited):
        return False
    return is_over(asked, done_s + asked.sample_period_s)


def _compare(asked: Segment, item: RecordedSegment | RecordedMark) -> None:
    """Raise ``DivergedError`` unless the plan asks for what is recorded."""
    if isinstance(asked, Mark) != isinstance(item, RecordedMark):
        raise DivergedError(f"the plan asks for {_asked(asked)}, and {_named(item)} is recorded")
    wanted, found = _wanted(asked), _found(item)
    for name in wanted:
        if wanted[name] != found[name]:
            raise DivergedError(
                f"the plan asks for {_asked(asked)} with {name} {wanted[name]}, and {_named(item)} "
                f"is recorded with {found[name]}"
            )


def _wanted(asked: Segment) -> dict[str, Any]:
    """What a plan asks for, as a run file would hold it."""
    if isinstance(asked, Mark):
        return _plain({"label": asked.label, "data": dict(asked.data)})
    names = [each.name for each in fields(asked) if each.name not in _NOT_SETTINGS]
    return _plain(
        {
            "kind": type(asked).__name__,
            "name": asked.name,
            "settings": {name: getattr(asked, name) for name in names},
            "tags": dict(asked.tags),
        }
    )


def _found(item: RecordedSegment | RecordedMark) -> dict[str, Any]:
    if isinstance(item, RecordedMark):
        return {"label": item.label, "data": item.data}
    row = item.row
    return {"kind": row.kind, "name": row.name, "settings": row.settings, "tags": row.tags}


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json_text(value))
    return plain


def _asked(asked: Segment) -> str:
    if isinstance(asked, Mark):
        return f"the mark {asked.label!r}"
    kind = "a temperature" if isinstance(asked, SetTemperature) else type(asked).__name__
    return f"{kind} {asked.name!r}"


def _named(item: RecordedSegment | RecordedMark) -> str:
    if isinstance(item, RecordedMark):
        return f"the mark {item.label!r}"
    return f"segment {item.row.number} {item.row.name!r}"
