"""Rows of text as a Qt table: runs, events, half-cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from .theme import LIGHT, Theme, Tone

Index: TypeAlias = QModelIndex | QPersistentModelIndex
_TOP: QModelIndex = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The texts of a row, what the row is about, its tip, and the tone of its first column."""

    texts: tuple[str, ...]
    key: object = None
    tip: str = ""
    tone: Tone = "plain"


class RowsModel(QAbstractTableModel):
    """A table of texts. ``numeric`` names the columns that are set flush right."""

    def __init__(
        self, columns: Sequence[str], numeric: Sequence[int] = (), parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._numeric = frozenset(numeric)
        self._rows: list[Row] = []
        self._theme = LIGHT

    @property
    def rows(self) -> list[Row]:
        """The rows, top to bottom."""
        return self._rows

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme

    def append(self, rows: Sequence[Row]) -> None:
        """Add rows at the bottom."""
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows += rows
            self.endInsertRows()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows; where they are about the same things, only what changed."""
        if [row.key for row in rows] != [row.key for row in self._rows] or not rows:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                last = self.index(number, len(self._columns) - 1)
                self.dataChanged.emit(self.index(number, 0), last)

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tip, colour or alignment of a cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.texts[column]
            case Qt.ItemDataRole.ToolTipRole:
                return row.tip or row.texts[column]
            case Qt.ItemDataRole.ForegroundRole if column == 0 and row.tone != "plain":
                return QColor(self._theme.tone(row.tone))
            case Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column in self._numeric else _LEFT
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The name of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in self._numeric else _LEFT
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


_LEFT = Qt.AlignmentFlag.AlignLeft
