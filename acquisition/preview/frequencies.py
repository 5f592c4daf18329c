"""How long an impedance sweep takes, before there is an instrument to ask."""

import math
from typing import Final

from ...drivers.segments import ImpedanceSweep

PERIODS_PER_POINT: Final = 3.0
POINT_MIN_S: Final = 0.1


def sweep_frequencies_hz(sweep: ImpedanceSweep) -> tuple[float, ...]:
    """Return the frequencies of a sweep, highest first, both ends included.

    >>> sweep = ImpedanceSweep(
    ...     frequency_max_hz=100.0, frequency_min_hz=1.0, points_per_decade=1, amplitude=0.01
    ... )
    >>> [round(frequency_hz, 6) for frequency_hz in sweep_frequencies_hz(sweep)]
    [100.0, 10.0, 1.0]
    """
    decades = math.log10(sweep.frequency_max_hz / sweep.frequency_min_hz)
    intervals = max(1, round(decades * sweep.points_per_decade))
    ratio = 10.0 ** (-decades / intervals)
    return tuple(sweep.frequency_max_hz * ratio**n for n in range(intervals + 1))


def sweep_duration_s(sweep: ImpedanceSweep) -> float:
    """Return an estimate: a few periods per point, and never less than 0.1 s."""
    return sum(max(PERIODS_PER_POINT / f, POINT_MIN_S) for f in sweep_frequencies_hz(sweep))
