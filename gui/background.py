"""Work that would make the window stutter, done in threads; answers come back to the window."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

T = TypeVar("T")


class Background(QObject):
    """A few threads of one window. ``close`` waits for what has begun and drops the rest.

    With ``threads=1`` all work is done in one and the same thread, in the order in which it came.
    """

    _ended = Signal(object)

    def __init__(self, parent: QObject | None = None, *, threads: int = 4) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="window")
        self._is_closed = False
        self._ended.connect(self._deliver)

    def run(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Do ``work`` in a thread; then call ``done`` or ``failed`` in the window's thread."""
        future = self._pool.submit(work)
        future.add_done_callback(lambda ended: self._tell(ended, done, failed))

    def close(self, last: Callable[[], object] | None = None) -> None:
        """End the threads, after ``last`` was done in one. Nothing is delivered any more."""
        self._is_closed = True
        if last is not None:
            self._pool.submit(last).result()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _tell(self, *ended: Any) -> None:
        if not self._is_closed:
            self._ended.emit(ended)

    @Slot(object)
    def _deliver(self, ended: tuple[Future[Any], Callable[[Any], None], Any]) -> None:
        future, done, failed = ended
        if self._is_closed or future.cancelled():
            return
        error = future.exception()
        if error is None:
            done(future.result())
        else:
            failed(error)
