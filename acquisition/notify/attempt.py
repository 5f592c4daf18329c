"""One try to reach somebody, and what can go wrong with it."""

import queue
import threading
from collections.abc import Callable


class DeliveryError(Exception):
    """Somebody was not reached. Says why, in one line that holds no secret.

    ``is_passing`` is whether another try may help; ``retry_after_s`` is when the other side
    asked for it, if it did.
    """

    def __init__(
        self, why: str, *, is_passing: bool = False, retry_after_s: float | None = None
    ) -> None:
        super().__init__(why)
        self.is_passing = is_passing
        self.retry_after_s = retry_after_s


class Attempt:
    """An attempt under way in a thread of its own, so that no other one waits for it."""

    def __init__(self, attempt: Callable[[], None]) -> None:
        self._outcome: queue.SimpleQueue[DeliveryError | None] = queue.SimpleQueue()
        threading.Thread(target=self._make, args=(attempt,), name="notify", daemon=True).start()

    def trouble(self, within_s: float) -> DeliveryError | None:
        """Wait for its end, at most so long; return what went wrong, if anything did.

        A time-out of a socket bounds each of its operations, and there is no end to their number:
        an answer may come letter by letter. An attempt that is given up may yet succeed.
        """
        try:
            return self._outcome.get(timeout=max(0.0, within_s))
        except queue.Empty:
            return DeliveryError("no answer in time", is_passing=True)

    def _make(self, attempt: Callable[[], None]) -> None:
        error: DeliveryError | None = DeliveryError("the attempt broke off; the log says where")
        try:
            attempt()
            error = None
        except DeliveryError as why:
            error = why
        finally:
            self._outcome.put(error)
