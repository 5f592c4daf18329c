"""Copying a bench's catalogue of ended runs to that of the laboratory, as often as one likes.

A bench never waits for the laboratory: nothing of this is done while a run is made, and what could
not be sent today is sent by the next mirror. Runs are told apart by ``uuid`` alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from .database import Catalogue
from .tables import CELL, RESULT, RUN
from .upsert import upsert

_RUNS_AT_ONCE: Final = 200


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
        place = (data_dir.resolve() / run["path"]).as_posix()
        run |= {"key": run["uuid"], "bench": bench, "path": place, "fingerprint": ""}
    sent = sum(_send(own, lab, batch) for batch in _batches(runs))
    return Mirrored(
        sent=sent, unchanged=len(runs) - sent, not_ended=not_ended, unreadable=unreadable
    )


def _ended_runs(own: Catalogue) -> tuple[list[dict[str, Any]], int, int]:
    """The best copy of every ended run, and how many files are neither ended nor readable.

    ``own_key`` is where its results hang in the bench's catalogue.
    """
    with own.reading() as connection:
        rows = [dict(row) for row in connection.execute(sa.select(RUN)).mappings()]
    ended = [{**row, "own_key": row["key"]} for row in rows if row["reason"] and row["uuid"]]
    ended.sort(key=lambda row: (row["last_seq"], row["key"] == row["uuid"], row["path"]))
    best = {row["uuid"]: row for row in ended}
    unreadable = sum(row["uuid"] is None for row in rows)
    return list(best.values()), len(rows) - len(ended) - unreadable, unreadable


def _send(own: Catalogue, lab: Catalogue, runs: Sequence[dict[str, Any]]) -> int:
    """Send what is new of a batch, in one transaction; return of how many runs."""
    cells, results = _belongings(own, runs)
    with lab.reading() as connection:
        known_runs, known_results = _known(connection, [run["uuid"] for run in runs])
    new_runs = [run for run in runs if _says_more(run, known_runs.get(run["uuid"]))]
    new_results = [
        row for row in results if _is_later(row, known_results.get((row["run_key"], row["kind"])))
    ]
    if not new_runs and not new_results:
        return 0
    digests = {run["cell_digest"] for run in new_runs}
    columns = {column.name for column in RUN.columns}
    with lab.writing() as connection:
        wanted = [cell for cell in cells if cell["digest"] in digests]
        upsert(connection, CELL, sorted(wanted, key=lambda cell: str(cell["digest"])))
        upsert(
            connection,
            RUN,
            [{name: run[name] for name in columns} for run in new_runs],
            lambda new: new.last_seq >= RUN.c.last_seq,
        )
        upsert(
            connection,
            RESULT,
            new_results,
            lambda new: sa.or_(RESULT.c.made.is_(None), new.made >= RESULT.c.made),
        )
    return len({run["uuid"] for run in new_runs} | {row["run_key"] for row in new_results})


def _belongings(
    own: Catalogue, runs: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The cells and results of a batch; the results under the key of the laboratory."""
    digests = {run["cell_digest"] for run in runs}
    uuids = {run["own_key"]: run["uuid"] for run in runs}
    with own.reading() as connection:
        cells = connection.execute(sa.select(CELL).where(CELL.c.digest.in_(digests))).mappings()
        of_cells = [dict(row) for row in cells]
        found = connection.execute(sa.select(RESULT).where(RESULT.c.run_key.in_(uuids)))
        results = [{**row, "run_key": uuids[row["run_key"]]} for row in found.mappings()]
    return of_cells, results


def _known(
    connection: sa.Connection, uuids: Sequence[str]
) -> tuple[dict[str, sa.RowMapping], dict[tuple[str, str], sa.RowMapping]]:
    """What the laboratory knows of a batch: of its runs, and of their results."""
    runs = sa.select(
        RUN.c.key, RUN.c.bench, RUN.c.path, RUN.c.sealed, RUN.c.last_seq, RUN.c.content_sha256
    ).where(RUN.c.key.in_(uuids))
    results = sa.select(
        RESULT.c.run_key, RESULT.c.kind, RESULT.c.made, RESULT.c.content_sha256
    ).where(RESULT.c.run_key.in_(uuids))
    return (
        {row["key"]: row for row in connection.execute(runs).mappings()},
        {(row["run_key"], row["kind"]): row for row in connection.execute(results).mappings()},
    )


def _says_more(run: Mapping[str, Any], known: sa.RowMapping | None) -> bool:
    if known is None or run["last_seq"] > known["last_seq"]:
        return True
    if run["last_seq"] < known["last_seq"] or run["bench"] != known["bench"]:
        return False  # a copy of the same run elsewhere: who came first stays
    compared = ("path", "sealed", "content_sha256")
    return any(run[name] != known[name] for name in compared)


def _is_later(result: Mapping[str, Any], known: sa.RowMapping | None) -> bool:
    if known is None:
        return True
    if result["content_sha256"] == known["content_sha256"] or result["made"] is None:
        return False
    return known["made"] is None or result["made"] > known["made"]


def _batches(runs: Sequence[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    for start in range(0, len(runs), _RUNS_AT_ONCE):
        yield runs[start : start + _RUNS_AT_ONCE]
