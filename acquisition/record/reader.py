"""Reading a run file, live or finished: the same rows by the same calls."""

import json
import math
import sqlite3
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

from .errors import NotARunFileError, RecordError
from .migrations import SCHEMA_VERSION
from .rows import AuxiliaryReading, Event, ImpedancePoint, Reading, RunHeader, Segment
from .schema import APPLICATION_ID, SEQUENCED

_PAGE_ROWS: Final = 50_000
_INTEGERS: Final = frozenset({"seq", "segment", "flags"})
_OF_POINTS_SINCE_2: Final = frozenset({"temperature_k", "stack_pressure_pa"})
_TABLES_OF_1: Final = tuple(table for table in SEQUENCED if table != "auxiliary_reading")
_READING_COLUMNS: Final = tuple(field.name for field in fields(Reading))


class RunReader:
    """A run file, opened read-only. It never holds a transaction longer than one page of rows.

    ``since_seq`` asks for the rows after that one: remember the last ``seq`` seen, and ask again.
    Every method raises ``RecordError`` if the file turns out to be damaged.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._db = _open_read_only(self.path)
        try:
            self._version = _version_of_run_file(self._db, self.path)
            self.header = self._read_header()
        except BaseException:
            self._db.close()
            raise

    def segments(self, since_seq: int = 0) -> list[Segment]:
        """The segments begun after ``since_seq``, oldest first."""
        columns = "seq, number, elapsed_s, kind, name, settings, tags"
        return [
            Segment(
                seq=seq,
                number=number,
                elapsed_s=elapsed_s,
                kind=kind,
                name=name,
                settings=json.loads(settings),
                tags=json.loads(tags),
            )
            for seq, number, elapsed_s, kind, name, settings, tags in self._rows(
                "segment", columns, since_seq, None
            )
        ]

    def readings(self, since_seq: int = 0, limit: int | None = None) -> list[Reading]:
        """The readings after ``since_seq``, oldest first, at most ``limit`` of them."""
        names = _READING_COLUMNS
        rows = self._rows("reading", ", ".join(names), since_seq, limit)
        return [Reading(**dict(zip(names, row, strict=True))) for row in rows]

    def reading_columns(
        self,
        since_seq: int = 0,
        limit: int | None = None,
        *,
        names: tuple[str, ...] = _READING_COLUMNS,
    ) -> dict[str, "array[Any]"]:
        """The same as ``readings``, as one array a column: quick for a million rows.

        Keys are ``names``, fields of ``Reading`` with ``seq`` first. ``seq``, ``segment`` and
        ``flags`` are 64-bit integers, the rest doubles, NaN where there is no temperature or
        pressure. ``numpy.frombuffer`` (or ``numpy.asarray``) takes them without a copy.
        """
        columns: dict[str, array[Any]] = {
            name: array("q" if name in _INTEGERS else "d") for name in names
        }
        for page in self._pages("reading", ", ".join(names), since_seq, limit):
            for name, values in zip(names, zip(*page, strict=True), strict=True):
                columns[name].extend(_as_numbers(values))
        return columns

    def reading_overview(self, count: int) -> list[Reading]:
        """Readings spread over the whole file, oldest first, at most ``count``: at once, however
        many there are. The first and the newest are among them.
        """
        ((first, newest),) = self._query("SELECT min(seq), max(seq) FROM reading", ())
        if first is None:
            return []
        select = f"SELECT {', '.join(_READING_COLUMNS)} FROM reading WHERE seq >= ?"
        wanted = {first + (newest - first) * k // max(1, count - 1) for k in range(count)}
        found = {
            row[0]: row
            for seq in sorted(wanted)
            for row in self._query(f"{select} ORDER BY seq LIMIT 1", (seq,))
        }
        return [Reading(**dict(zip(_READING_COLUMNS, row, strict=True))) for row in found.values()]

    def impedance_points(
        self, since_seq: int = 0, limit: int | None = None
    ) -> list[ImpedancePoint]:
        """The impedance points after ``since_seq``, oldest first, at most ``limit`` of them."""
        names = tuple(field.name for field in fields(ImpedancePoint))
        missing = _OF_POINTS_SINCE_2 if self._version < 2 else frozenset()
        columns = ", ".join(f"NULL AS {name}" if name in missing else name for name in names)
        rows = self._rows("impedance_point", columns, since_seq, limit)
        return [ImpedancePoint(**dict(zip(names, row, strict=True))) for row in rows]

    def auxiliary_readings(
        self, since_seq: int = 0, limit: int | None = None
    ) -> list[AuxiliaryReading]:
        """What was read beside the cell after ``since_seq``, oldest first, at most ``limit``."""
        if "auxiliary_reading" not in self.tables:
            return []
        names = tuple(field.name for field in fields(AuxiliaryReading))
        rows = self._rows("auxiliary_reading", ", ".join(names), since_seq, limit)
        return [AuxiliaryReading(**dict(zip(names, row, strict=True))) for row in rows]

    def events(self, since_seq: int = 0, kind: str | None = None) -> list[Event]:
        """The events after ``since_seq``, oldest first; only those of ``kind`` if it is given."""
        columns = "seq, elapsed_s, utc, kind, body"
        table = "event" if kind is None else "(SELECT * FROM event WHERE kind = :kind)"
        return [
            Event(seq=seq, elapsed_s=elapsed_s, utc=utc, kind=which, body=json.loads(body))
            for page in self._pages(table, columns, since_seq, None, {"kind": kind})
            for seq, elapsed_s, utc, which, body in page
        ]

    def end(self) -> Event | None:
        """The event by which the run has ended; ``None`` if it goes on, or was resumed since."""
        ends = self._since_resumed("run_ended")
        return ends[-1] if ends else None

    def is_safe(self) -> bool:
        """Whether the cell was opened for good, and the run not resumed since."""
        return bool(self._since_resumed("made_safe"))

    def pause(self) -> Event | None:
        """The event by which the run is paused; ``None`` if it was never, or goes on since."""
        columns = "seq, elapsed_s, utc, kind, body"
        kinds = "('paused', 'resumed', 'run_resumed')"
        latest = f"SELECT {columns} FROM event WHERE kind IN {kinds} ORDER BY seq DESC LIMIT 1"
        for seq, elapsed_s, utc, kind, body in self._query(latest, ()):
            if kind == "paused":
                return Event(
                    seq=seq, elapsed_s=elapsed_s, utc=utc, kind=kind, body=json.loads(body)
                )
        return None

    def last_seq(self) -> int:
        """The ``seq`` of the newest row of any table; 0 in a file without rows."""
        newest = ", ".join(f"ifnull((SELECT max(seq) FROM {table}), 0)" for table in self.tables)
        return int(self._query(f"SELECT max({newest})", ())[0][0])

    def counts(self, since_seq: int = 0, up_to_seq: int | None = None) -> dict[str, int]:
        """How many rows each table of ``SEQUENCED`` has after one ``seq`` and up to another."""
        within = "seq > ? AND seq <= ifnull(?, seq)"
        counted = dict.fromkeys(SEQUENCED, 0)
        for table in self.tables:
            select = f"SELECT count(*) FROM {table} WHERE {within}"
            counted[table] = int(self._query(select, (since_seq, up_to_seq))[0][0])
        return counted

    def last_elapsed_s(self) -> float:
        """The elapsed time of the newest row, in s; 0.0 in a file without rows."""
        latest = " UNION ALL ".join(
            f"SELECT * FROM (SELECT seq, elapsed_s FROM {table} ORDER BY seq DESC LIMIT 1)"
            for table in self.tables
        )
        rows = self._query(f"SELECT elapsed_s FROM ({latest}) ORDER BY seq DESC LIMIT 1", ())
        return float(rows[0][0]) if rows else 0.0

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of ``SEQUENCED`` that this file has; an earlier version had fewer."""
        return SEQUENCED if self._version >= 2 else _TABLES_OF_1

    def close(self) -> None:
        """Release the file. May be called twice."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _since_resumed(self, kind: str) -> list[Event]:
        resumed = "SELECT ifnull(max(seq), 0) FROM event WHERE kind = 'run_resumed'"
        ((since_seq,),) = self._query(resumed, ())
        return self.events(int(since_seq), kind=kind)

    def _read_header(self) -> RunHeader:
        stored = {key: json.loads(value) for key, value in self._query("SELECT * FROM run", ())}
        try:
            return RunHeader(**stored)
        except TypeError as error:
            raise NotARunFileError(f"{self.path}: its header is incomplete: {error}") from None

    def _rows(
        self, table: str, columns: str, since_seq: int, limit: int | None
    ) -> list[tuple[Any, ...]]:
        return [row for page in self._pages(table, columns, since_seq, limit) for row in page]

    def _pages(
        self,
        table: str,
        columns: str,
        since_seq: int,
        limit: int | None,
        values: Mapping[str, Any] = MappingProxyType({}),
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Each page is a transaction of its own, so that the writer can always checkpoint."""
        wanted = math.inf if limit is None else limit
        select = f"SELECT {columns} FROM {table} WHERE seq > :since ORDER BY seq LIMIT :size"
        while wanted > 0:
            size = int(min(_PAGE_ROWS, wanted))
            page = self._query(select, {**values, "since": since_seq, "size": size})
            if page:
                yield page
                since_seq = page[-1][0]
                wanted -= len(page)
            if len(page) < size:
                return

    def _query(
        self, sql: str, values: tuple[Any, ...] | Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise RecordError(f"{self.path}: {error}") from error


def _open_read_only(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise NotARunFileError(f"{path}: there is no such file")
    uri = f"{path.resolve().as_uri()}?mode=ro"
    log = path.with_name(f"{path.name}-wal")
    try:
        return _probe(uri)
    except sqlite3.OperationalError:
        if log.exists() and log.stat().st_size:
            raise NotARunFileError(
                f"{path}: its write-ahead log cannot be read from here; copy the file with "
                "'-wal' beside it to a folder that can be written to"
            ) from None
    except sqlite3.DatabaseError as error:
        raise NotARunFileError(f"{path}: {error}") from None
    try:  # a folder that cannot be written to, e.g. an archive: nothing can change beneath us
        return _probe(f"{uri}&immutable=1")
    except sqlite3.DatabaseError as error:
        raise NotARunFileError(f"{path}: {error}") from None


def _probe(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)
    try:
        db.execute("SELECT count(*) FROM sqlite_schema").fetchall()
    except BaseException:
        db.close()
        raise
    return db


def _version_of_run_file(db: sqlite3.Connection, path: Path) -> int:
    (application_id,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application_id != APPLICATION_ID:
        raise NotARunFileError(
            f"{path}: a database of something else: application_id {application_id:#x}, "
            f"a run file has {APPLICATION_ID:#x}"
        )
    if version > SCHEMA_VERSION:
        raise NotARunFileError(
            f"{path}: run file version {version}, and this program reads up to {SCHEMA_VERSION}; "
            "a newer solidcell wrote it"
        )
    return int(version)


def _as_numbers(values: tuple[Any, ...]) -> Any:
    if None in values:
        return [math.nan if value is None else value for value in values]
    return values
