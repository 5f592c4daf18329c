"""The page with all channels: see which needs attention, pick some, open one, stop several."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QListView,
    QMenu,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ...acquisition.glances.glance import Glance
from ..named import CONTROL_HEIGHT, action, label, named, set_tone
from ..theme import Theme
from .model import Order, TilesModel
from .tile_painter import TilePainter
from .tile_words import Key, Tile, summary_text

_Entry: TypeAlias = tuple[str, str, Sequence[Path], Callable[[Sequence[Path]], object]]
_NOTHING = (
    "No run in this folder yet.\n"
    "Pick a bench, a cell and a protocol above and press Start, "
    "or start runs with “solidcell run”: they appear here by themselves."
)


class TilesView(QListView):
    """A grid of tiles that are as wide as makes the rows full."""

    def __init__(self, model: TilesModel) -> None:
        super().__init__()
        self.setModel(model)
        self.painter_of_tiles = TilePainter(self, self.font())
        self.setItemDelegate(self.painter_of_tiles)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setProperty("kind", "tiles")

    def fit(self) -> None:
        """Let all tiles be seen at once, if that can be, and the rows be full."""
        bar = self.style().pixelMetric(self.style().PixelMetric.PM_ScrollBarExtent)
        room = self.size()
        count = self.model().rowCount()
        self.setGridSize(
            self.painter_of_tiles.fit(count, room.width() - bar - 2, room.height() - 2)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Fit as many tiles into a row as there is room for."""
        self.fit()
        super().resizeEvent(event)


class DashboardPage(QWidget):
    """Shows tiles and says what a person wants of the runs; it decides nothing.

    ``open_wanted`` carries a run file, ``prepare_wanted`` the name of an idle channel; the others
    carry the run files that are picked and could obey.
    """

    open_wanted = Signal(object)
    prepare_wanted = Signal(str)
    stop_wanted = Signal(object)
    pause_wanted = Signal(object)
    resume_wanted = Signal(object)
    skip_wanted = Signal(object)
    analyse_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.model = TilesModel(self)
        self.view = named(TilesView(self.model), "Channels", "Double click or Enter opens a run")
        self.summary = label(kind="value")
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.attention = label(kind="value")
        self.order = named(QComboBox(), "Order of the channels", "How the tiles are sorted")
        self.stop = named(
            QPushButton("■  Stop selected"),
            "Stop the selected runs",
            "End every selected run that is under way, safely; asks first",
        )
        self.nothing = label(_NOTHING, "muted", wraps=True)
        self._lay_out()
        self._connect()
        self._picked()

    def show_glances(self, glances: Sequence[Glance]) -> None:
        """Show where every channel stands; what is selected stays selected."""
        kept, at = {tile.key for tile in self.selected()}, self._current_key()
        if self.model.set_glances(glances):
            self._select(kept, at)
        self._tell()

    def selected(self) -> list[Tile]:
        """The tiles that are picked, in the order in which they are shown."""
        rows = sorted(index.row() for index in self.view.selectedIndexes())
        return [self.model.tiles[row] for row in rows if row < len(self.model.tiles)]

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.view.painter_of_tiles.set_theme(theme)
        self.view.viewport().update()

    def _tell(self) -> None:
        tiles = self.model.tiles
        self.summary.setText(summary_text(tiles))
        worried = sum(tile.needs_attention for tile in tiles)
        self.attention.setText(
            f"⚠ {worried} need attention" if worried > 1 else "⚠ 1 needs attention"
        )
        self.attention.setVisible(worried > 0)
        self._pages.setCurrentIndex(0 if tiles else 1)
        self._picked()

    def _picked(self) -> None:
        count = len(_run_files(self.selected(), lambda tile: tile.can_stop))
        self.stop.setEnabled(count > 0)
        self.stop.setText(f"■  Stop selected ({count})" if count else "■  Stop selected")

    def _open(self) -> None:
        row = self.view.currentIndex().row()
        if 0 <= row < len(self.model.tiles):
            channel, run_file = self.model.tiles[row].key
            if run_file is None:
                self.prepare_wanted.emit(channel)
            else:
                self.open_wanted.emit(run_file)

    def _sort(self, order: str) -> None:
        kept, at = {tile.key for tile in self.selected()}, self._current_key()
        self.model.set_order(Order(order))
        self._select(kept, at)

    def _stop_selected(self) -> None:
        self.stop_wanted.emit(_run_files(self.selected(), lambda tile: tile.can_stop))

    def _menu(self, at: QPoint) -> None:
        tiles = self.selected()
        if tiles:
            self.menu_of(tiles).popup(self.view.viewport().mapToGlobal(at))

    def menu_of(self, tiles: Sequence[Tile]) -> QMenu:
        """What may be asked of these runs."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, tip, files, do in self._entries(tiles):
            entry = action(menu, text, tip)
            entry.setEnabled(bool(files))
            entry.triggered.connect(lambda _checked=False, do=do, files=files: do(files))
            menu.addAction(entry)
        return menu

    def _entries(self, tiles: Sequence[Tile]) -> Iterator[_Entry]:
        recorded = _run_files(tiles, lambda _: True)
        live = _run_files(tiles, lambda tile: tile.can_stop)
        skipping = _run_files(tiles, lambda tile: tile.can_pause or tile.can_resume)
        pausing = _run_files(tiles, lambda tile: tile.can_pause)
        paused = _run_files(tiles, lambda tile: tile.can_resume)
        yield "&Open", "Show this run", recorded[:1], lambda files: self.open_wanted.emit(files[0])
        yield "Open in &analysis", "Fit their spectra", recorded, self.analyse_wanted.emit
        yield "&Pause", "Break off the segment, open the cell", pausing, self.pause_wanted.emit
        yield "&Resume", "Go on where it was paused", paused, self.resume_wanted.emit
        yield "S&kip the segment", "Go on with the next segment", skipping, self.skip_wanted.emit
        yield "&Stop…", "End these runs safely; asks first", live, self.stop_wanted.emit

    def _current_key(self) -> Key | None:
        row = self.view.currentIndex().row()
        return self.model.tiles[row].key if 0 <= row < len(self.model.tiles) else None

    def _select(self, keys: set[Key], current: Key | None) -> None:
        picked = QItemSelection()
        for row, tile in enumerate(self.model.tiles):
            index = self.model.index(row, 0)
            if tile.key in keys:
                picked.select(index, index)
            if tile.key == current:
                flag = QItemSelectionModel.SelectionFlag.NoUpdate
                self.view.selectionModel().setCurrentIndex(index, flag)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().select(picked, flag)

    def _connect(self) -> None:
        self.view.activated.connect(self._open)
        self.view.customContextMenuRequested.connect(self._menu)
        self.view.selectionModel().selectionChanged.connect(self._picked)
        self.model.modelReset.connect(self.view.fit)
        self.order.currentTextChanged.connect(self._sort)
        self.stop.clicked.connect(self._stop_selected)

    def _lay_out(self) -> None:
        self.view.setAccessibleDescription("Enter opens the run; several may be selected")
        self.order.addItems([order.value for order in Order])
        self.order.setMinimumHeight(CONTROL_HEIGHT)
        self.stop.setMinimumHeight(CONTROL_HEIGHT)
        set_tone(self.attention, "danger")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.attention)
        head.addWidget(self.summary, 1)
        head.addWidget(label("Order", "muted"))
        head.addWidget(self.order)
        head.addWidget(self.stop)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.nothing)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 6, 2, 0)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addLayout(self._pages, 1)


def _run_files(tiles: Sequence[Tile], which: Callable[[Tile], bool]) -> list[Path]:
    return [tile.key[1] for tile in tiles if tile.key[1] is not None and which(tile)]
