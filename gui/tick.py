"""A check box that is seen on every ground: the style's own vanishes in the dark."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox

SIDE: Final = 14.0
_TICK: Final = (QPointF(-4.0, 0.5), QPointF(-1.0, 3.5), QPointF(4.5, -3.5))


def paint_tick(painter: QPainter, middle: QPointF, colour: QColor, *, is_checked: bool) -> None:
    """Paint a frame about a point, and a tick in it where checked."""
    box = QRectF(0.0, 0.0, SIDE, SIDE)
    box.moveCenter(middle)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.2))
    painter.drawRoundedRect(box, 3.0, 3.0)
    if is_checked:
        painter.setPen(QPen(colour, 2.0))
        painter.drawPolyline(QPolygonF([middle + point for point in _TICK]))
    painter.restore()


class TickBox(QCheckBox):
    """A check box without a text of its own; it has the colour of the keyboard where that is."""

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint it flush left, as the style places it."""
        role = QPalette.ColorRole.Highlight if self.hasFocus() else QPalette.ColorRole.Text
        middle = QPointF(SIDE / 2 + 1.5, self.height() / 2)
        with QPainter(self) as painter:
            colour = self.palette().color(role)
            paint_tick(painter, middle, colour, is_checked=self.isChecked())
