"""Do two batches of cells differ? Two tests, for right-censored and for any censored values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .censored import Observation, bounds_of
from .estimate import Estimate
from .small_sample import deviance_probability
from .weibull_regression import fit_weibull_regression


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A test of the hypothesis that two batches have one distribution.

    ``statistic`` is chi squared of one degree of freedom in large batches. ``ratio`` is the scale
    of the second batch over that of the first, for the likelihood ratio only.
    """

    test: str
    statistic: float
    probability: float
    ratio: Estimate | None = None


def log_rank(first: Sequence[Observation], second: Sequence[Observation]) -> Difference:
    """Compare exact and right-censored values (Mantel 1966 Cancer Chemother. Rep. 50, 163).

    Raises
    ------
    ValueError
        If a value is known to an interval only, or if no cell failed.

    Examples
    --------
    >>> weak = [Observation.exact(t) for t in (1, 1, 2, 2, 3, 4)]
    >>> log_rank(weak, [Observation.right(t) for t in (6, 7, 8, 9, 9, 9)]).probability < 0.01
    True
    """
    from scipy.stats import chi2

    low, high = bounds_of([*first, *second])
    exact = low == high
    if not (exact | np.isinf(high)).all():
        raise ValueError("a value is known to an interval only: the log-rank test cannot take it")
    if not exact.any():
        raise ValueError("no cell failed: there is nothing to compare")
    is_first = np.arange(low.size) < len(first)
    at = np.unique(low[exact])
    risk = (low[:, None] >= at).sum(axis=0)
    risk_first = (low[is_first][:, None] >= at).sum(axis=0)
    failed = (low[exact][:, None] == at).sum(axis=0)
    failed_first = (low[exact & is_first][:, None] == at).sum(axis=0)
    expected = failed * risk_first / risk
    spread = expected * (1 - risk_first / risk) * (risk - failed) / np.maximum(risk - 1, 1)
    variance = float(spread.sum())
    if variance == 0:
        raise ValueError("the two batches were never at risk together: nothing to compare")
    statistic = float((failed_first.sum() - expected.sum()) ** 2 / variance)
    return Difference(
        test="log-rank", statistic=statistic, probability=float(chi2.sf(statistic, 1))
    )


def likelihood_ratio(first: Sequence[Observation], second: Sequence[Observation]) -> Difference:
    """Compare the scales of two batches of any censoring, with one Weibull modulus for both.

    Raises
    ------
    NoMaximumError
        If the data do not set every parameter: see ``fit_weibull_regression``.

    Examples
    --------
    >>> weak = [Observation(low, low + 0.2) for low in (0.2, 0.4, 0.4, 0.6, 0.8)]
    >>> strong = [Observation(low, low + 0.2) for low in (0.8, 1.0, 1.2, 1.2, 1.6)]
    >>> found = likelihood_ratio(weak, strong)
    >>> f"{found.ratio.value:.2f}, p = {found.probability:.4f}"
    '2.02, p = 0.0062'
    """
    both = [*first, *second]
    is_second = [[0.0]] * len(first) + [[1.0]] * len(second)
    apart = fit_weibull_regression(both, is_second, ["batch"])
    together = fit_weibull_regression(both)
    statistic = max(0.0, 2 * (apart.log_likelihood - together.log_likelihood))
    return Difference(
        test="likelihood ratio of Weibull scales",
        statistic=statistic,
        probability=deviance_probability(statistic, apart.n, apart.degrees_of_freedom),
        ratio=apart.coefficient("batch").exponential(),
    )
