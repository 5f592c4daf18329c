"""What a run file has of a plan: its marks, and its segments with all their parts, in order."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from ...drivers.readings import Flag, ImpedancePoint, Reading
from ..record.reader import RunReader
from ..record.rows import Event, Segment
from ..record.rows import ImpedancePoint as RecordedPoint

_PAGE_ROWS: Final = 50_000
_TIME_DIGITS: Final = 8  # adding the beginning to a time and taking it away again costs the last


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPart:
    """One row of the table ``segment`` and what came of it; ``end`` is ``None`` if it broke off.

    ``duration_s`` and ``charge_c`` are ``None`` where nobody was left to record them.
    """

    row: Segment
    began_s: float
    end: str | None = None
    detail: str = ""
    duration_s: float | None = None
    charge_c: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSegment:
    """A segment that the plan asked for, in as many parts as were made of it.

    ``skipped_by`` is who skipped what was left of it while the run was paused, if somebody did.
    """

    parts: tuple[RecordedPart, ...]
    skipped_by: str | None = None

    @property
    def row(self) -> Segment:
        """The first row, which says what was asked for."""
        return self.parts[0].row

    @property
    def last(self) -> RecordedPart:
        """The part that came last."""
        return self.parts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMark:
    """A mark that the plan made."""

    label: str
    data: dict[str, Any]


RecordedItem: TypeAlias = RecordedSegment | RecordedMark


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedPlan:
    """Everything that a plan asked for, in order.

    ``charge_c`` is the net charge since the run began as far as it was recorded with the ends of
    parts; ``is_paused`` whether the run stood paused when it was last heard of.
    """

    items: tuple[RecordedItem, ...]
    charge_c: float
    is_paused: bool


def read_plan(run: RunReader) -> RecordedPlan:
    """Read what a run's plan has asked for. Raises ``RecordError`` for a damaged file."""
    gathered = _Gathered()
    rows: list[Segment | Event] = [*run.segments(), *run.events()]
    for row in sorted(rows, key=lambda row: row.seq):
        if isinstance(row, Segment):
            gathered.take_segment(row)
        else:
            gathered.take_event(row)
    return gathered.plan()


@dataclass(slots=True)
class _Gathered:
    """Parts by their number, and the numbers of the parts of each segment, in order."""

    order: list[int | RecordedMark] = field(default_factory=list)
    parts: dict[int, list[int]] = field(default_factory=dict)
    rows: dict[int, Segment] = field(default_factory=dict)
    began_s: dict[int, float] = field(default_factory=dict)
    ends: dict[int, Event] = field(default_factory=dict)
    skipped_by: dict[int, str] = field(default_factory=dict)
    latest: int | None = None
    is_paused: bool = False

    def take_segment(self, row: Segment) -> None:
        self.rows[row.number] = row
        if row.tags.get("paused"):  # what a paused run does is not of the plan
            return
        first = row.tags.get("continues")
        if isinstance(first, int) and first in self.parts:
            self.parts[first].append(row.number)
            self.latest = first
            return
        self.order.append(row.number)
        self.parts[row.number] = [row.number]
        self.latest = row.number

    def take_event(self, event: Event) -> None:
        body = event.body
        match event.kind:
            case "mark":
                mark = RecordedMark(label=str(body["label"]), data=dict(body["data"]))
                self.order.append(mark)
            case "began":
                self.began_s[int(body["number"])] = float(body["began_s"])
            case "segment_ended":
                self.ends[int(body["number"])] = event
            case "paused":
                self.is_paused = True
            case "resumed" | "run_resumed":
                self.is_paused = False
            case "command" if body.get("accepted"):
                self.take_command(str(body["kind"]), str(body.get("who")))

    def take_command(self, kind: str, who: str) -> None:
        """Take notice of a command that was accepted, carried out or not.

        Who asked for a pause, and was told yes, relies on it.
        """
        if kind == "pause":
            self.is_paused = True
        elif kind == "skip" and self.is_paused and self.latest is not None:
            self.skipped_by[self.latest] = who

    def plan(self) -> RecordedPlan:
        items: list[RecordedItem] = []
        for each in self.order:
            if isinstance(each, RecordedMark):
                items.append(each)
                continue
            parts = tuple(self._part(number) for number in self.parts[each])
            items.append(RecordedSegment(parts=parts, skipped_by=self.skipped_by.get(each)))
        charge_c = sum(float(end.body.get("charge_c", 0.0)) for end in self.ends.values())
        return RecordedPlan(items=tuple(items), charge_c=charge_c, is_paused=self.is_paused)

    def _part(self, number: int) -> RecordedPart:
        row, ended = self.rows[number], self.ends.get(number)
        if ended is None:
            began_s = self.began_s.get(number, row.elapsed_s)
            return RecordedPart(row=row, began_s=began_s)
        body = ended.body
        return RecordedPart(
            row=row,
            began_s=float(body["began_s"]),
            end=str(body["end"]),
            detail=str(body["detail"]),
            duration_s=float(body["duration_s"]),
            charge_c=float(body["charge_c"]),
        )


class RecordedReadings:
    """The readings of one part after the other, for parts in the order in which they were begun."""

    def __init__(self, run: RunReader) -> None:
        self._pages = _pages(run)
        self._page = next(self._pages, None)
        self._at = 0

    def of(self, part: RecordedPart) -> Iterator[Reading]:
        """The readings of ``part``, their times from its beginning; those before it are passed."""
        number = part.row.number
        while self._page is not None:
            segments = self._page["segment"]
            self._at = bisect_left(segments, number, self._at)
            if self._at < len(segments):
                if segments[self._at] != number:
                    return
                end = bisect_left(segments, number + 1, self._at)
                rows = slice(self._at, end)
                self._at = end
                names = ("elapsed_s", "voltage_v", "current_a", "flags")
                columns = (self._page[name][rows] for name in names)
                for elapsed_s, voltage_v, current_a, flags in zip(*columns, strict=True):
                    time_s = round(elapsed_s - part.began_s, _TIME_DIGITS)
                    told = Flag(flags) if flags else Flag.NONE  # making one is slow
                    yield Reading(time_s, voltage_v, current_a, told)
                if end < len(segments):
                    return
            self._page, self._at = next(self._pages, None), 0


def _pages(run: RunReader) -> Iterator[dict[str, Any]]:
    seen = 0
    while True:
        page = run.reading_columns(seen, _PAGE_ROWS)
        if not len(page["seq"]):
            return
        seen = page["seq"][-1]
        yield page


def points_by_segment(run: RunReader) -> dict[int, list[RecordedPoint]]:
    """The points of each sweep, by the number of its part."""
    points: dict[int, list[RecordedPoint]] = {}
    for point in run.impedance_points():
        points.setdefault(point.segment, []).append(point)
    return points


def points_of(part: RecordedPart, points: Iterable[RecordedPoint]) -> tuple[ImpedancePoint, ...]:
    """The points of one part as its plan was told them, their times from its beginning."""
    return tuple(
        ImpedancePoint(
            time_s=round(point.elapsed_s - part.began_s, _TIME_DIGITS),
            frequency_hz=point.frequency_hz,
            z_ohm=complex(point.z_real_ohm, point.z_imag_ohm),
            flags=Flag(point.flags),
        )
        for point in points
    )


def charge_of(readings: Iterable[Reading]) -> tuple[float, Reading | None]:
    """Charge by trapezoids, the first reading counting back to the start, and the last reading."""
    charge_c, last = 0.0, None
    for reading in readings:
        if last is None:
            charge_c += reading.current_a * reading.time_s
        else:
            mean_a = 0.5 * (last.current_a + reading.current_a)
            charge_c += mean_a * (reading.time_s - last.time_s)
        last = reading
    return charge_c, last
