"""Mean, spread and median of numbers that are known exactly, one for each cell of a batch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .censored import Observation
from .estimate import Estimate
from .order_statistics import quantile_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Statistics of ``n`` values. ``relative_deviation`` is the standard deviation over |mean|.

    The interval of the mean is Student's, which needs values that scatter normally; that of the
    median needs nothing but independent cells. ``deviation`` is ``None`` for a single value.
    """

    n: int
    mean: Estimate
    deviation: float | None
    relative_deviation: float | None
    median: Estimate
    least: float
    greatest: float


def summarise(values: Sequence[float], level: float = 0.95) -> Summary:
    """Describe a batch of exact values of any sign.

    Raises
    ------
    ValueError
        If there are none, or one is not finite.

    Examples
    --------
    >>> found = summarise([4.5, 5.1, 6.0, 7.7])
    >>> f"{found.mean.value:.3f} +- {found.mean.standard_error:.3f}"
    '5.825 +- 0.697'
    >>> f"relative standard deviation {found.relative_deviation:.0%}"
    'relative standard deviation 24%'
    """
    from scipy.stats import t

    given = np.asarray(values, dtype=np.float64)
    if given.size == 0 or not np.isfinite(given).all():
        raise ValueError("expected at least one value, all of them finite")
    n, mean, median = given.size, float(given.mean()), float(np.median(given))
    low, high = _median_interval(given.tolist(), level)
    deviation = float(given.std(ddof=1)) if n > 1 else None
    error = None if deviation is None else deviation / math.sqrt(n)
    half = math.inf if error is None else float(t.ppf(0.5 + level / 2, n - 1)) * error
    return Summary(
        n=n,
        mean=Estimate(
            value=mean, standard_error=error, low=mean - half, high=mean + half, level=level
        ),
        deviation=deviation,
        relative_deviation=deviation / abs(mean) if deviation is not None and mean else None,
        median=Estimate(value=median, standard_error=None, low=low, high=high, level=level),
        least=float(given.min()),
        greatest=float(given.max()),
    )


def _median_interval(values: list[float], level: float) -> tuple[float, float]:
    """Of ordered values, shifted so that all are positive, as observations are."""
    shift = 1.0 - min(values)
    shifted = [Observation.exact(value + shift) for value in values]
    low, high = quantile_interval(shifted, 0.5, level)
    return (low - shift if low > 0 else -math.inf), high - shift
