"""What must hold for the rows of a run file before it is sealed."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

from ..record.errors import RecordError
from ..record.last_words import read_last_words
from ..record.reader import RunReader
from ..record.rows import Event
from .errors import SealError

Progress: TypeAlias = Callable[[int, int], None]

_AFTER_THE_END: Final = frozenset({"command", "error", "made_safe", "state"})
"""What a supervisor may still add to the end that a dying worker wrote."""
_PAGE_ROWS: Final = 50_000
_MOST_TOLD: Final = 5

CHECKED: Final = (
    "every row from 1 to the last is there, once",
    "the end of the run is recorded, and nothing was measured after it",
    "no acknowledged row is missing",
    "every reading and point belongs to a recorded segment",
    "the time of the readings never runs back",
)
"""What ``check_rows`` has found true, for the seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a run that are complete. ``counts`` is by table, ``ended`` the recorded end."""

    last_seq: int
    counts: Mapping[str, int]
    ended: Event


def silent(reached: int, last: int) -> None:
    """Tell nobody how far it is."""
    del reached, last


def check_rows(run_file: Path, progress: Progress = silent) -> Rows:
    """Go through every row of a run file that nobody writes any more.

    ``progress`` is told the row that has been reached, and the last one. Raises ``SealError``
    naming what is wrong, and ``RecordError`` for a damaged file.
    """
    with RunReader(run_file) as run:
        end = run.end()
        last_seq, tables = run.last_seq(), run.tables
    if end is None:
        raise SealError(f"{run_file}: no end of the run is recorded; it broke off{_told(run_file)}")
    db = sqlite3.connect(f"{run_file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        counts = {table: _count(db, table) for table in tables}
        problems = [
            *_of_the_sequence(db, tables, lambda reached: progress(reached, last_seq)),
            *_of_the_end(db, tables, end),
            *_of_the_acknowledged(run_file, last_seq),
            *_of_the_segments(db),
            *_of_the_time(db),
        ]
    except sqlite3.Error as error:
        raise RecordError(f"{run_file}: {error}") from error
    finally:
        db.close()
    if problems:
        raise SealError("\n".join(f"{run_file}: {problem}" for problem in problems[:_MOST_TOLD]))
    return Rows(last_seq=last_seq, counts=counts, ended=end)


def _of_the_sequence(
    db: sqlite3.Connection, tables: Iterable[str], tell: Callable[[int], None]
) -> Iterator[str]:
    rows = merge(*(_column(db, table, "seq") for table in tables))
    for before, seq in pairwise(_after(0, rows)):
        if seq % _PAGE_ROWS == 0:
            tell(seq)
        if seq == before:
            yield f"row {seq} is there more than once"
        elif seq != before + 1:
            yield f"rows {before + 1} to {seq - 1} are missing"


def _of_the_end(db: sqlite3.Connection, tables: Iterable[str], end: Event) -> Iterator[str]:
    for table in tables:
        chosen = "SELECT kind FROM event" if table == "event" else f"SELECT '{table}' FROM {table}"
        for (kind,) in db.execute(f"{chosen} WHERE seq > ? ORDER BY seq", (end.seq,)):
            if table != "event" or kind not in _AFTER_THE_END:
                yield f"a {kind} follows the end of the run in row {end.seq}"
                break


def _of_the_acknowledged(run_file: Path, last_seq: int) -> Iterator[str]:
    told = read_last_words(run_file)
    if told is not None and told.acknowledged_seq > last_seq:
        yield (
            f"row {told.acknowledged_seq} was acknowledged, and the file ends with row {last_seq}"
        )


def _of_the_segments(db: sqlite3.Connection) -> Iterator[str]:
    for table in ("reading", "impedance_point"):
        orphans = (
            f"SELECT segment, count(*) FROM {table} "
            "WHERE segment NOT IN (SELECT number FROM segment) GROUP BY segment"
        )
        for number, count in db.execute(orphans):
            yield f"{count} rows of {table} belong to segment {number}, which is not recorded"


def _of_the_time(db: sqlite3.Connection) -> Iterator[str]:
    times_s = _column(db, "reading", "elapsed_s")
    for before_s, at_s in pairwise(times_s):
        if not at_s >= before_s:
            yield f"the time of the readings runs back, from {before_s!r} s to {at_s!r} s"


def _after(first: int, rows: Iterator[int]) -> Iterator[int]:
    yield first
    yield from rows


def _column(db: sqlite3.Connection, table: str, name: str) -> Iterator[int]:
    """One column in the order of ``seq``, a page at a time."""
    found = db.execute(f"SELECT {name} FROM {table} ORDER BY seq")
    while page := found.fetchmany(_PAGE_ROWS):
        for (value,) in page:
            yield value


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _told(run_file: Path) -> str:
    told = read_last_words(run_file)
    return "" if told is None else f" ({told.reason}: {told.detail})"
