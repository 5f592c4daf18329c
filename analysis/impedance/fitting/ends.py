"""The ends of intervals: where the curvature puts them, unless the profile says otherwise.

An end is where chi square, everything else re-optimised, has risen by variance x t^2. It is
first looked for where the curvature expects it. If chi square there, less what one Gauss-Newton
step would take off it again, has risen by t^2 to 10 %, and no bound was crossed, the curvature is
believed. Else the end is found by Newton's method on the root of the rise, within a bracket.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bool, Float, Index
from .derived import Scalar
from .profile import Likelihood, Place

_AGREES = 0.1
_LARGEST_FALL = 1.0
_STIFFNESS = 20.0
_CLOSE = 0.02
_ROUNDS = 40
_LONGEST_FIRST = 1.5
_FAR = 7.0
_FARTHEST = 45.0


class End(IntEnum):
    """How an end of an interval was found."""

    CURVATURE = 0
    PROFILE = 1
    BOUND = 2
    HELD = 3


@dataclass(frozen=True, eq=False)
class Wanted:
    """Ends that are looked for, j of them, in distances of u from the minimum outwards.

    `owner` (j,) is the fit, `sign` (j,) +1 or -1, `best` (j,) the u of the minimum, `half` (j,)
    the distance where the curvature expects the end, `rise` (j,) the root of the rise there,
    and `limit` (j,) the farthest distance that u can go.
    """

    owner: Index
    sign: Float
    best: Float
    half: Float
    rise: Float
    limit: Float

    @classmethod
    def both_sides(cls, scalar: Scalar, u: Float, half: Float, rise: Float) -> Wanted:
        """Look for the lower ends of m fits and then for their upper ends."""
        limit = np.concatenate([u - scalar.lower, scalar.upper - u])
        return cls(
            owner=np.tile(np.arange(len(u)), 2),
            sign=np.repeat([-1.0, 1.0], len(u)),
            best=np.tile(u, 2),
            half=np.tile(half, 2),
            rise=np.tile(rise, 2),
            limit=np.clip(limit, 0.0, _FARTHEST),
        )

    def take(self, rows: Index) -> Wanted:
        """Return some of the ends."""
        return Wanted(*(getattr(self, field.name)[rows] for field in fields(self)))


def find_ends(
    likelihood: Likelihood, scalar: Scalar, wanted: Wanted, direction: Float
) -> tuple[Float, NDArray[np.int8]]:
    """Return the distances (j,) of ends, and how each was found (j,).

    `direction` (m, p) is how the coordinates change with u where chi square is quadratic. A
    `half` of 0 says that the curvature knows nothing.
    """
    believed = _is_quadratic(likelihood, scalar, wanted, direction)
    kind = np.where(believed, End.CURVATURE, End.PROFILE).astype(np.int8)
    distance = wanted.half.copy()
    rows = np.flatnonzero(~believed)
    if rows.size:
        hunt = _Hunt.begin(likelihood, wanted.take(rows))
        hunt.run(likelihood, scalar)
        distance[rows] = hunt.found
        kind[rows[hunt.on_limit]] = End.BOUND
    return distance, kind


def _is_quadratic(likelihood: Likelihood, scalar: Scalar, wanted: Wanted, direction: Float) -> Bool:
    """Tell whether chi square at the ends of the curvature has risen as it should have."""
    longest = np.minimum(wanted.limit, _LONGEST_FIRST)
    believed = (wanted.half > 0) & (wanted.half <= longest)
    rows = np.flatnonzero(believed)
    if rows.size == 0:
        return believed
    owner, move = wanted.owner[rows], wanted.sign[rows] * wanted.half[rows]
    x = likelihood.x[owner] + direction[owner] * move[:, None]
    rise, fall = likelihood.rise_and_fall(scalar, owner, x)
    squared = wanted.rise[rows] ** 2
    inside = ((x >= likelihood.lower[owner]) & (x <= likelihood.upper[owner])).all(axis=1)
    agrees = np.abs(rise - fall - squared) <= _AGREES * squared
    believed[rows] = inside & agrees & (fall <= _LARGEST_FALL * squared)
    return believed


@dataclass(slots=True, eq=False)
class _Hunt:
    """Ends on their way: `inner` and `outer` bracket them, `inner_x` is the place of the inner.

    `goal` is the next distance, `found` the end, NaN while it is looked for; `on_limit` those
    that chi square does not hold before u can go no farther.
    """

    wanted: Wanted
    inner: Float
    inner_x: Float
    outer: Float
    goal: Float
    found: Float
    on_limit: Bool

    @classmethod
    def begin(cls, likelihood: Likelihood, wanted: Wanted) -> _Hunt:
        first = np.where(wanted.half > 0, wanted.half, 1.0)
        nowhere = wanted.limit <= 0
        return cls(
            wanted=wanted,
            inner=np.zeros(len(first)),
            inner_x=likelihood.x[wanted.owner],
            outer=np.full(len(first), np.inf),
            goal=np.minimum(np.minimum(first, _LONGEST_FIRST), wanted.limit),
            found=np.where(nowhere, 0.0, np.nan),
            on_limit=nowhere,
        )

    def run(self, likelihood: Likelihood, scalar: Scalar) -> None:
        """Look until every end is found."""
        for _ in range(_ROUNDS):
            rows = np.flatnonzero(np.isnan(self.found))
            if rows.size == 0:
                return
            place = self._go(likelihood, scalar, rows)
            self._learn(rows, place, scalar.log)
        late = np.isnan(self.found)
        self.on_limit |= late & np.isinf(self.outer)
        last = np.where(np.isinf(self.outer), self.wanted.limit, self.outer)
        self.found = np.where(late, last, self.found)

    def _go(self, likelihood: Likelihood, scalar: Scalar, rows: Index) -> Place:
        wanted, goal = self.wanted, self.goal[rows]
        owner = wanted.owner[rows]
        length = np.maximum(goal - self.inner[rows], 0.1 * goal)
        spring = _STIFFNESS * np.sqrt(likelihood.variance[owner]) / length
        at = wanted.best[rows] + wanted.sign[rows] * goal
        return likelihood.pulled(scalar, owner, at, spring, self.inner_x[rows])

    def _learn(self, rows: Index, place: Place, log: bool) -> None:
        """Take the points in: narrow the brackets, note what is found, choose the next goals."""
        wanted, goal = self.wanted.take(rows), self.goal[rows]
        at, slope = wanted.sign * (place.u - wanted.best), wanted.sign * place.slope
        below = place.rise < wanted.rise
        advance = at - self.inner[rows]
        stuck = ~(advance >= 0.02 * (goal - self.inner[rows]))
        gain = below & (advance > 0)
        self.inner[rows[gain]] = at[gain]
        self.inner_x[rows[gain]] = place.x[gain]
        beyond = np.where(stuck, goal, np.where(below, np.inf, at))
        self.outer[rows] = np.minimum(self.outer[rows], beyond)
        rising = slope > 0
        newton = at + (wanted.rise - place.rise) / np.where(rising, slope, np.inf)
        near = rising & ~stuck & (np.abs(place.rise - wanted.rise) <= _CLOSE * wanted.rise)
        levels_off = (place.rise > 0.05 * wanted.rise) & (place.rise + slope < wanted.rise)
        nothing_more = (at >= 0.98 * wanted.limit) | (log & (at >= _FAR) & levels_off)
        on_limit = below & ~stuck & ~near & nothing_more
        narrow = self.outer[rows] - self.inner[rows] <= 1e-3 * np.minimum(self.outer[rows], 1e9)
        found = np.where(narrow, self.outer[rows], np.nan)
        found = np.where(on_limit, wanted.limit, found)
        self.found[rows] = np.where(near, np.clip(newton, 0.95 * at, 1.05 * at), found)
        self.on_limit[rows] = on_limit
        self._aim(rows, np.maximum(at, goal), np.where(rising, newton, np.nan))

    def _aim(self, rows: Index, reach: Float, newton: Float) -> None:
        """Choose the next goals: Newton's within the bracket, or farther out."""
        inner, outer = self.inner[rows], self.outer[rows]
        farther = np.clip(np.nan_to_num(newton, nan=np.inf), 1.3 * reach, 3.0 * reach)
        closed = np.isfinite(outer)
        end = np.where(closed, outer, reach)
        gap = end - inner
        between = np.where(np.isnan(newton), inner + 0.5 * gap, newton)
        between = np.clip(between, inner + 0.1 * gap, end - 0.1 * gap)
        goal = np.where(closed, between, farther)
        self.goal[rows] = np.minimum(goal, self.wanted.limit[rows])
