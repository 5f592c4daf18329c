"""The spectra of the project with their standing; a click on a heading sorts, worst first."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from ..named import label, named, tool
from ..rows_model import RowsModel
from ..tables import table_view
from ..theme import Theme
from .rows import NUMERIC_COLUMNS, OPENED, SPECTRA_COLUMNS, WORST, Order, spectrum_rows
from .session import Session

_EMPTY = (
    "Open files or folders of spectra (Ctrl+O, Ctrl+Shift+O), or drop them here. Run files and "
    "every format that solidcell reads will do."
)
_WIDEST = ("✖", "", "−100.0", "0.99 %", "poor fit")
_CELL_MARGIN = 14


class SpectraPanel(QFrame):
    """``picked`` carries the key of the spectrum to look at, ``remove_wanted`` one to drop."""

    picked = Signal(str)
    remove_wanted = Signal(str)
    open_wanted = Signal()
    folder_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.order = Order()
        self.model = RowsModel(SPECTRA_COLUMNS, NUMERIC_COLUMNS, self)
        self.table = table_view(
            self.model, "Spectra", "Pick one to look at; click a heading to sort", stretch=1
        )
        header = self.table.horizontalHeader()
        for column, width_of in enumerate(_WIDEST):
            if width_of:  # widths that follow the contents cost all rows at every change of one
                width = self.table.fontMetrics().horizontalAdvance(width_of) + _CELL_MARGIN
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
                header.resizeSection(column, width)
        self.table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.told = label(kind="muted", wraps=True)
        self.open = tool("Open …", "Open files", "Open files of spectra, or a project")
        self.folder = tool("Folder …", "Open a folder", "Open every spectrum below a folder")
        self.worst = tool("Worst first", "Worst first", "Sort by misfit; refused ones on top")
        self.worst.setCheckable(True)
        self.empty = label(_EMPTY, "muted", wraps=True)
        self.progress = named(QProgressBar(), "Fits done", "How many of the spectra are fitted")
        self.cancel = named(QPushButton("Cancel"), "Cancel the fits", "What is done stays")
        self._busy = QFrame()
        self._connect()
        self._lay_out()
        self.show_progress(0, 0)
        self.tell("")

    @property
    def current(self) -> str:
        """The key of the spectrum picked; empty if there is none."""
        return self._key(self.table.currentIndex())

    @property
    def keys(self) -> list[str]:
        """The spectra's keys as they stand, top to bottom."""
        return [str(row.key) for row in self.model.rows]

    def show_session(self, session: Session, waiting: Collection[str], *, resort: bool) -> None:
        """Show every spectrum; while fits arrive the rows keep their places."""
        rows = spectrum_rows(session, self.order, waiting)
        if not resort and {row.key for row in rows} == set(self.keys):
            places = {key: place for place, key in enumerate(self.keys)}
            rows.sort(key=lambda row: places[str(row.key)])
        current = self.current
        with QSignalBlocker(self.table.selectionModel()):
            self.model.set_rows(rows)
        if current in self.keys:
            self.choose(current)
        elif self.keys:
            self.table.setCurrentIndex(self.model.index(0, 0))
        self.empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self.table.setColumnHidden(2, not any(row.texts[2] for row in rows))

    def choose(self, key: str) -> None:
        """Put the cursor on a spectrum, without telling of it if it was there."""
        if key in self.keys:
            index = self.model.index(self.keys.index(key), 1)
            with QSignalBlocker(self.table.selectionModel()):
                self.table.setCurrentIndex(index)
            self.table.viewport().update()

    def step(self, by: int) -> None:
        """Go to the spectrum below or above."""
        if self.keys:
            row = min(max(self.table.currentIndex().row() + by, 0), len(self.keys) - 1)
            self.table.setCurrentIndex(self.model.index(row, 1))

    def sort_worst_first(self, on: bool = True) -> None:
        """Sort by misfit, or as opened."""
        self._sort(Order(WORST if on else OPENED))

    def show_progress(self, done: int, total: int) -> None:
        """Show how far a batch has come; nothing where there is none."""
        self._busy.setVisible(total > 0)
        self.progress.setRange(0, max(1, total))
        self.progress.setValue(done)
        self.progress.setFormat(f"{done} of {total} fitted")

    def tell(self, text: str) -> None:
        """Say below the list how the last fits ended."""
        self.told.setText(text)
        self.told.setVisible(bool(text))

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.model.set_theme(theme)

    order_changed = Signal()

    def _sort(self, order: Order) -> None:
        self.order = order
        self.worst.setChecked(order == Order(WORST))
        self.order_changed.emit()

    def _heading_clicked(self, column: int) -> None:
        again = self.order.column == column
        self._sort(Order(column, again and not self.order.is_reversed))

    def _picked(self, index: QModelIndex) -> None:
        if key := self._key(index):
            self.picked.emit(key)

    def _remove(self) -> None:
        if self.current:
            self.remove_wanted.emit(self.current)

    def _key(self, index: QModelIndex) -> str:
        return str(self.model.rows[index.row()].key) if index.isValid() else ""

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(self._picked)
        self.table.horizontalHeader().setSectionsClickable(True)
        self.table.horizontalHeader().sectionClicked.connect(self._heading_clicked)
        self.open.clicked.connect(self.open_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        self.worst.clicked.connect(self.sort_worst_first)
        self.cancel.clicked.connect(self.cancel_wanted)
        remove = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.table)
        remove.setContext(Qt.ShortcutContext.WidgetShortcut)
        remove.activated.connect(self._remove)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label("Spectra", "heading"))
        head.addStretch(1)
        for button in (self.open, self.folder, self.worst):
            head.addWidget(button)
        busy = QHBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        busy.addWidget(self.progress, 1)
        busy.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.empty)
        layout.addWidget(self.table, 1)
        layout.addStretch(0)
        layout.addWidget(self.told)
        layout.addWidget(self._busy)
