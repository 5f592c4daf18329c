"""A sheet as plain values for a file, and as text for a terminal."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ... import __version__
from ..wording import interval_end, tells_digits, with_error
from ..wording import number as without_error
from .columns import plotted_table
from .sheet import Number, Sheet, Table

_ROWS_SHOWN = 20
_LARGEST_COUNT = 1e6


def as_plain(sheet: Sheet) -> dict[str, Any]:
    """Return a sheet as values that JSON knows; what is not a number becomes ``None``."""
    return {
        "kind": sheet.kind,
        "title": sheet.title,
        "subject": sheet.subject,
        "headline": sheet.headline,
        "conditions": dict(sheet.conditions),
        "numbers": {number.name: _number(number) for number in sheet.numbers},
        "tables": {table.name: _columns(table) for table in sheet.tables},
        "plots": {plot.name: _columns(plotted_table(plot)) for plot in sheet.plots},
        "assumptions": list(sheet.assumptions),
        "warnings": list(sheet.warnings),
        "refusals": list(sheet.refusals),
        "sources": {source.name: source.sha256 for source in sheet.sources},
        "settings": _plain(sheet.settings or {}),
        "software_version": __version__,
    }


def as_text(sheet: Sheet) -> Iterator[str]:
    """Yield the lines of a sheet for a terminal: answer, numbers, tables, what to know of them."""
    yield f"{sheet.title}: {sheet.subject}"
    yield f"  {sheet.headline}"
    for label, text in sheet.conditions:
        yield f"  {label}: {text}"
    width = max((len(number.label) for number in sheet.numbers), default=0)
    for number in sheet.numbers:
        yield f"  {number.label:<{width}}  {number_text(number)}"
    for table in sheet.tables:
        yield ""
        yield from _table_lines(table)
    for word, sentences in (
        ("assumed", sheet.assumptions),
        ("warning", sheet.warnings),
        ("refused", sheet.refusals),
    ):
        for sentence in sentences:
            yield f"  {word}: {sentence}"


def number_text(number: Number) -> str:
    """Return value, standard error and interval of a number, or why it is refused.

    >>> number_text(Number(name="r_ohm", label="R", unit="Ω", value=27.3456, standard_error=0.0412))
    '27.346 ± 0.041 Ω'
    >>> number_text(Number(name="cells", label="n", unit="", value=9.0))
    '9'
    >>> fine = {"value": 0.99998081, "standard_error": 2.4e-7, "interval": (0.9999803, 0.9999813)}
    >>> number_text(Number(name="ionic_transference", label="t", unit="", **fine))
    '0.99998081 ± 0.00000024 (95 %: 0.9999803 to 0.9999813)'
    """
    if number.value is None:
        return f"refused: {number.refused}"
    text = _with_error(number.value, number.standard_error, number.unit)
    if number.interval is not None:
        low, high = (interval_end(e, number.value, number.standard_error) for e in number.interval)
        text += f" (95 %: {low} to {high})"
    return f"{text}; {number.note}" if number.note else text


def _with_error(value: float, error: float | None, unit: str) -> str:
    if not tells_digits(error, value):
        whole = value == round(value) and abs(value) < _LARGEST_COUNT
        return f"{value:.0f} {unit}".strip() if whole else without_error(value, unit, 4)
    return with_error(value, error, unit)


def _number(number: Number) -> dict[str, Any]:
    return {
        "label": number.label,
        "value": number.value,
        "standard_error": _plain(number.standard_error),
        "interval_95": _plain(number.interval),
        "unit": number.unit,
        "refused": number.refused or None,
        "note": number.note,
    }


def _columns(table: Table) -> dict[str, Any]:
    return {name: _plain(list(column)) for name, column in table.columns.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(inner) for inner in value]
    return str(value) if isinstance(value, Path) else value


def _table_lines(table: Table) -> Iterator[str]:
    rows = [[cell_text(value) for value in row] for row in table.rows()]
    header = list(table.columns)
    widths = [max(len(text) for text in column) for column in zip(header, *rows, strict=True)]
    yield f"  {table.title}"
    for row in [header, *rows[:_ROWS_SHOWN]]:
        yield "  " + "  ".join(f"{text:>{w}}" for text, w in zip(row, widths, strict=True)).rstrip()
    if len(rows) > _ROWS_SHOWN:
        yield f"  … {len(rows) - _ROWS_SHOWN} more rows"
    if table.note:
        yield f"  {table.note}"


def cell_text(value: Any) -> str:
    """Return a table's cell as text.

    >>> cell_text(0.123456), cell_text(None), cell_text("soft short")
    ('0.1235', '', 'soft short')
    """
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
