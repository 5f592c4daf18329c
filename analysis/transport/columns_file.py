"""A table in a text file whose columns say what they are: names that end in their unit."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from .arrays import Float


def read_columns(
    path: Path, required: Sequence[str], optional: Sequence[str] = (), words: Sequence[str] = ()
) -> tuple[dict[str, Float], dict[str, tuple[str, ...]]]:
    """Read a comma-separated file with a header; lines that begin with ``#`` are remarks.

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
        If a column is missing or unknown, a line has another number of fields, or a field is no
        finite number; the message names file, line and column.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            (number, row)
            for number, row in enumerate(csv.reader(file), start=1)
            if row and not row[0].lstrip().startswith("#")
        ]
    if len(rows) < 2:
        raise ValueError(f"{path}: has no header with rows under it")
    header = [name.strip() for name in rows[0][1]]
    _check_header(path, header, [*words, *required], optional)
    for number, row in rows[1:]:
        if len(row) != len(header):
            raise ValueError(f"{path}, line {number}: {len(row)} fields; {len(header)} are needed")
    columns = {
        name: [(number, row[k].strip()) for number, row in rows[1:]]
        for k, name in enumerate(header)
    }
    texts = {name: tuple(text for _, text in columns.pop(name)) for name in words}
    return {name: _numbers(path, name, fields) for name, fields in columns.items()}, texts


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
    if len(set(header)) != len(header):
        raise ValueError(f"{path}: a column is named twice: {', '.join(header)}")


def _numbers(path: Path, name: str, fields: Sequence[tuple[int, str]]) -> Float:
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


def column_or(columns: Mapping[str, Float], name: str, value: float) -> Float:
    """Return a column, or the value for every row where there is none."""
    length = len(next(iter(columns.values())))
    return columns.get(name, np.full(length, value))
