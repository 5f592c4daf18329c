"""Which resistances of a fit stand for themselves, and which are known only as a sum.

Two that the data can exchange for one another have errors of opposite sign: each may be unknown
while their sum is known well. Beyond a standard error of 20 % of its own a resistance is not
separable, and is joined with the neighbour with which it is known best.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..fitting.result import FitResult
from ..geometry import Quantity

LARGEST_ERROR_ALONE = 0.2
_LARGEST_STATED = 0.5


def separable_groups(fit: FitResult, places: Sequence[int], series: int) -> list[list[int]]:
    """Join neighbours among the resistances at `places` (fastest first) until each sum is known.

    The first `series` of them are plain resistors, which need not be known on their own.
    """
    groups = [[place] for place in places]
    while len(groups) > 1:
        errors = [relative_error(fit, group) for group in groups]
        for k in range(min(series, len(groups))):
            if groups[k] == [places[k]]:
                errors[k] = 0.0
        worst = max(range(len(groups)), key=errors.__getitem__)
        if errors[worst] <= LARGEST_ERROR_ALONE:
            break
        near = [k for k in (worst - 1, worst) if 0 <= k < len(groups) - 1]
        left = min(near, key=lambda k: relative_error(fit, groups[k] + groups[k + 1]))
        groups[left : left + 2] = [groups[left] + groups[left + 1]]
    return groups


def relative_error(fit: FitResult, places: Sequence[int]) -> float:
    """One sigma of the sum of the resistances at `places`, over the sum."""
    r = fit.values[list(places)]
    covariance = fit.covariance_log[np.ix_(places, places)]
    return math.sqrt(max(float(r @ covariance @ r), 0.0)) / float(r.sum())


def sum_of(fit: FitResult, places: Sequence[int]) -> Quantity:
    """Return a sum of resistances; its error is from the full covariance."""
    value = float(fit.values[list(places)].sum())
    relative = relative_error(fit, places)
    known = relative < _LARGEST_STATED and fit.converged
    return Quantity(value, relative * value if known else None, "ohm")
