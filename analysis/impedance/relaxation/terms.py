"""What a spectrum holds beside relaxations: a series resistance, an inductor, a blocking spur.

A blocking electrode has no distribution that ends: its spur, (j omega)^-n / Q, would smear over
the slow side of any grid. It is one term of its own, its exponent n found together with lambda.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Float, Index
from .ridge import Ridge, deviance, grams, profile

EXPONENTS = np.linspace(0.4, 1.0, 13)
_FINER = np.linspace(-0.06, 0.06, 7)
_LEAST, _MOST = 0.35, 1.0
_DIFFUSION = 0.5
_WORTH_A_LOOK = 30.0
_NO_DIFFERENCE = 3.0
_LEAST_SPUR = 0.01
# what -2 ln(likelihood) must gain for a term to be admitted; both are lost at a size below 0
_SPUR_GAIN = 8.0
_INDUCTOR_GAIN = 6.0


@dataclass(frozen=True, slots=True)
class Terms:
    """Which terms stand beside the series resistance; an exponent of None means no spur."""

    inductive: bool
    spur_exponent: float | None

    @property
    def count(self) -> int:
        """How many, with the series resistance."""
        return 1 + self.inductive + (self.spur_exponent is not None)


def columns_of(terms: Terms, omega: Float) -> Float:
    """Return the columns (2n, count): R of 1, L of 1/omega_max, a spur of 1 at omega_min."""
    spur = [] if terms.spur_exponent is None else [terms.spur_exponent]
    every = _every_column(omega, np.array(spur))
    return every if terms.inductive else np.delete(every, 1, axis=1)


def exponent_column(terms: Terms, omega: Float) -> Float:
    """Return the derivative (2n, 1) of the spur's column by its exponent; (2n, 0) without one."""
    if terms.spur_exponent is None:
        return np.empty((2 * omega.size, 0))
    log_s = np.log(1j * omega / omega.min())
    slope = -log_s * np.exp(-terms.spur_exponent * log_s)
    return np.concatenate([slope.real, slope.imag])[:, None]


def candidates(
    ridge: Ridge,
    omega: Float,
    weights: Float,
    data: Float,
    inductive: bool | None,
    blocking: bool | None,
) -> tuple[Terms, ...]:
    """Return the sets of terms that the data may hold, by their likelihood.

    No spur, that of diffusion, and the best of any exponent: under a penalty that is the same
    everywhere they are not yet to be told apart. `weights` and `data` (2n,) are those of the
    rows of the kernel; True and False settle a term beforehand.
    """
    every = np.column_stack([weights[:, None] * _every_column(omega, EXPONENTS), data])
    gram = grams(ridge, every)
    diffusion = np.flatnonzero(np.isclose(EXPONENTS, _DIFFUSION))
    free = np.arange(EXPONENTS.size)
    least = _least_spur(omega, weights)
    found: list[tuple[float, Terms]] = []
    for with_inductor in (False, True) if inductive is None else (inductive,):
        price = _INDUCTOR_GAIN * with_inductor
        sets = {True: (diffusion, free), False: (None,), None: (None, diffusion, free)}[blocking]
        group = [_best_of(ridge, gram, with_inductor, tried, least) for tried in sets]
        if blocking is not False and not group[-1][0] < group[-2][0] - _NO_DIFFERENCE:
            group.pop()
        found += [(value + price, terms) for value, terms in group]
    best, likely = min(found, key=lambda one: one[0])
    return tuple(
        terms
        for value, terms in found
        if terms.inductive is likely.inductive and value <= best + _WORTH_A_LOOK
    )


def price_of(terms: Terms) -> float:
    """Return what -2 ln(likelihood) must gain for the spur to be admitted."""
    return 0.0 if terms.spur_exponent is None else _SPUR_GAIN


def refine(
    ridge: Ridge, omega: Float, weights: Float, data: Float, terms: Terms
) -> tuple[float, Terms]:
    """Find the spur's exponent once more, now that the prior knows where the arcs lie.

    Returns the lowest -2 ln(likelihood) over lambda, and the terms.
    """
    if terms.spur_exponent is None:
        every = np.column_stack([weights[:, None] * columns_of(terms, omega), data])
        found = profile(grams(ridge, every))
        return float((deviance(found.objective, data.size) + ridge.log_volume).min()), terms
    near = np.unique(np.clip(terms.spur_exponent + _FINER, _LEAST, _MOST))
    every = np.column_stack([weights[:, None] * _every_column(omega, near), data])
    which = np.arange(near.size)
    least = _least_spur(omega, weights)
    return _best_of(ridge, grams(ridge, every), terms.inductive, which, least, near)


def _every_column(omega: Float, exponents: Float) -> Float:
    spur = np.exp(-np.log(1j * omega / omega.min())[:, None] * exponents)
    resistor = np.ones((omega.size, 1))
    inductor = 1j * (omega / omega.max())[:, None]
    columns = np.concatenate([resistor, inductor, spur], axis=1)
    return np.concatenate([columns.real, columns.imag])


def _least_spur(omega: Float, weights: Float) -> float:
    """Return the size of a spur that is a hundredth of abs(Z) at the lowest frequency."""
    return _LEAST_SPUR / float(weights[int(np.argmin(omega))])


def _best_of(
    ridge: Ridge,
    gram: Float,
    inductive: bool,
    which: Index | None,
    least: float,
    exponents: Float = EXPONENTS,
) -> tuple[float, Terms]:
    """Return the lowest -2 ln(likelihood) over lambda and exponent.

    Infinite where a term is negative or the spur smaller than `least`.
    """
    points = ridge.directions.shape[0]
    last = gram.shape[-1] - 1
    base = [0, 1] if inductive else [0]
    spurs: list[list[int]] = [[]] if which is None else [[2 + int(k)] for k in which]
    index: Index = np.array([[*base, *spur, last] for spur in spurs])
    found = profile(gram[:, index[:, :, None], index[:, None, :]])
    value = deviance(found.objective, points) + ridge.log_volume[:, None]
    allowed = (found.coefficients[..., 1:] >= 0).all(axis=-1)
    if which is not None:
        allowed &= found.coefficients[..., -1] >= least
    value = np.where(allowed, value, np.inf)
    lowest = value.min(axis=0)
    at = int(lowest.argmin())
    exponent = None if which is None else _vertex(exponents[which], lowest, at)
    return float(lowest[at]), Terms(inductive, exponent)


def _vertex(x: Float, y: Float, at: int) -> float:
    """Lowest point of the parabola through the lowest value and its neighbours."""
    if not 0 < at < x.size - 1 or not np.isfinite(y[at - 1 : at + 2]).all():
        return float(x[at])
    slopes = np.diff(y[at - 1 : at + 2]) / np.diff(x[at - 1 : at + 2])
    bend = (slopes[1] - slopes[0]) / (x[at + 1] - x[at - 1])
    middle = 0.5 * (x[at - 1] + x[at])
    return float(middle - 0.5 * slopes[0] / bend) if bend > 0 else float(x[at])
