"""The quiet part of a sweep: the current of the double layer and of what leaks, and its noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from .sweeps import Floats, Sweep

LEAST_READINGS: Final = 8
ALIKE: Final = 3.0  # standard deviations of a sum of squares
MAD_TO_SIGMA: Final = 1.4826


@dataclass(frozen=True, slots=True)
class Baseline:
    """A constant current density (A/m2) under a sweep, and where it was read.

    ``standard_error`` is of the constant; ``noise_a_m2`` the scatter of a reading about a straight
    line there. Between ``low_v`` and ``high_v`` the current was quietest. A steady sweep charges
    ``capacitance_f_m2`` if nothing else carries it; a staircase that reads at the end of its steps
    shows less.
    """

    current_density_a_m2: float
    standard_error: float
    noise_a_m2: float
    low_v: float
    high_v: float
    capacitance_f_m2: float


def quiet_baseline(sweep: Sweep, width_v: float | None = None) -> Baseline:
    """Find the stretch of ``width_v`` in which the current is smallest and flattest.

    Without a width it is a tenth of the sweep, and at least eight readings. Stretches are compared
    by the root mean square of their current; neighbours that chance alone tells from the best
    belong to it.

    Raises
    ------
    ValueError
        If the sweep has fewer than eight readings within the width.
    """
    count = sweep.potential_v.size
    if width_v is None:
        wide = max(LEAST_READINGS, count // 10)
    else:
        per_reading = np.ptp(sweep.potential_v) / max(count - 1, 1)
        wide = round(width_v / per_reading)
    if not LEAST_READINGS <= wide <= count:
        raise ValueError(
            f"a baseline of {wide} readings cannot be read off a sweep of {count}; "
            f"at least {LEAST_READINGS} are needed"
        )
    squares = np.concatenate([[0.0], np.cumsum(sweep.current_density_a_m2**2)])
    sums = squares[wide:] - squares[:-wide]
    at = int(np.argmin(sums))
    # the quietest of many stretches is quiet by chance too: what is hardly worse is taken along
    alike = sums <= sums[at] * (1 + ALIKE * np.sqrt(2 / wide))
    first = at - int(np.argmin(np.append(alike[: at + 1][::-1], False))) + 1
    last = at + int(np.argmin(np.append(alike[at:], False))) - 1
    return _read(sweep, slice(first, last + wide))


def _read(sweep: Sweep, where: slice) -> Baseline:
    density, potential = sweep.current_density_a_m2[where], sweep.potential_v[where]
    x: Floats = potential - potential.mean()
    slope = float(x @ density / (x @ x)) if np.ptp(x) > 0 else 0.0
    scatter = density - density.mean() - slope * x
    noise = MAD_TO_SIGMA * float(np.median(np.abs(scatter - np.median(scatter))))
    mean = float(density.mean())
    # a constant under a slope is doubtful by what the slope does over the stretch
    error = float(np.hypot(noise / np.sqrt(density.size), slope * np.ptp(potential) / np.sqrt(12)))
    low_v, high_v = sorted((float(potential[0]), float(potential[-1])))
    return Baseline(mean, error, noise, low_v, high_v, abs(mean / sweep.scan_rate_v_s))
