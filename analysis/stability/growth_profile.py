"""Profile-likelihood intervals of a growth law, and the error of the change that it states.

Venzon and Moolgavkar, Applied Statistics 37 (1988) 87.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from .growth_laws import EXPONENTS, PARAMETERS, Floats, Law, Series, least_squares, resistance_of

TOLERANCE: Final = 1e-3
WIDENINGS: Final = 40


def student(free: int) -> float:
    """Return Student's t of a two-sided 95 % interval.

    >>> round(student(10), 3)
    2.228
    """
    from scipy.special import stdtrit

    return float(stdtrit(free, 0.975))


def profile_interval(
    law: Law, series: Series, best: Floats, name: str, ceiling: float
) -> tuple[float, float]:
    """Return where the least chi-squared with ``name`` held reaches ``ceiling``, below and above.

    An end that chi-squared never reaches is the end of what the parameter may be: 0 or infinity,
    for the exponent that of the search.
    """
    at = PARAMETERS[law].index(name)
    floor, roof = EXPONENTS if name == "exponent" else (0.0, math.inf)
    start = best.copy()

    def above(value: float) -> float:
        return least_squares(law, series, {name: value}, start)[0] - ceiling

    value = float(best[at])
    step = max(0.05 * value, 0.01)
    return _end(above, value, -step, floor), _end(above, value, step, roof)


def change_error_of(
    law: Law, parameters: tuple[float, ...], series: Series, least_dispersion: float
) -> float:
    """Return the standard error of the fitted R at the last time over that at the first.

    By the law of propagation, from the covariance of ``parameters`` (R0 and k in ohm m2); the
    scatter about the law is not taken for less than ``least_dispersion`` of the stated errors.
    """
    at = np.asarray(parameters)
    steps = np.maximum(1e-5 * np.abs(at), 1e-12 * series.scale)

    def model(shift: Floats) -> Floats:
        return resistance_of(law, series.time_h, *(at + shift).tolist()) / series.scale

    fitted = model(np.zeros(at.size))
    slopes = np.stack([(model(each) - fitted) for each in np.diag(steps)], axis=1)
    residuals = (series.resistance - fitted) / series.error
    free = series.time_h.size - at.size
    dispersion = max(float(residuals @ residuals) / free, least_dispersion)
    covariance = dispersion * np.linalg.pinv(slopes.T @ (slopes / series.error[:, None] ** 2))
    ratio = float(fitted[-1] / fitted[0])
    along = slopes[-1] / fitted[0] - ratio * slopes[0] / fitted[0]
    return math.sqrt(max(float(along @ covariance @ along), 0.0))


def _end(above: Callable[[float], float], best: float, step: float, limit: float) -> float:
    """Walk from the best value until chi-squared is beyond the ceiling, then close in on it."""
    from scipy.optimize import brentq

    inside = best
    for _ in range(WIDENINGS):
        outside = inside + step
        if (outside - limit) * math.copysign(1.0, step) >= 0:
            outside = limit
        if outside == inside:
            return limit
        if above(outside) >= 0:
            return float(brentq(above, inside, outside, xtol=TOLERANCE * max(abs(best), 0.1)))
        inside = outside
        step *= 1.6
    return limit
