"""The voltage of a whole run in a few dozen points, however long it grows."""

import math
from typing import Final, NamedTuple

STRETCHES: Final = 48
"""At most so many stretches of time, each with its lowest and its highest voltage."""
_SHORTEST_S: Final = 0.5


class Point(NamedTuple):
    """A voltage and when it was measured."""

    elapsed_s: float
    voltage_v: float


class VoltageHistory:
    """Keeps the lowest and the highest voltage of every stretch of a run.

    A stretch grows twice as long when there are too many, on a grid that begins with the run: no
    extreme that was added is ever lost, and adding on never moves what is drawn.

    >>> history = VoltageHistory()
    >>> for n in range(10_000):
    ...     history.add(float(n), 5.0 if n == 777 else 0.1)
    >>> len(history.points()) <= 2 * STRETCHES, max(history.points(), key=lambda p: p.voltage_v)
    (True, Point(elapsed_s=777.0, voltage_v=5.0))
    """

    def __init__(self) -> None:
        self._width_s = _SHORTEST_S
        self._extremes: dict[int, tuple[Point, Point]] = {}

    def add(self, elapsed_s: float, voltage_v: float) -> None:
        """Take a reading into account, in any order of time; what is no number is left out."""
        if not math.isfinite(elapsed_s + voltage_v):
            return
        point = Point(elapsed_s, voltage_v)
        self._put(point, point)
        while len(self._extremes) > STRETCHES:
            self._widen()

    def points(self) -> tuple[Point, ...]:
        """What is kept, in the order of time."""
        kept: list[Point] = []
        for _, (lowest, highest) in sorted(self._extremes.items()):
            kept += [lowest] if lowest == highest else sorted((lowest, highest))
        return tuple(kept)

    def _put(self, lowest: Point, highest: Point) -> None:
        place = math.floor(lowest.elapsed_s / self._width_s)
        known = self._extremes.get(place)
        if known is not None:
            lowest = min(lowest, known[0], key=_voltage)
            highest = max(highest, known[1], key=_voltage)
        self._extremes[place] = (lowest, highest)

    def _widen(self) -> None:
        before, self._extremes = self._extremes, {}
        self._width_s *= 2
        for extremes in before.values():
            self._put(*extremes)


def _voltage(point: Point) -> float:
    return point.voltage_v
