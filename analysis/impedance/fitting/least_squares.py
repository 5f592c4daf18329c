"""Levenberg-Marquardt with simple bounds, for a stack of starts at once.

The damping follows H. B. Nielsen, "Damping Parameter in Marquardt's Method" (IMM, 1999); a
variable on its bound whose gradient points outward is held there for the step. Only the normal
equations are kept between steps, and the problem is asked in blocks that stay in cache.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bool, Float, Index
from .bounded_step import bounded_step, held_on_bounds, predicted_fall

Problem = Callable[[Float, Index], tuple[Float, Float]]

_FIRST_DAMPING = 1e-2
_SMALL_DAMPING = 0.01
_CRAWL = 1e-3
_PATIENCE = 20
_FLAT = 1e-5
_STUCK = 1e-13
_EXACT = 1e-28
_ROWS_AT_ONCE = 128


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
    tolerance: float = 1e-8,
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
        Converged when an all but undamped step promises to lower the cost by less than this
        fraction, or lowers it by less. In units of the noise a promised fall is the square of
        the distance to the minimum in standard errors: of 60 points, 1e-8 leave 0.001 of one.
        From 20 to 40 steps the fraction grows to 1e-5, 0.03 of a standard error: such long
        valleys are those of a parameter that the data hardly know.
    """
    descent = Descent.begin(problem, start, lower, upper, longest_step, tolerance)
    descent.run(iterations)
    return descent.minimum(np.arange(len(start)))


@dataclass(slots=True)
class Descent:
    """Starts on their way down.

    `done` rows have arrived. A caller may let others rest in `resting` and wake them again.
    `promised` is the fall of the cost that the last step expected.
    """

    problem: Problem
    lower: Float
    upper: Float
    longest_step: Float
    tolerance: float
    x: Float
    cost: Float
    gradient: Float
    normal: Float
    damping: Float
    growth: Float
    promised: Float
    done: Bool
    resting: Bool
    iterations: NDArray[np.int64]

    @classmethod
    def begin(
        cls,
        problem: Problem,
        start: Float,
        lower: Float,
        upper: Float,
        longest_step: Float,
        tolerance: float = 1e-8,
    ) -> Descent:
        """Stand at the starts, clipped into the bounds; arguments as for :func:`minimise`."""
        low, high = np.broadcast_to(lower, start.shape), np.broadcast_to(upper, start.shape)
        x = np.clip(start, low, high)
        count = len(x)
        cost, gradient, normal = _normal_equations(problem, x, np.arange(count))
        return cls(
            problem=problem,
            lower=low,
            upper=high,
            longest_step=longest_step,
            tolerance=tolerance,
            x=x,
            cost=cost,
            gradient=gradient,
            normal=normal,
            damping=np.full(count, _FIRST_DAMPING),
            growth=np.full(count, 2.0),
            promised=np.full(count, np.inf),
            done=~np.isfinite(cost),
            resting=np.zeros(count, dtype=np.bool_),
            iterations=np.zeros(count, dtype=np.int64),
        )

    @property
    def moving(self) -> Index:
        """The rows that are neither done nor resting."""
        return np.flatnonzero(~(self.done | self.resting))

    def run(self, iterations: int) -> None:
        """Step down from where each row stands until it is done, `iterations` times at most."""
        for _ in range(iterations):
            rows = self.moving
            if rows.size == 0:
                break
            self._step(rows)

    def _step(self, rows: Index) -> None:
        x, gradient, normal = self.x[rows], self.gradient[rows], self.normal[rows]
        low, high = self.lower[rows], self.upper[rows]
        held = held_on_bounds(x, gradient, low, high)
        reach = np.maximum(low - x, -self.longest_step), np.minimum(high - x, self.longest_step)
        step = bounded_step(normal, gradient, held, self.damping[rows], reach)
        promised = predicted_fall(step, gradient, normal)
        self.promised[rows] = promised
        arrived = self._has_arrived(rows, promised)
        self.done[rows] |= arrived
        onward = ~arrived
        self._take(rows[onward], np.clip(x + step, low, high)[onward], promised[onward])

    def _has_arrived(self, rows: Index, fall: Float) -> Bool:
        """Is this fall too small to matter, and not only because the step was damped?"""
        late = np.clip((self.iterations[rows] - _PATIENCE) / _PATIENCE, 0.0, 1.0)
        enough = self.tolerance * (_FLAT / self.tolerance) ** late
        enough *= np.where(self.damping[rows] <= _SMALL_DAMPING, 1.0, _CRAWL)
        arrived: Bool = np.abs(fall) <= enough * self.cost[rows]
        return arrived

    def _take(self, rows: Index, trial: Float, promised: Float) -> None:
        """Go to where the steps lead if that is lower, trust such steps more and others less."""
        cost, gradient, normal = _normal_equations(self.problem, trial, rows)
        drop = self.cost[rows] - cost
        better = (drop > 0) & (promised > 0)
        ratio = np.where(better, drop / np.maximum(promised, 1e-300), -1.0)
        eased = np.maximum(1.0 / 3.0, 1.0 - (2.0 * np.clip(ratio, 0.0, 1.0) - 1.0) ** 3)
        small = better & self._has_arrived(rows, drop)
        stuck = ~better & (np.abs(promised) <= _STUCK * self.cost[rows])
        exact = better & (cost <= _EXACT)
        self.damping[rows] *= np.where(better, eased, self.growth[rows])
        self.growth[rows] = np.where(better, 2.0, 2.0 * self.growth[rows])
        self.done[rows] |= small | stuck | exact
        self.iterations[rows] += 1
        won = rows[better]
        self.x[won], self.cost[won] = trial[better], cost[better]
        self.gradient[won], self.normal[won] = gradient[better], normal[better]

    def minimum(self, rows: Index) -> Minimum:
        """Evaluate some of the starts where they stand; converged if they came to rest."""
        residuals, jacobian = self.problem(self.x[rows], rows)
        converged = self.done[rows] & np.isfinite(self.cost[rows])
        return Minimum(
            self.x[rows], self.cost[rows], residuals, jacobian, converged, self.iterations[rows]
        )


def _normal_equations(problem: Problem, x: Float, rows: Index) -> tuple[Float, Float, Float]:
    """Return the cost (k,), J^T r (k, p) and J^T J (k, p, p); a cost that is none is inf."""
    count, size = x.shape
    cost, gradient = np.empty(count), np.empty((count, size))
    normal = np.empty((count, size, size))
    for begin in range(0, count, _ROWS_AT_ONCE):
        block = slice(begin, begin + _ROWS_AT_ONCE)
        residuals, jacobian = problem(x[block], rows[block])
        cost[block] = np.einsum("bm,bm->b", residuals, residuals)
        transposed = np.swapaxes(jacobian, 1, 2)
        gradient[block] = (transposed @ residuals[..., None])[..., 0]
        normal[block] = transposed @ jacobian
    return np.where(np.isfinite(cost), cost, np.inf), gradient, normal
