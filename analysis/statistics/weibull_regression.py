"""A Weibull scale that depends on conditions, fitted to censored values.

ln(scale) = b0 + b1 x1 + ... with one modulus for all: the accelerated-failure-time model
(Kalbfleisch and Prentice 2002, The Statistical Analysis of Failure Time Data, ch. 3).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .censored import Floats, Observation, bounds_of
from .estimate import Estimate
from .log_weibull import Likelihood, LogBounds, NoMaximumError, maximise
from .profile import Conditions, modulus_conditions, profile_interval, quantile_conditions
from .small_sample import deviance_allowed

MEDIAN, B10 = 0.5, 0.1
_RELATIVE_ERROR_MOST, _ERROR_MOST = 5.0, 20.0


@dataclass(frozen=True, slots=True, eq=False)
class WeibullModel:
    """A fitted model. ``parameters`` are gamma, shape (k,), and the modulus, on centred columns.

    Intervals are profile likelihoods; how far the likelihood may fall is said by ``small_sample``.
    """

    bounds: LogBounds
    names: tuple[str, ...]
    centres: Floats
    parameters: Floats
    peak: Likelihood
    covariance: Floats
    failures: int

    @property
    def n(self) -> int:
        """Number of observations."""
        return self.bounds.low.size

    @property
    def log_likelihood(self) -> float:
        """Its logarithm, of densities of ln x."""
        return self.peak.value

    @property
    def degrees_of_freedom(self) -> int:
        """Observations less coefficients, the constant among them; at least one."""
        return max(1, self.n - 1 - len(self.names))

    def modulus(self, level: float = 0.95) -> Estimate:
        """Weibull modulus, by maximum likelihood and not corrected for its bias."""
        value = float(self.parameters[-1])
        error = math.sqrt(self.covariance[-1, -1])
        conditions = modulus_conditions(self.parameters.size)
        low, high = self._interval(conditions, math.log(value), error / value, level)
        return Estimate(
            value=value, standard_error=error, low=_exp(low), high=_exp(high), level=level
        )

    def quantile(
        self,
        fraction: float,
        at: Sequence[float] = (),
        *,
        area_ratio: float = 1.0,
        level: float = 0.95,
    ) -> Estimate:
        """Value below which a fraction of cells fails, at values ``at`` of the covariates.

        ``area_ratio`` is the area of the cells asked for over that of the cells tested: flaws
        are in proportion to it, J(A2) = J(A1) (A1 / A2)^(1/m) (Weibull 1951 J. Appl. Mech. 18,
        293). Raises ValueError for a fraction outside (0, 1) or an area ratio that is not > 0.
        """
        if not 0 < fraction < 1:
            raise ValueError(f"a fraction of cells is {fraction:g}; allowed: between 0 and 1")
        if not area_ratio > 0:
            raise ValueError(f"the ratio of areas is {area_ratio:g}; it must be > 0")
        return self._log_quantile(
            math.log(-math.log1p(-fraction)) - math.log(area_ratio), self._place(at), level
        )

    def scale(self, at: Sequence[float] = (), *, level: float = 0.95) -> Estimate:
        """Value below which 63.2 % of cells fail."""
        return self._log_quantile(0.0, self._place(at), level)

    def failed_share(self, values: ArrayLike, at: Sequence[float] = ()) -> Floats:
        """Probability of failure at or below each of ``values``, shape (n,)."""
        z = self.parameters[-1] * np.log(np.asarray(values, dtype=np.float64))
        return np.asarray(-np.expm1(-np.exp(z - self._place(at) @ self.parameters[:-1])))

    def coefficient(self, name: str, level: float = 0.95) -> Estimate:
        """Change of ln(scale) for a unit of a covariate. Raises KeyError for an unknown name."""
        if name not in self.names:
            raise KeyError(name)
        j = 1 + self.names.index(name)
        row = np.zeros(self.parameters.size - 1)
        row[j] = 1.0
        value, error = self._ratio(row, 0.0)
        low, high = self._interval(quantile_conditions(row, 0.0, j), value, error, level)
        return Estimate(value=value, standard_error=error, low=low, high=high, level=level)

    def _place(self, at: Sequence[float]) -> Floats:
        if len(at) != len(self.names):
            raise ValueError(f"expected values of {', '.join(self.names) or 'no covariate'}")
        return np.concatenate([[1.0], np.asarray(at, dtype=np.float64) - self.centres])

    def _log_quantile(self, extreme: float, place: Floats, level: float) -> Estimate:
        value, error = self._ratio(place, extreme)
        conditions = quantile_conditions(place, extreme)
        low, high = self._interval(conditions, value, error, level)
        return Estimate(
            value=_exp(value),
            standard_error=_exp(value) * error,
            low=_exp(low),
            high=_exp(high),
            level=level,
        )

    def _ratio(self, row: Floats, extreme: float) -> tuple[float, float]:
        """(row gamma + extreme) / modulus and its standard error, to first order."""
        modulus = self.parameters[-1]
        value = float((row @ self.parameters[:-1] + extreme) / modulus)
        slope = np.append(row, -value) / modulus
        return value, math.sqrt(float(slope @ self.covariance @ slope))

    def _interval(
        self, conditions: Conditions, value: float, error: float, level: float
    ) -> tuple[float, float]:
        deviance = deviance_allowed(self.n, self.degrees_of_freedom, level)
        best = self.parameters, self.peak
        return profile_interval(self.bounds, best, conditions, value, error, deviance)


def fit_weibull_regression(
    observations: Sequence[Observation],
    covariates: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> WeibullModel:
    """Fit by maximum likelihood with exact, interval-, left- and right-censored values.

    Parameters
    ----------
    observations : sequence of Observation, length n
    covariates : array_like, shape (n, k), optional
        One column for each of ``names``.

    Raises
    ------
    NoMaximumError
        If the data do not set every parameter: no failure at all, or all failures within one
        step or two steps beside each other.
    ValueError
        If shapes do not fit, or a covariate is the same in all observations or depends on others.

    Examples
    --------
    A coating that doubles the median of cells known to steps of 0.2:

    >>> weak = [Observation(low, low + 0.2) for low in (0.2, 0.4, 0.4, 0.6, 0.8)]
    >>> strong = [Observation(low, low + 0.2) for low in (0.8, 1.0, 1.2, 1.2, 1.6)]
    >>> model = fit_weibull_regression([*weak, *strong], [[0.0]] * 5 + [[1.0]] * 5, ["coated"])
    >>> effect = model.coefficient("coated").exponential()
    >>> f"{effect.value:.2f} times (95 %: {effect.low:.2f} to {effect.high:.2f})"
    '2.02 times (95 %: 1.31 to 3.19)'
    """
    low, high = bounds_of(observations)
    columns = np.empty((low.size, 0)) if covariates is None else np.asarray(covariates, dtype=float)
    if columns.shape != (low.size, len(names)):
        raise ValueError(
            f"expected covariates of shape ({low.size}, {len(names)}), got {columns.shape}"
        )
    centres = columns.mean(axis=0)
    design = np.column_stack([np.ones(low.size), columns - centres])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            f"the effects of {', '.join(names)} cannot be told apart: a condition is the same in "
            "all cells, or follows from the others"
        )
    failures = int(np.isfinite(high).sum())
    if failures == 0:
        raise NoMaximumError("no cell failed: there is a lower bound only")
    bounds = LogBounds.of(low, high, design)
    parameters, peak = maximise(bounds)
    covariance = _covariance(peak, parameters, columns)
    return WeibullModel(bounds, tuple(names), centres, parameters, peak, covariance, failures)


def _covariance(peak: Likelihood, parameters: Floats, columns: Floats) -> Floats:
    """Inverse of the curvature, if the likelihood is curved enough for it to mean something."""
    values, vectors = np.linalg.eigh(-peak.curvature)
    if not values[0] > 0:
        raise NoMaximumError("the data do not set every parameter: the likelihood is flat")
    covariance = np.asarray((vectors / values) @ vectors.T)
    errors = np.sqrt(np.diag(covariance))
    if errors[-1] > _RELATIVE_ERROR_MOST * parameters[-1]:
        raise NoMaximumError("the scatter is smaller than the steps: no modulus can be stated")
    spread = np.append(1.0, columns.std(axis=0))
    if (errors[:-1] * spread > _ERROR_MOST).any():
        raise NoMaximumError(
            "the data do not set every parameter: at some condition all cells failed below, or "
            "survived above, what the others allow to compare with"
        )
    return covariance


def _exp(value: float) -> float:
    return math.inf if value > 700 else math.exp(value)
