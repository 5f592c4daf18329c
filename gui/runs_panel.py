"""The runs of a data folder, the newest first, with a line to search in them."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from ..acquisition.session import RunState
from .display_units import clock_text
from .named import CONTROL_HEIGHT, label, named
from .rows_model import Row, RowsModel
from .run_words import STATES
from .tables import table_view
from .theme import Theme


def row_of(state: RunState) -> Row:
    """A run as a row: state, cell and channel, how long."""
    words = STATES[state.state]
    began, _, rest = state.run_id.partition("_")
    name = rest.removeprefix(f"{state.channel}_") or state.run_id
    tip = f"{state.run_id}\n{words.text}. {state.detail}".rstrip()
    day = began[5:10] + " " + began[11:13] + ":" + began[13:15] if rest else ""
    return Row(
        texts=(words.icon, name, state.channel, day, clock_text(state.elapsed_s)),
        key=state.run_file,
        tip=tip,
        tone=words.tone,
    )


class RunsPanel(QFrame):
    """Lists runs; a double click or Enter opens one."""

    open_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.model = RowsModel(("", "Cell", "Ch.", "Begun", "Lasted"), numeric=(4,), parent=self)
        self._found = QSortFilterProxyModel(self)
        self._found.setSourceModel(self.model)
        self._found.setFilterKeyColumn(-1)
        self._found.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.search = named(QLineEdit(), "Search runs", "Show only runs that contain this text")
        self.search.setPlaceholderText("Search cell, channel, date")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumHeight(CONTROL_HEIGHT)
        self.search.textChanged.connect(self._found.setFilterFixedString)
        self.table = table_view(
            self._found, "Runs", "Double click or press Enter to open a run", stretch=1
        )
        self.table.activated.connect(self._open)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 9, 10, 10)
        layout.setSpacing(6)
        layout.addWidget(label("Runs", "heading"))
        layout.addWidget(self.search)
        layout.addWidget(self.table, 1)

    def show_runs(self, states: Sequence[RunState]) -> None:
        """Show these, in this order."""
        chosen = self.table.currentIndex()
        kept = self._key(chosen) if chosen.isValid() else None
        self.model.set_rows([row_of(state) for state in states])
        if kept is not None:
            self.select(kept)

    def select(self, run_file: object) -> None:
        """Put the cursor on a run, if it is shown."""
        for line in range(self._found.rowCount()):
            index = self._found.index(line, 0)
            if self._key(index) == run_file:
                self.table.setCurrentIndex(index)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.model.set_theme(theme)

    def _key(self, index: QModelIndex) -> object:
        return self.model.rows[self._found.mapToSource(index).row()].key

    def _open(self, index: QModelIndex) -> None:
        self.open_wanted.emit(self._key(index))
