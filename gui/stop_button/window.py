"""The stop button's window: small, above all others, with nothing in it that can block."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ...acquisition.processes import ProcessId
from ...acquisition.run_folder import RunFolder
from ..background import Background
from ..named import label, named, set_tone
from ..run_bar import EMERGENCY_KEYS
from .model import Line, Obeyed, ask_at_once, ask_the_rest, covered, obeyed, told_of, told_of_asked

LOOK_EVERY_MS: Final = 700
LOOK_AFTER_PRESS_MS: Final = 120
WIDTH, HEIGHT = 260, 180


class StopButton(QWidget):
    """Stops every run of a data folder by one press; says how many, and that they obeyed.

    ``pressed_at_once`` is emitted when the requests are made. With ``companion``, the process of
    a bench window, it goes away once that is gone and no run is under way.
    """

    pressed_at_once = Signal(int)

    def __init__(self, data_dir: Path, who: str, companion: ProcessId | None = None) -> None:
        super().__init__()
        self._data_dir, self._who, self._companion = data_dir, who, companion
        self._background = Background(self, threads=2)
        self._covered: tuple[RunFolder, ...] = ()
        self._asked: tuple[RunFolder, ...] = ()
        self._since_press = QElapsedTimer()
        self._is_looking = False
        self.setWindowTitle("Stop every run")
        self.setWindowFlags(Qt.WindowType.Window | Qt.WindowType.WindowStaysOnTopHint)
        self.button = named(
            QPushButton("STOP\nEVERY RUN"),
            "Emergency stop of every run",
            f"Open every cell of {data_dir} now, without asking ({EMERGENCY_KEYS}, Space)",
        )
        self.told = label("Looking for runs …", wraps=True)
        self._lay_out()
        self.button.pressed.connect(self.stop)  # on the way down: a click is 100 ms longer
        keys = QShortcut(QKeySequence(EMERGENCY_KEYS), self)
        keys.activated.connect(self.stop)
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        self._look()

    @property
    def runs(self) -> int:
        """How many runs a press would stop."""
        return len(self._covered)

    def stop(self) -> None:
        """Ask every run to open its cell now; those that are known first, by a file each."""
        ask_at_once(self._covered, self._who)
        self.pressed_at_once.emit(len(self._covered))
        self._asked = tuple(dict.fromkeys((*self._asked, *self._covered)))
        self._since_press.start()
        self._timer.setInterval(LOOK_AFTER_PRESS_MS)
        self._say(told_of_asked((), 0.0) if not self._asked else Line("Pressed …", "warning"))
        work = partial(ask_the_rest, self._data_dir, self._who)
        self._background.run(work, lambda _: None, self._fail)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End the looking."""
        self._timer.stop()
        self._background.close()
        event.accept()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Come back when minimised: a stop button that cannot be seen is none."""
        if event.type() == QEvent.Type.WindowStateChange and self.isMinimized():
            QTimer.singleShot(0, self, self.showNormal)
        super().changeEvent(event)

    def _look(self) -> None:
        if self._is_looking:
            return
        self._is_looking = True
        work = partial(_looked, self._data_dir, self._asked)
        self._background.run(work, self._take, self._fail)

    def _take(self, found: tuple[tuple[RunFolder, ...], tuple[Obeyed, ...], int]) -> None:
        self._is_looking = False
        living, answers, asked = found
        self._covered = living
        if not self._asked:
            self._say(told_of(len(living)))
        elif asked == len(self._asked):
            self._show_answers(answers)
        is_alone = self._companion is not None and not self._companion.is_alive()
        if is_alone and not living and all(run.is_open for run in answers):
            self.close()

    def _show_answers(self, answers: tuple[Obeyed, ...]) -> None:
        since_s = self._since_press.elapsed() / 1000
        self._say(told_of_asked(answers, since_s))
        if any(run.goes_on or not run.is_open for run in answers):
            return
        self._timer.setInterval(LOOK_EVERY_MS)
        if any(run not in self._asked for run in self._covered):  # the button is for these now
            self._asked = ()

    def _fail(self, error: BaseException) -> None:
        self._is_looking = False
        self._say(Line(f"⚠ {error}", "danger"))

    def _say(self, line: Line) -> None:
        self.told.setText(line.text)
        self.told.setAccessibleName(line.text)
        set_tone(self.told, line.tone)

    def _lay_out(self) -> None:
        self.button.setProperty("kind", "stop")
        expanding = QSizePolicy.Policy.Expanding
        self.button.setSizePolicy(expanding, expanding)
        self.button.setProperty("size", "large")
        self.told.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.button, 1)
        layout.addWidget(self.told)
        self.resize(WIDTH, HEIGHT)


def _looked(
    data_dir: Path, asked: tuple[RunFolder, ...]
) -> tuple[tuple[RunFolder, ...], tuple[Obeyed, ...], int]:
    """The runs that live, what became of those asked, and of how many that was asked."""
    return covered(data_dir), obeyed(asked), len(asked)
