"""A table in a text file whose columns say what they are: names that end in their unit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
_Fields: TypeAlias = list[tuple[int, str]]


def read_columns(
    path: Path, required: Sequence[str], optional: Sequence[str] = (), words: Sequence[str] = ()
) -> tuple[dict[str, Floats], dict[str, tuple[str, ...]]]:
    """Read a comma-separated file of columns that are known beforehand.

    Parameters
    ----------
    path : path
    required, optional : sequence of str
        Names of columns of numbers. Other columns are an error: nothing is guessed.
    words : sequence of str
        Names of columns of text, all of them required.

    Returns
    -------
    dict of ndarray, dict of tuple of str
        Numbers, shape (n,), and words, by the name of the column.

    Raises
    ------
    ValueError
        As ``read_numbers`` does, and if a column is missing or unknown.
    """
    columns = _columns(path)
    _check_header(path, list(columns), [*words, *required], optional)
    texts = {name: tuple(text for _, text in columns.pop(name)) for name in words}
    return {name: _numbers(path, name, fields) for name, fields in columns.items()}, texts


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
        for number, row in enumerate(csv.reader(_text(path).splitlines()), start=1)
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


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not a text in UTF-8") from None


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
