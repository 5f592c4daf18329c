"""One damped Gauss-Newton step within bounds, for a stack of normal equations."""

from __future__ import annotations

import numpy as np

from ..arrays import Bool, Float


def held_on_bounds(x: Float, gradient: Float, lower: Float, upper: Float) -> Bool:
    """Tell which variables stand on a bound and would go beyond, all shapes (b, p)."""
    held: Bool = ((x <= lower) & (gradient >= 0)) | ((x >= upper) & (gradient <= 0))
    return held


def bounded_step(
    normal: Float, gradient: Float, held: Bool, damping: Float, reach: tuple[Float, Float]
) -> Float:
    """Return the damped Gauss-Newton steps (b, p) for normal matrices (b, p, p).

    What would leave its `reach`, (lowest, highest) steps, stops there; the rest is solved again.
    Each variable is damped in proportion to its own curvature.
    """
    scale: Float = np.einsum("bpp->bp", normal)
    scale = np.maximum(scale, 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300)
    root = np.sqrt(scale)
    matrix = normal / (root[:, :, None] * root[:, None, :])
    np.einsum("bpp->bp", matrix)[...] += np.minimum(damping, 1e12)[:, None] + 1e-13
    step: Float = _solved(matrix, -gradient / root, held, np.zeros_like(gradient)) / root
    for _ in range(2):
        inside = np.clip(step, *reach)
        beyond = inside != step
        step = inside
        again = np.flatnonzero(beyond.any(axis=1))
        if again.size == 0:
            break
        held = held | beyond
        part, known = root[again], step[again]
        right = -gradient[again] / part
        step[again] = _solved(matrix[again], right, held[again], known * part) / part
    within: Float = np.clip(step, *reach)
    return within


def _solved(matrix: Float, right: Float, held: Bool, known: Float) -> Float:
    """Solve matrix @ y = right for what is not held; what is held stays `known`."""
    if held.any():
        known = np.where(held, known, 0.0)
        right = np.where(held, known, right - np.einsum("bpq,bq->bp", matrix, known))
        free = ~held
        matrix = np.where(free[:, :, None] & free[:, None, :], matrix, 0.0)
        np.einsum("bpp->bp", matrix)[...] += held
    return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0], dtype=np.float64)


def predicted_fall(step: Float, gradient: Float, normal: Float) -> Float:
    """Return by how much a linear model says the steps lower the cost, shape (b,)."""
    curved = (normal @ step[..., None])[..., 0]
    fall: Float = -np.einsum("bp,bp->b", step, 2.0 * gradient + curved)
    return fall
