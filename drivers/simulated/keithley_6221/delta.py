"""Delta measurements of the simulated 6221: a current that alternates, and thermal voltages gone.

After 622X-901-01, section 5: three voltages in a row, at +I, -I and +I, give one reading in which a
constant voltage and a steady drift have no part; each further voltage gives one more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

NO_READING = 9.9e37


@dataclass(frozen=True, slots=True)
class DeltaReading:
    """One reading; the first has the time stamp 0."""

    voltage_v: float
    stamp_s: float


class DeltaRun:
    """An armed run; its owner calls ``run_until`` before anything else happens at that time.

    ``drive`` sets the current, ``measure_v`` takes a voltage, both at a time.
    """

    def __init__(
        self,
        drive: Callable[[float, float], None],
        measure_v: Callable[[float], float],
        levels_a: tuple[float, float],
        period_s: float,
        count: float,
    ) -> None:
        self._drive, self._measure_v = drive, measure_v
        self._levels_a, self._period_s = levels_a, period_s
        self._count = count
        self._start_s = math.inf
        self._voltages_v: list[float] = []
        self.readings: list[DeltaReading] = []

    @property
    def is_running(self) -> bool:
        """Whether it has begun and has readings to come."""
        return math.isfinite(self._start_s) and len(self.readings) < self._count

    def start(self, at_s: float) -> None:
        """Begin with the high current."""
        self._start_s = at_s
        self._drive(at_s, self._levels_a[0])

    def run_until(self, now_s: float) -> None:
        """Take every voltage that is complete by ``now_s``, and turn the current after each."""
        while self.is_running:
            due_s = self._start_s + (len(self._voltages_v) + 1) * self._period_s
            if due_s > now_s:
                return
            self._voltages_v.append(self._measure_v(due_s))
            if len(self._voltages_v) >= 3:
                self._keep(due_s)
            if self.is_running:
                self._drive(due_s, self._levels_a[len(self._voltages_v) % 2])

    def _keep(self, at_s: float) -> None:
        first, second, third = self._voltages_v[-3:]
        sign = 1.0 if len(self._voltages_v) % 2 else -1.0
        first_reading_s = self._start_s + 3 * self._period_s
        voltage_v = sign * (first - 2.0 * second + third) / 4.0
        self.readings.append(DeltaReading(voltage_v, at_s - first_reading_s))
