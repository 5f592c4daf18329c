"""From starts to the lowest minimum, for every spectrum of a stack."""

from __future__ import annotations

from dataclasses import dataclass

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

_STARTS = 5
_MORE_STARTS = 6
_NARROWEST_EXPONENT = 0.55


@dataclass(frozen=True, eq=False)
class Found:
    """The best minimum of each of m spectra, in coordinates of its own."""

    coordinates: Coordinates
    minimum: Minimum

    @classmethod
    def of(cls, race: Race) -> Found:
        """Take the leaders of a race where they stand."""
        return cls(race.coordinates.take(race.leader), race.descent.minimum(race.leader))

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
        start = settings.with_known(circuit, np.ones((len(stack), 1, len(circuit.names))))
        race = Race.begin(circuit, stack, settings, start)
        race.run()
        found = Found.of(race)
        doubtful = _doubtful(stack, found)
        if settings.known - settings.start.keys() >= set(circuit.names) or not doubtful.size:
            return found
        again = _from_data(circuit, stack.take(doubtful), settings.without_start(doubtful))
        return _better(found, again, doubtful)


def _from_data(circuit: Circuit, stack: Stack, settings: FitSettings) -> Found:
    starts = starting_values(circuit, stack, _STARTS + _MORE_STARTS)
    starts = settings.with_known(circuit, starts)
    race = Race.begin(circuit, stack, settings, starts[:, :_STARTS])
    race.run()
    found = Found.of(race)
    doubtful = _doubtful(stack, found)
    if doubtful.size == 0:
        return found
    race.wake(doubtful)
    found = Found.of(race)
    doubtful = doubtful[_is_doubtful(stack.take(doubtful), found.take(doubtful))]
    if doubtful.size == 0 or starts.shape[1] <= _STARTS:
        return found
    more = Race.begin(circuit, stack.take(doubtful), settings, starts[doubtful, _STARTS:])
    more.run()
    return _better(found, Found.of(more), doubtful)
