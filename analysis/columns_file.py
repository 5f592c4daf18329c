"""A table in a text file whose columns say what they are: names that end in their unit."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
_Fields: TypeAlias = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which numbers a column may hold, in its own unit; ``low_itself``: the lower end as well."""

    low: float = -math.inf
    high: float = math.inf
    low_itself: bool = False

    def __contains__(self, value: float) -> bool:
        return (value >= self.low if self.low_itself else value > self.low) and value <= self.high

    def __str__(self) -> str:
        above = f"{'≥' if self.low_itself else '>'} {self.low:g}"
        return above if math.isinf(self.high) else f"{above} and ≤ {self.high:g}"


POSITIVE: Final = Allowed(0.0)
NOT_NEGATIVE: Final = Allowed(0.0, low_itself=True)
CELSIUS: Final = Allowed(-273.15, 1200.0)
"""From absolute zero to what no electrolyte is measured at."""
_ANYTHING: Final[Mapping[str, Allowed]] = MappingProxyType({})


def read_columns(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    words: Sequence[str] = (),
    allowed: Mapping[str, Allowed] = _ANYTHING,
) -> tuple[dict[str, Floats], dict[str, tuple[str, ...]]]:
    """Read a comma-separated file of columns that are known beforehand.

    Parameters
    ----------
    path : path
    required, optional : sequence of str
        Names of columns of numbers. Other columns are an error: nothing is guessed.
    words : sequence of str
        Names of columns of text, all of them required.
    allowed : mapping
        What the numbers of a column must be, by its name; any finite one where it is not named.

    Returns
    -------
    dict of ndarray, dict of tuple of str
        Numbers, shape (n,), and words, by the name of the column.

    Raises
    ------
    ValueError
        As ``read_numbers`` does, and if a column is missing or unknown or holds what is not
        allowed; the message names line, column and value.
    """
    columns = _columns(path)
    _check_header(path, list(columns), [*words, *required], optional)
    texts = {name: tuple(text for _, text in columns.pop(name)) for name in words}
    found = {name: _numbers(path, name, fields) for name, fields in columns.items()}
    for name in allowed.keys() & found.keys():
        _check_allowed(path, name, columns[name], found[name], allowed[name])
    return found, texts


def read_numbers(path: Path) -> dict[str, Floats]:
    """Read a comma-separated file of numbers alone, whatever its columns: each of shape (n,).

    Lines that begin with ``#`` are remarks.

    Raises
    ------
    ValueError
        If there is no header with rows under it, a column is named twice, a line has another
        number of fields, or a field is no finite number; the message names file, line and column.
    """
    return {name: _numbers(path, name, fields) for name, fields in _columns(path).items()}


def column_or(columns: Mapping[str, Floats], name: str, value: float) -> Floats:
    """Return a column, or the value for every row where there is none."""
    length = len(next(iter(columns.values())))
    return columns.get(name, np.full(length, value))


def _columns(path: Path) -> dict[str, _Fields]:
    """Return the fields of every column, each with the number of its line."""
    rows = [
        (number, row)
        for number, row in enumerate(csv.reader(utf8_text(path).splitlines()), start=1)
        if row and not row[0].lstrip().startswith("#")
    ]
    if len(rows) < 2:
        raise ValueError(f"{path}: has no header with rows under it")
    header = [name.strip() for name in rows[0][1]]
    if len(set(header)) != len(header):
        raise ValueError(f"{path}: a column is named twice: {', '.join(header)}")
    for number, row in rows[1:]:
        if len(row) != len(header):
            raise ValueError(f"{path}, line {number}: {len(row)} fields; {len(header)} are needed")
    return {
        name: [(number, row[k].strip()) for number, row in rows[1:]]
        for k, name in enumerate(header)
    }


def utf8_text(path: Path) -> str:
    """Return a text file's content, a mark of the byte order left out.

    Raises ``ValueError`` if it is in another encoding, as spreadsheets write "Unicode text".
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise ValueError(f"{path} is not a text in UTF-8: save it as CSV in UTF-8")
    return text


def _check_header(
    path: Path, header: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    allowed = [*required, *optional]
    if missing := [name for name in required if name not in header]:
        raise ValueError(
            f"{path}: the column {', '.join(missing)} is missing; its header must name "
            f"{', '.join(required)}"
        )
    if unknown := [name for name in header if name not in allowed]:
        raise ValueError(
            f"{path}: unknown column {', '.join(unknown)}; allowed: {', '.join(allowed)}"
        )


def _check_allowed(
    path: Path, name: str, fields: _Fields, values: Floats, allowed: Allowed
) -> None:
    for (number, text), value in zip(fields, values.tolist(), strict=True):
        if value not in allowed:
            raise ValueError(f"{path}, line {number}: {name} is {text}; it must be {allowed}")


def _numbers(path: Path, name: str, fields: _Fields) -> Floats:
    found = []
    for number, text in fields:
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"{path}, line {number}: {name} is {text!r}, not a number") from None
        if not np.isfinite(value):
            raise ValueError(f"{path}, line {number}: {name} is {text!r}; it must be finite")
        found.append(value)
    return np.array(found)
