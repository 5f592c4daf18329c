"""Least squares with non-negative unknowns, from the normal equations.

Block principal pivoting: L. F. Portugal, J. J. Judice, L. N. Vicente, Math. Comput. 63 (1994)
625. It begins at the unconstrained answer, so a handful of small solves is enough; where it goes
round in circles, the active set of C. L. Lawson, R. J. Hanson (1974) takes over from there.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack

from ..arrays import Bool, Float

_TOLERANCE = 1e-9
_PATIENCE = 3
_MOST_PIVOTS = 30
_MOST_STEPS = 5  # for each unknown


def non_negative(normal: Float, right: Float) -> Float:
    """Minimise ``x.T @ normal @ x / 2 - right @ x`` over x >= 0.

    Parameters
    ----------
    normal : ndarray, shape (m, m)
        Symmetric and positive definite.
    right : ndarray, shape (m,)

    Examples
    --------
    >>> non_negative(np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([2.0, -1.0]))
    array([1., 0.])
    """
    size = 1.0 / np.sqrt(np.diag(normal))
    scaled = normal * size[:, None] * size
    target = right * size
    free: Bool = lapack.dposv(scaled, target)[1] > 0
    steep = _TOLERANCE * float(np.abs(target).max())
    fewest, patience = target.size + 1, _PATIENCE
    for _ in range(_MOST_PIVOTS):
        x, gradient = _at(scaled, target, free)
        small = _TOLERANCE * float(np.abs(x).max())
        wrong: Bool = np.where(free, x < -small, gradient < -steep)
        count = int(wrong.sum())
        if count == 0:
            return np.asarray(np.maximum(x, 0.0) * size)
        if count < fewest:
            fewest, patience = count, _PATIENCE
        elif patience == 0:
            break
        patience -= 1
        free = free ^ wrong
    return _one_by_one(scaled, target, np.maximum(x, 0.0), steep) * size


def _one_by_one(normal: Float, target: Float, x: Float, steep: float) -> Float:
    """Free one unknown at a time from a feasible x: slower, and each step goes down."""
    free: Bool = x > 0
    for _ in range(_MOST_STEPS * x.size):
        goal, gradient = _at(normal, target, free)
        blocked = np.flatnonzero(free & (goal <= 0))
        if blocked.size:
            reach = x[blocked] / (x[blocked] - goal[blocked])
            x = np.where(free, np.maximum(x + float(reach.min()) * (goal - x), 0.0), 0.0)
            x[blocked[int(reach.argmin())]] = 0.0
            free = x > 0
            continue
        x = goal
        gradient[free] = 0.0
        steepest = int(gradient.argmin())
        if gradient[steepest] >= -steep:
            break
        free[steepest] = True
    return x


def _at(normal: Float, target: Float, free: Bool) -> tuple[Float, Float]:
    x = np.zeros_like(target)
    where = np.flatnonzero(free)
    if where.size:
        x[where] = lapack.dposv(normal[where[:, None], where], target[where])[1]
    return x, normal @ x - target
