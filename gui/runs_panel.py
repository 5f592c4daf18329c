"""The runs of a data folder: found by words and fields, sorted, live, opened or analysed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
)

from ..acquisition.glances.glance import Glance
from .named import CONTROL_HEIGHT, action, label, named, set_tone, tool
from .runs.filter_menu import fill_menu
from .runs.lister import RunLister
from .runs.model import BEGUN, CCD, CELL, CHANNEL, LASTED, STATE, RunsModel, choices_of
from .runs.shelf import Listing
from .runs.wording import FIELDS, wanted_by
from .tables import table_view
from .theme import Theme

_Entry: TypeAlias = tuple[str, str, bool, Callable[[], object]]
_WIDTHS: Final = {STATE: 24, CHANNEL: 44, BEGUN: 88, LASTED: 80, CCD: 46}
_EMPTY: Final = (
    "No run in this folder yet.\nPick bench, cell and protocol above and press Start; "
    "the run appears here."
)
_NONE_FOUND: Final = "No run matches.\nLeave out a word, or clear the line to see all runs."
_TIP: Final = (
    "Words, and fields with a colon: " + ", ".join(FIELDS) + "\n"
    'state:trouble   cell:"LPSCl 7"   channel:A*   since:7d   until:2026-01-31   ccd>1.2'
)


class RunsPanel(QFrame):
    """Lists runs; a double click or Enter opens one.

    ``open_wanted`` carries a run file, ``analyse_wanted`` several. ``noticed`` tells in words why
    the list is slower than it could be, ``trouble`` carries what went wrong.
    """

    open_wanted = Signal(object)
    analyse_wanted = Signal(object)
    noticed = Signal(str)
    trouble = Signal(object)

    def __init__(self, data_dir: Path) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.model = RunsModel(self)
        self._lister = RunLister(data_dir, self)
        self._wanted_file: object = None
        self._is_known = False
        self.search = named(QLineEdit(), "Search runs", _TIP)
        self.filter = tool("Filter", "Filter the runs", "Add a field to the search: state, cell …")
        self.count = label(kind="muted")
        self.problem = label(kind="muted", wraps=True)
        self.nothing = label("Reading the runs …", "muted", wraps=True)
        self.table = self._make_table()
        self._lay_out()
        self._connect()
        self._lister.refresh()

    def refresh(self) -> None:
        """Look whether runs have come, gone or changed."""
        self._lister.refresh()

    def show_live(self, glances: Sequence[Glance]) -> None:
        """Let the runs under way go on, and look again if any began or ended."""
        if self._is_known and self.model.show_live(glances):
            self._lister.refresh()

    def select(self, run_file: object) -> None:
        """Put the cursor on a run, now or as soon as it is shown."""
        row = self.model.row_of(run_file)
        self._wanted_file = run_file if row is None else None
        if row is not None:
            self.table.setCurrentIndex(self.model.index(row, 0))

    def selected(self) -> list[Path]:
        """The files of the runs that are picked, from the top."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.model.rows[row].state.run_file for row in rows]

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.model.set_theme(theme)

    def leave(self) -> None:
        """Look no more."""
        self._lister.leave()

    def menu_of(self, run_files: Sequence[Path]) -> QMenu:
        """What may be done with these runs."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, tip, allowed, do in self._entries(run_files):
            entry = action(menu, text, tip)
            entry.setEnabled(allowed)
            entry.triggered.connect(lambda _checked=False, do=do: do())
            menu.addAction(entry)
        return menu

    def _entries(self, files: Sequence[Path]) -> Iterator[_Entry]:
        is_one = len(files) == 1
        yield "&Open", "Show this run", is_one, lambda: self.open_wanted.emit(files[0])
        yield (
            "Open in &analysis",
            "Fit their spectra",
            bool(files),
            lambda: self.analyse_wanted.emit(list(files)),
        )
        yield (
            "Show the &folder",
            "Where the files of the run lie",
            is_one,
            lambda: _reveal(files[0]),
        )
        yield "&Copy the name", "For the command line", is_one, lambda: _copy(files[0].parent.name)

    def _take(self, listing: Listing) -> None:
        kept = {*self.selected()}
        at = self.table.currentIndex()
        current = self.model.rows[at.row()].state.run_file if at.isValid() else None
        self.model.set_runs(listing.runs)
        self._is_known = True
        self._select_again(kept, self._wanted_file or current)
        count = len(listing.runs)
        self.count.setText(f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}") if count else "")
        self.nothing.setText(_EMPTY if listing.is_all else _NONE_FOUND)
        self._pages.setCurrentIndex(0 if count else 1)
        if listing.is_all:
            fill_menu(self.filter.menu(), choices_of(listing.runs), self._add_field)

    def _select_again(self, files: set[Path], current: object) -> None:
        picked = QItemSelection()
        last = self.model.columnCount() - 1
        for row in (self.model.row_of(file) for file in files):
            if row is not None:
                picked.select(self.model.index(row, 0), self.model.index(row, last))
        flags = QItemSelectionModel.SelectionFlag
        if picked.indexes():
            self.table.selectionModel().select(picked, flags.ClearAndSelect)
        row = self.model.row_of(current)
        if row is not None:
            self._wanted_file = None
            how = flags.NoUpdate if files else flags.ClearAndSelect | flags.Rows
            self.table.selectionModel().setCurrentIndex(self.model.index(row, 0), how)

    def _search(self, text: str) -> None:
        try:
            wanted = wanted_by(text)
        except ValueError as error:
            self.problem.setText(str(error))
        else:
            self.problem.setText("")
            self._lister.find(wanted)
        self.problem.setVisible(bool(self.problem.text()))

    def _add_field(self, field: str) -> None:
        """Put a field in the place of one of the same name, or behind what is there."""
        name = field.partition(":")[0].partition(">")[0]
        others = [part for part in self.search.text().split(" ") if not part.startswith(name)]
        self.search.setText(" ".join([*filter(None, others), field]))
        self.search.setFocus()

    def _tell_progress(self, text: str) -> None:
        self.nothing.setText(text or "Reading the runs …")

    def _open(self) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.model.rows):
            self.open_wanted.emit(self.model.rows[row].state.run_file)

    def _show_menu(self, at: QPoint) -> None:
        if files := self.selected():
            self.menu_of(files).popup(self.table.viewport().mapToGlobal(at))

    def _make_table(self) -> QTableView:
        table = table_view(
            self.model, "Runs", "Double click or press Enter to open a run", stretch=CELL
        )
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = table.horizontalHeader()
        for column, width in _WIDTHS.items():
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)
        header.setMinimumSectionSize(20)
        header.setSortIndicator(BEGUN, Qt.SortOrder.DescendingOrder)
        table.setSortingEnabled(True)
        return table

    def _connect(self) -> None:
        self.search.textChanged.connect(self._search)
        self.table.activated.connect(self._open)
        self.table.customContextMenuRequested.connect(self._show_menu)
        self._lister.listed.connect(self._take)
        self._lister.noticed.connect(self.noticed)
        self._lister.progress.connect(self._tell_progress)
        self._lister.trouble.connect(self.trouble)

    def _lay_out(self) -> None:
        self.search.setPlaceholderText("Search: words, cell:, state:, ccd> …")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumHeight(CONTROL_HEIGHT)
        self.filter.setMinimumHeight(CONTROL_HEIGHT)
        self.filter.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.filter.setMenu(QMenu(self.filter))
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        set_tone(self.problem, "danger")
        self.problem.hide()
        head, line = QHBoxLayout(), QHBoxLayout()
        head.addWidget(label("Runs", "heading"))
        head.addStretch(1)
        head.addWidget(self.count)
        line.addWidget(self.search, 1)
        line.addWidget(self.filter)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.table)
        self._pages.addWidget(self.nothing)
        self._pages.setCurrentIndex(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 9, 10, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addWidget(self.problem)
        layout.addLayout(self._pages, 1)


def _reveal(run_file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(run_file.parent)))


def _copy(text: str) -> None:
    QGuiApplication.clipboard().setText(text)
