"""How fast a cell's voltage changes, without being fooled by noise or by the segment's own step."""

from collections import deque
from statistics import median
from typing import Final

from ...drivers.readings import Reading

WINDOW_S: Final = 10.0
"""The time over which a rate is judged, and that a segment is given to settle before."""
FEWEST_READINGS: Final = 9


class VoltageRate:
    """The rate of change of the voltage in one segment, over its last 10 s or 9 readings,
    whichever is longer.

    The window is parted in three by number of readings; the rate is the difference of the median
    voltages of its last and first third over that of their median times. One wild reading in a
    third moves it little, a ramp is met exactly, and a lasting jump by ``d`` counts as ``d`` over
    two thirds of the window. The first 10 s of a segment are left out: the ohmic step and the
    charging of interfaces at a change of current are the segment's own doing.

    >>> rate = VoltageRate()
    >>> round([rate.take(Reading(float(t), 0.5 - 0.001 * t, 1e-3)) for t in range(21)][-1], 9)
    -0.001
    """

    def __init__(self) -> None:
        self._times_s: deque[float] = deque()
        self._voltages_v: deque[float] = deque()

    def take(self, reading: Reading) -> float | None:
        """Return the rate in V/s with this reading, the latest; ``None`` while it is too early."""
        if reading.time_s < WINDOW_S:
            return None
        self._times_s.append(reading.time_s)
        self._voltages_v.append(reading.voltage_v)
        self._forget(reading.time_s - WINDOW_S)
        count = len(self._times_s)
        if count < FEWEST_READINGS or self._times_s[0] > reading.time_s - WINDOW_S:
            return None
        third = count // 3
        times_s, voltages_v = list(self._times_s), list(self._voltages_v)
        passed_s = median(times_s[-third:]) - median(times_s[:third])
        if not passed_s > 0:
            return None
        return (median(voltages_v[-third:]) - median(voltages_v[:third])) / passed_s

    def _forget(self, before_s: float) -> None:
        """Drop what is not needed to reach back to ``before_s`` with enough readings."""
        while len(self._times_s) > FEWEST_READINGS and self._times_s[1] <= before_s:
            self._times_s.popleft()
            self._voltages_v.popleft()
