"""The parameters as a Qt table; what is edited is asked for, never changed here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont

from ..rows_model import Index
from ..theme import LIGHT, Theme
from .rows import ParameterRow

NAME, VALUE, SLIDER, LOCK, TOLD = range(5)
_TITLES: Final = ("", "Value", "Drag", "Lock", "± 1 s.d., ties, bounds")
_TIPS: Final = (
    "Parameter",
    "F2 or a double click edits it: 33 nF, 1.2k, 0.9",
    "Drag, or use the arrow keys: the curve follows",
    "Held at its value by a fit",
    "Standard error (in percent, of an exponent as it is) or why there is none; ties; bounds",
)
_TOP: QModelIndex = QModelIndex()


class ParameterModel(QAbstractTableModel):
    """``typed`` carries a name and a text, ``lock_wanted`` a name and whether to lock."""

    typed = Signal(str, str)
    lock_wanted = Signal(str, bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ParameterRow] = []
        self._theme = LIGHT

    @property
    def rows(self) -> list[ParameterRow]:
        """What is shown, top to bottom."""
        return self._rows

    def set_rows(self, rows: Sequence[ParameterRow]) -> bool:
        """Show these; say whether they are about other parameters than before."""
        if [row.name for row in rows] != [row.name for row in self._rows]:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return True
        for number, row in enumerate(rows):
            if row != self._rows[number]:
                self._rows[number] = row
                self.dataChanged.emit(self.index(number, 0), self.index(number, TOLD))
        return False

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many parameters there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many columns there are."""
        return 0 if parent.isValid() else len(_TITLES)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Values can be edited, locks be checked."""
        flags = super().flags(index)
        if not index.isValid():
            return flags
        if index.column() == VALUE:
            return flags | Qt.ItemFlag.ItemIsEditable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if index.column() == LOCK else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Text, tip, check mark, colour or alignment of a cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row, column)
            case Qt.ItemDataRole.EditRole:
                return row.edit_text if column == VALUE else _text(row, column)
            case Qt.ItemDataRole.CheckStateRole if column == LOCK:
                return Qt.CheckState.Checked if row.locked else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (row.meaning, row.told)))
            case Qt.ItemDataRole.AccessibleTextRole if column == LOCK:
                return f"{row.name} {'locked' if row.locked else 'free'}"
            case Qt.ItemDataRole.ForegroundRole if column == TOLD:
                return QColor(self._theme.muted)
            case Qt.ItemDataRole.FontRole if column == NAME:
                return _bold()
            case Qt.ItemDataRole.TextAlignmentRole if column == VALUE:
                return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(  # noqa: N802
        self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Ask for another value or lock. The rows change when the project has."""
        if not index.isValid():
            return False
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.EditRole and index.column() == VALUE:
            if str(value) != row.edit_text:
                self.typed.emit(row.name, str(value))
            return True
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == LOCK:
            self.lock_wanted.emit(row.name, Qt.CheckState(value) == Qt.CheckState.Checked)
            return True
        return False

    def headerData(  # noqa: N802
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The name of a column, and its tip."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _TITLES[section]
        return _TIPS[section] if role == Qt.ItemDataRole.ToolTipRole else None


def _text(row: ParameterRow, column: int) -> str:
    return {NAME: row.name, VALUE: row.value, TOLD: row.told}.get(column, "")


def _bold() -> QFont:
    font = QFont()
    font.setBold(True)
    return font
