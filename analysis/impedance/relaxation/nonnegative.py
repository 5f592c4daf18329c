"""Least squares with non-negative unknowns, from the normal equations.

Block principal pivoting: L. F. Portugal, J. J. Judice, L. N. Vicente, Math. Comput. 63 (1994)
625. It begins at the unconstrained answer, so a handful of small solves is enough.
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import lapack
from scipy.optimize import nnls

from ..arrays import Bool, Float

_TOLERANCE = 1e-9
_PATIENCE = 3
_MOST_PIVOTS = 30


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
        elif patience > 0:
            patience -= 1
        else:  # one at a time, the last first: slow, and sure to end
            wrong[: int(np.flatnonzero(wrong)[-1])] = False
        free = free ^ wrong
    root = np.linalg.cholesky(scaled)
    return np.asarray(nnls(root.T, np.linalg.solve(root, target))[0] * size)


def _at(normal: Float, target: Float, free: Bool) -> tuple[Float, Float]:
    x = np.zeros_like(target)
    where = np.flatnonzero(free)
    if where.size:
        x[where] = lapack.dposv(normal[where[:, None], where], target[where])[1]
    return x, normal @ x - target
