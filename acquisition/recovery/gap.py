"""The time between the last that was heard of a run and its going on, and what may have flowed.

Nobody measured meanwhile. The wall clock is all there is to tell how long it was, and it may have
been set: its word is taken for the length of the gap and for nothing else.
"""

import math
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from ..record.reader import RunReader
from ..record.rows import Event, Segment

_AFTERWARDS: Final = frozenset(
    {"command", "error", "gap", "made_safe", "run_ended", "run_resumed", "state", "limit_trip"}
)
"""Events that may have been added when nobody measured any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastHeard:
    """The last sign of life: on the run's time, and by the wall clock.

    ``segment`` was being carried out; ``None`` between two. ``made_safe`` is when the cell is
    known to have been opened since, ``None`` if it is not; ``was_open`` whether it was open then
    already, in a run that was paused.
    """

    elapsed_s: float
    wall: datetime
    segment: Segment | None
    made_safe: datetime | None
    was_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How long it was by the wall clock, not less than 0, and that on the run's time.

    In ``unobserved_s`` of it the cell is not known to have been open; the net charge that the
    instrument may have passed meanwhile lies between the two, ``None`` where no bound is known.
    """

    wall_passed_s: float
    elapsed_s: float
    unobserved_s: float
    charge_min_c: float | None
    charge_max_c: float | None

    def body(self) -> dict[str, Any]:
        """What the record says of it."""
        detail = f"nobody measured for {self.wall_passed_s:.6g} s, by the wall clock"
        if self.charge_min_c is None or self.charge_max_c is None:
            detail += "; how much charge passed meanwhile is not known"
        elif self.charge_min_c != self.charge_max_c:
            detail += f"; from {self.charge_min_c:.4g} to {self.charge_max_c:.4g} C may have passed"
        return {"cause": "interruption", "detail": detail, **asdict(self)}


def last_heard(run: RunReader) -> LastHeard:
    """Read when a run was last heard of, and what it did then. Raises ``RecordError``."""
    events = run.events()
    resumed_seq = max((e.seq for e in events if e.kind == "run_resumed"), default=0)
    safe = [e for e in events if e.kind == "made_safe" and e.seq > resumed_seq][:1]
    before_seq = safe[0].seq if safe else math.inf
    alive = [e for e in events if e.kind not in _AFTERWARDS and e.seq < before_seq]
    elapsed_s = _last_measured_s(run, alive)
    anchor = alive[-1] if alive else None
    wall = datetime.fromisoformat(anchor.utc if anchor else run.header.created_utc)
    if anchor is not None:
        ahead_s = max(0.0, elapsed_s - anchor.elapsed_s) / run.header.clock_speed
        wall = datetime.fromtimestamp(wall.timestamp() + ahead_s, wall.tzinfo)
    return LastHeard(
        elapsed_s=elapsed_s,
        wall=wall,
        segment=_under_way(run.segments(), events),
        made_safe=datetime.fromisoformat(safe[0].utc) if safe else None,
        was_open=_is_paused_open(events),
    )


def gap_until(heard: LastHeard, now: datetime, clock_speed: float) -> Gap:
    """What lies between the last sign of life and ``now``, when the cell is open at the latest."""
    speed = clock_speed
    passed_s = max(0.0, (now - heard.wall).total_seconds())
    known_open = heard.made_safe or now
    unobserved_s = min(passed_s, max(0.0, (known_open - heard.wall).total_seconds()))
    if heard.was_open:
        unobserved_s = 0.0
    least_a, most_a = _current_range_a(heard.segment) if unobserved_s > 0 else (0.0, 0.0)
    return Gap(
        wall_passed_s=passed_s,
        elapsed_s=passed_s * speed,
        unobserved_s=unobserved_s,
        charge_min_c=None if least_a is None else least_a * unobserved_s * speed,
        charge_max_c=None if most_a is None else most_a * unobserved_s * speed,
    )


def _last_measured_s(run: RunReader, alive: list[Event]) -> float:
    """The elapsed time of the last row that a living worker wrote."""
    after = alive[-1].seq if alive else 0
    readings = run.reading_columns(after)["elapsed_s"]
    points = [point.elapsed_s for point in run.impedance_points(after)]
    begun = [row.elapsed_s for row in run.segments(after)]
    told = [event.elapsed_s for event in alive[-1:]]
    return max(map(float, [0.0, *told, *begun, *points, *readings[-1:]]))


def _under_way(segments: list[Segment], events: list[Event]) -> Segment | None:
    """The segment that was begun last, unless a living worker ended it on the instrument."""
    if not segments:
        return None
    last = segments[-1]
    whole = {
        int(e.body["number"])
        for e in events
        if e.kind == "segment_ended" and e.body.get("end") != "failed"
    }
    return None if last.number in whole else last


def _is_paused_open(events: list[Event]) -> bool:
    told = [e for e in events if e.kind in ("paused", "resumed", "run_resumed")]
    return bool(told) and told[-1].kind == "paused" and told[-1].body.get("mode") == "open"


def _current_range_a(segment: Segment | None) -> tuple[float | None, float | None]:
    """What may have flowed while a segment went on, in A; ``None`` where no bound is known."""
    if segment is None or segment.kind == "Rest":
        return 0.0, 0.0
    if segment.kind == "Galvanostatic":
        current_a = float(segment.settings["current_a"])
        return min(0.0, current_a), max(0.0, current_a)
    if segment.kind in ("Potentiostatic", "Voltammetry"):
        limit_a = float(segment.settings["current_max_a"])
        return -limit_a, limit_a
    return None, None
