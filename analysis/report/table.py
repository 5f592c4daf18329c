"""What a page prints as a table: pairs of a label and a value, or columns."""

from dataclasses import dataclass
from typing import TypeAlias

Rows: TypeAlias = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table of labels and values; labels take ``label_share`` of the width."""

    title: str
    rows: Rows
    label_share: float = 0.42


@dataclass(frozen=True, slots=True)
class Grid:
    """A titled table with columns, each as wide as the page finds that it needs."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
