"""A check box in a table that is seen on every ground: the style's own vanishes in the dark."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..rows_model import Index
from ..theme import LIGHT, Theme

_SIDE: Final = 14.0


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
        box = QRectF(0.0, 0.0, _SIDE, _SIDE)
        box.moveCenter(middle)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.2))
        painter.drawRoundedRect(box, 3.0, 3.0)
        if is_checked:
            painter.setPen(QPen(colour, 2.0))
            tick = [QPointF(-4.0, 0.5), QPointF(-1.0, 3.5), QPointF(4.5, -3.5)]
            painter.drawPolyline(QPolygonF([middle + point for point in tick]))
        painter.restore()
