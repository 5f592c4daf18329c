"""The Weibull distribution of a batch: modulus, scale, median and B10, of censored values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .censored import Observation
from .estimate import Estimate
from .log_weibull import NoMaximumError
from .order_statistics import quantile_interval
from .weibull_regression import B10, MEDIAN, WeibullModel, fit_weibull_regression

FAILURES_FOR_A_MODULUS: Final = 10
FAILURES_FOR_A_MEDIAN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WeibullFit:
    """What a batch says of a Weibull distribution.

    ``modulus`` is the maximum-likelihood one divided by ``modulus_bias``, which is what its
    expectation exceeds the truth by in batches of this size; its interval needs no correction.
    All quantiles, those of another area too, are of the maximum-likelihood one: with the profile
    of one likelihood they and their intervals agree. ``model`` is ``None`` where no distribution
    could be fitted; ``reason`` then says why.
    """

    n: int
    failures: int
    modulus: Estimate
    modulus_bias: float
    scale: Estimate
    median: Estimate
    b10: Estimate
    model: WeibullModel | None
    reason: str = ""

    def of_area(self, area_ratio: float, fraction: float = MEDIAN) -> Estimate:
        """A quantile for cells of another area: ``area_ratio`` is theirs over that of the tested.

        Scaled by the maximum-likelihood modulus, which the quantile is of. Refused where the
        modulus is. Raises ValueError if the ratio is not > 0.
        """
        if not area_ratio > 0:
            raise ValueError(f"the ratio of areas is {area_ratio:g}; it must be > 0")
        if self.model is None or self.modulus.is_refused:
            return Estimate.refuse(f"no modulus to scale with: {self.modulus.refused}")
        return self.model.quantile(fraction, area_ratio=area_ratio, level=self.modulus.level)


def fit_weibull(
    observations: Sequence[Observation],
    level: float = 0.95,
    *,
    failures_for_a_modulus: int = FAILURES_FOR_A_MODULUS,
) -> WeibullFit:
    """Fit a Weibull distribution; refuse what the batch is too small for.

    Parameters
    ----------
    observations : sequence of Observation
        One for each cell, in any unit, exact or censored in any way.
    level : float
        Probability of the intervals, which are profile likelihoods.
    failures_for_a_modulus : int
        With fewer failures the modulus and B10 are refused: they could be anything. With fewer
        than three, or where all failures lie in one step or two steps side by side, so is the
        model; the median then is an interval of ordered values (``quantile_interval``).

    Raises
    ------
    ValueError
        If there are no observations.

    Notes
    -----
    Bias of the modulus: 1 + 1.32 / (n - 2) without, 1 + 1.37 / (r - 1.92) sqrt(n / r) with
    censoring, r failures among n (Ross 1996 IEEE Trans. Dielectr. Electr. Insul. 3, 28).

    Examples
    --------
    Revolutions of 23 ball bearings, in millions (Lieblein and Zelen 1956 J. Res. Natl. Bur.
    Stand. 57, 273):

    >>> lives = (17.88, 28.92, 33.0, 41.52, 42.12, 45.6, 48.4, 51.84, 51.96, 54.12, 55.56, 67.8,
    ...     68.64, 68.64, 68.88, 84.12, 93.12, 98.64, 105.12, 105.84, 127.92, 128.04, 173.4)
    >>> fit = fit_weibull([Observation.exact(life) for life in lives])
    >>> f"{fit.model.modulus().value:.2f} {fit.scale.value:.1f} {fit.b10.value:.1f}"
    '2.10 81.9 28.1'
    """
    n, failures = len(observations), sum(o.has_failed for o in observations)
    try:
        model = fit_weibull_regression(observations)
    except NoMaximumError as error:
        reason = _too_few(failures) if 0 < failures < FAILURES_FOR_A_MEDIAN else str(error)
        return _without_a_model(observations, failures, reason, level)
    if failures < FAILURES_FOR_A_MEDIAN:
        return _without_a_model(observations, failures, _too_few(failures), level)
    enough = failures >= failures_for_a_modulus
    few = f"{failures} failures among {n} cells; {failures_for_a_modulus} are needed"
    bias = modulus_bias(n, failures) if enough else math.nan
    return WeibullFit(
        n=n,
        failures=failures,
        modulus=_corrected(model.modulus(level), bias) if enough else Estimate.refuse(few),
        modulus_bias=bias,
        scale=model.scale(level=level),
        median=model.quantile(MEDIAN, level=level),
        b10=model.quantile(B10, level=level) if enough else Estimate.refuse(few),
        model=model,
    )


def modulus_bias(n: int, failures: int) -> float:
    """Expectation of the maximum-likelihood modulus over its truth (Ross 1996).

    Raises ValueError for fewer than three failures.

    >>> round(1 / modulus_bias(10, 10), 3), round(1 / modulus_bias(40, 40), 3)
    (0.858, 0.966)
    """
    if failures < 3:
        raise ValueError(f"{failures} failures; the bias of a modulus is known from 3 on")
    if failures == n:
        return 1 + 1.32 / (n - 2)
    return 1 + 1.37 / (failures - 1.92) * math.sqrt(n / failures)


def _too_few(failures: int) -> str:
    noun = "failure" if failures == 1 else "failures"
    return f"{failures} {noun}, {FAILURES_FOR_A_MEDIAN} are needed for a median"


def _corrected(modulus: Estimate, bias: float) -> Estimate:
    error = modulus.standard_error
    return Estimate(
        value=modulus.value / bias,
        standard_error=None if error is None else error / bias,
        low=modulus.low,
        high=modulus.high,
        level=modulus.level,
    )


def _without_a_model(
    observations: Sequence[Observation], failures: int, reason: str, level: float
) -> WeibullFit:
    low, high = quantile_interval(observations, MEDIAN, level)
    refused = Estimate.refuse(reason, level=level)
    return WeibullFit(
        n=len(observations),
        failures=failures,
        modulus=refused,
        modulus_bias=math.nan,
        scale=refused,
        median=Estimate.refuse(reason, low=low, high=high, level=level),
        b10=refused,
        model=None,
        reason=reason,
    )
