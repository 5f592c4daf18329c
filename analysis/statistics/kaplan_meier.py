"""Survival of cells of which some had not failed when their test ended: Kaplan and Meier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from .censored import Floats, Observation, bounds_of
from .estimate import Estimate


@dataclass(frozen=True, slots=True, eq=False)
class KaplanMeier:
    """Survival just after each value at which a cell failed; arrays of shape (k,).

    ``standard_error`` is Greenwood's; ``low`` and ``high`` are the pointwise interval of
    probability ``level`` on the scale of ln(-ln S), which stays between 0 and 1. ``largest`` is
    the largest value observed, failed or not: nothing is known beyond it.
    """

    at: Floats
    at_risk: Floats
    failed: Floats
    survival: Floats
    standard_error: Floats
    low: Floats
    high: Floats
    largest: float
    level: float

    def quantile(self, fraction: float) -> Estimate:
        """Smallest value by which a fraction has failed (0.5: the median), with its interval.

        The interval holds the values at which that of the survival holds 1 - fraction (Brookmeyer
        and Crowley 1982 Biometrics 38, 29). Refused where survival never falls so low. Raises
        ValueError for a fraction outside (0, 1).
        """
        if not 0 < fraction < 1:
            raise ValueError(f"a fraction of cells is {fraction:g}; allowed: between 0 and 1")
        left = 1 - fraction
        low, high = (self._first(curve, left, math.inf) for curve in (self.low, self.high))
        if math.isinf(low):  # not even the lower curve comes down to it
            low = self.largest
        value = self._first(self.survival, left, math.nan)
        if math.isnan(value):
            reason = f"fewer than {100 * fraction:.0f} % failed: no quantile without a model"
            return Estimate.refuse(reason, low=low, high=high, level=self.level)
        return Estimate(value=value, standard_error=None, low=low, high=high, level=self.level)

    def _first(self, curve: Floats, left: float, otherwise: float) -> float:
        reached = np.flatnonzero(curve <= left + 1e-12)
        return float(self.at[reached[0]]) if reached.size else otherwise


def kaplan_meier(observations: Sequence[Observation], level: float = 0.95) -> KaplanMeier:
    """Estimate survival from exact and right-censored values (1958 J. Am. Stat. Assoc. 53, 457).

    A value censored where another failed counts as at risk there.

    Raises
    ------
    ValueError
        If a value is only known to an interval (see ``turnbull``), or if there are none.

    Examples
    --------
    >>> cells = [Observation.exact(6), Observation.right(6), Observation.exact(9)]
    >>> kaplan_meier(cells).survival.round(3).tolist()
    [0.667, 0.0]
    """
    low, high = bounds_of(observations)
    exact = low == high
    if not (exact | np.isinf(high)).all():
        raise ValueError("a value is known to an interval only: Kaplan-Meier cannot take it")
    at = np.unique(low[exact])
    at_risk = (low[:, None] >= at).sum(axis=0).astype(float)
    failed = (low[exact][:, None] == at).sum(axis=0).astype(float)
    survival = np.cumprod(1 - failed / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.sqrt(np.cumsum(failed / (at_risk * (at_risk - failed))))
        error = np.where(survival > 0, survival * relative, 0.0)
        of_log = NormalDist().inv_cdf(0.5 + level / 2) * relative / -np.log(survival)
        lower = np.where(survival > 0, survival ** np.exp(of_log), 0.0)
        upper = np.where(survival > 0, survival ** np.exp(-of_log), np.nan)
    upper = _carried_on(upper)
    largest = float(low.max())
    return KaplanMeier(at, at_risk, failed, survival, error, lower, upper, largest, level)


def _carried_on(upper: Floats) -> Floats:
    """Where survival is 0 the scale has no interval: the last upper limit is kept."""
    known = upper.copy()
    for place in range(1, known.size):
        if math.isnan(known[place]):
            known[place] = known[place - 1]
    return np.where(np.isnan(known), 1.0, known)
