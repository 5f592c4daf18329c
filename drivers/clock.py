"""The only module that asks what time it is."""

import math
import time
from typing import Protocol


class Clock(Protocol):
    """Monotonic time of the experiment, in seconds from an arbitrary start."""

    def now_s(self) -> float:
        """Seconds since this clock's start; never runs backwards."""
        ...

    def sleep_until(self, at_s: float) -> None:
        """Return once ``now_s`` has reached ``at_s``; at once if it already has."""
        ...


class SystemClock:
    """The machine's monotonic clock, optionally faster than real time.

    ``speed`` is experiment seconds per second of the machine. Anything but 1 makes sense only
    in front of an instrument twin that runs at the same speed.

    >>> clock = SystemClock(speed=1000.0)
    >>> start_s = clock.now_s()
    >>> clock.sleep_until(start_s + 1.0)
    >>> clock.now_s() >= start_s + 1.0
    True
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 < speed < math.inf:
            raise ValueError(f"clock speed must be finite and greater than 0, got {speed:g}")
        self.speed = speed
        self._zero = time.monotonic()

    def now_s(self) -> float:
        """Experiment seconds since this clock was made."""
        return (time.monotonic() - self._zero) * self.speed

    def sleep_until(self, at_s: float) -> None:
        """Sleep in real time until the experiment's time has come."""
        while (ahead_s := at_s - self.now_s()) > 0:
            time.sleep(ahead_s / self.speed)


class JumpClock:
    """Sleeping costs nothing: the clock leaps to the time asked for.

    >>> clock = JumpClock()
    >>> clock.sleep_until(36_000.0)
    >>> clock.now_s()
    36000.0
    """

    def __init__(self) -> None:
        self._now_s = 0.0

    def now_s(self) -> float:
        """Where the last leap ended."""
        return self._now_s

    def sleep_until(self, at_s: float) -> None:
        """Leap forward; never back."""
        self._now_s = max(self._now_s, at_s)
