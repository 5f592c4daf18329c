"""Where the joint fit of a series begins: from its best-resolved spectra outwards.

An arc that leaves the measured window at one end of a series is well seen at the other. So the
spectra that determine most are taken as anchors; from each the values are carried from neighbour
to neighbour, with what is shared held, and every such walk is one start of the joint fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..arrays import Bool, Float
from ..fitting.order import fastest_first
from ..fitting.result import FitResult
from .coordinates import SpectrumCoordinates
from .joint import SeriesStack, descend, longest_step, residuals_and_slopes, separate_problem
from .ties import Ties

_ANCHORS = 3
_FACTORS = 10.0 ** np.array([0.0, -0.5, 0.5, -1.0, 1.0, -1.5, 1.5])


@dataclass(frozen=True, eq=False)
class Walk:
    """What walking along a series needs; `lower`, `upper` (p,) bound the coordinates."""

    coordinates: SpectrumCoordinates
    stack: SeriesStack
    ties: Ties
    lower: Float
    upper: Float
    touched: frozenset[str]

    def starts(self, at: Float, separate: Sequence[FitResult | None]) -> Float:
        """Return joint starts (b, P), one for each anchor among the `separate` fits."""
        own = own_coordinates(self.coordinates, separate)
        own = np.where(np.array(self.ties.roles) == "fixed", self.ties.offset, own)
        thetas = [self.gather(self._walk(at, own, k)) for k in _anchors(separate)]
        return np.array(thetas)

    def gather(self, u: Float) -> Float:
        """Joint coordinates nearest to u (m, p), counted by what each spectrum knows of each."""
        _, slopes = residuals_and_slopes(self.coordinates, self.stack, u)
        return self.ties.gather(u, np.linalg.norm(slopes, axis=1))

    def _walk(self, at: Float, own: Float, anchor: int) -> Float:
        """Coordinates (m, p) that grow out of the anchor's, arcs in one order throughout."""
        u = own.copy()
        order = np.argsort(at, kind="stable")
        middle = int(np.flatnonzero(order == anchor)[0])
        upwards, downwards = order[middle:], order[middle::-1]
        for way in (upwards, downwards):
            for known, following in pairwise(way):
                u[following] = self._next(int(following), u[known], own[following])
        return self.in_order(u)

    def _next(self, row: int, known: Float, own: Float) -> Float:
        """Fit one spectrum from its neighbour's values, with what is shared held."""
        held = self._held()
        starts = known + np.log(_FACTORS)[:, None] * self._thermal()
        if np.isfinite(own).all():
            starts = np.concatenate([starts, np.where(held, known, own)[None]])
        lower = np.where(held, starts, self.lower)
        upper = np.where(held, starts, self.upper)
        problem = separate_problem(self.coordinates, self.stack, np.full(len(starts), row))
        step = longest_step(self.coordinates)
        found = descend(problem, starts, lower, upper, step, roughly=True)
        best: Float = found.x[int(np.argmin(found.cost))]
        return best

    def _held(self) -> Bool:
        return np.array([role in ("shared", "fixed") for role in self.ties.roles])

    def _thermal(self) -> Float:
        """1 where a coordinate grows with the resistances of a cell that gets colder, else 0."""
        units = np.array(self.coordinates.circuit.units)
        timed = np.isin(units, ("ohm", "s"))
        for change in self.coordinates.changes:
            timed[change.place] = change.kind == "tau"
        free: Float = np.where(timed & ~self._held(), 1.0, 0.0)
        return free

    def in_order(self, u: Float) -> Float:
        """Put exchangeable arcs into the order of their mean time constants, fastest first."""
        circuit = self.coordinates.circuit
        values = self.coordinates.values(u)
        log = self.coordinates.log
        centre = np.where(log, np.exp(np.log(values).mean(axis=0)), values.mean(axis=0))
        order = fastest_first(circuit, centre[None, :], self.touched)
        return self.coordinates.of_values(values[:, order[0]])


def own_coordinates(
    coordinates: SpectrumCoordinates, separate: Sequence[FitResult | None]
) -> Float:
    """Coordinates (m, p) of fits of the spectra on their own; NaN where there is none."""
    nothing = np.full(len(coordinates.names), np.nan)
    values = np.array([nothing if one is None else one.values for one in separate])
    return coordinates.of_values(values)


def _anchors(separate: Sequence[FitResult | None]) -> list[int]:
    """Places of the fits that determine their parameters best, best first."""
    doubt = {k: _doubt(one) for k, one in enumerate(separate) if one is not None}
    return sorted(doubt, key=lambda k: doubt[k])[:_ANCHORS]


def _doubt(one: FitResult) -> float:
    """Sum of the logarithms of the errors; one that is not known counts as 1."""
    deviation = np.sqrt(np.maximum(np.diag(one.covariance_log), 0.0))
    known = np.array([error is not None for error in one.standard_errors])
    free = ~np.isin(one.names, list(one.settings.fixed))
    return float(np.log(np.where(known, np.clip(deviation, 1e-9, 1.0), 1.0))[free].sum())
