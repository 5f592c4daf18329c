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
from itertools import pairwise
from pathlib import Path
from typing import Any

from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.rows import Event, ImpedancePoint, Reading
from support.said import package
from support.soak_charge import check_gaps, weigh
from support.soak_findings import Audit, Course, Script, Told, is_whole
from support.soak_instrument import Instrument

_BEGINS = re.compile(r"M[0-9A-F]{4}")
_SAME_TIME_S = 1e-6
_NOTICED_S, _SAME_STEP_S = 1.0, 0.5


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
        whole = is_whole(end)
        began_s = begun.get(segment.number, end.get("began_s", math.nan))
        last = _compare(rows[segment.number], script, began_s, truth, course, whole, found)
        if segment.kind == "Galvanostatic" and last is not None:
            weigh(rows[segment.number], began_s, last, truth, end, found)
    found.rows, found.points = len(readings), len(points)
    _check_clock_steps(course, events, found)
    if not course.disk_failed:
        check_gaps(segments, events, truth.clock.speed, found)
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
