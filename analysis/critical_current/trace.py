"""One half-cycle while it runs: is this reading still the voltage of an unshorted cell?"""

from bisect import bisect_left, insort
from collections import deque
from statistics import median
from typing import Protocol

from .criteria import Criteria, settle_time_s
from .half_cycles import START_POINTS, HalfCycle, half_cycle_features

WINDOW_MOST_POINTS = 120
RESUMED_FLAG = 32
"""The bit of a reading that says: before it, the half-cycle stood still and was gone on with."""


class CellReading(Protocol):
    """A reading as it comes from an instrument; ``time_s`` counts from the start of the segment."""

    @property
    def time_s(self) -> float:
        """Seconds since the segment began."""
        ...

    @property
    def voltage_v(self) -> float:
        """Working against counter electrode."""
        ...

    @property
    def current_a(self) -> float:
        """Positive into the working electrode."""
        ...

    @property
    def flags(self) -> int:
        """What is known of the reading, as bits."""
        ...


class RollingMedian:
    """Median over the last ``span_s`` seconds, at least ``points`` readings, kept sorted.

    >>> rolling = RollingMedian(span_s=2.0, points=3)
    >>> for t, value in enumerate([5.0, 1.0, 9.0, 2.0]):
    ...     rolling.add(float(t), value)
    >>> rolling.is_full, rolling.median
    (True, 2.0)
    """

    def __init__(self, span_s: float, points: int) -> None:
        self._span_s = span_s
        self._points = points
        self._by_time: deque[tuple[float, float]] = deque()
        self._sorted: list[float] = []

    @property
    def is_full(self) -> bool:
        """Whether it spans its time with its number of readings."""
        if len(self._by_time) < self._points:
            return False
        return self._by_time[-1][0] - self._by_time[0][0] >= 0.999 * self._span_s

    @property
    def median(self) -> float:
        """The middle value; the lower middle of an even number."""
        return self._sorted[(len(self._sorted) - 1) // 2]

    def median_absolute_deviation(self) -> float:
        """Spread about the median; walks the whole window, so ask rarely."""
        centre = self.median
        return median(abs(value - centre) for value in self._sorted)

    def add(self, time_s: float, value: float) -> None:
        """Take a reading in and let go of those that are too old; skip what comes too densely."""
        held = self._by_time
        if held and time_s - held[-1][0] < self._span_s / WINDOW_MOST_POINTS:
            return
        held.append((time_s, value))
        insort(self._sorted, value)
        while len(held) > self._points and time_s - held[1][0] >= self._span_s:
            _, old = held.popleft()
            del self._sorted[bisect_left(self._sorted, old)]


class HalfCycleTrace:
    """Judges the readings of one half-cycle as they come, and keeps them for its features.

    ``floor_ohm_m2`` is the resistance no healthy cell can undercut; ``start_floor_ohm_m2`` the
    one below which the first settled readings already speak of a short since the last half-cycle.
    """

    def __init__(
        self,
        current_density_a_m2: float,
        duration_s: float,
        electrode_area_m2: float,
        criteria: Criteria,
        floor_ohm_m2: float,
        start_floor_ohm_m2: float,
    ) -> None:
        self.current_density_a_m2 = current_density_a_m2
        self.alarm: str | None = None
        self._criteria = criteria
        self._area_m2 = electrode_area_m2
        self._current_a = current_density_a_m2 * electrode_area_m2
        self._sign = 1.0 if current_density_a_m2 >= 0 else -1.0
        density = abs(current_density_a_m2)
        self._floor_v = floor_ohm_m2 * density - criteria.voltage_accuracy_v
        self._start_floor_v = start_floor_ohm_m2 * density - criteria.voltage_accuracy_v
        self._settle_s = self._settled_s = settle_time_s(duration_s, criteria)
        self._span_s = min(criteria.window_s, 0.1 * duration_s)
        self._window = RollingMedian(self._span_s, criteria.window_points)
        self._start_v: list[float] = []
        self._dropped = self._sunk = 0
        self._step_mean_v = 0.0
        self._steps = 0
        self._last_v: float | None = None
        self._time_s: list[float] = []
        self._voltage_v: list[float] = []
        self._reading_a: list[float] = []
        self._resumed_s: list[float] = []

    @property
    def settled_time_s(self) -> float:
        """When the judging begins, from the start of the half-cycle."""
        return self._settle_s

    def see(self, reading: CellReading) -> str | None:
        """Take one reading; the first alarm of the half-cycle is returned, once, as a text."""
        self._time_s.append(reading.time_s)
        self._voltage_v.append(reading.voltage_v)
        self._reading_a.append(reading.current_a)
        if reading.flags and reading.flags & RESUMED_FLAG:
            self._settle_anew(reading.time_s)
        if self.alarm is not None or reading.time_s < self._settled_s:
            return None
        off_a = abs(reading.current_a - self._current_a)
        if not off_a <= self._criteria.current_tolerance * abs(self._current_a):
            return None  # a transient, a range switch or the compliance limit: not this current
        value_v = reading.voltage_v * self._sign
        self.alarm = self._judge(reading.time_s, value_v)
        return self.alarm

    def features(self) -> HalfCycle | None:
        """The whole half-cycle in numbers; ``None`` with too few readings."""
        return half_cycle_features(
            self._time_s,
            self._voltage_v,
            self._reading_a,
            self._area_m2,
            self._criteria,
            resumed_s=self._resumed_s,
        )

    def _settle_anew(self, time_s: float) -> None:
        """After a gap nothing is compared with before: the cell has relaxed, and polarises again.

        What has happened to it meanwhile is found by the floors, and by the next spectrum.
        """
        self._resumed_s.append(time_s)
        self._settled_s = time_s + self._settle_s
        self._window = RollingMedian(self._span_s, self._criteria.window_points)
        self._start_v = []
        self._dropped = self._sunk = 0
        self._last_v = None

    def _judge(self, time_s: float, value_v: float) -> str | None:
        if len(self._start_v) < START_POINTS:
            self._start_v.append(value_v)
            if len(self._start_v) == START_POINTS and median(self._start_v) < self._start_floor_v:
                expected = (
                    f"{1e3 * self._start_floor_v:.3g} mV, the least after the half-cycles before"
                )
                return self._text(time_s, median(self._start_v), expected)
        if text := self._sinking(time_s, value_v):
            return text
        threshold_v = self._drop_threshold_v(value_v)
        if threshold_v is not None and value_v < threshold_v:
            self._dropped += 1
            if self._dropped >= self._criteria.drop_consecutive:
                before = f"the rolling median, {1e3 * self._window.median:.3g} mV"
                return self._text(time_s, value_v, before)
            return None  # a reading under suspicion must not pull the median down
        self._dropped = 0
        self._note_noise(value_v)
        self._window.add(time_s, value_v)
        return None

    def _sinking(self, time_s: float, value_v: float) -> str | None:
        self._sunk = self._sunk + 1 if value_v < self._floor_v else 0
        if self._sunk < self._criteria.drop_consecutive:
            return None
        least = f"{1e3 * self._floor_v:.3g} mV, the least of a cell without a parallel path"
        return self._text(time_s, value_v, least)

    def _drop_threshold_v(self, value_v: float) -> float | None:
        limits = self._criteria
        if not self._window.is_full:
            return None
        centre_v = self._window.median
        shallow_v = centre_v - limits.drop_fraction * abs(centre_v)
        if value_v >= shallow_v:
            return None  # the spread can only lower the threshold: spare its computation
        spread_v = max(self._window.median_absolute_deviation(), 0.6 * self._step_mean_v)
        return min(shallow_v, centre_v - limits.drop_mad * spread_v)

    def _note_noise(self, value_v: float) -> None:
        """Mean absolute first difference: of white noise 0.6 of it is a median deviation."""
        if self._last_v is not None:
            self._steps += 1
            weight = max(0.05, 1 / self._steps)
            self._step_mean_v += weight * (abs(value_v - self._last_v) - self._step_mean_v)
        self._last_v = value_v

    def _text(self, time_s: float, value_v: float, against: str) -> str:
        return (
            f"|V| is {1e3 * value_v:.3g} mV at {abs(self.current_density_a_m2) / 10:.3g} mA/cm², "
            f"{time_s:.0f} s into the half-cycle: below {against}"
        )
