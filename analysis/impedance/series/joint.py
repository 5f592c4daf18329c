"""The joint least-squares problem of a series.

Each spectrum's weighted residuals and slopes are first reduced to a triangle of p + 1 rows by an
orthogonal transformation, which keeps every sum of squares and of products (G. H. Golub, Numer.
Math. 7 (1965) 206): the joint problem has m (p + 1) rows, however many points were measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import Complex, Float, Index
from ..fitting.least_squares import Minimum, Problem, minimise
from .coordinates import SpectrumCoordinates
from .ties import Ties

_LONGEST_LOG_STEP = 1.5
_LONGEST_LINEAR_STEP = 0.15


@dataclass(frozen=True, eq=False)
class SeriesStack:
    """Spectra side by side: frequencies, impedances (m, n) and weights (m, 2, n).

    A shorter spectrum repeats its last point at weight 0; so does a point that is left out.
    """

    frequency_hz: Float
    z_ohm: Complex
    weight: Float

    def __len__(self) -> int:
        return len(self.z_ohm)

    @property
    def counts(self) -> Index:
        """Points that count in each spectrum, shape (m,)."""
        number: Index = np.all(self.weight > 0, axis=1).sum(axis=1)
        return number

    def take(self, rows: Index) -> SeriesStack:
        """Return some of the spectra."""
        return SeriesStack(self.frequency_hz[rows], self.z_ohm[rows], self.weight[rows])


def residuals_and_slopes(
    coordinates: SpectrumCoordinates, stack: SeriesStack, u: Float
) -> tuple[Float, Float]:
    """Weighted residuals, model minus measured, (..., m, 2n), and slopes (..., m, 2n, p) by u."""
    z, slopes = coordinates.circuit.impedance_and_slopes(stack.frequency_hz, coordinates.values(u))
    slopes = np.swapaxes(coordinates.turn(u), -1, -2) @ slopes
    off = z - stack.z_ohm
    weight = stack.weight
    residuals = np.concatenate([off.real * weight[:, 0], off.imag * weight[:, 1]], axis=-1)
    wide = weight[:, :, None, :]
    parts = [slopes.real * wide[:, 0], slopes.imag * wide[:, 1]]
    return residuals, np.swapaxes(np.concatenate(parts, axis=-1), -1, -2)


def triangles(
    coordinates: SpectrumCoordinates, stack: SeriesStack, u: Float
) -> tuple[Float, Float]:
    """The same, reduced to p + 1 rows: (..., m, p + 1) and (..., m, p + 1, p)."""
    residuals, slopes = residuals_and_slopes(coordinates, stack, u)
    both = np.concatenate([slopes, residuals[..., None]], axis=-1)
    reduced: Float = np.asarray(np.linalg.qr(both, mode="r"))
    return reduced[..., -1], reduced[..., :-1]


@dataclass(frozen=True, eq=False)
class JointProblem:
    """What the series fit makes small.

    `penalty` (rows, P) are the rows of the smooth quantities, already times the root of their
    strengths; none if empty.
    """

    coordinates: SpectrumCoordinates
    stack: SeriesStack
    ties: Ties
    penalty: Float

    def __call__(self, theta: Float, _rows: Index) -> tuple[Float, Float]:
        """Residuals (b, r) and Jacobian (b, r, P) at joint coordinates (b, P)."""
        u = self.ties.spread(theta)
        residuals, slopes = triangles(self.coordinates, self.stack, u)
        jacobian = slopes @ self.ties.matrix
        b, p = len(theta), self.ties.count
        wide = np.broadcast_to(self.penalty, (b, *self.penalty.shape))
        bent = theta @ self.penalty.T
        return (
            np.concatenate([residuals.reshape(b, -1), bent], axis=1),
            np.concatenate([jacobian.reshape(b, -1, p), wide], axis=1),
        )

    def minimise(self, theta: Float, lower: Float, upper: Float) -> Minimum:
        """Descend from starts theta (b, P) within bounds of u, each (p,) or (b, p)."""
        low, high = self.ties.limits(lower, upper)
        return descend(self, theta, low, high, self._longest_step())

    def _longest_step(self) -> Float:
        own = longest_step(self.coordinates)
        steps = np.empty(self.ties.count)
        for place, span in enumerate(self.ties.places):
            steps[span] = own[place]
        return steps


def separate_problem(coordinates: SpectrumCoordinates, stack: SeriesStack, owner: Index) -> Problem:
    """Return the problem of each spectrum on its own: row b of u (b, p) belongs to `owner[b]`."""

    def problem(u: Float, rows: Index) -> tuple[Float, Float]:
        which = owner[rows]
        return residuals_and_slopes(coordinates.take(which), stack.take(which), u)

    return problem


def longest_step(coordinates: SpectrumCoordinates) -> Float:
    """How far one iteration may move each coordinate of a spectrum, shape (p,)."""
    return np.where(coordinates.log, _LONGEST_LOG_STEP, _LONGEST_LINEAR_STEP)


def descend(
    problem: Problem,
    start: Float,
    lower: Float,
    upper: Float,
    step: Float,
    *,
    roughly: bool = False,
) -> Minimum:
    """Minimise; a step into nonsense numbers is refused, not warned of.

    `roughly` stops where a start for another descent is good enough.
    """
    effort: dict[str, Any] = {"iterations": 40, "tolerance": 1e-4} if roughly else {}
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        return minimise(problem, start, lower, upper, longest_step=step, **effort)
