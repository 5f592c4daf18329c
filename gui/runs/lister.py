"""Listing runs in a thread: what was asked last is answered, and nothing is asked twice."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from ..background import Background
from .shelf import Listing, Shelf
from .wording import Wanted

REFRESH_EVERY_MS: Final = 15_000
_TYPED_MS: Final = 120


class RunLister(QObject):
    """``listed`` carries a ``Listing`` of what was wanted last.

    ``noticed`` tells that the catalogue's file cannot be used, ``progress`` how far run files are
    read, and ``trouble`` what went wrong.
    """

    listed = Signal(object)
    noticed = Signal(str)
    progress = Signal(str)
    trouble = Signal(object)

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = Shelf(data_dir, self.noticed.emit, self.progress.emit)
        self._thread = Background(self, threads=1)
        self._wanted = Wanted()
        self._is_looking = self._is_asked = self._is_stale = False
        self._soon = QTimer(self, interval=_TYPED_MS, singleShot=True)
        self._soon.timeout.connect(self._look)
        self._now_and_then = QTimer(self, interval=REFRESH_EVERY_MS)
        self._now_and_then.timeout.connect(self.refresh)
        self._now_and_then.start()

    def find(self, wanted: Wanted) -> None:
        """Find other runs, once nothing has been typed for a moment."""
        if wanted != self._wanted:
            self._wanted = wanted
            self._soon.start()

    def refresh(self) -> None:
        """Look whether runs have come, gone or changed."""
        self._is_stale = True
        self._look()

    def leave(self) -> None:
        """Look no more, and close the catalogue."""
        self._soon.stop()
        self._now_and_then.stop()
        self._thread.close(self._shelf.close)

    def _look(self) -> None:
        if self._is_looking:
            self._is_asked = True
            return
        self._is_looking, self._is_asked = True, False
        is_fresh, self._is_stale = not self._is_stale, False
        work = partial(self._shelf.look, self._wanted, is_fresh=is_fresh)
        self._thread.run(work, partial(self._take, self._wanted), self._fail)

    def _take(self, wanted: Wanted, listing: Listing) -> None:
        self._is_looking = False
        if wanted == self._wanted:
            self.listed.emit(listing)
        if self._is_asked:
            self._look()

    def _fail(self, error: BaseException) -> None:
        self._is_looking = False
        self.trouble.emit(error)
