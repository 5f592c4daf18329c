"""The non-negative distribution at one lambda, and the covariance of what was found.

The posterior probability is a Gaussian of the given prior, lambda and noise, cut off at 0. Its
maximum is the non-negative answer; the covariance is that of the Gaussian before the cut, the
uncertainty of the spur's exponent included to first order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Float
from .nonnegative import non_negative


@dataclass(frozen=True, eq=False, slots=True)
class Posterior:
    """Distribution (m,), terms (p,), covariance (m + p, m + p) for noise 1, residuals (2n,)."""

    gamma: Float
    terms: Float
    covariance: Float
    residuals: Float


def solve(kernel: Float, columns: Float, penalty: Float) -> tuple[Float, Float]:
    """Return the non-negative answer (m + p,) and the normal matrix (m + p, m + p).

    Parameters
    ----------
    kernel : ndarray, shape (2n, m)
    columns : ndarray, shape (2n, p + 1)
        The terms without penalty, then the data.
    penalty : ndarray, shape (m, m)
        Penalty matrix times lambda.
    """
    design = np.concatenate([kernel, columns[:, :-1]], axis=1)
    normal = design.T @ design
    normal[: len(penalty), : len(penalty)] += penalty
    return non_negative(normal, design.T @ columns[:, -1]), normal


def posterior(kernel: Float, columns: Float, exponent: Float, penalty: Float) -> Posterior:
    """Find the distribution and its covariance, arguments as in `solve`.

    `exponent`, (2n, 0) or (2n, 1), is the derivative of the last term by its exponent, for a
    term of size 1.
    """
    found, normal = solve(kernel, columns, penalty)
    size, grid = normal.shape[0], kernel.shape[1]
    design = np.concatenate([kernel, columns[:, :-1]], axis=1)
    extra = exponent * found[-1]
    if extra.any():
        cross = design.T @ extra
        normal = np.block([[normal, cross], [cross.T, extra.T @ extra]])
    length = 1.0 / np.sqrt(np.diag(normal))
    inverse = np.linalg.inv(normal * length[:, None] * length) * length[:, None] * length
    residuals = columns[:, -1] - design @ found
    return Posterior(found[:grid], found[grid:], inverse[:size, :size], residuals)
