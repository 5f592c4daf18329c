"""From starts to the lowest minimum, for every spectrum of a stack."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Bool, Float, Index
from ..circuits.circuit import Circuit
from ..structure import are_structured
from .coordinates import Coordinates, time_constant
from .least_squares import Minimum
from .objective import Stack, as_complex
from .race import Race
from .settings import FitSettings
from .start import starting_values

_STARTS = 4
_MORE_STARTS = 12
_NARROWEST_EXPONENT = 0.6
_EXACT = 1e-20
_CLOSE = 10.0
_TINY = 0.03


@dataclass(frozen=True, eq=False)
class Found:
    """The best minimum of each of m spectra, in coordinates of its own."""

    coordinates: Coordinates
    minimum: Minimum

    @classmethod
    def of(cls, race: Race) -> Found:
        """Take the leaders of a race where they stand."""
        rows = race.leader
        return cls(race.coordinates.take(rows), race.descent.minimum(rows))

    def take(self, rows: Index) -> Found:
        """Return the minima of some of the spectra."""
        return Found(self.coordinates.take(rows), self.minimum.take(rows))

    @property
    def values(self) -> Float:
        """Parameter values, shape (m, p)."""
        return self.coordinates.values(self.minimum.x, np.arange(len(self.minimum.x)))


def search(circuit: Circuit, stack: Stack, settings: FitSettings) -> Found:
    """Fit every spectrum from where its start is known, else from starts out of the data.

    A complete start is run down alone. Where its residuals then hold more than noise, or an
    arc has run away, the starts out of the data are run as well and the lower minimum is kept.
    """
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # such steps are refused
        if not settings.known >= set(circuit.names):
            return _from_data(circuit, stack, settings)
        start = np.ones((len(stack), 1, len(circuit.names)))
        race = Race.begin(circuit, stack, settings, settings.with_known(circuit, start))
        race.run()
        found = Found.of(race)
        rows = _doubtful(stack, found)
        if rows.size == 0 or settings.free_count(circuit) == 0:
            return found
        cold = replace(settings.of_spectra(rows), start={})
        return _better(found, _from_data(circuit, stack.take(rows), cold), rows)


def _from_data(circuit: Circuit, stack: Stack, settings: FitSettings) -> Found:
    """Race the best starts; where the winner is doubtful let more of them run, patiently."""
    race = Race.begin(circuit, stack, settings, starting_values(circuit, stack, settings, _STARTS))
    race.run()
    found = Found.of(race)
    rows = _doubtful(stack, found)
    if rows.size == 0:
        return found
    few, own = stack.take(rows), settings.of_spectra(rows)
    more = Race.begin(circuit, few, own, starting_values(circuit, few, own, _MORE_STARTS))
    # what has run already runs again only where it, or its judge, surely went wrong
    again = _unexplained(few, found.take(rows))
    more.descent.resting |= ((np.arange(_MORE_STARTS) < _STARTS) & ~again[:, None]).ravel()
    more.run_patiently()
    return _better(found, Found.of(more), rows)


def _better(found: Found, other: Found, rows: Index) -> Found:
    """Put `other`, the minima of `rows`, in place of `found` where they are lower."""
    wins = other.minimum.cost <= found.minimum.cost[rows]
    place = np.arange(len(found.minimum.cost))
    place[rows[wins]] = len(place) + np.flatnonzero(wins)
    coordinates = found.coordinates.join(other.coordinates).take(place)
    return Found(coordinates, found.minimum.join(other.minimum).take(place))


def _doubtful(stack: Stack, found: Found) -> Index:
    """List whose minimum may not be the lowest: unexplained, or with an arc that looks strange.

    A strange arc may be the truth: it costs more starts, no more.
    """
    exact = found.minimum.cost <= _EXACT * stack.sum_of_squares
    return np.flatnonzero((_unexplained(stack, found) | _strange(stack, found)) & ~exact)


def _unexplained(stack: Stack, found: Found) -> Bool:
    """Tell whose residuals hold more than noise, or who did not arrive."""
    residuals = as_complex(found.minimum.residuals)
    return ~found.minimum.converged | are_structured(stack.frequency_hz, residuals, stack.used)


def _strange(stack: Stack, found: Found) -> Bool:
    """Tell where an arc is spread far, tiny, beyond the window, or close to another one."""
    circuit, values = found.coordinates.circuit, found.values
    strange: Bool = np.any(values[:, ~found.coordinates.log] < _NARROWEST_EXPONENT, axis=1)
    times, sizes = [], []
    for node, place in circuit.terms:
        tau = time_constant(node, values[:, place])
        if tau is not None:
            times.append(tau)
            ohms = [p.unit == "ohm" for p in circuit.parameters[place]]
            sizes.append(values[:, place][:, ohms].sum(axis=1))
    if times:
        tau, size = np.sort(times, axis=0), np.array(sizes)
        strange = strange | (tau[-1] > 1.0 / (2 * np.pi * stack.frequency_hz.min()))
        strange = strange | (tau[1:] < _CLOSE * tau[:-1]).any(axis=0)
        strange = strange | (size < _TINY * size.sum(axis=0)).any(axis=0)
    return strange
