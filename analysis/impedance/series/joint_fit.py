"""The joint minimum of a series, and the separate minima beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..arrays import Float
from ..fitting.least_squares import Minimum
from ..fitting.result import FitResult
from .coordinates import SpectrumCoordinates
from .joint import JointProblem, descend, longest_step, separate_problem
from .plan import Plan, alone_fits, fixed_coordinates, given_start, is_given, touched_names
from .smoothness import better_strengths, is_settled, penalty_rows, second_differences
from .ties import Ties
from .warm_start import Walk, own_coordinates

_ROUNDS_OF_STRENGTHS = 25
_SMALLEST_SINGULAR = 1e-7


@dataclass(frozen=True, eq=False)
class JointFit:
    """The joint minimum, and the minima of separate fits in the same coordinates.

    `separate` has rows of u (m, p) and their chi square (m,).
    """

    plan: Plan
    coordinates: SpectrumCoordinates
    problem: JointProblem
    minimum: Minimum
    separate: Minimum
    strengths: Mapping[int, float]
    lower: Float
    upper: Float

    @classmethod
    def of(cls, plan: Plan) -> JointFit:
        """Fit the series."""
        touched = {*plan.settings.fixed, *plan.settings.bounds}
        coordinates = SpectrumCoordinates.of(
            plan.circuit, plan.tied, touched, plan.stack.frequency_hz.min(axis=1)
        )
        lower, upper = coordinates.limits(plan.settings.bounds)
        ties = Ties.of(plan.roles, plan.entry.at, fixed_coordinates(plan, coordinates), plan.form)
        walk = Walk(coordinates, plan.stack, ties, lower, upper, touched_names(plan))
        alone = [] if is_given(plan) else alone_fits(plan)
        starts = walk.starts(plan.entry.at, alone) if alone else given_start(plan, walk)
        problem = JointProblem(coordinates, plan.stack, ties, np.zeros((0, ties.count)))
        problem, minimum, strengths = _joint(plan, problem, starts, lower, upper)
        minimum = _in_order(walk, problem, minimum)
        separate = _separate(plan, problem, minimum, alone, (lower, upper))
        return cls(plan, coordinates, problem, minimum, separate, strengths, lower, upper)

    @property
    def u(self) -> Float:
        """Coordinates of the spectra at the joint minimum, shape (m, p)."""
        return self.problem.ties.spread(self.minimum.x[0])


def _joint(
    plan: Plan, problem: JointProblem, starts: Float, lower: Float, upper: Float
) -> tuple[JointProblem, Minimum, dict[int, float]]:
    """Descend from every start, and again while the strengths of what is smooth still move."""
    smooth = [place for place, role in enumerate(plan.roles) if role == "smooth"]
    if not smooth:
        return problem, _best(problem.minimise(starts, lower, upper)), {}
    over = 1.0 / plan.entry.at if plan.thermal else plan.entry.at
    differences = second_differences(over)
    minimum = _best(problem.minimise(starts, lower, upper))
    strengths = {place: plan.strengths.get(place, 1.0) for place in smooth}
    for _ in range(_ROUNDS_OF_STRENGTHS):
        rows = penalty_rows(problem.ties, differences, strengths)
        problem = JointProblem(problem.coordinates, problem.stack, problem.ties, rows)
        minimum = _best(problem.minimise(minimum.x, lower, upper))
        following = _following(plan, problem, differences, strengths, minimum)
        if is_settled(strengths, following):
            break
        strengths = following
    return problem, minimum, strengths


def _in_order(walk: Walk, problem: JointProblem, minimum: Minimum) -> Minimum:
    """Bring exchangeable arcs into order where the joint fit has exchanged them."""
    u = problem.ties.spread(minimum.x[0])
    ordered = walk.in_order(u)
    if np.allclose(ordered, u, rtol=1e-9, atol=1e-9):
        return minimum
    return problem.minimise(walk.gather(ordered)[None, :], walk.lower, walk.upper)


def _following(
    plan: Plan,
    problem: JointProblem,
    differences: Float,
    strengths: dict[int, float],
    minimum: Minimum,
) -> dict[int, float]:
    inverse = inverse_normal(minimum.jacobian[0])
    penalty = float(np.square(problem.penalty @ minimum.x[0]).sum())
    freedom = 2.0 * plan.stack.counts.sum() - effective_count(problem, inverse)
    variance = (float(minimum.cost[0]) - penalty) / freedom
    theta = minimum.x[0]
    moved = better_strengths(problem.ties, differences, strengths, theta, inverse, variance)
    return {place: plan.strengths.get(place, strength) for place, strength in moved.items()}


def effective_count(problem: JointProblem, inverse: Float) -> float:
    """How many free parameters the joint fit spends; a smooth quantity spends part of its own."""
    held = np.einsum("pq,rp,rq->", inverse, problem.penalty, problem.penalty)
    return problem.ties.count - float(held)


def inverse_normal(jacobian: Float) -> Float:
    """(J^T J)^-1, directions without information made very uncertain; J is (rows, P)."""
    length = np.linalg.norm(jacobian, axis=0)
    length = np.maximum(length, _SMALLEST_SINGULAR * length.max(initial=0.0) + 1e-300)
    _, singular, directions = np.linalg.svd(jacobian / length, full_matrices=False)
    singular = np.maximum(singular, _SMALLEST_SINGULAR * singular.max(initial=0.0) + 1e-300)
    root = directions / singular[:, None] / length
    inverse: Float = root.T @ root
    return inverse


def _separate(
    plan: Plan,
    problem: JointProblem,
    minimum: Minimum,
    alone: list[FitResult | None],
    limits: tuple[Float, Float],
) -> Minimum:
    """Separate minima: from the joint one and from each spectrum's own fit, whichever is lower."""
    coordinates, stack = problem.coordinates, problem.stack
    m = len(stack)
    joint = problem.ties.spread(minimum.x[0])
    starts = [joint]
    if alone:
        own = own_coordinates(coordinates, alone)
        starts.append(np.where(np.isfinite(own), own, joint))
    start = np.concatenate(starts)
    held = np.array([role == "fixed" for role in plan.roles])
    owner = np.tile(np.arange(m), len(starts))
    start[:, held] = np.tile(problem.ties.offset[:, held], (len(starts), 1))
    found = descend(
        separate_problem(coordinates, stack, owner),
        start,
        np.where(held, start, limits[0]),
        np.where(held, start, limits[1]),
        longest_step(coordinates),
    )
    best = np.argmin(found.cost.reshape(len(starts), m), axis=0) * m + np.arange(m)
    return found.take(best)


def _best(minimum: Minimum) -> Minimum:
    return minimum.take(np.array([int(np.argmin(minimum.cost))]))
