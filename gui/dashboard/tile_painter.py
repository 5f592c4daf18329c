"""Drawing tiles in a list: a face that is kept, and on it the numbers that change at every look."""

from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ..theme import LIGHT, Theme
from .model import TILE_ROLE
from .tile_face import LARGE, LEFT, RIGHT, SMALL, Faces, Fonts, Look, Shape, colours_of, row_box
from .tile_words import Tile

GAP: Final = 8


class TilePainter(QStyledItemDelegate):
    """Draws the tiles of a list in the colours of a theme."""

    def __init__(self, parent: QObject, font: QFont) -> None:
        super().__init__(parent)
        self.shape = LARGE
        self.cell_size = QSize(LARGE.least_width + GAP, LARGE.height + GAP)
        self._fonts = Fonts(font)
        self._faces = Faces(self._fonts)
        self._colours = colours_of(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._colours = colours_of(theme)
        self._faces.forget()

    def fit(self, tiles: int, width: int, height: int) -> QSize:
        """Choose large tiles if all of them fit, else small ones, as wide as fills the rows.

        Returns what each may take, its gap included.
        """
        small, large = (_cell_size(shape, width) for shape in (SMALL, LARGE))
        rows = -(-tiles // max(1, width // large.width()))
        fits = rows * large.height() <= height
        self.shape, self.cell_size = (LARGE, large) if fits else (SMALL, small)
        return self.cell_size

    def sizeHint(  # noqa: N802
        self,
        option: QStyleOptionViewItem,  # noqa: ARG002
        index: QModelIndex | QPersistentModelIndex,  # noqa: ARG002
    ) -> QSize:
        """All tiles are of one size."""
        return self.cell_size

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one tile."""
        tile: Tile = index.data(TILE_ROLE)
        state: QStyle.StateFlag = option.state
        whole: QRect = option.rect
        look = Look(
            self.shape,
            whole.size() - QSize(GAP, GAP),
            bool(state & QStyle.StateFlag.State_Selected),
            bool(state & QStyle.StateFlag.State_HasFocus),
            painter.device().devicePixelRatioF(),
        )
        face = self._faces.face(tile, look, self._colours)
        painter.save()
        painter.translate(whole.left() + GAP // 2, whole.top() + GAP // 2)
        painter.drawPixmap(0, 0, face)
        self._write_numbers(painter, tile, look)
        painter.restore()

    def _write_numbers(self, painter: QPainter, tile: Tile, look: Look) -> None:
        fonts, shape = self._fonts, look.shape
        box = row_box(look, shape.numbers)
        painter.setFont(fonts.large if shape is LARGE else fonts.bold)
        painter.setPen(self._colours["text" if tile.voltage else "beside"])
        painter.drawText(box, LEFT, tile.voltage or tile.temperature)
        painter.setFont(fonts.bold if shape is LARGE else fonts.plain)
        painter.setPen(self._colours["current"])
        painter.drawText(box, RIGHT, tile.current)
        if shape.time is None:
            return
        painter.setFont(fonts.plain)
        painter.setPen(self._colours["muted"])
        painter.drawText(row_box(look, shape.time), LEFT, tile.time)
        if tile.voltage:  # without one, the temperature has its place
            painter.setPen(self._colours["beside"])
            painter.drawText(row_box(look, shape.time), RIGHT, tile.temperature)


def _cell_size(shape: Shape, width: int) -> QSize:
    least = shape.least_width + GAP
    in_a_row = max(1, width // least)
    return QSize(max(least, width // in_a_row), shape.height + GAP)
