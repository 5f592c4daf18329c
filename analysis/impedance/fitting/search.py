"""From starts to the lowest minimum, for every spectrum of a stack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Float, Index
from ..circuits.circuit import Circuit
from ..spectrum import Spectrum
from ..structure import is_structured
from .coordinates import Coordinates, time_constant
from .least_squares import Minimum, minimise
from .objective import Stack, as_complex, problem_of
from .settings import FitSettings
from .start import starting_values

_AT_ONCE = 3
_RESTARTS = 6
_RUNAWAY_EXPONENT = 0.4


@dataclass(frozen=True, eq=False)
class Found:
    """The best minimum of each of m spectra, in coordinates of its own."""

    coordinates: Coordinates
    minimum: Minimum

    @property
    def values(self) -> Float:
        """Parameter values, shape (m, p)."""
        return self.coordinates.values(self.minimum.x, np.arange(len(self.minimum.x)))


def search(circuit: Circuit, stack: Stack, settings: FitSettings) -> Found:
    """Fit every spectrum from its best starts; from more where the residuals are no plain noise."""
    known = settings.fixed.keys() | settings.start.keys() | settings.tied.keys()
    if known >= set(circuit.names):
        return _descend(circuit, stack, settings, [np.ones((1, len(circuit.names)))] * len(stack))
    tables = [_starts(circuit, stack, row) for row in range(len(stack))]
    found = _descend(circuit, stack, settings, [table[:_AT_ONCE] for table in tables])
    again = np.flatnonzero(_suspicious(stack, found))
    again = again[[len(tables[row]) > _AT_ONCE for row in again]] if again.size else again
    if again.size == 0:
        return found
    more = [tables[row][_AT_ONCE:] for row in again]
    return _better(found, _descend(circuit, stack.take(again), settings, more), again)


def _starts(circuit: Circuit, stack: Stack, row: int) -> Float:
    used = stack.used[row]
    spectrum = Spectrum(stack.frequency_hz[used], stack.z_ohm[row, used])
    weight = stack.weight[row][:, used]
    return np.array(starting_values(circuit, spectrum, weight, _AT_ONCE + _RESTARTS))


def _descend(circuit: Circuit, stack: Stack, settings: FitSettings, tables: list[Float]) -> Found:
    """Minimise from every start and keep the best of each spectrum."""
    owner = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
    starts = np.concatenate(tables)
    for k, name in enumerate(circuit.names):
        given = settings.fixed.get(name, settings.start.get(name))
        if given is not None:
            starts[:, k] = given
    lowest = 2 * np.pi * float(stack.frequency_hz.min())
    coordinates = Coordinates.about(circuit, starts, settings, lowest)
    lower, upper = coordinates.limits(settings.bounds)
    x = coordinates.of(starts)
    held = np.array([n in settings.fixed or n in settings.tied for n in circuit.names])
    lower = np.where(held, x, lower)
    upper = np.where(held, x, upper)
    problem = problem_of(circuit, stack, coordinates, owner)
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # such a step is refused
        minimum = minimise(problem, x, lower, upper, longest_step=coordinates.longest_step)
    best = _best_of_each(minimum.cost, owner, len(tables))
    return Found(coordinates.take(best), minimum.take(best))


def _best_of_each(cost: Float, owner: Index, count: int) -> Index:
    order = np.lexsort((cost, owner))
    first = np.searchsorted(owner[order], np.arange(count))
    best: Index = order[first]
    return best


def _better(found: Found, other: Found, rows: Index) -> Found:
    """Put `other`, the minima of `rows`, in place of `found` where they are lower."""
    wins = other.minimum.cost < found.minimum.cost[rows]
    place = np.arange(len(found.minimum.cost))
    place[rows[wins]] = len(place) + np.flatnonzero(wins)
    coordinates = found.coordinates.join(other.coordinates).take(place)
    return Found(coordinates, found.minimum.join(other.minimum).take(place))


def _suspicious(stack: Stack, found: Found) -> Bool:
    """Tell whose residuals hold more than noise, or whose exponents or arcs have run away."""
    minimum, linear = found.minimum, ~found.coordinates.log
    runaway = (minimum.x[:, linear] < _RUNAWAY_EXPONENT).any(axis=1)
    residuals = as_complex(minimum.residuals)
    structured = np.array(
        [
            is_structured(stack.frequency_hz[used], own[used])
            for own, used in zip(residuals, stack.used, strict=True)
        ]
    )
    doubtful: Bool = ~minimum.converged | runaway | structured | _beyond(stack, found)
    return doubtful


def _beyond(stack: Stack, found: Found) -> Bool:
    """Is an arc slower than the slowest measured period, where it only mends something else?"""
    slowest = 1.0 / (2 * np.pi * stack.frequency_hz.min())
    values = found.values
    beyond = np.zeros(len(values), dtype=np.bool_)
    for node, place in found.coordinates.circuit.terms:
        tau = time_constant(node, values[:, place])
        if tau is not None:
            beyond |= tau > slowest
    return beyond
