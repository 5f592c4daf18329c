"""Tables as CSV: UTF-8 without a mark, commas, decimal points, line feeds, one line of names."""

import csv
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from .table import Column, Kind, Table
from .whole_file import whole_file


def write_csv_table(path: Path, table: Table, *, exponents: bool = True) -> int:
    """Write a table and return how many rows it has. ``path`` appears whole or not at all.

    A number has as many digits as give back the very same number; a missing value is an empty
    cell. ``exponents=False`` writes 0.00005 instead of 5e-05, for readers of ``xsd:decimal``.
    """
    rows = 0
    with whole_file(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.names)
        for page in table.pages():
            cells = [
                _cells(column, values, exponents=exponents)
                for column, values in zip(table.columns, page, strict=True)
            ]
            if _has_returns(table.columns, cells):  # csv would leave one bare, and end a line there
                file.writelines(map(_line, zip(*cells, strict=True)))
            else:
                writer.writerows(zip(*cells, strict=True))
            rows += len(page[0])
    return rows


def _cells(column: Column, values: Iterable[Any], *, exponents: bool) -> Sequence[Any]:
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    if column.kind is not Kind.REAL:
        return list(plain)
    if exponents:
        return ["" if math.isnan(value) else value for value in plain]
    return ["" if math.isnan(value) else _positional(value) for value in plain]


def _has_returns(columns: Iterable[Column], cells: Iterable[Sequence[Any]]) -> bool:
    texts = (c for column, c in zip(columns, cells, strict=True) if column.kind is Kind.TEXT)
    return any("\r" in cell for column in texts for cell in column if cell is not None)


def _line(cells: Iterable[Any]) -> str:
    r"""Write one row as ``csv`` does, but for a carriage return, which is quoted, too.

    >>> _line(["a\rb", 1.5, None])
    '"a\rb",1.5,\n'
    """
    written = ["" if cell is None else str(cell) for cell in cells]
    quoted = [
        f'"{w.replace(chr(34), chr(34) * 2)}"' if set(w) & set(',"\r\n') else w for w in written
    ]
    return ",".join(quoted) + "\n"


def _positional(value: float) -> str:
    """Write a number without an exponent, no digit more or less than it needs.

    >>> _positional(-5e-05), _positional(1e22), _positional(0.1)
    ('-0.00005', '10000000000000000000000', '0.1')
    """
    digits = repr(value)
    return format(Decimal(digits), "f") if "e" in digits else digits
