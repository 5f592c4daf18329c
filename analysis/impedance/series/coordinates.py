"""The coordinates in which each spectrum of a series is fitted.

Logarithms of positive parameters, exponents as they are; in place of a CPE's Q the quantity that
the series ties, else the one that its arc determines best.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..arrays import Bool, Float, Index
from ..circuits.circuit import Circuit, leaves
from .quantities import ArcPlaces, Wanted, arc_places

_REFERRED = 700.0
_TAU_BOUNDS_S = (1e-18, 1e18)
_C_BOUNDS_F = (1e-21, 1e9)


@dataclass(frozen=True, slots=True)
class Change:
    """One parameter that is fitted as something else.

    ``"tau"`` and ``"C"``: the arc's time constant or effective capacitance in place of its C, Q
    or (if `timed`) time constant. ``"Y"``: the admittance at a frequency of the spectrum in place
    of a lone CPE's Q, which at 1 rad/s is all but one number with the exponent.
    """

    place: int
    kind: Literal["tau", "C", "Y"]
    resistance: int | None
    exponent: int | None
    timed: bool = False


@dataclass(frozen=True, eq=False)
class SpectrumCoordinates:
    """Between coordinates u (..., m, p) and values (..., m, p) of one circuit at m spectra.

    `names` (p,) says what each coordinate is; `log_reference` (m,) is the logarithm of the
    angular frequency at which a lone CPE's admittance is quoted.
    """

    circuit: Circuit
    names: tuple[str, ...]
    log: Bool
    changes: tuple[Change, ...]
    log_reference: Float

    @classmethod
    def of(
        cls,
        circuit: Circuit,
        tied: Collection[Wanted],
        touched: Collection[str],
        lowest_hz: Float,
    ) -> SpectrumCoordinates:
        """Choose coordinates so that what is `tied` is one of them.

        Parameters in `touched` (fixed or bounded by the caller) stay as they are.
        """
        by_place = {one.place: one for one in tied}
        names = list(circuit.names)
        changes = []
        arcs = {arc.store: arc for arc in arc_places(circuit)}
        for place in (*arcs, *_lone_constant_phases(circuit, arcs)):
            change = _change(place, arcs.get(place), by_place.get(place), circuit, touched)
            if change is not None:
                changes.append(change)
                element = circuit.names[place].split("_")[0]
                names[place] = f"{change.kind}({element})"
        log = np.array([parameter.scale == "log" for parameter in circuit.parameters])
        return cls(circuit, tuple(names), log, tuple(changes), np.log(6 * np.pi * lowest_hz))

    def take(self, rows: Index) -> SpectrumCoordinates:
        """Return the coordinates of some of the spectra."""
        reference = self.log_reference[rows]
        return SpectrumCoordinates(self.circuit, self.names, self.log, self.changes, reference)

    def logs(self, u: Float) -> Float:
        """Logarithms of values (exponents as they are) at coordinates u, both (..., m, p)."""
        y = u.copy()
        for change in self.changes:
            slope, constant, _ = self._of_change(change, u)
            y[..., change.place] = slope * u[..., change.place] + constant
        return y

    def values(self, u: Float) -> Float:
        """Parameter values at coordinates u, both (..., m, p)."""
        y = self.logs(u)
        return np.where(self.log, np.exp(np.where(self.log, y, 0.0)), y)

    def of_values(self, values: Float) -> Float:
        """Coordinates of parameter values, both (..., m, p)."""
        u = np.where(self.log, np.log(np.where(self.log, values, 1.0)), values)
        raw = u.copy()
        for change in self.changes:
            slope, constant, _ = self._of_change(change, raw)
            u[..., change.place] = (raw[..., change.place] - constant) / slope
        return u

    def turn(self, u: Float) -> Float:
        """Return d(ln value)/du, shape (..., m, p, p), at coordinates u (..., m, p)."""
        size = u.shape[-1]
        turn = np.broadcast_to(np.eye(size), (*u.shape, size)).copy()
        for change in self.changes:
            slope, _, by_resistance = self._of_change(change, u)
            turn[..., change.place, change.place] = slope
            if change.resistance is not None:
                turn[..., change.place, change.resistance] = by_resistance
            if change.exponent is not None and not change.timed:
                turn[..., change.place, change.exponent] = self._by_exponent(change, u)
        return turn

    def limits(self, bounds: Mapping[str, tuple[float, float]]) -> tuple[Float, Float]:
        """Lower and upper bounds of the coordinates, each (p,); `bounds` replace the physical."""
        pairs = zip(self.circuit.names, self.circuit.parameters, strict=True)
        both = np.array([bounds.get(name, (p.lower, p.upper)) for name, p in pairs])
        for change in self.changes:
            both[change.place] = _TAU_BOUNDS_S if change.kind == "tau" else _C_BOUNDS_F
        with np.errstate(divide="ignore"):  # a bound of 0 on a positive value is no bound
            found = np.where(self.log[:, None], np.log(np.where(self.log[:, None], both, 1)), both)
        for change in self.changes:
            if change.kind == "Y":
                found[change.place] = -_REFERRED, _REFERRED
        return np.maximum(found[:, 0], -_REFERRED), found[:, 1]

    def _of_change(self, change: Change, u: Float) -> tuple[Float, Float, Float]:
        """ln(stored) = slope u + constant, and its derivative by ln R."""
        alpha = np.ones(u.shape[:-1])
        if change.exponent is not None and not change.timed:
            alpha = u[..., change.exponent]
        zero = np.zeros_like(alpha)
        if change.kind == "Y":
            return zero + 1.0, -alpha * self.log_reference, zero
        log_r = u[..., change.resistance]
        if change.timed:  # the element stores tau: ln tau = ln C + ln R
            return zero + 1.0, log_r, zero + 1.0
        if change.kind == "tau":
            return alpha, -log_r, zero - 1.0
        return alpha, (alpha - 1.0) * log_r, alpha - 1.0

    def _by_exponent(self, change: Change, u: Float) -> Float:
        if change.kind == "Y":
            return np.broadcast_to(-self.log_reference, u.shape[:-1])
        own: Float = u[..., change.place]
        return own if change.kind == "tau" else own + u[..., change.resistance]


def _change(
    place: int,
    arc: ArcPlaces | None,
    tied: Wanted | None,
    circuit: Circuit,
    touched: Collection[str],
) -> Change | None:
    if tied is not None and tied.kind == "parameter":
        return None
    if tied is not None and circuit.names[place] in touched:
        raise ValueError(f"{tied.name} is tied: {circuit.names[place]} cannot be fixed or bounded")
    if arc is None:
        own = {circuit.names[place], circuit.names[place + 1]}
        return None if own & set(touched) else Change(place, "Y", None, place + 1)
    if tied is not None and tied.kind != "parameter":
        return Change(place, tied.kind, arc.resistance, arc.exponent, arc.timed)
    if arc.timed or arc.exponent is None or circuit.names[place] in touched:
        return None
    return Change(place, "tau", arc.resistance, arc.exponent)


def _lone_constant_phases(circuit: Circuit, arcs: Collection[int]) -> list[int]:
    found, at = [], 0
    for leaf in leaves(circuit.root):
        if leaf.element.symbol == "CPE" and at not in arcs:
            found.append(at)
        at += len(leaf.element.parameters)
    return found
