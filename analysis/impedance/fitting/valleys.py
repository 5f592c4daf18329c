"""Other valleys of chi square, as deep as the one of the fit within what noise explains.

Arcs that lie close can share out their resistance in more than one way. Each way is a valley of
chi square, and noise alone decides which is the deepest: an interval must look into all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..arrays import Bool, Float, Index
from .coordinates import time_constant
from .errors_of_fit import Withheld
from .least_squares import minimise
from .objective import problem_of
from .order import fastest_first
from .profile import Likelihood
from .start import starting_values

if TYPE_CHECKING:
    from .many_fits import ManyFits

_STARTS = 5
_ITERATIONS = 60
_TOLERANCE = 1e-6
_SAME = 0.1


@dataclass(frozen=True, eq=False)
class Valleys:
    """Minima beside those of the fits: `owner` (v,) says whose, `values` (v, p) where.

    `lowest` (v,) is the smallest chi square known of the owner.
    """

    owner: Index
    values: Float
    lowest: Float


def other_valleys(many: ManyFits, rise: Float) -> Valleys:
    """Look for minima whose chi square is within variance x `rise`^2, shape (m,), of the lowest.

    Only where the fit gives arcs their places by their time constants, there are two arcs or
    more, and some parameter has no standard error: elsewhere one valley is all there is.
    """
    rows = np.flatnonzero(_could_differ(many))
    if rows.size == 0:
        none = np.empty(0)
        return Valleys(np.empty(0, dtype=np.intp), np.empty((0, many.values.shape[1])), none)
    some = many.take(rows)
    owner, values, chi2 = _minima(some)
    lowest = some.chi2.copy()
    np.minimum.at(lowest, owner, chi2)
    allowed = lowest + some.uncertainty.variance * rise[rows] ** 2
    log = np.array([kind.scale == "log" for kind in many.circuit.parameters])
    places = np.where(log, np.log(np.where(log, values, 1.0)), values)
    own = np.where(log, np.log(np.where(log, some.values, 1.0)), some.values)
    apart = (np.abs(places - own[owner]) > _SAME).any(axis=1)
    deep = np.flatnonzero(apart & (chi2 < allowed[owner]))
    cells = np.column_stack([owner[deep], np.round(places[deep] / (2 * _SAME))])
    kept = deep[np.unique(cells, axis=0, return_index=True)[1]]
    return Valleys(rows[owner[kept]], values[kept], lowest[owner[kept]])


def _could_differ(many: ManyFits) -> Bool:
    nowhere = np.zeros(len(many), dtype=np.bool_)
    taus = [time_constant(node, many.values[:, place]) for node, place in many.circuit.terms]
    if not many.settings.ordered or sum(tau is not None for tau in taus) < 2:
        return nowhere
    why = many.uncertainty.withheld
    without = (why != Withheld.NO) & (why != Withheld.FIXED)
    found: Bool = without.any(axis=1) & np.isfinite(many.chi2)
    return found


def _minima(many: ManyFits) -> tuple[Index, Float, Float]:
    """Run down from starts out of the data: owners, values and chi square of what was reached."""
    cold = replace(many.settings, start={})
    starts = starting_values(many.circuit, many.stack, cold, _STARTS)
    count, each, size = starts.shape
    owner = np.repeat(np.arange(count), each)
    stack, chi2 = many.stack.take(owner), many.chi2[owner]
    likelihood = Likelihood.about(
        many.circuit, stack, cold, starts.reshape(-1, size), chi2, many.uncertainty.variance[owner]
    )
    coordinates, rows = likelihood.coordinates, np.arange(len(owner))
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # refused steps
        found = minimise(
            problem_of(many.circuit, stack, coordinates, rows),
            np.clip(likelihood.x, likelihood.lower, likelihood.upper),
            likelihood.lower,
            likelihood.upper,
            longest_step=coordinates.longest_step,
            iterations=_ITERATIONS,
            tolerance=_TOLERANCE,
        )
        values = coordinates.values(found.x, rows)
    order = fastest_first(many.circuit, values, many.settings.touched)
    values = np.take_along_axis(values, order, axis=1)
    good = np.isfinite(found.cost) & np.isfinite(values).all(axis=1) & (values > 0).all(axis=1)
    return owner[good], values[good], found.cost[good]
