"""A run file as arrays: the only module of the analysis that reads the record."""

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any, Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..acquisition.record.errors import NotARunFileError
from ..acquisition.record.reader import RunReader
from ..acquisition.record.rows import (
    AuxiliaryReading,
    Event,
    ImpedancePoint,
    RunHeader,
    Segment,
    run_end,
)
from ..acquisition.record.sealed import seal_file
from .gaps import RunGap, gaps_of
from .row_digest import row_digest
from .run_rows import AuxiliaryTrace, RunSegment, RunSweep, sweeps_of, traces_of

Floats: TypeAlias = NDArray[np.float64]
Columns: TypeAlias = Mapping[str, NDArray[Any]]
PAGE_ROWS: Final = 100_000
_SQLITE: Final = b"SQLite format 3\x00"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Run:
    """A run, whole or as far as it has come. Arrays have shape (n,), one element a reading.

    ``temperature_k`` is NaN where no temperature was measured. ``sha256`` is of the file as it
    was read: that of a run that is not sealed changes with every row, and once more when it is.
    ``rows_sha256`` is of the rows alone, see ``row_digest``: sealing does not change it.
    """

    path: Path
    sha256: str
    rows_sha256: str
    is_sealed: bool
    header: RunHeader
    time_s: Floats
    voltage_v: Floats
    current_a: Floats
    temperature_k: Floats
    stack_pressure_pa: Floats
    segment: NDArray[np.int64]
    flags: NDArray[np.int64]
    segments: tuple[RunSegment, ...]
    sweeps: tuple[RunSweep, ...]
    events: tuple[Event, ...]
    gaps: tuple[RunGap, ...] = ()
    auxiliary: Mapping[str, AuxiliaryTrace] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended, well or badly; a run that broke off has not."""
        return self.end_reason is not None

    @property
    def end_reason(self) -> str | None:
        """Why the run ended, as recorded, or ``None`` if it has not."""
        end = run_end(self.events)
        return str(end.body.get("reason", "")) if end is not None else None

    @property
    def end_detail(self) -> str:
        """What was recorded with the reason; empty if the run has not ended."""
        end = run_end(self.events)
        return str(end.body.get("detail", "")) if end is not None else ""

    def readings_of(self, segment: int) -> slice:
        """The readings of one segment: they are stored one segment after the other."""
        first, last = np.searchsorted(self.segment, [segment, segment + 1])
        return slice(int(first), int(last))


class RunPages:
    """A run as it stands at one moment, a page of rows at a time: for runs of any length.

    Rows after ``last_seq`` are left out of every table, so that all tell of the same moment while
    a run is still being written. Raises what ``load_run`` raises.
    """

    def __init__(self, path: Path | str, *, page_rows: int = PAGE_ROWS) -> None:
        self.path = Path(path)
        self._reader = RunReader(self.path)
        self._page_rows = page_rows
        self.header = self._reader.header
        self.last_seq = self._reader.last_seq()
        self.last_elapsed_s = self._reader.last_elapsed_s()
        self.events = tuple(e for e in self._reader.events() if e.seq <= self.last_seq)
        self.begun = tuple(s for s in self._reader.segments() if s.seq <= self.last_seq)
        self.ends = _ends(self.events)
        begun_s = _begun_s(self.events)
        self.segments = tuple(_segment(r, self.ends.get(r.number), begun_s) for r in self.begun)

    @property
    def is_finished(self) -> bool:
        """Whether the run has ended, well or badly; a run that broke off has not."""
        return run_end(self.events) is not None

    @property
    def sha256(self) -> str | None:
        """Of the run file; ``None`` while a part of it lies in a log beside it."""
        log = self.path.with_name(f"{self.path.name}-wal")
        return None if log.exists() and log.stat().st_size else _sha256(self.path)

    def readings(self) -> Iterator[Columns]:
        """The readings, oldest first; each page maps the columns of the record to arrays."""
        yield from self._pages(self._reader.reading_columns)

    def points(self) -> Iterator[Columns]:
        """The impedance points, in the same way; NaN where nothing measures it."""
        yield from self._pages(partial(_columns, ImpedancePoint, self._reader.impedance_points))

    def auxiliary(self) -> Iterator[Columns]:
        """What was read beside the cell, in the same way; names and units are text."""
        yield from self._pages(partial(_columns, AuxiliaryReading, self._reader.auxiliary_readings))

    def close(self) -> None:
        """Release the file. May be called twice."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _pages(self, ask: Callable[[int, int], Mapping[str, Any]]) -> Iterator[Columns]:
        seen = 0
        while seen < self.last_seq:
            page = {name: np.asarray(values) for name, values in ask(seen, self._page_rows).items()}
            known = int(np.searchsorted(page["seq"], self.last_seq, side="right"))
            if known == 0:
                return
            seen = int(page["seq"][known - 1])
            yield {name: values[:known] for name, values in page.items()}


def is_run_file(path: Path) -> bool:
    """Whether a file is a database, as run files are. Raises ``FileNotFoundError``."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def load_run(path: Path | str) -> Run:
    """Read a run file, finished, broken off or still being written.

    Raises ``acquisition.record.errors.NotARunFileError`` for anything else, and ``RecordError``
    for a damaged file.
    """
    path = Path(path)
    if path.is_file() and not is_run_file(path):
        raise NotARunFileError(f"{path.name} is no run file: it is not a database")
    with RunReader(path) as reader:
        columns = {name: np.asarray(values) for name, values in reader.reading_columns().items()}
        events = tuple(reader.events())
        ends = _ends(events)
        begun = reader.segments()
        points = reader.impedance_points()
        auxiliary = reader.auxiliary_readings()
        header = reader.header
    begun_s = _begun_s(events)
    segments = tuple(_segment(row, ends.get(row.number), begun_s) for row in begun)
    return Run(
        path=path,
        sha256=_sha256(path),
        rows_sha256=row_digest(header, begun, columns, points, events, auxiliary),
        is_sealed=seal_file(path).exists(),
        header=header,
        time_s=columns["elapsed_s"],
        voltage_v=columns["voltage_v"],
        current_a=columns["current_a"],
        temperature_k=columns["temperature_k"],
        stack_pressure_pa=columns["stack_pressure_pa"],
        segment=columns["segment"],
        flags=columns["flags"],
        segments=segments,
        sweeps=sweeps_of(segments, points, columns["elapsed_s"], columns["temperature_k"]),
        events=events,
        gaps=gaps_of(begun, events),
        auxiliary=traces_of(auxiliary),
    )


def _columns(
    row: type[ImpedancePoint] | type[AuxiliaryReading],
    ask: Callable[[int, int], Sequence[Any]],
    since_seq: int,
    limit: int,
) -> dict[str, list[Any]]:
    """The rows of a page as a list a column, NaN for what is not known."""
    rows = ask(since_seq, limit)
    return {
        each.name: [math.nan if (v := getattr(r, each.name)) is None else v for r in rows]
        for each in fields(row)
    }


def _ends(events: tuple[Event, ...]) -> dict[int, Event]:
    return {int(e.body["number"]): e for e in events if e.kind == "segment_ended"}


def _begun_s(events: tuple[Event, ...]) -> dict[int, float]:
    return {int(e.body["number"]): float(e.body["began_s"]) for e in events if e.kind == "began"}


def _segment(row: Segment, ended: Event | None, begun_s: Mapping[int, float]) -> RunSegment:
    body = ended.body if ended is not None else {}
    return RunSegment(
        number=row.number,
        kind=row.kind,
        name=row.name,
        settings=row.settings,
        tags=row.tags,
        # the row is older than the beginning: it had to be durable before
        start_s=body.get("began_s", begun_s.get(row.number, row.elapsed_s)),
        end=str(body["end"]) if "end" in body else None,
        detail=str(body.get("detail", "")),
        duration_s=body.get("duration_s"),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
