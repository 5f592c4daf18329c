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

from ..acquisition.record.rows import Event, ImpedancePoint, RunHeader, Segment

_INTEGERS: Final = frozenset({"seq", "segment", "flags"})


def row_digest(
    header: RunHeader,
    segments: Iterable[Segment],
    readings: Mapping[str, NDArray[Any]],
    points: Iterable[ImpedancePoint],
    events: Iterable[Event],
) -> str:
    """Return the SHA-256 of the head of a run and all its rows, in hexadecimal.

    One after the other: the head, the segments, the impedance points and the events, each as one
    line of JSON (keys sorted, no spaces, UTF-8, newline at the end); then the columns of the
    readings by name, as little-endian 64-bit integers (``seq``, ``segment``, ``flags``) or doubles
    (NaN where nothing was measured).
    """
    digest = hashlib.sha256()
    digest.update(_line(asdict(header)))
    for rows in (segments, points, events):
        for row in rows:
            digest.update(_line(asdict(row)))
    for name in sorted(readings):
        digest.update(_bytes(name, readings[name]))
    return digest.hexdigest()


def _line(row: Mapping[str, Any]) -> bytes:
    text = json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode()


def _bytes(name: str, column: NDArray[Any]) -> bytes:
    if name in _INTEGERS:
        return np.ascontiguousarray(column, dtype="<i8").tobytes()
    values = np.ascontiguousarray(column, dtype="<f8")
    return np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes()
