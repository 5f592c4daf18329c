"""The answer to the weighted, dimensionless problem: terms, lambda, distribution, in two passes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from ..arrays import Float
from ..spectrum import Spectrum
from .criteria import CRITERIA, evidence, residual
from .grid import Grid, grid_for
from .posterior import Posterior, posterior, solve
from .ridge import FINEST, Ridge, decompose, penalty_matrix
from .terms import Terms, candidates, columns_of, exponent_column, price_of, refine

Regularisation: TypeAlias = Literal["evidence", "gcv", "l-curve", "re-im"]
_BEFORE_SPUR_DECADES = 0.25
_SMOOTH_DECADES = 0.3
_FLOOR = 0.01
_LN10 = math.log(10.0)
MISFIT = 2.0
"""How many times the residuals that the data allow are too much."""


@dataclass(frozen=True, eq=False, slots=True)
class Problem:
    """A spectrum, fastest first and weighted: omega (n,), weights and data (2n,), unit in ohm.

    `basis` (2n, r) and `triangle` (r, r) are the factors of the weighted ``Grid.left``.
    """

    omega: Float
    weights: Float
    data: Float
    unit_ohm: float
    grid: Grid
    basis: Float
    triangle: Float

    def weighted(self, rows: Float) -> Float:
        """Return rows (2n, k) as the data are: in `unit_ohm`, over abs(Z)."""
        return self.weights[:, None] * rows

    def columns(self, terms: Terms) -> Float:
        """Return the terms' columns, then the data, (2n, p + 1)."""
        return np.column_stack([self.weighted(columns_of(terms, self.omega)), self.data])

    def decomposed(self, grid: Grid, scale: Float) -> Ridge:
        """Return the ridge problem on a grid for a prior that bends as `scale` (m,) says."""
        return decompose(self.basis, self.triangle @ grid.right, scale, grid.step)


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """A prior: its grid, how freely gamma may bend (m,), the ridge for it, the other terms."""

    grid: Grid
    scale: Float
    ridge: Ridge
    terms: Terms


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """The answer to a problem, with what it was found for.

    `misfit` is how many times larger the residuals are than where gamma may be negative.
    """

    problem: Problem
    grid: Grid
    terms: Terms
    posterior: Posterior
    penalty: float
    noise: float
    misfit: float


def weighted(spectrum: Spectrum) -> Problem:
    """Sort a spectrum, divide it by abs(Z) and take the mean of ln(abs(Z)) for the unit."""
    order = np.argsort(-spectrum.frequency_hz, kind="stable")
    z = spectrum.z_ohm[order]
    modulus = np.tile(np.abs(z), 2)
    unit = math.exp(float(np.log(modulus).mean()))
    data = np.concatenate([z.real, z.imag]) / modulus
    omega = 2 * np.pi * spectrum.frequency_hz[order]
    weights = unit / modulus
    grid = grid_for(omega)
    basis, triangle = np.linalg.qr(weights[:, None] * grid.left)
    return Problem(omega, weights, data, unit, grid, basis, triangle)


def find(
    problem: Problem,
    regularisation: Regularisation | float,
    inductive: bool | None,
    blocking: bool | None,
) -> Found:
    """Solve a problem in three passes.

    The first, with an even prior, shows where gamma is large; there the next lets it bend, and
    the last once more by what that one finds. Of the sets of terms that the first could not
    tell apart, the second keeps the most probable that does well without a negative gamma.
    """
    even = np.ones(problem.grid.log_tau.size)
    ridge = problem.decomposed(problem.grid, even)
    rows = problem.omega, problem.weights, problem.data
    tried = [
        _next_pass(problem, Shape(problem.grid, even, ridge, terms))
        for terms in candidates(ridge, *rows, inductive, blocking)
    ]
    tried.sort(key=lambda one: one[0])
    found = []
    for _, shape in tried:
        found.append(_best(problem, _next_pass(problem, shape)[1], regularisation))
        if found[-1].misfit < MISFIT:
            break
    return min(found, key=lambda one: one.noise)


def _next_pass(problem: Problem, before: Shape) -> tuple[float, Shape]:
    """Return -2 ln(likelihood), priced, under the prior that the pass before suggests."""
    grid, terms = before.grid, before.terms
    columns = problem.columns(terms)
    at = int(np.argmin(evidence(before.ridge, columns)))
    penalty = before.ridge.penalties[at] * penalty_matrix(before.scale, grid.step)
    rough, _ = solve(problem.weighted(grid.kernel), columns, penalty)
    if terms.spur_exponent is not None:
        slowest = -math.log(problem.omega.min()) - _BEFORE_SPUR_DECADES * _LN10
        grid = grid.up_to(slowest)
    scale = _scale(rough[: grid.log_tau.size], grid.step)
    ridge = problem.decomposed(grid, scale)
    value, terms = refine(ridge, problem.omega, problem.weights, problem.data, terms)
    return value + price_of(terms), Shape(grid, scale, ridge, terms)


def _best(problem: Problem, shape: Shape, regularisation: Regularisation | float) -> Found:
    """Choose lambda and solve for it.

    A gamma below 0 may follow what no cell does; what is left without it then counts as noise
    when lambda is chosen once more.
    """
    columns = problem.columns(shape.terms)
    if not isinstance(regularisation, str):
        return _at(problem, shape, columns, float(regularisation))
    penalties = shape.ridge.penalties
    at = int(np.argmin(CRITERIA[regularisation](shape.ridge, columns)))
    found = _at(problem, shape, columns, float(penalties[at]))
    if found.misfit > MISFIT:
        at = int(np.argmin(evidence(shape.ridge, columns, found.noise)))
        again = _at(problem, shape, columns, float(penalties[at]))
        return replace(again, misfit=found.misfit)
    return found


def _at(problem: Problem, shape: Shape, columns: Float, penalty: float) -> Found:
    free_squares, freedom = residual(shape.ridge.at(penalty), columns)
    found = posterior(
        problem.weighted(shape.grid.kernel),
        columns,
        problem.weighted(exponent_column(shape.terms, problem.omega)),
        penalty * penalty_matrix(shape.scale, shape.grid.step),
    )
    squares = float(found.residuals @ found.residuals)
    noise = math.sqrt(max(squares / float(freedom[0]), FINEST**2))
    ridge_noise = math.sqrt(float(free_squares[0] / freedom[0]))
    misfit = noise / max(ridge_noise, FINEST)
    return Found(problem, shape.grid, shape.terms, found, penalty, noise, misfit)


def _scale(gamma: Float, step: float) -> Float:
    """Return how freely gamma may bend: its first estimate, smoothed, over the largest."""
    half = round(_SMOOTH_DECADES * _LN10 / step)
    window = np.hanning(2 * half + 3)[1:-1]
    smooth = np.convolve(gamma, window / window.sum())[half : half + gamma.size]
    largest = float(smooth.max())
    return smooth / largest + _FLOOR if largest > 0 else np.ones(gamma.size)
