"""Fits in a thread, told to the window one by one; cancelling keeps all that has come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from ..background import Background
from .fitting import Done


@dataclass(frozen=True, slots=True)
class Ended:
    """How a batch ended: so many of so many done, cancelled or not, an error nobody expected."""

    done: int
    total: int
    cancelled: bool
    error: BaseException | None = None


class FitWorker(QObject):
    """One batch at a time. ``arrived`` brings each ``Done`` as it comes, ``ended`` the end."""

    arrived = Signal(object)
    ended = Signal(object)

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._cancelled = threading.Event()
        self.total = self.done = 0
        self.is_busy = False
        self.arrived.connect(self._count)

    def start(self, fits: Callable[[], Iterator[Done]], total: int) -> None:
        """Begin a batch of ``total`` fits. Raises ``RuntimeError`` while one is under way."""
        if self.is_busy:
            raise RuntimeError("a batch of fits is under way")
        self._cancelled = cancelled = threading.Event()
        self.total, self.done, self.is_busy = total, 0, True

        def work() -> None:
            for done in fits():
                self.arrived.emit(done)
                if cancelled.is_set():
                    return

        self._background.run(work, lambda _: self._end(), self._end)

    def cancel(self) -> None:
        """Begin no further fit; the one under way is waited for and kept."""
        self._cancelled.set()

    def _count(self, _done: Done) -> None:
        self.done += 1

    def _end(self, error: BaseException | None = None) -> None:
        self.is_busy = False
        cancelled = self._cancelled.is_set() and self.done < self.total
        self.ended.emit(Ended(self.done, self.total, cancelled, error))
