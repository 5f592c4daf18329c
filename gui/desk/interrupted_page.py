"""The runs that broke off, and the four things that a person may do about each."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton, QVBoxLayout

from ...acquisition.session import (
    AfterInterruption,
    InterruptedRun,
    Opened,
    StartedRun,
    continue_run,
    give_up,
    interrupted_runs,
    open_interrupted,
)
from ..background import Background
from ..named import label, named
from ..notices import Notices
from ..rows_model import RowsModel
from ..tables import table_view
from ..theme import Theme, Tone
from .interrupted_words import COLUMNS, WAYS, Way, allowed, notice_of, row_of, why_not

_RUN_COLUMN: Final = 2


class InterruptedPage(QFrame):
    """Lists them and asks for what is wanted; ``open_wanted`` names a run that goes on again.

    ``found`` says how many there are, whenever that was looked up.
    """

    open_wanted = Signal(object)
    found = Signal(int)

    def __init__(self, background: Background, notices: Notices, data_dir: Path, who: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._background, self._notices = background, notices
        self._data_dir, self._who = data_dir, who
        self._runs: tuple[InterruptedRun, ...] = ()
        self._busy_with: str = ""
        self.model = RowsModel(COLUMNS, parent=self)
        self.table = table_view(
            self.model, "Interrupted runs", "Pick one, then what to do about it", _RUN_COLUMN
        )
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_ways())
        self.reason = label(wraps=True)
        self.buttons = {
            way: named(QPushButton(w.button), w.button, w.meaning) for way, w in WAYS.items()
        }
        self._lay_out()
        self._show_ways()

    @property
    def picked(self) -> InterruptedRun | None:
        """The run that the cursor is on."""
        row = self.table.currentIndex().row()
        return self._runs[row] if 0 <= row < len(self._runs) else None

    def look(self, then: Callable[[], object] = lambda: None) -> None:
        """Look again which runs broke off."""

        def take(runs: list[InterruptedRun]) -> None:
            self._take(runs)
            then()

        self._background.run(partial(interrupted_runs, self._data_dir), take, self._fail)

    def look_and_tell(self, show: Callable[[], object]) -> None:
        """Look, and say so if there are any; ``show`` leads here."""
        self.look(partial(self._tell, show))

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.model.set_theme(theme)

    def _take(self, runs: Sequence[InterruptedRun]) -> None:
        before = self.picked
        self._runs = tuple(runs)
        self.model.set_rows([row_of(run) for run in runs])
        names = [run.run_id for run in runs]
        row = names.index(before.run_id) if before and before.run_id in names else 0
        self.table.setCurrentIndex(self.model.index(row, 0) if runs else QModelIndex())
        self._show_ways()
        self.found.emit(len(runs))

    def _tell(self, show: Callable[[], object]) -> None:
        text = notice_of(self._runs)
        if text:
            is_shut = any(run.cell != "open" for run in self._runs)
            tone: Tone = "danger" if is_shut else "warning"
            self._notices.tell("interrupted", text, tone, ("Look", show), "Later")

    def _show_ways(self) -> None:
        run = self.picked
        ways = frozenset[Way]() if self._busy_with else allowed(run)
        for way, button in self.buttons.items():
            button.setEnabled(way in ways)
        self.reason.setText(self._busy_with or why_not(run))

    def _do(self, way: Way) -> None:
        run = self.picked
        if run is None or way not in allowed(run):
            return
        work: Callable[[], object]
        match way:
            case Way.CONTINUE:
                work = partial(continue_run, run.run_file, self._who, AfterInterruption.CONTINUE)
            case Way.ASK:
                work = partial(continue_run, run.run_file, self._who, AfterInterruption.ASK)
            case Way.OPEN:
                work = partial(open_interrupted, run.run_file, self._who)
            case Way.GIVE_UP:
                work = partial(give_up, run.run_file, self._who)
        self._busy_with = f"{WAYS[way].button}: {run.run_id}, talking to its instrument …"
        self._show_ways()
        self._background.run(work, partial(self._done, way, run), partial(self._not_done, way, run))

    def _done(self, way: Way, run: InterruptedRun, answer: object) -> None:
        self._busy_with = ""
        if isinstance(answer, StartedRun):
            paused = ", paused with its cell open" if way is Way.ASK else ""
            self._notices.tell("recovered", f"{run.run_id} goes on{paused}", "good")
            self.open_wanted.emit(run.run_file)
        elif isinstance(answer, Opened):
            text = f"{run.run_id}: {answer.model} {answer.serial} answered; its output was "
            text += f"{answer.output}, and its cell is open now"
            self._notices.tell("recovered", text, "good")
        else:
            self._notices.tell("recovered", f"{run.run_id} was given up; its cell is open", "good")
        self._notices.put_away("interrupted")
        self.look()

    def _not_done(self, way: Way, run: InterruptedRun, error: BaseException) -> None:
        self._busy_with = ""
        text = f"{WAYS[way].button}, {run.run_id}: {error}"
        self._notices.tell("recovered", text, "danger")
        self.look()

    def _fail(self, error: BaseException) -> None:
        self._notices.tell("interrupted", f"looking for runs that broke off: {error}", "danger")

    def _lay_out(self) -> None:
        ways = QGridLayout()
        ways.setHorizontalSpacing(14)
        ways.setVerticalSpacing(8)
        ways.setColumnStretch(1, 1)
        for row, (way, button) in enumerate(self.buttons.items()):
            button.clicked.connect(partial(self._do, way))
            meaning = label(WAYS[way].meaning, "muted", wraps=True)
            ways.addWidget(button, row, 0)
            ways.addWidget(meaning, row, 1, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 11)
        layout.setSpacing(10)
        layout.addWidget(label("Runs that broke off", "heading"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.reason)
        layout.addLayout(ways)
