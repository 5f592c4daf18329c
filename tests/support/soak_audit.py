"""The record of one run against the truth: what the instrument said, and what its cell saw.

Each segment of the record belongs to one script that the instrument carried out. Its rows must be
what was said there, bit for bit, once, in that order, without a hole but where the wire lost a
line; what is missing at the end of a segment that was broken off must have been said within the
time that the record says may be lost. The charge of each galvanostatic segment is compared with
what the current really moved until the last row.
"""

import math
import re
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.rows import Event, ImpedancePoint, Reading, Segment
from support.said import package
from support.soak_cell import Seen
from support.soak_instrument import Instrument

_BEGINS = re.compile(r"M[0-9A-F]{4}")
_SAME_TIME_S = 1e-6
_DIGITS = 1.1e-5
_READINGS_BEHIND = 500
_UNSURE_S = 0.05
_NOTICED_S, _SAME_STEP_S = 1.0, 0.5
WHOLE = ("completed", "voltage_limit")


class Step(NamedTuple):
    """The wall clock was set by so much, at a moment of the monotonic one."""

    wall_s: float
    by_s: float


class Told(NamedTuple):
    """A package: its place among all lines, when it was said, and its values, time first."""

    line: int
    wall_s: float
    values: tuple[float, ...]


@dataclass
class Script:
    """One measurement loop, as the instrument said it."""

    line: int
    told: list[Told] = field(default_factory=list)


@dataclass
class Audit:
    """What was found in one run. ``wrong`` are sentences; there must be none.

    Charges in C, over the galvanostatic segments from their begin to their last row: as recorded,
    as true, and the sum of the errors' sizes. ``unrecorded_c`` flowed after the last row of
    a segment that was broken off, by the segment's number. ``late_s`` are the ages,
    at the moment of breaking off, of what was said and is not in the record. ``said_s``: when each
    row was said.
    """

    wrong: list[str] = field(default_factory=list)
    rows: int = 0
    points: int = 0
    damaged: int = 0
    unfinished: int = 0
    segments: int = 0
    charge_c: float = 0.0
    recorded_c: float = 0.0
    true_c: float = 0.0
    moved_c: float = 0.0
    error_c: float = 0.0
    unrecorded_c: dict[int, float] = field(default_factory=dict)
    gaps: int = 0
    clock_steps: int = 0
    late_s: list[float] = field(default_factory=list)
    said_s: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """Where a run lies within what the instrument said and heard; ``killed_s`` when its workers
    were killed. ``disk_failed``: rows may be missing for as long as that. With ``clock_steps`` the
    length of an interruption, which only the wall clock can tell, is told wrongly.
    """

    first_line: int
    last_line: int
    killed_s: tuple[float, ...] = ()
    disk_failed: bool = False
    clock_steps: tuple[Step, ...] = ()


def audit(run_file: Path, truth: Instrument, course: Course, seen_live: dict[int, Any]) -> Audit:
    """Compare one run that has ended with the truth. ``seen_live``: rows as they first came."""
    found = Audit()
    with RunReader(run_file) as run:
        readings, points = run.readings(), run.impedance_points()
        segments, events = run.segments(), run.events()
    _check_file(run_file, [*readings, *points, *segments, *events], seen_live, found)
    scripts = scripts_of(truth, course)
    begun = {e.body["number"]: float(e.body["began_s"]) for e in events if e.kind == "began"}
    ended = {e.body["number"]: e.body for e in events if e.kind == "segment_ended"}
    rows = _by_segment(readings, points)
    for segment in segments:
        if not rows.get(segment.number):
            continue
        found.segments += 1
        script = _script_of(rows[segment.number][0], scripts)
        if script is None:
            found.wrong.append(f"segment {segment.number}: nothing like it was ever said")
            continue
        end = ended.get(segment.number, {})
        whole = _is_whole(end)
        began_s = begun.get(segment.number, end.get("began_s", math.nan))
        last = _compare(rows[segment.number], script, began_s, truth, course, whole, found)
        if segment.kind == "Galvanostatic" and last is not None:
            _weigh(rows[segment.number], began_s, last, truth, end, found)
    found.rows, found.points = len(readings), len(points)
    _check_clock_steps(course, events, found)
    if not (course.clock_steps or course.disk_failed):
        _check_gaps(segments, events, truth.clock.speed, found)
    return found


def _check_clock_steps(course: Course, events: list[Event], found: Audit) -> None:
    """That the clock was set is in the record, if a worker lived to see it."""
    told_s = [
        float(event.body["length_s"])
        for event in events
        if event.kind == "gap" and event.body["cause"] == "wall clock set"
    ]
    for step in course.clock_steps:
        rows_after = bisect_right(found.said_s, step.wall_s + _NOTICED_S) - bisect_right(
            found.said_s, step.wall_s + 0.5 * _NOTICED_S
        )
        if not rows_after or abs(step.by_s) < 2 * _SAME_STEP_S:
            continue
        found.clock_steps += 1
        if not any(abs(s - step.by_s) < _SAME_STEP_S for s in told_s):
            found.wrong.append(f"the clock was set by {step.by_s:g} s; the record tells {told_s}")


def _check_gaps(segments: list[Segment], events: list[Event], speed: float, found: Audit) -> None:
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


def scripts_of(truth: Instrument, course: Course) -> list[Script]:
    """The measurement loops that the instrument carried out in a run."""
    scripts: list[Script] = []
    for number in range(course.first_line, course.last_line):
        line = truth.said[number]
        if _BEGINS.fullmatch(line.text):
            scripts.append(Script(number))
        elif scripts and (values := package(line.text)) is not None:
            scripts[-1].told.append(Told(number, line.wall_s, tuple(values.values())))
    return scripts


def _is_whole(end: dict[str, Any]) -> bool:
    """Whether the instrument itself ended it; a rest in a pause lasts until somebody does."""
    return end.get("end") in WHOLE and not str(end["detail"]).startswith("resumed")


def _check_file(run_file: Path, rows: list[Any], seen_live: dict[int, Any], found: Audit) -> None:
    numbers = sorted(row.seq for row in rows)
    if numbers != list(range(1, len(numbers) + 1)):
        found.wrong.append("the rows are not numbered without a hole")
    kept = {row.seq: row for row in rows}
    lost = [seq for seq, row in seen_live.items() if kept.get(seq) != row]
    if lost:
        found.wrong.append(f"{len(lost)} rows that could be read are gone or changed: {lost[:3]}")
    ordered = sorted(rows, key=lambda row: row.seq)
    if any(b.elapsed_s < a.elapsed_s for a, b in pairwise(ordered) if _measured(a, b)):
        found.wrong.append("time runs backwards in the record")
    with sqlite3.connect(f"{run_file.as_uri()}?mode=ro", uri=True) as db:
        answer = db.execute("PRAGMA integrity_check").fetchone()[0]
    db.close()
    if answer != "ok":
        found.wrong.append(f"the file is not whole: {answer}")


def _measured(*rows: Any) -> bool:
    return all(isinstance(row, Reading | ImpedancePoint) for row in rows)


def _by_segment(*tables: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for table in tables:
        for row in table:
            found.setdefault(row.segment, []).append(row)
    return found


def _values(row: Any) -> tuple[float, ...]:
    if isinstance(row, Reading):
        return row.voltage_v, row.current_a
    return row.frequency_hz, row.z_real_ohm, row.z_imag_ohm


def _is(row: Any, told: Told) -> bool:
    """Whether a row is a package, bit for bit; a rest is said without its current of 0 A."""
    values, rest = _values(row), told.values[1:]
    return values[: len(rest)] == rest and not any(values[len(rest) :])


def _script_of(row: Any, scripts: list[Script]) -> Script | None:
    """Find the script that said a segment's first row; forget it and all before it."""
    for place, script in enumerate(scripts):
        if any(_is(row, told) for told in script.told):
            del scripts[: place + 1]
            return script
    return None


def _compare(
    rows: list[Any],
    script: Script,
    began_s: float,
    truth: Instrument,
    course: Course,
    whole: bool,
    found: Audit,
) -> Told | None:
    """Walk through rows and packages together; return the package of the last row."""
    where = f"segment {rows[0].segment}"
    place, last = 0, None
    for row in rows:
        skipped = place
        while place < len(script.told) and not _is(row, script.told[place]):
            place += 1
        if place == len(script.told):
            found.wrong.append(f"{where}: {row} was not said, or not after the row before it")
            return last
        _check_hole(script.told[skipped:place], truth, where, found)
        last, place = script.told[place], place + 1
        found.said_s.append(last.wall_s)
        if not abs(row.elapsed_s - began_s - last.values[0]) < _SAME_TIME_S:
            found.wrong.append(
                f"{where}: {row.elapsed_s} s is not {last.values[0]} s after {began_s} s"
            )
    missing = script.told[place:]
    if whole:
        _check_hole(missing, truth, where, found)
    elif missing:
        _check_tail(missing, truth, course, found)
    return last


def _check_hole(missing: list[Told], truth: Instrument, where: str, found: Audit) -> None:
    found.damaged += len(missing)
    for told in missing:
        if told.line not in truth.struck:
            found.wrong.append(f"{where}: {told} is missing, and nothing had befallen it")


def _check_tail(missing: list[Told], truth: Instrument, course: Course, found: Audit) -> None:
    """What is missing at the end was on its way when the segment was broken off."""
    found.unfinished += len(missing)
    first = missing[0]
    if any(told.line in truth.struck for told in missing[:1]) or course.disk_failed:
        return
    killed_s = [s for s in course.killed_s if s > first.wall_s]
    broken_s = min([truth.heard_after(first.wall_s), *killed_s])
    if math.isfinite(broken_s):
        found.late_s.append(max(0.0, broken_s - first.wall_s))


def _weigh(
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
    after_c = next(
        (o.charge_c for o in truth.cell.outputs if o.mode == "open" and o.at_s >= at.at_s),
        at.charge_c,
    )
    if not _is_whole(end):
        found.unrecorded_c[rows[0].segment] = after_c - at.charge_c
    told_c = end.get("charge_c")
    if (
        told_c is not None
        and end.get("end") in WHOLE
        and not math.isclose(told_c, recorded_c, rel_tol=1e-9, abs_tol=1e-15)
    ):
        found.wrong.append(f"segment {rows[0].segment}: {told_c} C told, {recorded_c} C in rows")


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
