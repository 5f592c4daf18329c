"""What the caller fixed before a fit, checked against the circuit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Float, Index
from ..circuits.circuit import Circuit


@dataclass(frozen=True, slots=True)
class FitSettings:
    """What the caller fixed before the fit: the same settings give the same numbers.

    `tied` lets the parameter that is its key follow the one that is its value.
    """

    weighting: str
    fixed: Mapping[str, float]
    bounds: Mapping[str, tuple[float, float]]
    start: Mapping[str, float | Float]
    tied: Mapping[str, str]
    ordered: bool

    @property
    def touched(self) -> frozenset[str]:
        """The parameters whose place has a meaning of the caller's: bounded, fixed or tied."""
        ties = (*self.tied.keys(), *self.tied.values())
        return frozenset((*self.fixed, *self.bounds, *ties))

    @property
    def known(self) -> frozenset[str]:
        """The parameters whose start is known before the data are looked at."""
        return frozenset((*self.fixed, *self.start, *self.tied))

    def of_spectra(self, rows: Index | int) -> FitSettings:
        """Return the settings with the starts of some of the spectra, or of one."""
        start = {
            name: value if np.ndim(value) == 0 else np.asarray(value)[rows]
            for name, value in self.start.items()
        }
        return replace(self, start=start)

    def with_known(self, circuit: Circuit, starts: Float) -> Float:
        """Put what is fixed and what is to start from into starts of shape (m, count, p)."""
        for k, name in enumerate(circuit.names):
            given = self.fixed.get(name, self.start.get(name))
            if given is not None:
                starts[:, :, k] = np.asarray(given)[..., None]
        return starts

    def with_fixed(self, circuit: Circuit, values: Float) -> Float:
        """Put what is fixed into values (m, p) as it was given, to the last digit."""
        for name, value in self.fixed.items():
            values[:, circuit.names.index(name)] = value
        return values

    def free_count(self, circuit: Circuit) -> int:
        """Count the parameters that the fit moves on their own."""
        return len(circuit.names) - len(self.fixed.keys() | self.tied.keys())


def check_settings(circuit: Circuit, settings: FitSettings, spectra: int) -> None:
    """Raise ValueError if a name is unknown, a value out of its bounds, or a tie has no sense."""
    limits = {
        name: settings.bounds.get(name, (p.lower, p.upper))
        for name, p in zip(circuit.names, circuit.parameters, strict=True)
    }
    for given in (settings.start, settings.fixed, settings.bounds):
        circuit.require_known(given)
    for name, (low, high) in settings.bounds.items():
        if not low < high or high <= 0 or low < 0:
            raise ValueError(f"bounds of {name} must be 0 <= low < high, got ({low:g}, {high:g})")
    for word, given in (("start", settings.start), ("fixed value", settings.fixed)):
        for name, value in given.items():
            _check_values(f"{word} of {name}", np.asarray(value), limits[name], spectra)
    _check_ties(circuit, settings)


def _check_values(what: str, value: Float, limits: tuple[float, float], spectra: int) -> None:
    if value.shape not in ((), (spectra,)):
        raise ValueError(f"{what} has shape {value.shape}; one number or {spectra} are allowed")
    low, high = limits
    bad = ~((low <= value) & (value <= high) & (value > 0))
    if bad.any():
        raise ValueError(f"{what} is {value[bad].flat[0]:g}; allowed {low:g} to {high:g}")


def _check_ties(circuit: Circuit, settings: FitSettings) -> None:
    circuit.require_known(settings.tied)
    circuit.require_known(dict.fromkeys(settings.tied.values()))
    kinds = dict(zip(circuit.names, circuit.parameters, strict=True))
    for follower, leader in settings.tied.items():
        if leader in settings.tied:
            raise ValueError(f"{follower} cannot be tied to {leader}, which is tied itself")
        if follower in settings.fixed or follower in settings.bounds:
            raise ValueError(f"{follower} is tied to {leader}: fix or bound {leader} instead")
        if kinds[follower].unit != kinds[leader].unit:
            raise ValueError(
                f"{follower} ({kinds[follower].unit or 'a pure number'}) cannot be tied to "
                f"{leader} ({kinds[leader].unit or 'a pure number'}): their units differ"
            )
