"""Time that somebody was awake to watch; what was slept or starved through is apart."""

import threading
from collections.abc import Callable
from typing import Final

LONGEST_STEP_S: Final = 1.0
"""Between two looks, more than this was not watched; looks are meant ten times a second."""


class AwakeTime:
    """Counts ``time_s``, a monotonic time, but of any step between two looks at most ``longest_s``.

    So a program that waits for a sign of life does not take its own sleep for another's silence.
    May be looked at from several threads.

    >>> now = iter([100.0, 100.4, 700.0, 700.0]).__next__
    >>> awake = AwakeTime(now)
    >>> round(awake.look(), 6), round(awake.look(), 6), round(awake.take_missed_s(), 6)
    (0.4, 1.4, 598.6)
    """

    def __init__(self, time_s: Callable[[], float], longest_s: float = LONGEST_STEP_S) -> None:
        self._time_s = time_s
        self._longest_s = longest_s
        self._lock = threading.Lock()
        self._seen_s = time_s()
        self._awake_s = 0.0
        self._missed_s = 0.0

    def look(self) -> float:
        """Return the time watched so far, in s, with the step since the last look."""
        with self._lock:
            now_s = self._time_s()
            step_s = max(0.0, now_s - self._seen_s)
            self._seen_s = now_s
            counted_s = min(step_s, self._longest_s)
            self._awake_s += counted_s
            self._missed_s += step_s - counted_s
            return self._awake_s

    def take_missed_s(self) -> float:
        """Look, and return the time that was not watched since this was last asked, in s."""
        self.look()
        with self._lock:
            missed_s, self._missed_s = self._missed_s, 0.0
            return missed_s
