"""Delimited text: CSV, TSV, semicolons or blanks.

The format
----------
* Lines that are empty or begin with ``#``, ``%`` or ``//`` are comments.
* One delimiter throughout: tab, semicolon, comma or blanks. Exactly one of them must make
  every line equally long with the columns below in place; if two do, the file is refused.
* With a header line: frequency with Z' and Z'' (or with abs(Z) and phase) under any of the
  names in :mod:`.columns`, a unit after ``/`` or in brackets (Hz, ohm and degrees if none is
  written), in any order among any other columns. A second line of units is allowed.
* Without a header: exactly three columns, f in Hz, Re(Z) and Im(Z) in ohm.
* Decimal point or decimal comma; the comma cannot be both decimal mark and delimiter.
* Several sweeps one after another are several spectra.

Sign of the imaginary part: Im(Z) as it is, negative when capacitive; a header that begins with
a minus, as ``-Z''``, says that the column holds -Im(Z).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from .columns import Column, choose, impedance, recognise, sign_rule
from .measured import FormatError, Measured, Source, TextFile
from .number_fields import is_number, spectrum, sweeps, table

_DELIMITERS = MappingProxyType({"tab": "\t", "semicolon": ";", "comma": ",", "blank": " "})
_LONGEST_LINE = 100_000
_HEADERLESS = MappingProxyType(
    {
        "frequency": Column(0, "frequency", 1.0, "column 1"),
        "real": Column(1, "real", 1.0, "column 2"),
        "imaginary": Column(2, "imaginary", 1.0, "column 3"),
    }
)


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    names: tuple[str, ...]
    header_line: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_delimited(text: TextFile) -> list[Measured]:
    """Read every spectrum of a delimited file.

    Raises
    ------
    FormatError
        If no delimiter fits, more than one does, or a value cannot be read.
    """
    layout = _layout(text)
    if layout.names:
        columns = choose(text.path, layout.header_line, layout.names)
    else:
        columns = dict(_HEADERLESS)
    places = sorted(column.place for column in columns.values())
    values = table(text.path, layout.rows, places)
    columns = {
        quantity: Column(places.index(c.place), quantity, c.factor, c.written)
        for quantity, c in columns.items()
    }
    frequency, z = impedance(columns, np.column_stack([values[place] for place in places]))
    parts = sweeps(frequency)
    found = []
    for k, part in enumerate(parts):
        label = text.path.stem if len(parts) == 1 else f"{text.path.stem} sweep {k + 1}"
        line = layout.rows[part.start][0]
        one = spectrum(text.path, line, frequency[part], z[part], {})
        rule = sign_rule(columns) if layout.names else "no header: column 3 is +Im(Z)"
        source = Source(text.path, text.sha256, "delimited text", label, rule, {})
        found.append(Measured(one, source))
    return found


def _layout(text: TextFile) -> _Layout:
    lines = [
        (number, line)
        for number, line in enumerate(text.lines, start=1)
        if line.strip() and not line.lstrip().startswith(("#", "%", "//"))
    ]
    if not lines:
        raise FormatError(text.path, "holds no data")
    for number, line in lines:
        if len(line) > _LONGEST_LINE:
            problem = f"a line of {len(line)} characters is longer than any table's"
            raise FormatError(text.path, problem, number)
    layouts = [_split(name, lines) for name in _DELIMITERS]
    fitting = [layout for layout in layouts if layout is not None and _fits(layout)]
    if fitting and all(_same(layout, fitting[0]) for layout in fitting):
        return fitting[0]
    if fitting:
        both = " and by ".join(layout.delimiter for layout in fitting)
        raise FormatError(text.path, f"can be read by {both} with different results")
    # no layout fits whole: let the one that goes furthest say what is wrong
    for layout in layouts:
        if layout is not None and layout.names and "frequency" in recognise(layout.names):
            _require_even(text, layout)
            choose(text.path, layout.header_line, layout.names)
            return layout
        if layout is not None and not layout.names and len(layout.rows[0][1]) == 3:
            _require_three_numbers(text, layout)
    raise FormatError(
        text.path,
        "is no table of impedances: it needs a header with frequency, Z' and Z'', "
        "or exactly three columns of numbers (f in Hz, Re Z, Im Z in ohm)",
        lines[0][0],
    )


def _split(delimiter: str, lines: list[tuple[int, str]]) -> _Layout | None:
    mark = _DELIMITERS[delimiter]
    if mark == " ":
        rows = [(number, tuple(line.split())) for number, line in lines]
    else:
        rows = [(number, _fields(line, mark)) for number, line in lines]
    if len(rows[0][1]) < 3:
        return None
    if all(is_number(field) for field in rows[0][1]):
        return _Layout(delimiter, (), 0, tuple(rows))
    (header_line, names), body = rows[0], rows[1:]
    if body and not any(is_number(field) for field in body[0][1]):
        units = body[0][1]
        names = tuple(f"{name} / {unit}" for name, unit in zip(names, units, strict=False))
        body = body[1:]
    return _Layout(delimiter, names, header_line, tuple(body))


def _fields(line: str, mark: str) -> tuple[str, ...]:
    # quotes matter only where a field is quoted: a header Z" must keep its mark
    quoted = re.search(rf'(?:^|{re.escape(mark)})\s*"', line) is not None
    reader = csv.reader(
        [line.rstrip(mark) if mark != "," else line],
        delimiter=mark,
        quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        skipinitialspace=True,
    )
    return tuple(field.strip() for field in next(reader))


def _same(one: _Layout, other: _Layout) -> bool:
    return (one.names, one.rows) == (other.names, other.rows)


def _fits(layout: _Layout) -> bool:
    lengths = {len(fields) for _, fields in layout.rows}
    if len(lengths) != 1 or not layout.rows:
        return False
    if not layout.names:
        numeric = all(is_number(field) for _, fields in layout.rows for field in fields)
        return numeric and lengths == {3}
    found = recognise(layout.names)
    complete = {"real", "imaginary"} <= found.keys() or {"modulus", "phase"} <= found.keys()
    return "frequency" in found and complete and lengths == {len(layout.names)}


def _require_three_numbers(text: TextFile, layout: _Layout) -> None:
    for line, fields in layout.rows:
        if len(fields) != 3:
            problem = f"{len(fields)} fields where the first line has 3"
            raise FormatError(text.path, problem, line)
    table(text.path, layout.rows, range(3))


def _require_even(text: TextFile, layout: _Layout) -> None:
    for line, fields in layout.rows:
        if len(fields) != len(layout.names):
            raise FormatError(
                text.path,
                f"{len(fields)} fields under a header of {len(layout.names)}",
                line,
            )
    if not layout.rows:
        raise FormatError(text.path, "has a header and no rows", layout.header_line)
