"""The regularised problem without the sign constraint, for every strength of penalty at once.

The distribution is taken as the sum of a few terms without penalty (columns u) and a function
gamma with the penalty ``lambda * integral (d gamma / d ln tau)^2 / scale^2 d ln tau``, zero at
both ends of the grid. That penalty is the logarithm of the prior probability of a random walk
pinned at both ends whose steps are as long as `scale` says (a Brownian bridge), so one
eigen-decomposition of its covariance, seen through the kernel, serves all lambda.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Float

PENALTIES = np.logspace(-13.0, 1.0, 29)
"""Candidates for lambda, as shares of the sum of the eigenvalues."""
_KEEP = 1e-14
FINEST = 1e-4
"""The finest relative error of a point that is believed: a grid follows no curve more closely."""


@dataclass(frozen=True, eq=False, slots=True)
class Ridge:
    """Eigenvalues (r,), directions (2n, r) in the space of the data, candidate lambdas (l,).

    `kept` (l, r) is the share of each direction that the distribution follows; `log_volume`
    (l,) the logarithm of the determinant of the covariance of the data over that of the noise.
    """

    eigenvalues: Float
    directions: Float
    penalties: Float
    kept: Float
    log_volume: Float

    def at(self, penalty: float) -> Ridge:
        """Return the same for one lambda only."""
        return _ridge(self.eigenvalues, self.directions, np.array([penalty]))


@dataclass(frozen=True, eq=False, slots=True)
class Profile:
    """Least squares of the terms without penalty, at each lambda.

    `coefficients` (..., p), the minimum `objective` (...) of squared residual plus penalty, and
    the normal matrix `normal` (..., p, p).
    """

    coefficients: Float
    objective: Float
    normal: Float


def knots(scale: Float) -> Float:
    """Return the scale (m + 1,) of the steps between, before and after m grid points."""
    return np.concatenate([scale[:1], 0.5 * (scale[1:] + scale[:-1]), scale[-1:]])


def penalty_matrix(scale: Float, step: float) -> Float:
    """Return the matrix (m, m) of the penalty for lambda = 1."""
    stiff = 1.0 / (step * knots(scale) ** 2)
    return np.diag(stiff[:-1] + stiff[1:]) - np.diag(stiff[1:-1], 1) - np.diag(stiff[1:-1], -1)


def _bridge(scale: Float, step: float) -> Float:
    """Return the inverse of the penalty matrix: the covariance of a Brownian bridge."""
    clock = np.cumsum(step * knots(scale) ** 2)
    passed = clock[:-1]
    return np.asarray(np.minimum(passed[:, None], passed) - np.outer(passed, passed) / clock[-1])


def decompose(basis: Float, seen: Float, scale: Float, step: float) -> Ridge:
    """Decompose a weighted kernel ``basis @ seen`` under the prior of this `scale` (m,).

    The columns of `basis` (2n, r) are of length 1 and at right angles.
    """
    values, vectors = np.linalg.eigh(seen @ _bridge(scale, step) @ seen.T)
    keep = values > _KEEP * values[-1]
    values = values[keep]
    return _ridge(values, basis @ vectors[:, keep], PENALTIES * values.sum())


def _ridge(eigenvalues: Float, directions: Float, penalties: Float) -> Ridge:
    ratio = eigenvalues / penalties[:, None]
    kept = ratio / (1.0 + ratio)
    return Ridge(eigenvalues, directions, penalties, kept, np.log1p(ratio).sum(axis=1))


def grams(ridge: Ridge, columns: Float, power: int = 1) -> Float:
    """Return ``columns.T @ M^power @ columns`` (l, q, q), M the residual maker at each lambda."""
    seen = ridge.directions.T @ columns
    products = (seen[:, :, None] * seen[:, None, :]).reshape(len(seen), -1)
    taken = 1.0 - (1.0 - ridge.kept) ** power
    size = columns.shape[1]
    return columns.T @ columns - (taken @ products).reshape(-1, size, size)


def profile(gram: Float) -> Profile:
    """Solve for all columns of a Gram array (..., p + 1, p + 1) but the last, the data."""
    normal, mixed = gram[..., :-1, :-1], gram[..., :-1, -1]
    solved = np.linalg.solve(normal, mixed[..., None])[..., 0]
    left = gram[..., -1, -1] - (solved * mixed).sum(axis=-1)
    return Profile(np.asarray(solved, dtype=np.float64), np.maximum(left, 0.0), normal)


def deviance(objective: Float, count: int, finest: float = FINEST) -> Float:
    """Return -2 ln(likelihood) of `count` residuals at their most probable level of noise."""
    variance = np.maximum(objective / count, finest**2)
    return np.asarray(count * np.log(variance) + objective / variance)
