"""Glances as a Qt list: one item a channel, in the order that a person chose."""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from ...acquisition.glances.glance import Glance
from .tile_words import Tile, key_of, tile_of

Index: TypeAlias = QModelIndex | QPersistentModelIndex
TILE_ROLE: Final = Qt.ItemDataRole.UserRole
_TOP: Final = QModelIndex()


class Order(StrEnum):
    """How tiles are sorted; the value is what a person reads."""

    CHANNEL = "By channel"
    ATTENTION = "Needs attention first"
    LEFT = "Next to end first"


class TilesModel(QAbstractListModel):
    """Takes glances as they are sorted by channel. It is reset only when tiles come, go or move."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._glances: list[Glance] = []
        self._tiles: list[Tile] = []
        self._order = Order.CHANNEL

    @property
    def tiles(self) -> list[Tile]:
        """The tiles in the order in which they are shown."""
        return self._tiles

    def set_order(self, order: Order) -> None:
        """Sort in another way."""
        self._order = order
        self.set_glances(self._glances)

    def set_glances(self, glances: Sequence[Glance]) -> bool:
        """Show these and nothing else; return whether the model was reset."""
        self._glances = list(glances)
        ordered = self._sorted()
        if [key_of(each) for each in ordered] != [tile.key for tile in self._tiles]:
            self.beginResetModel()
            self._tiles = [tile_of(each) for each in ordered]
            self.endResetModel()
            return True
        before, self._tiles = self._tiles, [tile_of(each) for each in ordered]
        changed = [n for n, tile in enumerate(self._tiles) if tile != before[n]]
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], 0))
        return False

    def rowCount(self, parent: Index = _TOP) -> int:  # noqa: N802
        """How many tiles there are."""
        return 0 if parent.isValid() else len(self._tiles)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The tile, or its texts for who searches by typing, points, or hears."""
        if not index.isValid():
            return None
        tile = self._tiles[index.row()]
        match role:
            case _ if role == TILE_ROLE:
                return tile
            case Qt.ItemDataRole.DisplayRole:
                return tile.channel
            case Qt.ItemDataRole.ToolTipRole:
                return tile.tip
            case Qt.ItemDataRole.AccessibleTextRole:
                return tile.spoken
        return None

    def _sorted(self) -> list[Glance]:
        match self._order:
            case Order.CHANNEL:
                return self._glances
            case Order.ATTENTION:
                return sorted(self._glances, key=_urgency)
            case Order.LEFT:
                return sorted(self._glances, key=_left_s)


def _urgency(glance: Glance) -> tuple[bool, bool]:
    return not glance.needs_attention, not glance.is_under_way


def _left_s(glance: Glance) -> float:
    return math.inf if glance.remaining_s is None else glance.remaining_s
