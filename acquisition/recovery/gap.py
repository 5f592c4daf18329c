"""The time between the last that was heard of a run and its going on, and what may have flowed.

Nobody measured meanwhile. How long it was is told by the machine's own clock if it has not been
started anew since, and by the wall clock otherwise; that one may have been set, and its word is
taken for nothing else. Where the two part, nobody can tell when the cell was opened meanwhile.
"""

import math
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from ...drivers.clock import machine_time
from ..processes import boot_id
from ..record.reader import RunReader
from ..record.rows import Event, Segment

_AFTERWARDS: Final = frozenset(
    {"command", "error", "gap", "made_safe", "run_ended", "run_resumed", "state", "limit_trip"}
)
"""Events that may have been added when nobody measured any more."""
_CLOCKS_AGREE_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment by the wall clock and, in the boot ``boot_id``, by the machine's own clock."""

    wall: datetime
    passed_s: float = math.nan
    boot_id: str = ""

    def later(self, passed_s: float) -> "Moment":
        """The moment ``passed_s`` seconds after this one."""
        wall = datetime.fromtimestamp(self.wall.timestamp() + passed_s, self.wall.tzinfo)
        return Moment(wall=wall, passed_s=self.passed_s + passed_s, boot_id=self.boot_id)


def moment_now() -> Moment:
    """What all clocks say."""
    now = machine_time()
    wall = datetime.fromtimestamp(now.wall_s, UTC)
    return Moment(wall=wall, passed_s=now.passed_s, boot_id=boot_id())


@dataclass(frozen=True, slots=True, kw_only=True)
class LastHeard:
    """The last sign of life: on the run's time, and by the clocks.

    ``segment`` was being carried out; ``None`` between two. ``made_safe`` is when the cell is
    known to have been opened since, ``None`` if it is not; ``was_open`` whether it was open then
    already, in a run that was paused.
    """

    elapsed_s: float
    at: Moment
    segment: Segment | None
    made_safe: datetime | None
    was_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """How long it was by the clock named ``clock``, not less than 0, and that on the run's time.

    In ``unobserved_s`` of it the cell is not known to have been open; the net charge that the
    instrument may have passed meanwhile lies between the two, ``None`` where no bound is known.
    """

    clock: str
    passed_s: float
    elapsed_s: float
    unobserved_s: float
    charge_min_c: float | None
    charge_max_c: float | None

    def body(self) -> dict[str, Any]:
        """What the record says of it."""
        detail = f"nobody measured for {self.passed_s:.6g} s, by the {self.clock}"
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
    return LastHeard(
        elapsed_s=elapsed_s,
        at=_moment_of(run, alive, elapsed_s),
        segment=_under_way(run.segments(), events),
        made_safe=datetime.fromisoformat(safe[0].utc) if safe else None,
        was_open=_is_paused_open(events),
    )


def gap_until(heard: LastHeard, now: Moment, clock_speed: float) -> Gap:
    """What lies between the last sign of life and ``now``, when the cell is open at the latest."""
    wall_s = (now.wall - heard.at.wall).total_seconds()
    clock, passed_s = "wall clock", wall_s
    if now.boot_id and now.boot_id == heard.at.boot_id:
        clock, passed_s = "machine's clock", now.passed_s - heard.at.passed_s
    is_set = wall_s < 0.0 or abs(wall_s - passed_s) > _CLOCKS_AGREE_S
    passed_s = max(0.0, passed_s)
    unobserved_s = passed_s
    if heard.was_open:
        unobserved_s = 0.0
    elif heard.made_safe is not None and not is_set:
        open_after_s = (heard.made_safe - heard.at.wall).total_seconds()
        unobserved_s = min(passed_s, max(0.0, open_after_s))
    is_known = heard.was_open or clock != "wall clock" or not is_set
    least_a, most_a = _current_range_a(heard.segment) if not heard.was_open else (0.0, 0.0)
    lasted_s = unobserved_s * clock_speed if is_known else math.inf
    return Gap(
        clock=clock,
        passed_s=passed_s,
        elapsed_s=passed_s * clock_speed,
        unobserved_s=unobserved_s,
        charge_min_c=_charge_c(least_a, lasted_s),
        charge_max_c=_charge_c(most_a, lasted_s),
    )


def _charge_c(current_a: float | None, lasted_s: float) -> float | None:
    """What a current passes; ``None`` where no bound is known."""
    if current_a == 0.0 or lasted_s == 0.0:
        return 0.0
    return None if current_a is None or math.isinf(lasted_s) else current_a * lasted_s


def _moment_of(run: RunReader, alive: list[Event], elapsed_s: float) -> Moment:
    """When the run's time was ``elapsed_s``: counted on from the last event of a living worker,
    and from the last pair of clocks, whichever tells of it."""
    speed = run.header.clock_speed
    if not alive:
        return Moment(wall=datetime.fromisoformat(run.header.created_utc))
    last = alive[-1]
    at = Moment(wall=datetime.fromisoformat(last.utc))
    at = at.later(max(0.0, elapsed_s - last.elapsed_s) / speed)
    pairs = [e for e in alive if e.kind == "clock_pair" and e.body.get("boot_id")]
    if not pairs:
        return at
    since_s = (elapsed_s - pairs[-1].elapsed_s) / speed
    passed_s = float(pairs[-1].body["clock_s"]) + since_s
    return Moment(wall=at.wall, passed_s=passed_s, boot_id=str(pairs[-1].body["boot_id"]))


def _last_measured_s(run: RunReader, alive: list[Event]) -> float:
    """The elapsed time of the last row that a living worker wrote."""
    after = alive[-1].seq if alive else 0
    readings = run.reading_columns(after)["elapsed_s"]
    points = [point.elapsed_s for point in run.impedance_points(after)]
    beside = [line.elapsed_s for line in run.auxiliary_readings(after)[-1:]]
    begun = [row.elapsed_s for row in run.segments(after)]
    told = [event.elapsed_s for event in alive[-1:]]
    return max(map(float, [0.0, *told, *begun, *points, *beside, *readings[-1:]]))


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
    if segment is None or segment.kind in ("Rest", "SetTemperature", "SetStackPressure"):
        return 0.0, 0.0
    if segment.kind == "Galvanostatic":
        current_a = float(segment.settings["current_a"])
        return min(0.0, current_a), max(0.0, current_a)
    if segment.kind in ("Potentiostatic", "Voltammetry"):
        limit_a = float(segment.settings["current_max_a"])
        return -limit_a, limit_a
    return None, None
