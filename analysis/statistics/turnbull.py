"""The distribution of censored values without any model: Turnbull's self-consistent estimate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .censored import Floats, Observation, bounds_of

_ITERATIONS = 20_000
_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class Turnbull:
    """Probability ``mass`` in each of the intervals (left, right]; all of shape (k,).

    Where within an interval the probability lies, the data do not say. The last interval may
    reach to infinity: what no test has reached. ``gradient_excess`` is by how much the condition
    of a maximum is missed at most (0 is exact; Gentleman and Geyer 1994 Biometrika 81, 618).
    """

    left: Floats
    right: Floats
    mass: Floats
    iterations: int
    gradient_excess: float

    @property
    def has_converged(self) -> bool:
        """Whether the estimate meets the condition of a maximum."""
        return self.gradient_excess < 1e-3

    def failed_share(self, at: float) -> tuple[float, float]:
        """Least and greatest probability of a value at or below ``at``."""
        least = self.mass[self.right <= at].sum()
        greatest = self.mass[(self.left < at) | (self.right <= at)].sum()
        return float(least), float(greatest)

    def quantile(self, fraction: float) -> tuple[float, float]:
        """Interval that holds the quantile; not a confidence interval.

        Raises ValueError for a fraction outside (0, 1).
        """
        if not 0 < fraction < 1:
            raise ValueError(f"a fraction is {fraction:g}; allowed: between 0 and 1")
        reached = np.cumsum(self.mass)
        place = min(int(np.searchsorted(reached, fraction - 1e-9)), self.mass.size - 1)
        return float(self.left[place]), float(self.right[place])


def turnbull(observations: Sequence[Observation]) -> Turnbull:
    """Estimate the distribution of values known to intervals, by expectation and maximisation.

    Mass can only lie in intersections of observed intervals that hold no other bound (Turnbull
    1976 J. R. Stat. Soc. B 38, 290). Exact values are intervals of no length.

    Raises
    ------
    ValueError
        If there are no observations.

    Examples
    --------
    >>> cells = [Observation(0.2, 0.4), Observation(0.4, 0.6), Observation(0.2, 0.6)]
    >>> found = turnbull([*cells, Observation.right(0.6)])
    >>> found.mass.round(3).tolist(), found.quantile(0.5)
    ([0.375, 0.375, 0.25], (0.4, 0.6))
    """
    low, high = bounds_of(observations)
    left, right = _innermost(low, high)
    holds = _holds(low, high, left, right).astype(float)
    mass = np.full(left.size, 1 / left.size)
    iteration, excess = 0, 1.0
    while excess >= _TOLERANCE and iteration < _ITERATIONS:
        iteration += 1
        share = holds @ mass
        gradient = holds.T @ (1 / share) / low.size
        mass = mass * gradient
        mass /= mass.sum()
        excess = max(float(gradient.max() - 1), float((mass * np.abs(gradient - 1)).max()))
    kept = mass > 1e-9
    return Turnbull(left[kept], right[kept], mass[kept] / mass[kept].sum(), iteration, excess)


def _holds(low: Floats, high: Floats, left: Floats, right: Floats) -> NDArray[np.bool_]:
    """Which innermost interval lies in which observation, shape (n, k).

    An exact value at the lower bound of an interval is outside of it: intervals are open there.
    """
    inside = (low[:, None] <= left) & (right <= high[:, None])
    on_the_edge = (left == right) & (low[:, None] == left) & (low < high)[:, None]
    return np.asarray(inside & ~on_the_edge)


def _innermost(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Intervals from a lower bound to the upper bound next to it, with no bound between them.

    At one value an exact one comes first, then what ends there, then what begins above it.
    """
    exact = low == high
    lows = [(value, 0 if known else 3) for value, known in zip(low, exact, strict=True)]
    highs = [(value, 1 if known else 2) for value, known in zip(high, exact, strict=True)]
    bounds = sorted({*lows, *highs})
    found = [
        (here, there)
        for (here, first), (there, second) in pairwise(bounds)
        if first in (0, 3) and second in (1, 2)
    ]
    left, right = np.array(found, dtype=np.float64).T
    return left, right
