"""A table to be exported: what its columns mean, and its rows, a page at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from numpy.typing import NDArray

Page: TypeAlias = Sequence[NDArray[Any] | Sequence[Any]]
"""One array or list a column. A missing number is NaN, a missing text or integer ``None``."""
Progress: TypeAlias = Callable[[int, int], None]
"""Is told the row of the run file that has been reached, and the last one."""


class Kind(StrEnum):
    """What stands in a column."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column. ``unit`` is empty where there is none; ``term`` is its name in an ontology."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """``pages`` may be called again, and then starts anew."""

    columns: tuple[Column, ...]
    pages: Callable[[], Iterator[Page]]

    @property
    def names(self) -> list[str]:
        """What the columns are called, in order."""
        return [column.name for column in self.columns]


def integer(name: str, meaning: str, unit: str = "", term: str = "") -> Column:
    """A column of whole numbers."""
    return Column(name=name, kind=Kind.INTEGER, meaning=meaning, unit=unit, term=term)


def real(name: str, unit: str, meaning: str, term: str = "") -> Column:
    """A column of measured numbers."""
    return Column(name=name, kind=Kind.REAL, meaning=meaning, unit=unit, term=term)


def text(name: str, meaning: str, term: str = "") -> Column:
    """A column of words."""
    return Column(name=name, kind=Kind.TEXT, meaning=meaning, term=term)
