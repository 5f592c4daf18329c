"""A sheet: what a measurement came to, for people. Here SI ends and the laboratory's units begin.

A number that the data cannot support stands in the sheet with the reason instead of a value.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..geometry import Quantity
from .plot import Plot


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """One number: ``name`` for machines ends in its unit, ``label`` is for people.

    ``interval`` is the 95 % interval. A refused number has no value, and says why.
    """

    name: str
    label: str
    unit: str
    value: float | None
    standard_error: float | None = None
    interval: tuple[float, float] | None = None
    refused: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.refused):
            raise ValueError(f"{self.name} must have a value or a reason why it has none")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"{self.name} is {self.value}: a number must be finite, or refused")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """Columns of one length; their names end in units. ``None`` is an empty cell."""

    name: str
    title: str
    columns: Mapping[str, Sequence[Any]]
    note: str = ""

    def __post_init__(self) -> None:
        lengths = {name: len(column) for name, column in self.columns.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"table {self.name!r} has columns of different lengths: {lengths}")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the rows."""
        return list(zip(*self.columns.values(), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """Where the numbers come from: a file by name, and the SHA-256 of what was read of it."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """What a measurement came to.

    ``kind`` names the measurement, ``subject`` the cell, sample or files. ``conditions`` are
    (label, text) pairs: temperature, pressure, area, electrolyte; what is not known says so.
    ``headline`` is the answer in one line. ``settings`` are the options it was made with,
    ``told_settings`` the same by name in words: what is taken where nothing was given.
    ``answers`` names the numbers that were asked for, where others stand beside them only to show
    how they were found; empty: all of them.
    """

    kind: str
    title: str
    subject: str
    headline: str
    conditions: tuple[tuple[str, str], ...] = ()
    numbers: tuple[Number, ...] = ()
    tables: tuple[Table, ...] = ()
    plots: tuple[Plot, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    settings: Mapping[str, Any] | None = None
    told_settings: tuple[tuple[str, str], ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether all that was asked for had to be refused."""
        asked = [one for one in self.numbers if one.name in self.answers or not self.answers]
        return bool(self.refusals) and all(one.refused for one in asked)

    def number(self, name: str) -> Number:
        """Return the number of that name. Raises ``KeyError``."""
        for number in self.numbers:
            if number.name == name:
                return number
        raise KeyError(name)


def number_of(
    quantity: Quantity,
    name: str,
    label: str,
    unit: str,
    factor: float = 1.0,
    *,
    interval: tuple[float, float] | None = None,
    note: str = "",
) -> Number:
    """Return a quantity in the unit of a sheet, which is ``factor`` times the quantity's.

    ``interval`` is in the quantity's own unit, and is scaled along.

    >>> number_of(Quantity(0.3, 0.01, "S/m"), "conductivity_ms_cm", "σ", "mS/cm", 10).value
    3.0
    """
    error = quantity.standard_error
    return Number(
        name=name,
        label=label,
        unit=unit,
        value=quantity.value * factor,
        standard_error=None if error is None else error * abs(factor),
        interval=None if interval is None else _scaled(interval, factor),
        note=note,
    )


def refused_number(name: str, label: str, unit: str, reason: str) -> Number:
    """Return a number that is refused, with the reason.

    >>> refused_number("bulk_ms_cm", "bulk", "mS/cm", "no bulk arc in the window").value
    """
    return Number(name=name, label=label, unit=unit, value=None, refused=reason)


def refusals_of(numbers: Iterable[Number]) -> tuple[str, ...]:
    """Return what a sheet refuses: the label of each refused number, and why.

    >>> refusals_of([refused_number("bulk_ms_cm", "bulk", "mS/cm", "no bulk arc")])
    ('bulk: no bulk arc',)
    """
    return tuple(f"{each.label}: {each.refused}" for each in numbers if each.refused)


def _scaled(interval: tuple[float, float], factor: float) -> tuple[float, float]:
    low, high = sorted(end * factor for end in interval)
    return low, high
