"""The only module that asks what time it is.

The machine's monotonic time here goes on while the machine sleeps, as time does for a cell: by
``CLOCK_BOOTTIME`` on Linux and ``CLOCK_MONOTONIC`` on macOS. On Windows, ``time.monotonic`` is the
tick count (Python 3.13: the performance counter), both of which go on too. How long the machine has
slept is what a clock that stops meanwhile lacks: ``CLOCK_MONOTONIC`` on Linux, ``CLOCK_UPTIME_RAW``
on macOS, the unbiased interrupt time on Windows. The two latter are written after the
documentation of Python and of the systems, and have been run on Linux only. Where there is no such
clock, no sleep is ever told.
"""

import ctypes
import math
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Protocol

_COUNTS_SLEEP: Final[int | None] = (
    getattr(time, "CLOCK_MONOTONIC", None)
    if sys.platform == "darwin"
    else getattr(time, "CLOCK_BOOTTIME", None)
)
_STOPS_ASLEEP: Final[int | None] = (
    getattr(time, "CLOCK_UPTIME_RAW", None)
    if sys.platform == "darwin"
    else getattr(time, "CLOCK_MONOTONIC", None)
)
_TICK_S: Final = 1e-7  # of the unbiased interrupt time


class Clock(Protocol):
    """Monotonic time of the experiment, in seconds from an arbitrary start."""

    def now_s(self) -> float:
        """Seconds since this clock's start; never runs backwards."""
        ...

    def sleep_until(self, at_s: float) -> None:
        """Return once ``now_s`` has reached ``at_s``; at once if it already has."""
        ...


class SystemClock:
    """The machine's monotonic clock, its sleep counted, optionally faster than real time.

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
        self._zero = _passed_s()

    def now_s(self) -> float:
        """Experiment seconds since this clock was made."""
        return (_passed_s() - self._zero) * self.speed

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


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineTime:
    """What the machine's clocks say at one moment.

    ``passed_s`` is monotonic, from any start, and ``asleep_s`` how much of it the machine has slept
    since it was started; ``wall_s`` counts from the epoch and may be set by anybody.
    """

    passed_s: float
    asleep_s: float
    wall_s: float

    def utc(self) -> str:
        """The wall clock's time as text.

        >>> MachineTime(passed_s=1.0, asleep_s=0.0, wall_s=1e9).utc()
        '2001-09-09T01:46:40+00:00'
        """
        return datetime.fromtimestamp(self.wall_s, UTC).isoformat()


def machine_time() -> MachineTime:
    """Ask all of the machine's clocks."""
    return MachineTime(passed_s=_passed_s(), asleep_s=_asleep_s(), wall_s=time.time())


def _passed_s() -> float:
    return time.monotonic() if _COUNTS_SLEEP is None else time.clock_gettime(_COUNTS_SLEEP)


def _asleep_s() -> float:
    if _STOPS_ASLEEP is not None:
        return _passed_s() - time.clock_gettime(_STOPS_ASLEEP)
    return _asleep_on_windows_s() if hasattr(ctypes, "WinDLL") else 0.0


def _asleep_on_windows_s() -> float:
    load: Any = getattr(ctypes, "WinDLL", None)  # it exists on Windows only
    kernel = load("kernel32")
    kernel.GetTickCount64.restype = ctypes.c_ulonglong
    awake = ctypes.c_ulonglong()
    if not kernel.QueryUnbiasedInterruptTime(ctypes.byref(awake)):
        return 0.0
    return float(kernel.GetTickCount64()) * 1e-3 - awake.value * _TICK_S
