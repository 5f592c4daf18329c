"""How far a log-likelihood may fall in a small batch: farther than in the limit of many cells.

Twice the fall is chi squared only in that limit. For a coefficient of a normal regression it is
known exactly for any n: n ln(1 + t^2 / f), t being Student's of f = n - k degrees of freedom. Used
for the Weibull distribution it brings intervals of its scale and quantiles close to their nominal
probability from five cells on.
"""

from __future__ import annotations

import math


def deviance_allowed(n: int, degrees_of_freedom: int, level: float) -> float:
    """Deviance within which an interval of probability ``level`` lies.

    >>> round(deviance_allowed(10, 9, 0.95), 2), round(deviance_allowed(10_000, 9_999, 0.95), 2)
    (4.5, 3.84)
    """
    from scipy.stats import t

    student = float(t.ppf(0.5 + level / 2, degrees_of_freedom))
    return n * math.log1p(student**2 / degrees_of_freedom)


def deviance_probability(deviance: float, n: int, degrees_of_freedom: int) -> float:
    """Probability of a deviance so large or larger by chance: the inverse of the former.

    >>> round(deviance_probability(deviance_allowed(10, 9, 0.95), 10, 9), 6)
    0.05
    """
    from scipy.stats import t

    square = degrees_of_freedom * math.expm1(min(deviance / n, 700.0))
    return 2 * float(t.sf(math.sqrt(square), degrees_of_freedom))
