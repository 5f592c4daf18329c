"""Glances taken in a thread, twice a second, for as long as the window is open."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from ...acquisition.glances.glance import Glance, Glances
from ..background import Background

LOOK_EVERY_MS: Final = 500


class Looker(QObject):
    """``looked`` carries every glance of the data folder; a look that takes long delays the next.

    The files are kept open by one thread, which also closes them.
    """

    looked = Signal(object)
    trouble = Signal(object)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._glances = Glances(data_dir)
        self._thread = Background(self, threads=1)
        self._is_looking = False
        self._timer = QTimer(self, interval=LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Look now, and from now on."""
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Look once, unless a look is under way."""
        if not self._is_looking:
            self._is_looking = True
            self._thread.run(self._glances.look, self._take, self._fail)

    def show_channels(self, channels: Sequence[str]) -> None:
        """Show these channels, too, although nothing may have run on them."""
        self._glances.show_channels(tuple(channels))

    def leave(self) -> None:
        """Look no more, and release the files."""
        self._timer.stop()
        self._thread.close(self._glances.close)

    def _take(self, glances: list[Glance]) -> None:
        self._is_looking = False
        self.looked.emit(glances)

    def _fail(self, error: BaseException) -> None:
        self._is_looking = False
        self.trouble.emit(error)
