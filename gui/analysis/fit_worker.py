"""Fits in a thread, told to the window a few times a second; cancelling keeps all that came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from ..background import Background
from .fitting import Done

TELL_EVERY_MS: Final = 100


@dataclass(frozen=True, slots=True)
class Ended:
    """How a batch ended: so many of so many done, cancelled or not, an error nobody expected."""

    done: int
    total: int
    cancelled: bool
    error: BaseException | None = None


class FitWorker(QObject):
    """One batch at a time.

    ``arrived`` brings a tuple of every ``Done`` since the last time: were each told by itself,
    quick fits would keep the window from anything else. ``ended`` comes after the last of them.
    """

    arrived = Signal(object)
    ended = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._cancelled = threading.Event()
        self.total = self.done = 0
        self.is_busy = False
        self._came: deque[Done] = deque()
        self._timer = QTimer(self, interval=TELL_EVERY_MS)
        self._timer.timeout.connect(self._tell)

    def start(self, fits: Callable[[], Iterator[Done]], total: int) -> None:
        """Begin a batch of ``total`` fits. Raises ``RuntimeError`` while one is under way."""
        if self.is_busy:
            raise RuntimeError("a batch of fits is under way")
        self._cancelled = cancelled = threading.Event()
        self._came = came = deque[Done]()
        self.total, self.done, self.is_busy = total, 0, True

        def work() -> None:
            for done in fits():
                came.append(done)
                if cancelled.is_set():
                    return

        self._timer.start()
        self._background.run(work, lambda _: self._end(), self._end)

    def cancel(self) -> None:
        """Begin no further fit; the one under way is waited for and kept."""
        self._cancelled.set()

    def leave(self) -> None:
        """Cancel, and tell of nothing more."""
        self.cancel()
        self._timer.stop()

    def _tell(self) -> None:
        came = []
        while self._came:
            came.append(self._came.popleft())
        if came:
            self.done += len(came)
            self.arrived.emit(tuple(came))

    def _end(self, error: BaseException | None = None) -> None:
        self._timer.stop()
        self._tell()
        self.is_busy = False
        cancelled = self._cancelled.is_set() and self.done < self.total
        self.ended.emit(Ended(self.done, self.total, cancelled, error))
