"""The likelihood of a Weibull model with censoring, in parameters in which it is concave.

ln x = eta + W / m, where W has the smallest extreme value distribution, m is the Weibull modulus
and eta = X b the logarithm of the scale. In gamma = m b and m itself, z = m ln x - X gamma is
linear, and the likelihood of exact, interval-, left- and right-censored values is concave (Burridge
1981 J. R. Stat. Soc. B 43, 41). It has one maximum, and so it has under any condition that is
linear in these parameters: a given modulus, a given quantile, a given coefficient.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .censored import Floats

MODULUS_MOST = 1e4
_EXPONENT_LEAST, _EXPONENT_MOST = -150.0, 50.0
_WIDTH_MOST = 700.0
_ITERATIONS = 200


class NoMaximumError(ValueError):
    """The likelihood has no maximum at finite parameters: the data do not set them all."""


@dataclass(frozen=True, slots=True, eq=False)
class LogBounds:
    """Logarithms of the bounds, shape (n,), -inf and inf where open, and the design, (n, k).

    ``at_low`` and ``at_high`` are the bounds with 0 where open; ``low_row`` and ``high_row``,
    shape (n, k + 1), are what their z changes with the parameters. ``exact`` values have neither
    ``has_low`` nor ``has_high``.
    """

    low: Floats
    high: Floats
    design: Floats
    exact: NDArray[np.bool_]
    has_low: NDArray[np.bool_]
    has_high: NDArray[np.bool_]
    at_low: Floats
    at_high: Floats
    low_row: Floats
    high_row: Floats

    @classmethod
    def of(cls, low: Floats, high: Floats, design: Floats) -> LogBounds:
        """Take the logarithms of bounds that are not negative."""
        with np.errstate(divide="ignore"):
            ln_low, ln_high = np.log(low), np.log(high)
        exact = ln_low == ln_high
        at_low = np.where(np.isfinite(ln_low), ln_low, 0.0)
        at_high = np.where(np.isfinite(ln_high), ln_high, 0.0)
        return cls(
            low=ln_low,
            high=ln_high,
            design=design,
            exact=exact,
            has_low=np.isfinite(ln_low) & ~exact,
            has_high=np.isfinite(ln_high) & ~exact,
            at_low=at_low,
            at_high=at_high,
            low_row=np.column_stack([-design, at_low]),
            high_row=np.column_stack([-design, at_high]),
        )

    @property
    def middle(self) -> Floats:
        """A finite value in each interval, on the logarithmic scale, shape (n,)."""
        low = np.where(np.isfinite(self.low), self.low, self.high - 0.5)
        high = np.where(np.isfinite(self.high), self.high, self.low + 0.5)
        return np.asarray((low + high) / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Likelihood:
    """Log-likelihood at some parameters, with slope, shape (k + 1,), and curvature."""

    value: float
    slope: Floats
    curvature: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """``row`` times the parameters is ``value``; ``pivot`` is the one that is set by the others."""

    row: Floats
    value: float
    pivot: int

    def met_by(self, parameters: Floats) -> Floats:
        """The parameters with their pivot put where the condition holds."""
        met = parameters.copy()
        met[self.pivot] += (self.value - self.row @ parameters) / self.row[self.pivot]
        return met

    def free_directions(self) -> Floats:
        """Columns along which the condition stays met, shape (k + 1, k)."""
        others = np.delete(np.eye(self.row.size), self.pivot, axis=1)
        others[self.pivot] = -np.delete(self.row, self.pivot) / self.row[self.pivot]
        return others


def likelihood(bounds: LogBounds, parameters: Floats) -> Likelihood:
    """Log-likelihood of parameters (gamma, modulus), its slope and curvature.

    Densities are those of ln x: likelihoods of models of one data set compare.
    """
    exact, has_low, has_high = bounds.exact, bounds.has_low, bounds.has_high
    low_row, high_row = bounds.low_row, bounds.high_row
    modulus = parameters[-1]
    z_low, z_high = low_row @ parameters, high_row @ parameters
    at_low, at_high = _exp(z_low), _exp(z_high)
    a, h, e = at_low * has_low, at_high * has_high, at_low * exact
    rise = np.where(has_low & has_high, np.minimum(z_high - z_low, _EXPONENT_MOST), 0.0)
    width = np.where(has_high, np.where(has_low, a * np.expm1(rise), h), 1.0)
    g = has_high / np.expm1(np.minimum(width, _WIDTH_MOST))
    with np.errstate(divide="ignore"):
        between = np.where(has_high, np.log(-np.expm1(-width)), 0.0)
    steep = -g * (1 + g)
    value = np.where(exact, z_low - e, between - a).sum()
    by_low = np.where(exact, 1 - e, -a * (1 + g))
    by_high = g * h
    low_low = np.where(exact, -e, -a * (1 + g) + steep * a * a)
    high_high = g * h + steep * h * h
    crossed = low_row.T @ ((-steep * a * h)[:, None] * high_row)
    curvature = (
        low_row.T @ (low_low[:, None] * low_row)
        + high_row.T @ (high_high[:, None] * high_row)
        + crossed
        + crossed.T
    )
    slope = low_row.T @ by_low + high_row.T @ by_high
    known = int(exact.sum())
    if known:
        value += known * math.log(modulus)
        slope[-1] += known / modulus
        curvature[-1, -1] -= known / modulus**2
    return Likelihood(float(value), slope, curvature)


def maximise(
    bounds: LogBounds, start: Floats | None = None, condition: Condition | None = None
) -> tuple[Floats, Likelihood]:
    """Parameters of the highest likelihood, under a condition if one is given.

    Raises ``NoMaximumError`` where the likelihood still rises at a modulus of ten thousand, or
    does not settle.
    """
    at = _first_guess(bounds) if start is None else start
    free = np.eye(at.size)
    if condition is not None:
        at, free = condition.met_by(at), condition.free_directions()
    here = likelihood(bounds, at)
    for _ in range(_ITERATIONS):
        slope = free.T @ here.slope
        step = free @ _newton_step(slope, free.T @ here.curvature @ free)
        promised = float(here.slope @ step)
        if promised < 1e-10:
            return at, here
        at, here = _climb(bounds, at, here, step, promised)
        if at[-1] > MODULUS_MOST and condition is None:
            break
    raise NoMaximumError("the data do not set every parameter: the likelihood has no maximum")


def _climb(
    bounds: LogBounds, at: Floats, here: Likelihood, step: Floats, promised: float
) -> tuple[Floats, Likelihood]:
    """Go along a step as far as the likelihood rises as it should, and the modulus stays > 0."""
    share = 1.0 if step[-1] >= 0 else min(1.0, -0.9 * at[-1] / step[-1])
    while share > 1e-12:
        there = likelihood(bounds, at + share * step)
        if there.value >= here.value + 1e-4 * share * promised:
            return at + share * step, there
        share /= 3
    raise NoMaximumError("the likelihood does not settle on a maximum")


def _newton_step(slope: Floats, curvature: Floats) -> Floats:
    if not slope.size:
        return slope
    values, vectors = np.linalg.eigh(-curvature)
    firm = np.maximum(values, 1e-9 * max(float(values[-1]), 1e-9))
    return np.asarray(vectors @ ((vectors.T @ slope) / firm))


def _first_guess(bounds: LogBounds) -> Floats:
    middle = bounds.middle
    coefficients = np.linalg.lstsq(bounds.design, middle, rcond=None)[0]
    spread = float((middle - bounds.design @ coefficients).std())
    modulus = 1.28 / max(spread, 0.02)
    gamma = modulus * coefficients
    gamma += np.linalg.lstsq(bounds.design, np.full(middle.size, 0.45), rcond=None)[0]
    return np.append(gamma, modulus)


def _exp(values: Floats) -> Floats:
    return np.exp(np.minimum(np.maximum(values, _EXPONENT_LEAST), _EXPONENT_MOST))
