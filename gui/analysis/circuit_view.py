"""The circuit as drawn blocks: a click or the arrow keys pick one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsItem,
    QGraphicsScene,
    QGraphicsSceneMouseEvent,
    QGraphicsView,
    QStyleOptionGraphicsItem,
    QWidget,
)

from ..named import named
from ..theme import LIGHT, Theme
from .drawing import BLOCK_HEIGHT, BLOCK_WIDTH, Block, Drawing
from .symbols import symbol_path

_NAME_HEIGHT: Final = 16.0
_MARGIN: Final = 8.0


class CircuitView(QGraphicsView):
    """Shows a ``Drawing``. ``picked`` carries an element's name, ``remove_wanted`` nothing."""

    picked = Signal(str)
    remove_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        named(
            self,
            "Circuit drawing",
            "Click an element, or walk with the left and right arrow keys; Delete removes it",
        )
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(90)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self._theme = LIGHT
        self._drawing: Drawing | None = None
        self._chosen = ""
        self._stale = False

    @property
    def chosen(self) -> str:
        """The name of the element picked; empty if none is."""
        return self._chosen

    @property
    def names(self) -> list[str]:
        """The elements drawn, from left to right and top to bottom."""
        return [block.name for block in self._drawing.blocks] if self._drawing else []

    def show_drawing(self, drawing: Drawing | None) -> None:
        """Draw another circuit; an element of the same name stays picked."""
        self._drawing = drawing
        if self._chosen not in self.names:
            self._chosen = ""
        self._draw()

    def set_stale(self, stale: bool) -> None:
        """Fade the drawing while the text beside it says something else."""
        if stale != self._stale:
            self._stale = stale
            self._draw()

    def choose(self, name: str) -> None:
        """Pick an element without telling of it."""
        if name != self._chosen:
            self._chosen = name
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.panel))
        self._draw()

    def block_middle(self, name: str) -> QPointF:
        """Where a block stands on the widget, in its pixels. Raises ``KeyError`` if it does not."""
        for item in self._scene.items():
            if isinstance(item, _BlockItem) and item.block.name == name:
                return QPointF(self.mapFromScene(item.scenePos()))
        raise KeyError(name)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Walk along the elements, or remove the one picked."""
        names = self.names
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None and names:
            at = names.index(self._chosen) + step if self._chosen in names else 0
            self._pick(names[at % len(names)])
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen:
            self.remove_wanted.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep the whole circuit in view."""
        super().resizeEvent(event)
        self._fit()

    def _pick(self, name: str) -> None:
        self.choose(name)
        self.picked.emit(name)

    def _draw(self) -> None:
        self._scene.clear()
        drawing = self._drawing
        if drawing is None:
            return
        theme = self._theme
        self.setAccessibleDescription(", ".join(self.names))
        pen = QPen(QColor(theme.muted), 1.5)
        for wire in drawing.wires:
            self._scene.addLine(wire.x1, wire.y1, wire.x2, wire.y2, pen)
        for block in drawing.blocks:
            item = _BlockItem(self, block, theme, is_chosen=block.name == self._chosen)
            item.setPos(block.x, block.y)
            self._scene.addItem(item)
        for drawn in self._scene.items():
            drawn.setOpacity(0.4 if self._stale else 1.0)
        self._scene.setSceneRect(QRectF(0.0, 0.0, drawing.width, drawing.height))
        self._fit()

    def _fit(self) -> None:
        """Shrink the drawing into the view; never make it larger than drawn."""
        drawing = self._drawing
        if drawing is None:
            return
        room = self.viewport().rect().adjusted(4, 4, -4, -4)
        scale = min(1.0, room.width() / drawing.width, room.height() / drawing.height)
        self.resetTransform()
        self.scale(max(scale, 0.05), max(scale, 0.05))
        self.centerOn(drawing.width / 2, drawing.height / 2)

    def take_click(self, name: str) -> None:
        """A block was clicked."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._pick(name)


class _BlockItem(QGraphicsItem):
    """One element, about its own middle."""

    def __init__(self, view: CircuitView, block: Block, theme: Theme, *, is_chosen: bool) -> None:
        super().__init__()
        self._view, self.block = view, block
        self._theme, self._is_chosen = theme, is_chosen
        self.setToolTip(f"{block.name}: {block.meaning}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def boundingRect(self) -> QRectF:  # noqa: N802
        """The room of the block, its frame included."""
        return QRectF(-BLOCK_WIDTH / 2, -BLOCK_HEIGHT / 2, BLOCK_WIDTH, BLOCK_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        _option: QStyleOptionGraphicsItem,
        _widget: QWidget | None = None,
    ) -> None:
        """Paint the symbol on its wire and the name above it."""
        theme = self._theme
        colour = QColor(theme.accent if self._is_chosen else theme.text)
        if self._is_chosen:
            frame = QPainterPath()
            frame.addRoundedRect(self.boundingRect().adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
            painter.fillPath(frame, QColor(theme.raised))
            painter.setPen(QPen(QColor(theme.focus), 1.5))
            painter.drawPath(frame)
        painter.setPen(QPen(colour, 1.7))
        symbol = symbol_path(self.block.symbol)
        painter.drawPath(symbol.lines)
        painter.fillPath(symbol.ground, QColor(theme.raised if self._is_chosen else theme.panel))
        painter.drawPath(symbol.ground)
        room = QRectF(-BLOCK_WIDTH / 2, -BLOCK_HEIGHT / 2, BLOCK_WIDTH, _NAME_HEIGHT)
        font = painter.font()
        font.setPixelSize(11)
        font.setBold(self._is_chosen)
        painter.setFont(font)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.block.name)
        if symbol.letters:
            painter.drawText(
                symbol.ground.boundingRect(), Qt.AlignmentFlag.AlignCenter, symbol.letters
            )

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:  # noqa: N802
        """Pick this element. The scene is drawn anew by it, so nothing may come after."""
        event.accept()
        self._view.take_click(self.block.name)
