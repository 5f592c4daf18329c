"""Reading on in a run file: whatever was added since last time, in bounded helpings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..acquisition.record.reader import RunReader
from ..acquisition.record.rows import (
    AuxiliaryReading,
    Event,
    ImpedancePoint,
    Reading,
    RunHeader,
    Segment,
)

Columns: TypeAlias = Mapping[str, NDArray[np.float64]]
COLUMNS: Final = ("segment", "elapsed_s", "voltage_v", "current_a", "temperature_k")
HELPING_ROWS: Final = 2000
OVERVIEW_READINGS: Final = 1000
OVERVIEW_SWEEPS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far each table has been read: the last ``seq`` of each."""

    reading: int = 0
    segment: int = 0
    point: int = 0
    event: int = 0
    auxiliary: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Rows of every table, oldest first; ``columns`` holds the readings, shape (n,) each.

    The segment of every reading and of every point is among the rows read so far.
    """

    columns: Columns = field(default_factory=lambda: dict.fromkeys(COLUMNS, np.empty(0)))
    segments: tuple[Segment, ...] = ()
    points: tuple[ImpedancePoint, ...] = ()
    events: tuple[Event, ...] = ()
    auxiliary: tuple[AuxiliaryReading, ...] = ()

    @property
    def count(self) -> int:
        """How many rows these are."""
        readings = self.columns["elapsed_s"].size
        others = (self.segments, self.points, self.events, self.auxiliary)
        return readings + sum(map(len, others))


class Tail:
    """Reads a run file from a place on. Belongs to the thread that made it; close it when done.

    Raises ``RecordError`` for a file that is damaged, ``NotARunFileError`` for anything else.
    """

    def __init__(self, run_file: Path, place: Place | None = None) -> None:
        self._reader = RunReader(run_file)
        self.place = place or Place()

    @property
    def header(self) -> RunHeader:
        """What was known before the first row."""
        return self._reader.header

    @property
    def newest_seq(self) -> int:
        """The ``seq`` of the newest row of any table: how many rows there are."""
        return self._reader.last_seq()

    def read(self) -> Rows:
        """At most ``HELPING_ROWS`` readings, and what else there is."""
        readings = self._reader.readings(self.place.reading, HELPING_ROWS)
        last = readings[-1].seq if readings else self.place.reading
        return self._with_the_rest(_columns(readings), last)

    def read_overview(self) -> Rows:
        """Readings spread over the whole run, its last sweeps, and everything else there is.

        Reading on from its ``place`` gives what comes after the newest of them.
        """
        readings = self._reader.reading_overview(OVERVIEW_READINGS)
        sweeps = [s.seq for s in self._reader.segments() if s.kind == "ImpedanceSweep"]
        since = sweeps[-OVERVIEW_SWEEPS] if len(sweeps) >= OVERVIEW_SWEEPS else 0
        self.place = replace(self.place, point=since)
        return self._with_the_rest(_columns(readings), readings[-1].seq if readings else 0)

    def read_all(self) -> Rows:
        """Everything there is, however long it takes."""
        stored = self._reader.reading_columns(self.place.reading, names=("seq", *COLUMNS))
        seqs = stored["seq"]
        columns = {name: np.asarray(stored[name], dtype=np.float64) for name in COLUMNS}
        return self._with_the_rest(columns, int(seqs[-1]) if seqs else self.place.reading)

    def close(self) -> None:
        """Release the file. May be called twice."""
        self._reader.close()

    def _with_the_rest(self, columns: Columns, last_reading: int) -> Rows:
        points = tuple(self._reader.impedance_points(self.place.point))
        segments = tuple(self._reader.segments(self.place.segment))  # after their rows: complete
        events = tuple(self._reader.events(self.place.event))
        auxiliary = tuple(self._reader.auxiliary_readings(self.place.auxiliary))
        self.place = Place(
            reading=last_reading,
            segment=segments[-1].seq if segments else self.place.segment,
            point=points[-1].seq if points else self.place.point,
            event=events[-1].seq if events else self.place.event,
            auxiliary=auxiliary[-1].seq if auxiliary else self.place.auxiliary,
        )
        return Rows(
            columns=columns, segments=segments, points=points, events=events, auxiliary=auxiliary
        )


def _columns(readings: Sequence[Reading]) -> Columns:
    return {
        name: np.array([_number(row, name) for row in readings], dtype=np.float64)
        for name in COLUMNS
    }


def _number(row: Reading, name: str) -> float:
    value = getattr(row, name)
    return np.nan if value is None else float(value)
