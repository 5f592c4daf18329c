"""Levenberg-Marquardt with simple bounds, for a stack of starts at once.

The damping follows H. B. Nielsen, "Damping Parameter in Marquardt's Method" (IMM, 1999); a
variable on its bound whose gradient points outward is held there for the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bool, Float, Index

Problem = Callable[[Float, Index], tuple[Float, Float]]

_COSINE_TOLERANCE = 1e-8
_EXACT = 1e-28


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where each start of a stack of b arrived.

    `x` (b, p) is the place, `cost` (b,) the sum of squares, `residuals` (b, m), `jacobian`
    (b, m, p), `converged` (b,), `iterations` (b,).
    """

    x: Float
    cost: Float
    residuals: Float
    jacobian: Float
    converged: Bool
    iterations: NDArray[np.int64]

    def take(self, rows: Index) -> Minimum:
        """Return where some of the starts arrived."""
        return Minimum(*(getattr(self, field.name)[rows] for field in fields(self)))

    def join(self, other: Minimum) -> Minimum:
        """Return these and then those of `other`."""
        names = [field.name for field in fields(self)]
        pairs = [(getattr(self, name), getattr(other, name)) for name in names]
        return Minimum(*(np.concatenate(pair) for pair in pairs))


def minimise(
    problem: Problem,
    start: Float,
    lower: Float,
    upper: Float,
    *,
    longest_step: Float,
    iterations: int = 200,
    tolerance: float = 1e-10,
) -> Minimum:
    """Minimise a sum of squares from every row of `start`, shape (b, p).

    Parameters
    ----------
    problem : callable
        ``problem(x, rows)`` returns residuals (k, m) and their Jacobian (k, m, p) for x of
        shape (k, p), where ``rows`` says which of the b starts these are.
    lower, upper : ndarray, shape (p,) or (b, p)
        Bounds; a variable with equal bounds is held.
    longest_step : ndarray, shape (p,)
        No variable moves further than this in one step.
    tolerance : float
        Converged when a step lowers the cost by less than this fraction, or when no column
        of the Jacobian makes an angle with the residuals that is measurably below 90 degrees.
    """
    lower, upper = np.broadcast_to(lower, start.shape), np.broadcast_to(upper, start.shape)
    state = _State.begin(problem, np.clip(start, lower, upper))
    for _ in range(iterations):
        rows = np.flatnonzero(~state.done)
        if rows.size == 0:
            break
        state.iterations[rows] += 1
        low, high = lower[rows], upper[rows]
        gradient, normal, held = _normal_equations(state, rows, low, high)
        reach = (
            np.maximum(low - state.x[rows], -longest_step),
            np.minimum(high - state.x[rows], longest_step),
        )
        step = _bounded_step(normal, gradient, held, state.damping[rows], reach)
        trial = np.clip(state.x[rows] + step, low, high)
        state.take(problem, rows, trial, _predicted(step, gradient, normal), tolerance)
        state.stop_where_flat(rows, gradient, normal, held)
    converged = state.done & np.isfinite(state.cost)
    return Minimum(
        state.x, state.cost, state.residuals, state.jacobian, converged, state.iterations
    )


@dataclass(slots=True)
class _State:
    """The moving state of the search."""

    x: Float
    cost: Float
    residuals: Float
    jacobian: Float
    damping: Float
    growth: Float
    done: Bool
    iterations: NDArray[np.int64]

    @classmethod
    def begin(cls, problem: Problem, x: Float) -> _State:
        count = len(x)
        residuals, jacobian = problem(x, np.arange(count))
        cost = np.einsum("bm,bm->b", residuals, residuals)
        return cls(
            x=x.copy(),
            cost=np.where(np.isfinite(cost), cost, np.inf),
            residuals=residuals.copy(),
            jacobian=jacobian.copy(),
            damping=np.full(count, 1e-3),
            growth=np.full(count, 2.0),
            done=~np.isfinite(cost),
            iterations=np.zeros(count, dtype=np.int64),
        )

    def take(
        self, problem: Problem, rows: Index, trial: Float, predicted: Float, tolerance: float
    ) -> None:
        residuals, jacobian = problem(trial, rows)
        cost = np.einsum("bm,bm->b", residuals, residuals)
        cost = np.where(np.isfinite(cost), cost, np.inf)
        drop = self.cost[rows] - cost
        better = (drop > 0) & (predicted > 0)
        ratio = np.where(better, drop / np.maximum(predicted, 1e-300), -1.0)
        eased = np.maximum(1.0 / 3.0, 1.0 - (2.0 * np.minimum(ratio, 2.0) - 1.0) ** 3)
        eased = np.where(ratio > 1.0, 1.0 / 3.0, eased)
        exact = cost <= _EXACT * residuals.shape[1]
        small = better & (drop <= tolerance * self.cost[rows])
        stuck = ~better & (np.abs(predicted) <= 1e-3 * tolerance * self.cost[rows])
        self.damping[rows] *= np.where(better, eased, self.growth[rows])
        self.growth[rows] = np.where(better, 2.0, 2.0 * self.growth[rows])
        won = rows[better]
        self.x[won], self.cost[won] = trial[better], cost[better]
        self.residuals[won], self.jacobian[won] = residuals[better], jacobian[better]
        self.done[rows] |= small | stuck | (better & exact)

    def stop_where_flat(self, rows: Index, gradient: Float, normal: Float, held: Bool) -> None:
        length = np.sqrt(np.einsum("bpp->bp", normal) * self.cost[rows][:, None]) + 1e-300
        cosine = np.where(held, 0.0, np.abs(gradient) / length).max(axis=1)
        self.done[rows] |= cosine < _COSINE_TOLERANCE


def _normal_equations(
    state: _State, rows: Index, lower: Float, upper: Float
) -> tuple[Float, Float, Bool]:
    jacobian, x = state.jacobian[rows], state.x[rows]
    transposed = np.swapaxes(jacobian, 1, 2)
    gradient = (transposed @ state.residuals[rows][..., None])[..., 0]
    normal = transposed @ jacobian
    held = ((x <= lower) & (gradient >= 0)) | ((x >= upper) & (gradient <= 0))
    return gradient, normal, held


def _bounded_step(
    normal: Float, gradient: Float, held: Bool, damping: Float, reach: tuple[Float, Float]
) -> Float:
    """Damped Gauss-Newton step; what would leave its reach stops there, the rest is re-solved."""
    step = np.zeros_like(gradient)
    for _ in range(3):
        step = _damped_step(normal, gradient, held, damping, step)
        inside = np.clip(step, *reach)
        beyond = inside != step
        step = inside
        if not beyond.any():
            break
        held = held | beyond
    return step


def _damped_step(normal: Float, gradient: Float, held: Bool, damping: Float, known: Float) -> Float:
    """Solve for what is not held, given the step `known` of what is."""
    known = np.where(held, known, 0.0)
    right = -gradient - np.einsum("bpq,bq->bp", normal, known)
    scale = np.einsum("bpp->bp", normal)
    scale = np.maximum(scale, 1e-14 * scale.max(axis=1, keepdims=True) + 1e-300)
    root = np.sqrt(scale)
    eye = np.eye(gradient.shape[1])
    matrix = normal / (root[:, :, None] * root[:, None, :])
    matrix = matrix + (np.minimum(damping, 1e12)[:, None, None] + 1e-13) * eye
    free = ~held
    matrix = np.where(free[:, :, None] & free[:, None, :], matrix, eye)
    solved = np.linalg.solve(matrix, np.where(free, right / root, 0.0)[..., None])[..., 0] / root
    step: Float = np.where(held, known, solved)
    return step


def _predicted(step: Float, gradient: Float, normal: Float) -> Float:
    curve = np.einsum("bp,bpq,bq->b", step, normal, step)
    fall: Float = -2.0 * np.einsum("bp,bp->b", gradient, step) - curve
    return fall
