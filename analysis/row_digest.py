"""A hash of what a run file says, whatever bytes it lies in.

The bytes of a run file change without any row changing: when its log is folded in, when the run is
sealed, when it is copied. A report that is made before the run is sealed would quote the hash of a
file that nobody can ever find again. This hash is of the rows alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..acquisition.record.rows import (
    AuxiliaryReading,
    Event,
    ImpedancePoint,
    RunHeader,
    Segment,
)

_INTEGERS: Final = frozenset({"seq", "segment", "flags"})
_OF_POINTS_SINCE_2: Final = ("temperature_k", "stack_pressure_pa")


def row_digest(
    header: RunHeader,
    segments: Iterable[Segment],
    readings: Mapping[str, NDArray[Any]],
    points: Iterable[ImpedancePoint],
    events: Iterable[Event],
    auxiliary: Iterable[AuxiliaryReading] = (),
) -> str:
    """Return the SHA-256 of the head of a run and all its rows, in hexadecimal.

    One after the other: the head, the segments, the impedance points (without the temperature or
    the pressure that was not measured), the events and the auxiliary readings, each as one line of
    JSON (keys sorted, no spaces, UTF-8, newline at the end); then the columns of the readings by
    name, as little-endian 64-bit integers (``seq``, ``segment``, ``flags``) or doubles (NaN where
    nothing was measured). What a file of an earlier version has no place for adds nothing.
    """
    digest = hashlib.sha256()
    digest.update(_line(asdict(header)))
    for segment in segments:
        digest.update(_line(asdict(segment)))
    for point in points:
        digest.update(_line(_as_measured(point)))
    for event in events:
        digest.update(_line(asdict(event)))
    for reading in auxiliary:
        digest.update(_line(asdict(reading)))
    for name in sorted(readings):
        digest.update(_bytes(name, readings[name]))
    return digest.hexdigest()


def _as_measured(point: ImpedancePoint) -> dict[str, Any]:
    row = asdict(point)
    for name in _OF_POINTS_SINCE_2:
        if row[name] is None:
            del row[name]
    return row


def _line(row: Mapping[str, Any]) -> bytes:
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _bytes(name: str, column: NDArray[Any]) -> bytes:
    if name in _INTEGERS:
        return np.ascontiguousarray(column, dtype="<i8").tobytes()
    values = np.ascontiguousarray(column, dtype="<f8")
    return np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes()
