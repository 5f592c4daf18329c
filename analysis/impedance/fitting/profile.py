"""Profile likelihood: chi square along one quantity, with everything else at its best.

The quantity u is pulled towards a goal by a spring, one more residual, while chi square is
minimised. Wherever the spring comes to rest the other parameters are at their best for the u
that was reached, so (u, chi2 without the spring) is a point of the profile, however soft the
spring, and the spring's pull is the profile's slope (D. M. Bates, D. G. Watts, "Nonlinear
Regression Analysis and Its Applications" (1988), ch. 6, for what profiles are good for).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Float, Index
from ..circuits.circuit import Circuit
from .coordinates import Coordinates
from .derived import Scalar
from .least_squares import Problem, minimise
from .objective import Stack, problem_of
from .settings import FitSettings

_TOLERANCE = 1e-6
_ITERATIONS = 60
_STIFF = 100.0
_RIDGE = 1e-10


@dataclass(frozen=True, eq=False)
class Place:
    """Points of profiles, as many as were asked for, here j.

    `x` (j, p) in the coordinates of the fit and `u` (j,); `rise` (j,) is the root of the rise of
    chi square over the variance, and `slope` (j,) its derivative by u.
    """

    x: Float
    u: Float
    rise: Float
    slope: Float


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Chi square about the minima of m fits.

    `x` (m, p) are the minima in `coordinates`, `chi2` (m,) their sums of squares, `variance`
    (m,) what these are measured in; `lower` and `upper` (m, p) bound x, and are equal where it
    is held.
    """

    circuit: Circuit
    stack: Stack
    coordinates: Coordinates
    x: Float
    lower: Float
    upper: Float
    chi2: Float
    variance: Float

    @classmethod
    def about(
        cls,
        circuit: Circuit,
        stack: Stack,
        settings: FitSettings,
        values: Float,
        chi2: Float,
        variance: Float,
    ) -> Likelihood:
        """Look at chi square around fitted `values`, shape (m, p)."""
        lowest = 2 * np.pi * float(stack.frequency_hz.min())
        coordinates = Coordinates.about(circuit, values, settings, lowest)
        x = coordinates.of(values)
        held = np.array([n in settings.fixed or n in settings.tied for n in circuit.names])
        lower, upper = (np.where(held, x, side) for side in coordinates.limits(settings.bounds))
        return cls(circuit, stack, coordinates, x, lower, upper, chi2, variance)

    @property
    def free(self) -> Bool:
        """Which coordinates may move, shape (m, p)."""
        return self.lower < self.upper

    def turned(self, changes: Float) -> Float:
        """Turn changes of ln p and of exponents, (m, p), into changes of the coordinates."""
        turned = changes.copy()
        for k, (q, alpha) in enumerate(self.coordinates.pairs):
            turned[:, q] += changes[:, alpha] * self.coordinates.log_reference[:, k]
        return np.where(self.free, turned, 0.0)

    def pulled(
        self, scalar: Scalar, owner: Index, goal: Float, spring: Float, start: Float
    ) -> Place:
        """Let springs (j,) pull the u of the fits `owner` (j,) from `start` (j, p) to `goal`."""
        coordinates = self.coordinates.take(owner)
        plain = problem_of(self.circuit, self.stack, coordinates, owner)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # refused steps
            minimum = minimise(
                _sprung(plain, coordinates, scalar, goal, spring),
                start,
                self.lower[owner],
                self.upper[owner],
                longest_step=coordinates.longest_step,
                iterations=_ITERATIONS,
                tolerance=_TOLERANCE,
            )
            u, _ = scalar.of(coordinates.values(minimum.x, np.arange(len(owner))))
        off = spring * (u - goal)
        variance = self.variance[owner]
        rise = np.sqrt(np.maximum(minimum.cost - off**2 - self.chi2[owner], 0.0) / variance)
        return Place(minimum.x, u, rise, -spring * off / (variance * np.maximum(rise, 1e-6)))

    def rise_and_fall(self, scalar: Scalar, owner: Index, x: Float) -> tuple[Float, Float]:
        """By how much chi2 over variance is higher at `x` (j, p), and by how much it would fall.

        The fall is that of one Gauss-Newton step of everything but u. Both are (j,), and not
        finite where the circuit cannot be evaluated.
        """
        coordinates, rows = self.coordinates.take(owner), np.arange(len(owner))
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            residuals, jacobian = problem_of(self.circuit, self.stack, coordinates, owner)(x, rows)
            along = _u_and_slopes(coordinates, scalar, x, rows)[1]
            cost = np.einsum("jr,jr->j", residuals, residuals)
            fall = _newton_fall(residuals, jacobian * self.free[owner][:, None, :], along)
        variance = self.variance[owner]
        return (cost - self.chi2[owner]) / variance, fall / variance


def _newton_fall(residuals: Float, jacobian: Float, along: Float) -> Float:
    """How far the sum of squares falls in one step across `along` (j, p), to first order."""
    length = np.sqrt(np.einsum("jrp,jrp->jp", jacobian, jacobian))
    length = np.where(length > 0, length, 1.0)
    scaled = jacobian / length[:, None, :]
    stiff = along / length
    stiff = _STIFF * stiff / np.linalg.norm(stiff, axis=1, keepdims=True)
    gradient = (np.swapaxes(scaled, 1, 2) @ residuals[..., None])[..., 0]
    normal = np.swapaxes(scaled, 1, 2) @ scaled + stiff[:, :, None] * stiff[:, None, :]
    empty = np.einsum("jpp->jp", normal) == 0
    normal = normal + np.where(empty, 1.0, _RIDGE)[:, :, None] * np.eye(length.shape[1])
    step = np.linalg.solve(normal, gradient[..., None])[..., 0]
    fall: Float = np.einsum("jp,jp->j", gradient, step)
    return fall


def _u_and_slopes(
    coordinates: Coordinates, scalar: Scalar, x: Float, rows: Index
) -> tuple[Float, Float]:
    """U (k,) and its derivatives by the coordinates (k, p)."""
    u, by_parameter = scalar.of(coordinates.values(x, rows))
    slopes = coordinates.slopes(by_parameter[..., None].astype(np.complex128), rows)
    return u, slopes[..., 0].real


def _sprung(
    plain: Problem, coordinates: Coordinates, scalar: Scalar, goal: Float, spring: Float
) -> Problem:
    """Add one residual, spring x (u - goal)."""

    def problem(x: Float, rows: Index) -> tuple[Float, Float]:
        residuals, jacobian = plain(x, rows)
        u, slopes = _u_and_slopes(coordinates, scalar, x, rows)
        pull = spring[rows, None]
        off = pull * (u - goal[rows])[:, None]
        return (
            np.concatenate([residuals, off], axis=1),
            np.concatenate([jacobian, (pull * slopes)[:, None, :]], axis=1),
        )

    return problem
