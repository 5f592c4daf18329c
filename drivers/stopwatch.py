"""Time that only grows, out of the time stamps of an instrument's readings."""

from __future__ import annotations

import math

from .errors import BadReplyError


class Stopwatch:
    """Follows the time stamps of readings, which start anew after ``turn_s`` by themselves."""

    def __init__(self, turn_s: float = math.inf) -> None:
        self._turn_s = turn_s
        self._last_s, self._before_s = -1.0, 0.0

    def time_s(self, stamp_s: float) -> float:
        """Return the time of a reading, from any start.

        Raises ``BadReplyError`` for a stamp that is not later than the last: an old reading.
        """
        if stamp_s <= self._last_s - self._turn_s / 2:
            self._before_s += self._turn_s
        elif stamp_s <= self._last_s:
            raise BadReplyError(
                f"the answer was given before, it is no new one: its time stamp {stamp_s:g} s is "
                f"not after {self._last_s:g} s"
            )
        self._last_s = stamp_s
        return self._before_s + stamp_s

    def started_anew(self) -> None:
        """Note that the instrument's timer was set to 0 just after the last reading."""
        self._before_s += max(0.0, self._last_s)
        self._last_s = -1.0
