"""A check box in a table that is seen on every ground."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..rows_model import Index
from ..theme import LIGHT, Theme
from ..tick import paint_tick


class CheckBox(QStyledItemDelegate):
    """Paints the check state of a cell; clicking and the space bar work as ever."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """Let the style paint the ground only."""
        super().initStyleOption(option, index)
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a frame, and a tick in it where checked."""
        super().paint(painter, option, index)
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        is_checked = Qt.CheckState(state) == Qt.CheckState.Checked
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colour = QColor(self._theme.on_accent if is_selected else self._theme.text)
        middle = QRectF(option.rect).center()
        paint_tick(painter, middle, colour, is_checked=is_checked)
