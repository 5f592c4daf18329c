"""The guard of a run: sees every reading before anybody else, and keeps its own charge."""

import math

from ...drivers.readings import Reading
from ...drivers.segments import (
    Awaited,
    Galvanostatic,
    ImpedanceSweep,
    LastingSegment,
    Voltammetry,
)
from .limits import Limits, trip_by_charge, trip_by_reading, trip_by_surroundings
from .limits_of_segments import silence_limit_s
from .staleness import Staleness
from .voltage_rate import VoltageRate


class Guard:
    """Judges one run, reading by reading; knows of no clock, no disk and no device.

    ``charge_c`` is the net charge since the run began and ``part_charge_c`` that of the segment
    under way: trapezoids of the measured current over the instrument's time; the first reading
    counts back to the start of the segment. ``shortest_silence_s`` is what a run on a fast clock
    cannot help: the machine's own delays are long for it.

    >>> guard = Guard(Limits.of("bench", {"voltage_max_v": 5.0}))
    >>> guard.begin(Galvanostatic(current_a=1e-3, duration_s=9, voltage_min_v=-1, voltage_max_v=1))
    >>> guard.judge(Reading(1.0, 0.2, 1e-3)), guard.charge_c
    (None, 0.001)
    >>> guard.judge(Reading(2.0, 5.1, 1e-3))
    'the voltage 5.1 V is beyond voltage_max_v 5 V of the bench'
    """

    def __init__(
        self, limits: Limits, charge_c: float = 0.0, *, shortest_silence_s: float = 0.0
    ) -> None:
        self.limits = limits
        self._shortest_silence_s = shortest_silence_s
        self.part_charge_c = 0.0
        self._charge_before_c = charge_c
        self._segment: LastingSegment | None = None
        self._last: Reading | None = None
        self._staleness = Staleness()
        self._rate: VoltageRate | None = None
        self._allowed_s = 0.0

    @property
    def charge_c(self) -> float:
        """The net charge since the run began, in C."""
        return self._charge_before_c + self.part_charge_c

    def begin(self, segment: LastingSegment) -> None:
        """Take notice of a segment, or of what is left of one, that is now carried out."""
        self._charge_before_c = self.charge_c
        self.part_charge_c = 0.0
        self._segment = segment
        self._last = None
        self._staleness = Staleness()
        self._rate = None
        self._allowed_s = 0.0
        if math.isfinite(self.limits.voltage_rate_max_v_per_s):
            is_free = isinstance(segment, Voltammetry | Awaited)
            self._rate = None if is_free else VoltageRate()

    def judge(
        self,
        reading: Reading,
        temperature_k: float | None = None,
        stack_pressure_pa: float | None = None,
    ) -> str | None:
        """Say why the run must end with this reading, or ``None``. Its charge is counted first,
        unless it is no number or its time is not to be trusted.
        """
        why = _not_a_reading(reading) or self._staleness.take(reading) or self._trip_by_gap(reading)
        if why is not None:
            return why
        self._count(reading)
        return (
            trip_by_reading(self.limits, reading)
            or trip_by_surroundings(self.limits, temperature_k, stack_pressure_pa)
            or trip_by_charge(self.limits, self.charge_c)
            or self._trip_by_rate(reading)
        )

    def allow_gap(self, time_s: float) -> None:
        """Let the next reading come so much later by the instrument's time: nobody watched."""
        self._allowed_s += time_s

    def count_on(self, time_s: float) -> float:
        """Count the last current as flowing on unchanged for ``time_s``, as it does until a segment
        that is broken off has ended; return the charge of that.
        """
        current_a = 0.0
        if self._last is not None:
            current_a = self._last.current_a
        elif isinstance(self._segment, Galvanostatic):
            current_a = self._segment.current_a
        if isinstance(self._segment, ImpedanceSweep | Voltammetry):
            current_a = 0.0
        self.part_charge_c += current_a * time_s
        return current_a * time_s

    def _count(self, reading: Reading) -> None:
        last, self._last = self._last, reading
        if last is None:
            self.part_charge_c += reading.current_a * reading.time_s
        else:
            mean_a = 0.5 * (last.current_a + reading.current_a)
            self.part_charge_c += mean_a * (reading.time_s - last.time_s)

    def _trip_by_gap(self, reading: Reading) -> str | None:
        """A leap of the instrument's time would be counted as charge that nobody has seen."""
        if self._segment is None:
            return None
        gap_s = reading.time_s - (self._last.time_s if self._last is not None else 0.0)
        limit_s, whose = silence_limit_s(self.limits, self._segment)
        if gap_s <= max(limit_s, self._shortest_silence_s) + self._allowed_s:
            self._allowed_s = 0.0
            return None
        return (
            f"between two readings the instrument's time went on by {gap_s:.6g} s, beyond {whose}"
        )

    def _trip_by_rate(self, reading: Reading) -> str | None:
        if self._rate is None:
            return None
        rate_v_per_s = self._rate.take(reading)
        if rate_v_per_s is None or abs(rate_v_per_s) <= self.limits.voltage_rate_max_v_per_s:
            return None
        limit = self.limits.of_whom("voltage_rate_max_v_per_s")
        return f"the voltage changes by {rate_v_per_s:.6g} V/s, beyond {limit}"


def is_whole(reading: Reading) -> bool:
    """Whether time, voltage and current are all numbers: nothing else is ever recorded."""
    return math.isfinite(reading.time_s + reading.voltage_v + reading.current_a)


def _not_a_reading(reading: Reading) -> str | None:
    if is_whole(reading):
        return None
    return (
        f"the instrument gave {reading.voltage_v:g} V, {reading.current_a:g} A at "
        f"{reading.time_s:g} s, which is not a reading"
    )
