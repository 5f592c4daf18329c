"""Copying a bench's catalogue of ended runs to that of the laboratory, as often as one likes.

A bench never waits for the laboratory: nothing of this is done while a run is made, and what could
not be sent today is sent by the next mirror. Runs are told apart by ``uuid`` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from .database import Catalogue
from .tables import CELL, RESULT, RUN
from .upsert import upsert

_Row: TypeAlias = dict[str, Any]
_Result: TypeAlias = tuple[str, str]
"""The key of a run, and the kind of its result."""

_RUNS_AT_ONCE: Final = 200
_COMPARED: Final = ("path", "sealed", "last_seq", "content_sha256")
"""What makes a run that is known already worth sending again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """What a mirror did, in runs: sent now, there already, not ended yet, not readable."""

    sent: int
    unchanged: int
    not_ended: int
    unreadable: int


def mirror(own: Catalogue, lab: Catalogue, *, bench: str, data_dir: Path) -> Mirrored:
    """Send every ended run of ``own`` that ``lab`` lacks or knows less of.

    A second mirror of the same changes nothing. Of two copies of one run the longer counts, of two
    results of one kind the later. What was sent before a failure stays sent. Raises
    ``CatalogueError`` if either catalogue fails.
    """
    runs, not_ended, unreadable = _ended_runs(own)
    for run in runs:
        run |= {"bench": bench, "path": (data_dir.resolve() / run["path"]).as_posix()}
    sent = sum(_send(own, lab, batch) for batch in _batches(runs))
    return Mirrored(
        sent=sent, unchanged=len(runs) - sent, not_ended=not_ended, unreadable=unreadable
    )


def _ended_runs(own: Catalogue) -> tuple[list[_Row], int, int]:
    """What tells the best copy of every ended run, and how many files are not ended or readable."""
    columns = (RUN.c[name] for name in ("key", "uuid", "reason", *_COMPARED))
    with own.reading() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(*columns)).mappings()]
    ended = [row for row in rows if row["reason"] is not None and row["uuid"] is not None]
    ended.sort(key=lambda row: (row["last_seq"], row["key"] == row["uuid"], row["path"]))
    best = {row["uuid"]: row for row in ended}
    unreadable = sum(row["uuid"] is None for row in rows)
    return list(best.values()), len(rows) - len(ended) - unreadable, unreadable


def _send(own: Catalogue, lab: Catalogue, runs: Sequence[_Row]) -> int:
    """Send what is new of a batch, in one transaction; return of how many runs."""
    uuids = {run["key"]: run["uuid"] for run in runs}
    with own.reading() as connection:
        results = _results(connection, list(uuids))
    with lab.reading() as connection:
        known_results = _results(connection, list(uuids.values()))
        known_runs = _runs(connection, list(uuids.values()))
    new_runs = [run for run in runs if _says_more(run, known_runs.get(run["uuid"]))]
    new_results = [
        (key, kind)
        for (key, kind), row in results.items()
        if _is_later(row, known_results.get((uuids[key], kind)))
    ]
    if new_runs or new_results:
        _write(lab, _whole(own, new_runs, new_results, uuids))
    return len({run["key"] for run in new_runs} | {key for key, _ in new_results})


def _results(connection: sa.Connection, keys: Sequence[str]) -> dict[_Result, sa.RowMapping]:
    """What tells one result from another, of the runs of these keys."""
    columns = (RESULT.c[name] for name in ("run_key", "kind", "made", "content_sha256"))
    query = sa.select(*columns).where(RESULT.c.run_key.in_(keys))
    return {(row["run_key"], row["kind"]): row for row in connection.execute(query).mappings()}


def _runs(connection: sa.Connection, keys: Sequence[str]) -> dict[str, sa.RowMapping]:
    columns = (RUN.c[name] for name in ("key", "bench", *_COMPARED))
    query = sa.select(*columns).where(RUN.c.key.in_(keys))
    return {row["key"]: row for row in connection.execute(query).mappings()}


def _says_more(run: Mapping[str, Any], known: sa.RowMapping | None) -> bool:
    if known is None or run["last_seq"] > known["last_seq"]:
        return True
    if run["last_seq"] < known["last_seq"] or run["bench"] != known["bench"]:
        return False  # a copy of the same run elsewhere: who came first stays
    return any(run[name] != known[name] for name in _COMPARED)


def _is_later(result: sa.RowMapping, known: sa.RowMapping | None) -> bool:
    if known is None:
        return True
    if result["content_sha256"] == known["content_sha256"] or result["made"] is None:
        return False
    return known["made"] is None or bool(result["made"] > known["made"])


def _whole(
    own: Catalogue,
    new_runs: Sequence[_Row],
    new_results: Sequence[_Result],
    uuids: Mapping[str, str],
) -> dict[sa.Table, list[_Row]]:
    """The rows to be sent, as they are to stand in the laboratory's catalogue."""
    places = {run["key"]: run for run in new_runs}
    run_query = sa.select(RUN).where(RUN.c.key.in_(places))
    result_query = sa.select(RESULT).where(RESULT.c.run_key.in_({key for key, _ in new_results}))
    with own.reading() as connection:
        runs = [dict(row) for row in connection.execute(run_query).mappings()]
        digests = {run["cell_digest"] for run in runs}
        cell_query = sa.select(CELL).where(CELL.c.digest.in_(digests)).order_by(CELL.c.digest)
        cells = [dict(row) for row in connection.execute(cell_query).mappings()]
        results = [dict(row) for row in connection.execute(result_query).mappings()]
    for run in runs:
        place = places[run["key"]]
        run |= {name: place[name] for name in ("bench", "path")}
        run |= {"key": run["uuid"], "fingerprint": ""}
    return {
        CELL: cells,
        RUN: runs,
        RESULT: [
            {**row, "run_key": uuids[row["run_key"]]}
            for row in results
            if (row["run_key"], row["kind"]) in new_results
        ],
    }


def _write(lab: Catalogue, rows: Mapping[sa.Table, list[_Row]]) -> None:
    """All or nothing; another bench may be writing the same run at this moment."""
    with lab.writing() as connection:
        upsert(connection, CELL, rows[CELL])
        upsert(connection, RUN, rows[RUN], lambda new: new.last_seq >= RUN.c.last_seq)
        upsert(
            connection,
            RESULT,
            rows[RESULT],
            lambda new: sa.or_(RESULT.c.made.is_(None), new.made >= RESULT.c.made),
        )


def _batches(runs: Sequence[_Row]) -> Iterator[Sequence[_Row]]:
    for start in range(0, len(runs), _RUNS_AT_ONCE):
        yield runs[start : start + _RUNS_AT_ONCE]
