"""The charge of a record against the charge that really flowed through the cell."""

import math
from bisect import bisect_right
from itertools import pairwise
from typing import Any

from solidcell.acquisition.record.rows import Event, Segment
from support.soak_cell import Seen
from support.soak_findings import Audit, Told, is_whole
from support.soak_instrument import Instrument

_DIGITS = 1.1e-5
_READINGS_BEHIND = 500
_UNSURE_S = 0.05


def weigh(
    rows: list[Any],
    began_s: float,
    last: Told,
    truth: Instrument,
    end: dict[str, Any],
    found: Audit,
) -> None:
    """Compare the charge of one galvanostatic segment, until its last row, with the true one."""
    at = _seen_of(last, truth.cell.seen)
    if at is None:
        found.wrong.append(f"segment {rows[0].segment}: the cell never saw its last reading")
        return
    start_c = truth.cell.charge_before(at.at_s)
    true_c = at.charge_c - start_c
    recorded_c = trapezoids([(row.elapsed_s - began_s, row.current_a) for row in rows])
    found.true_c += true_c
    found.recorded_c += recorded_c
    found.moved_c += abs(true_c)
    found.error_c += abs(recorded_c - true_c)
    found.worst = max(found.worst, abs(recorded_c - true_c) / abs(true_c) if true_c else math.inf)
    after_c = next(
        (o.charge_c for o in truth.cell.outputs if o.mode == "open" and o.at_s >= at.at_s),
        at.charge_c,
    )
    if not is_whole(end):
        found.unrecorded_c[rows[0].segment] = after_c - at.charge_c
    told_c = end.get("charge_c")
    if (
        told_c is not None
        and is_whole(end)
        and not math.isclose(told_c, recorded_c, rel_tol=1e-9, abs_tol=1e-15)
    ):
        found.wrong.append(f"segment {rows[0].segment}: {told_c} C told, {recorded_c} C in rows")


def check_gaps(segments: list[Segment], events: list[Event], speed: float, found: Audit) -> None:
    """What the record says may have flowed while nobody measured holds what really did."""
    for gap in events:
        low_c, high_c = (gap.body.get(f"charge_{end}_c") for end in ("min", "max"))
        before = [each for each in segments if each.seq < gap.seq]
        if gap.kind != "gap" or low_c is None or high_c is None or not before:
            continue
        flowed_c = found.unrecorded_c.get(before[-1].number)
        if flowed_c is None:
            continue
        found.gaps += 1
        unsure_c = _UNSURE_S * speed * abs(before[-1].settings["current_a"])
        if not low_c - unsure_c <= flowed_c <= high_c + unsure_c:
            found.wrong.append(
                f"a gap tells of {low_c:g} to {high_c:g} C in segment {before[-1].number}, "
                f"and {flowed_c:g} C flowed"
            )


def _seen_of(told: Told, seen: list[Seen]) -> Seen | None:
    """What the cell was at the reading that a package tells: just before it was said."""
    voltage_v = told.values[1]
    place = bisect_right(seen, told.wall_s, key=lambda each: each.wall_s)
    before = seen[max(0, place - _READINGS_BEHIND) : place]
    nearest = min(before, key=lambda each: abs(each.voltage_v - voltage_v), default=None)
    if nearest is None or abs(nearest.voltage_v - voltage_v) > _DIGITS * abs(voltage_v):
        return None
    return nearest


def trapezoids(rows: list[tuple[float, float]]) -> float:
    """The charge of rows of time and current; the first counts back to the beginning.

    >>> trapezoids([(1.0, 2.0), (3.0, 4.0)])
    8.0
    """
    first_s, first_a = rows[0]
    steps = [0.5 * (a + b) * (t - s) for (s, a), (t, b) in pairwise(rows)]
    return math.fsum([first_s * first_a, *steps])
