"""Numbers in text, with a decimal point or a decimal comma, and tables of them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from ..impedance.arrays import Complex, Float
from ..impedance.spectrum import Spectrum
from .measured import FormatError

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eEdD][+-]?\d+)?")


def is_number(text: str) -> bool:
    """Whether a field is one number, decimal comma or point."""
    return _NUMBER.fullmatch(text.strip()) is not None


def number(text: str) -> float:
    """Read one finite number; ValueError if it is none."""
    field = text.strip()
    if _NUMBER.fullmatch(field) is None:
        raise ValueError(f"{field!r} is no number")
    value = float(field.replace(",", ".").replace("D", "E").replace("d", "e"))
    if math.isinf(value):
        raise ValueError(f"{field!r} is too large")
    return value


def table(
    path: Path, rows: Iterable[tuple[int, Sequence[str]]], columns: Sequence[int]
) -> dict[int, Float]:
    """Read the wanted columns of rows of fields, each given with its line number.

    Raises
    ------
    FormatError
        If a row is too short or a field is no number, with its line.
    """
    values: dict[int, list[float]] = {place: [] for place in columns}
    for line, fields in rows:
        for place in columns:
            if place >= len(fields):
                raise FormatError(path, f"no column {place + 1}; the line has {len(fields)}", line)
            try:
                values[place].append(number(fields[place]))
            except ValueError as problem:
                raise FormatError(path, f"column {place + 1}: {problem}", line) from problem
    return {place: np.array(column) for place, column in values.items()}


def spectrum(
    path: Path, line: int, frequency_hz: Float, z_ohm: Complex, metadata: Mapping[str, str]
) -> Spectrum:
    """Make a Spectrum; what is wrong with it is told with the file and the table's first line."""
    try:
        return Spectrum(frequency_hz, z_ohm, metadata)
    except ValueError as problem:
        raise FormatError(path, f"table from this line: {problem}", line) from problem


def sweeps(frequency_hz: Float) -> list[slice]:
    """Split a column of frequencies where the sweep starts anew.

    A sweep runs one way. A step against its way that jumps by more than a decade, or a return
    to the first frequency, begins the next one; anything else (a repeated point, a zig-zag of
    drift checks) stays in the sweep.
    """
    whole = [slice(0, frequency_hz.size)]
    if frequency_hz.size < 2 or not (frequency_hz > 0).all():
        return whole  # what is no frequency is refused with the spectrum
    logs = np.log10(frequency_hz)
    way = np.sign(np.median(np.diff(logs)))
    back = -way * np.diff(logs) > 0
    span = float(np.ptp(logs))
    starts = [0]
    for k in np.flatnonzero(back) + 1:
        jump = abs(logs[k] - logs[k - 1])
        if jump > 0.5 * span or jump > 1.0:
            starts.append(int(k))
    ends = [*starts[1:], int(logs.size)]
    return [slice(a, b) for a, b in zip(starts, ends, strict=True)]
