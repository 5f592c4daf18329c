"""The queues of all channels: what waits, what keeps it, and the order in which it comes."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from ...acquisition.session import (
    ChannelQueue,
    Enqueued,
    StartedRun,
    enqueue,
    hold_queue,
    move_queued,
    queues,
    release_queue,
    remove_queued,
)
from ..background import Background
from ..named import label, named
from ..new_run import Choice
from ..notices import Notices
from ..rows_model import RowsModel
from ..tables import table_view
from ..theme import Theme
from .queue_words import COLUMNS, Picked, rows_of, told_of

LOOK_EVERY_MS: Final = 2000
_CELL_COLUMN: Final = 2
_NOTHING: Final = (
    "Nothing waits. Prepare a run and press Queue: it starts when its channel is free."
)


class QueuePage(QFrame):
    """Shows the queues and changes them; ``started`` names a run that began by it."""

    started = Signal(object)

    def __init__(self, background: Background, notices: Notices, data_dir: Path, who: str) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self._background, self._notices = background, notices
        self._data_dir, self._who = data_dir, who
        self._rows: list[Picked] = []
        self._is_looking = False
        self.model = RowsModel(COLUMNS, parent=self)
        self.table = table_view(
            self.model, "Queues", "What waits for each channel, the next first", _CELL_COLUMN
        )
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_buttons())
        self.nothing = label(_NOTHING, "muted", wraps=True)
        self.rise = _button("▲  Sooner", "Move the run forward in its queue")
        self.sink = _button("▼  Later", "Move the run back in its queue")
        self.remove = _button("Remove", "Strike the run out of its queue")
        self.hold = _button("‖  Hold", "Start nothing on this channel until it is released")
        self.release = _button("▶  Release", "Let the queue go on; the next may start at once")
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        self._connect()
        self._lay_out()
        self._show_buttons()

    @property
    def picked(self) -> Picked | None:
        """What the cursor is on."""
        row = self.table.currentIndex().row()
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def add(self, choice: Choice) -> None:
        """Queue what is picked, behind all others of its channel."""
        if not (choice.protocol and choice.bench and choice.cell):
            raise ValueError(f"not everything is picked: {', '.join(choice.missing)}")
        work = partial(
            enqueue,
            protocol=choice.protocol,
            bench=choice.bench,
            cell=choice.cell,
            channel=choice.channel,
            data_dir=self._data_dir,
            operator=self._who,
        )

        def done(answer: Enqueued) -> None:
            self._notices.tell("queue", told_of(answer), "warning" if answer.held else "good")
            self.look()

        self._background.run(work, done, self._fail)

    def look(self) -> None:
        """Look again what waits."""
        if not self._is_looking:
            self._is_looking = True
            self._background.run(partial(queues, self._data_dir), self._take, self._fail)

    def leave(self) -> None:
        """Look no more."""
        self._timer.stop()

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self.model.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look while somebody sees it."""
        self.look()
        self._timer.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802
        """Look no more."""
        self._timer.stop()
        super().hideEvent(event)

    def _take(self, found: list[ChannelQueue]) -> None:
        self._is_looking = False
        rows = rows_of(found)
        row = self.table.currentIndex().row()
        self._rows = [picked for _, picked in rows]
        self.model.set_rows([row for row, _ in rows])
        if rows:
            self.table.setCurrentIndex(self.model.index(min(max(row, 0), len(rows) - 1), 0))
        self._show_buttons()

    def _fail(self, error: BaseException) -> None:
        self._is_looking = False
        self._notices.tell("queue", str(error), "danger")
        if self.isVisible():
            QTimer.singleShot(0, self, self._show_buttons)

    def _show_buttons(self) -> None:
        picked = self.picked
        self.nothing.setVisible(not self._rows)
        self.rise.setEnabled(picked is not None and picked.can_rise)
        self.sink.setEnabled(picked is not None and picked.can_sink)
        self.remove.setEnabled(picked is not None and picked.can_go)
        held = picked is not None and picked.queue.held is not None
        stuck = picked is not None and bool(picked.queue.note)
        self.hold.setEnabled(picked is not None and not held)
        self.release.setEnabled(held or stuck)

    def _move(self, by: int) -> None:
        job = self.picked.job if self.picked else None
        if job is not None:
            row = self.table.currentIndex().row() + by
            self.table.setCurrentIndex(self.model.index(row, 0))
            self._do(partial(move_queued, job.id, job.place + by, data_dir=self._data_dir))

    def _remove(self) -> None:
        job = self.picked.job if self.picked else None
        if job is not None:
            self._do(partial(remove_queued, job.id, data_dir=self._data_dir))

    def _hold(self) -> None:
        if self.picked is not None:
            queue, who, data_dir = self.picked.queue, self._who, self._data_dir
            bench = Path(queue.bench)
            self._do(partial(hold_queue, queue.channel, who=who, bench=bench, data_dir=data_dir))

    def _release(self) -> None:
        if self.picked is not None:
            queue, data_dir = self.picked.queue, self._data_dir
            bench = Path(queue.bench)
            self._do(partial(release_queue, queue.channel, bench=bench, data_dir=data_dir))

    def _do(self, work: Callable[[], object]) -> None:
        def done(answer: object) -> None:
            if isinstance(answer, StartedRun):
                self._notices.tell("queue", f"{answer.run_id} has begun", "good")
                self.started.emit(answer.run_file)
            self.look()

        def failed(error: BaseException) -> None:
            self._fail(error)
            self.look()

        self._background.run(work, done, failed)

    def _connect(self) -> None:
        self.rise.clicked.connect(lambda: self._move(-1))
        self.sink.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        self.hold.clicked.connect(self._hold)
        self.release.clicked.connect(self._release)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(8)
        for button in (self.rise, self.sink, self.remove):
            line.addWidget(button)
        line.addStretch(1)
        for button in (self.hold, self.release):
            line.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 9, 12, 11)
        layout.setSpacing(8)
        layout.addWidget(label("Queues", "heading"))
        layout.addWidget(self.nothing)
        layout.addWidget(self.table, 1)
        layout.addLayout(line)


def _button(text: str, tip: str) -> QPushButton:
    return named(QPushButton(text), tip, tip)
