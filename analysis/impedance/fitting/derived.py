"""What a fit can be asked about: a parameter, a sum of some, a time constant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from ..arrays import Float
from ..circuits.circuit import Circuit


@dataclass(frozen=True, slots=True)
class SumOf:
    """The sum of parameters of one unit, as of resistances in series: ``SumOf("R1", "R2")``."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)


@dataclass(frozen=True, slots=True)
class TimeConstant:
    """The time constant (R Q)^(1/alpha) of an arc, by the names of its R and its C or CPE."""

    resistance: str
    capacitance: str


Asked: TypeAlias = str | SumOf | TimeConstant


@dataclass(frozen=True, slots=True)
class Scalar:
    """One number u for every fit, on the scale on which its interval is sought.

    `log` tells whether u is the logarithm of what was asked for; `lower` and `upper` bound u.
    It is made of the parameters in the columns `places`: their sum, one of them, or, with
    `arc`, ln(R Q) / alpha.
    """

    places: tuple[int, ...]
    log: bool
    lower: float
    upper: float
    arc: bool = False

    def of(self, values: Float) -> tuple[Float, Float]:
        """U of parameter values (b, p), shape (b,), and du/d(ln p), or du/dp of an exponent."""
        own = values[:, self.places]
        slopes = np.zeros_like(values)
        if self.arc:
            exponent = own[:, 2] if len(self.places) == 3 else np.ones(len(own))
            u = np.log(own[:, 0] * own[:, 1]) / exponent
            parts = np.stack([1 / exponent, 1 / exponent, -u / exponent], axis=1)
            slopes[:, self.places] = parts[:, : len(self.places)]
            return u, slopes
        if not self.log:
            slopes[:, self.places] = 1.0
            return own[:, 0], slopes
        whole = own.sum(axis=1)
        slopes[:, self.places] = own / whole[:, None]
        return np.log(whole), slopes

    def back(self, u: Float) -> Float:
        """Return what was asked for, of u of any shape."""
        with np.errstate(over="ignore"):
            found: Float = np.exp(u) if self.log else u
        return found


def scalar_of(circuit: Circuit, asked: Asked, bounds: tuple[Float, Float]) -> Scalar:
    """Find what was asked for in a circuit whose parameters lie within `bounds`, each (p,).

    Raises
    ------
    KeyError
        If the circuit has no parameter of that name.
    ValueError
        If parameters of different units, or exponents, are to be added, or a time constant is
        asked for of what has none.
    """
    if isinstance(asked, TimeConstant):
        return _time_constant(circuit, asked)
    names = asked.names if isinstance(asked, SumOf) else (asked,)
    places = tuple(_place(circuit, name) for name in names)
    units = {circuit.units[k] for k in places}
    if not places or len(units) > 1 or (len(places) > 1 and units == {""}):
        raise ValueError(f"{' + '.join(names)} is no sum of quantities of one unit")
    log = circuit.parameters[places[0]].scale == "log"
    lower, upper = (side[list(places)].sum() for side in bounds)
    if log:
        with np.errstate(divide="ignore"):
            lower, upper = np.log(lower), np.log(upper)
    return Scalar(places, log, float(lower), float(upper))


def _time_constant(circuit: Circuit, asked: TimeConstant) -> Scalar:
    charge = [n for n in (asked.capacitance, f"{asked.capacitance}_0") if n in circuit.names]
    names = [asked.resistance, *(charge[:1] or [asked.capacitance])]
    if names[1].endswith("_0"):
        names.append(names[1].removesuffix("_0") + "_1")
    places = tuple(_place(circuit, name) for name in names)
    units = tuple(circuit.units[k] for k in places)
    if units not in (("ohm", "F"), ("ohm", "ohm^-1 s^a", "")):
        raise ValueError(f"{asked.resistance} and {asked.capacitance} have no time constant")
    return Scalar(places, True, -np.inf, np.inf, arc=True)


def _place(circuit: Circuit, name: str) -> int:
    if name not in circuit.names:
        raise KeyError(f"{circuit} has no parameter {name}; it has {', '.join(circuit.names)}")
    return circuit.names.index(name)
