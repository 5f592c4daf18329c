"""Intervals of a median or another quantile that assume nothing of the distribution.

A quantile lies between two ordered values with a probability that is binomial whatever the
distribution (Thompson 1936 Ann. Math. Stat. 7, 122). What is censored enters with the bound that
makes the interval wider: it holds with at least its probability, however the bounds came about.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .censored import Floats, Observation, bounds_of


def quantile_interval(
    observations: Sequence[Observation], fraction: float, level: float = 0.95
) -> tuple[float, float]:
    """Values between which a quantile lies with at least probability ``level``.

    An end is 0 or infinite where there are too few values: the median's interval is bounded from
    six values on, that of the tenth part from below from 36 on.

    Raises
    ------
    ValueError
        If fraction or level is not between 0 and 1, or there are no observations.

    Examples
    --------
    >>> cells = [Observation(0.2 * k, 0.2 * k + 0.2) for k in range(1, 9)]
    >>> low, high = quantile_interval(cells, 0.5)
    >>> round(low, 3), round(high, 3)
    (0.2, 1.8)
    """
    from scipy.stats import binom

    for name, value in (("fraction", fraction), ("level", level)):
        if not 0 < value < 1:
            raise ValueError(f"{name} is {value:g}; allowed: between 0 and 1")
    low, high = bounds_of(observations)
    n, tail = low.size, (1 - level) / 2
    below = int(np.searchsorted(binom.cdf(np.arange(n), n, fraction), tail, side="right"))
    above = int(np.searchsorted(binom.cdf(np.arange(n), n, 1 - fraction), tail, side="right"))
    lower = float(np.sort(low)[below - 1]) if below else 0.0
    upper = float(np.sort(high)[n - above]) if above else math.inf
    return lower, upper


def failed_share_limits(
    observations: Sequence[Observation], at: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Limits of the probability of failure at or below each of ``at``, each of shape (m,).

    Clopper and Pearson (1934 Biometrika 26, 404): the lower one from the cells that have failed
    for certain, the upper one from those that may have.

    >>> low, high = failed_share_limits([Observation(0.2, 0.4)] * 5 + [Observation.right(1)], [0.5])
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.359], [0.996])
    """
    from scipy.stats import beta

    low, high = bounds_of(observations)
    values = np.atleast_1d(np.asarray(at, dtype=np.float64))
    n, tail = low.size, (1 - level) / 2
    surely = (high[:, None] <= values).sum(axis=0)
    maybe = ((low[:, None] < values) | (high[:, None] <= values)).sum(axis=0)
    lower = np.where(surely > 0, beta.ppf(tail, np.maximum(surely, 1), n - surely + 1), 0.0)
    upper = np.where(maybe < n, beta.ppf(1 - tail, maybe + 1, np.maximum(n - maybe, 1)), 1.0)
    return lower, upper
