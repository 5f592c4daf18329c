"""Intervals by the profile likelihood of whatever is linear in the concave parameters."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from .censored import Floats
from .log_weibull import Condition, Likelihood, LogBounds, NoMaximumError, maximise

Conditions: TypeAlias = Callable[[float], Condition]
_STEPS_MOST = 60


def profile_interval(
    bounds: LogBounds,
    best: tuple[Floats, Likelihood],
    conditions: Conditions,
    estimate: float,
    deviation: float,
    deviance: float,
) -> tuple[float, float]:
    """Values at which the log-likelihood, highest elsewhere, has fallen by half of ``deviance``.

    ``conditions`` gives the condition that holds the quantity at a value; ``estimate`` is its
    value at the maximum ``best`` and ``deviation`` a guess at its standard error. An end that the
    likelihood does not reach is infinite.
    """
    low, high = (
        _end(bounds, best, conditions, estimate, side * deviation, deviance) for side in (-1, 1)
    )
    return low, high


def _end(
    bounds: LogBounds,
    best: tuple[Floats, Likelihood],
    conditions: Conditions,
    estimate: float,
    step: float,
    deviance: float,
) -> float:
    from scipy.optimize import brentq

    last, top = best[0], best[1].value

    def excess(value: float) -> float:
        """Signed root of the fall, less what is allowed: nearly linear, so quick to solve."""
        nonlocal last
        try:
            last, here = maximise(bounds, last, conditions(value))
        except NoMaximumError:
            return math.nan
        return math.sqrt(max(0.0, 2 * (top - here.value))) - math.sqrt(deviance)

    inner, outer = 0.0, 2.0
    for _ in range(_STEPS_MOST):
        found = excess(estimate + outer * step)
        if math.isnan(found):
            return math.copysign(math.inf, step)
        if found > 0:
            break
        inner, outer = outer, 1.5 * outer
    else:
        return math.copysign(math.inf, step)
    last = best[0] if inner == 0 else last
    root = brentq(lambda at: excess(estimate + at * step), inner, outer, xtol=1e-4, rtol=1e-6)
    return float(estimate + root * step)


def quantile_conditions(place: Floats, extreme: float, pivot: int = 0) -> Conditions:
    """Hold ``place`` b + ``extreme`` / m: the logarithm of a quantile at a row of the design.

    The modulus is the last parameter; ``place`` must not be 0 at the pivot.
    """
    return lambda value: Condition(np.append(place, -value), -extreme, pivot)


def modulus_conditions(size: int) -> Conditions:
    """Hold the logarithm of the modulus, the last of ``size`` parameters."""
    row = np.zeros(size)
    row[-1] = 1.0
    return lambda value: Condition(row, math.exp(value), size - 1)
