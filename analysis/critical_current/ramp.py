"""A growing current: while it grows in one direction, the voltage of a sound cell grows with it."""

import math
from collections import deque
from statistics import median
from typing import Final

from .criteria import Criteria

WINDOW_POINTS: Final = 9


class RampTrace:
    """Watches one galvanodynamic ramp, stair by stair, without a pause between them.

    dV/dJ is the differential resistance of the cell and greater than 0: charge transfer makes it
    smaller, never negative. A path beside the electrolyte makes the voltage fall instead: an alarm
    is ``drop_consecutive`` readings running that lie ``drop_fraction`` and ``voltage_accuracy_v``
    below the highest running median of nine readings so far (``Criteria``). A single high reading
    is none of these, nor is the noise about the first few tenths of a millivolt of a slow ramp.

    >>> ramp = RampTrace(Criteria())
    >>> any(ramp.see(10.0 * n, 0.01 * n) for n in range(1, 21))
    False
    >>> [ramp.see(200.0 + n, 0.02) for n in range(4)][-1]
    '|V| fell to 20 mV at 20.3 mA/cm², from 160 mV at a lower current'
    """

    def __init__(self, criteria: Criteria) -> None:
        self._criteria = criteria
        self._latest_v: deque[float] = deque(maxlen=WINDOW_POINTS)
        self._highest_v = 0.0
        self._fallen = 0

    def see(self, density_a_m2: float, voltage_v: float) -> str | None:
        """Take the magnitudes of one reading; a text is an alarm. A NaN is passed over."""
        if math.isnan(voltage_v):
            return None
        if len(self._latest_v) == WINDOW_POINTS:
            self._highest_v = max(self._highest_v, median(self._latest_v))
        self._latest_v.append(voltage_v)
        limits = self._criteria
        least_v = (1 - limits.drop_fraction) * self._highest_v - limits.voltage_accuracy_v
        self._fallen = self._fallen + 1 if voltage_v < least_v else 0
        if self._fallen < limits.drop_consecutive:
            return None
        return (
            f"|V| fell to {1e3 * voltage_v:.3g} mV at {density_a_m2 / 10:.3g} mA/cm², from "
            f"{1e3 * self._highest_v:.3g} mV at a lower current"
        )
