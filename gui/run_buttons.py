"""The buttons that act on the run in view: pause, resume, skip, stop."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from .named import action, named, with_keys
from .run_wishes import OPEN, REST, Wish


class RunButtons(QWidget):
    """Each is enabled only where the state of the run allows it; they decide nothing."""

    pause_wanted = Signal(str)
    resume_wanted = Signal()
    skip_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pause = named(
            QToolButton(), "Pause the run", "Break the segment off and open the cell"
        )
        self.pause.setText("‖  Pause")
        self.resume = named(
            QPushButton("▶  Resume"), "Resume the run", "Go on with what is left of the segment"
        )
        self.skip = named(
            QPushButton("»  Skip"), "Skip the segment", "End this segment and begin the next"
        )
        self.stop = named(QPushButton("■  Stop"), "Stop the run", "End the run in view, safely")
        with_keys(self.pause, "Ctrl+P")
        with_keys(self.resume, "Ctrl+Shift+P")
        with_keys(self.skip, "Ctrl+Shift+K")
        with_keys(self.stop, "Ctrl+.")
        self.resume.setProperty("kind", "primary")
        self._offer_ways_to_pause()
        self._connect()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for button in (self.pause, self.resume, self.skip, self.stop):
            layout.addWidget(button)
        self.allow(frozenset())

    def allow(self, wishes: frozenset[Wish]) -> None:
        """Enable what may be asked for now; Resume takes the place of Pause where it may."""
        buttons = {
            Wish.PAUSE: self.pause,
            Wish.RESUME: self.resume,
            Wish.SKIP: self.skip,
            Wish.STOP: self.stop,
        }
        for wish, button in buttons.items():
            button.setEnabled(wish in wishes)
        self.resume.setVisible(Wish.RESUME in wishes)
        self.pause.setVisible(Wish.RESUME not in wishes)

    def _offer_ways_to_pause(self) -> None:
        menu = QMenu(self.pause)
        self.pause_open = action(self, "Pause with the cell &open", "Nothing flows; the default")
        self.pause_rest = action(
            self, "Pause at &rest, 0 A", "The output stays on, the voltage is measured on"
        )
        for entry in (self.pause_open, self.pause_rest):
            menu.addAction(entry)
        menu.setToolTipsVisible(True)
        self.pause.setMenu(menu)
        self.pause.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)

    def _connect(self) -> None:
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(OPEN))
        self.pause_open.triggered.connect(lambda: self.pause_wanted.emit(OPEN))
        self.pause_rest.triggered.connect(lambda: self.pause_wanted.emit(REST))
        self.resume.clicked.connect(self.resume_wanted)
        self.skip.clicked.connect(self.skip_wanted)
        self.stop.clicked.connect(self.stop_wanted)
