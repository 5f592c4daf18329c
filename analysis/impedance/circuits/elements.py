"""The elements of a circuit: each one's impedance and its exact derivatives.

Names, parameter order and laws are those of impedance.py, so that a circuit string means the
same here and there. A law is called with ``s = j omega`` and ``log_s = ln(omega) + j pi/2``,
both of shape (n,), and one array of shape (..., 1) for each parameter. It returns Z, shape
(..., n), and for each parameter dZ/d(ln p) if the parameter is fitted in its logarithm,
else dZ/dp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np

from ..arrays import Complex

Law: TypeAlias = Callable[..., tuple[Complex, tuple[Complex, ...]]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an element.

    `scale` says whether it is fitted as its logarithm or as it is. `impedance_power` and
    `time_power` say how it changes when every impedance, or every time, of the circuit is
    multiplied by a factor; a `time_power` of None means the element's own exponent (a CPE's Q
    goes with t^alpha). `typical` stands in for a pure number before anything is known.
    """

    unit: str
    scale: Literal["log", "linear"]
    lower: float
    upper: float
    impedance_power: float = 0.0
    time_power: float | None = 0.0
    typical: float = 1.0


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of circuit element: its symbol, its parameters and its law."""

    symbol: str
    meaning: str
    parameters: tuple[Parameter, ...]
    law: Law


def _resistor(s: Complex, _log_s: Complex, r: Any) -> tuple[Complex, tuple[Complex, ...]]:
    z = r * np.ones_like(s)
    return z, (z,)


def _capacitor(s: Complex, _log_s: Complex, c: Any) -> tuple[Complex, tuple[Complex, ...]]:
    z = 1.0 / (c * s)
    return z, (-z,)


def _inductor(s: Complex, _log_s: Complex, inductance: Any) -> tuple[Complex, tuple[Complex, ...]]:
    z = inductance * s
    return z, (z,)


def _lossy_inductor(
    _s: Complex, log_s: Complex, inductance: Any, alpha: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    log_x = np.log(inductance) + log_s
    z = np.exp(alpha * log_x)
    return z, (alpha * z, log_x * z)


def _constant_phase(
    _s: Complex, log_s: Complex, q: Any, alpha: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    z = np.exp(-alpha * log_s) / q
    return z, (-z, -log_s * z)


def _warburg(_s: Complex, log_s: Complex, a: Any) -> tuple[Complex, tuple[Complex, ...]]:
    z = a * np.sqrt(2.0) * np.exp(-0.5 * log_s)
    return z, (z,)


def _coth_and_csch2(x: Complex) -> tuple[Complex, Complex]:
    """Hyperbolic cotangent and squared cosecant for Re x > 0, without overflow."""
    t = np.exp(-2.0 * x)
    one_minus_t: Complex = np.negative(np.expm1(-2.0 * x))
    coth: Complex = np.divide(1.0 + t, one_minus_t)
    csch2: Complex = np.divide(4.0 * t, np.square(one_minus_t))
    return coth, csch2


def _warburg_open(
    _s: Complex, log_s: Complex, z0: Any, tau: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    x = np.exp(0.5 * (log_s + np.log(tau)))
    coth, csch2 = _coth_and_csch2(x)
    z = z0 * coth / x
    return z, (z, -0.5 * (z0 * csch2 + z))


def _warburg_short(
    _s: Complex, log_s: Complex, z0: Any, tau: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    x = np.exp(0.5 * (log_s + np.log(tau)))
    t = np.exp(-2.0 * x)
    z = z0 * -np.expm1(-2.0 * x) / (1.0 + t) / x
    return z, (z, 0.5 * (z0 * 4.0 * t / (1.0 + t) ** 2 - z))


def _gerischer(s: Complex, _log_s: Complex, r: Any, t: Any) -> tuple[Complex, tuple[Complex, ...]]:
    u2 = 1.0 + s * t
    z = r / np.sqrt(u2)
    return z, (z, -0.5 * z * (s * t) / u2)


def _gerischer_finite(
    s: Complex, _log_s: Complex, r: Any, t: Any, phi: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    u = np.sqrt(1.0 + s * t)
    coth, csch2 = _coth_and_csch2(phi * u)
    z = r * coth / u
    dz_du = -r * (coth / u**2 + phi * csch2 / u)
    return z, (z, dz_du * s * t / (2.0 * u), -r * phi * csch2)


def _debye(s: Complex, _log_s: Complex, r: Any, tau: Any) -> tuple[Complex, tuple[Complex, ...]]:
    z = r / (1.0 + s * tau)
    return z, (z, -z * (s * tau) / (1.0 + s * tau))


def _zarc(
    _s: Complex, log_s: Complex, r: Any, tau: Any, gamma: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    log_x = log_s + np.log(tau)
    y = np.exp(gamma * log_x)
    z = r / (1.0 + y)
    slope = -z * (y / (1.0 + y))
    return z, (z, gamma * slope, log_x * slope)


def _transmission_line(
    _s: Complex, log_s: Complex, r_ion: Any, q: Any, gamma: Any
) -> tuple[Complex, tuple[Complex, ...]]:
    x = np.sqrt(r_ion * q) * np.exp(0.5 * gamma * log_s)
    coth, csch2 = _coth_and_csch2(x)
    z = r_ion * coth / x
    by_log_x2 = -0.5 * (r_ion * csch2 + z)
    return z, (z + by_log_x2, by_log_x2, by_log_x2 * log_s)


_OHM = Parameter("ohm", "log", 1e-9, 1e18, impedance_power=1.0)
_FARAD = Parameter("F", "log", 1e-21, 1e9, impedance_power=-1.0, time_power=1.0)
_HENRY = Parameter("H", "log", 1e-18, 1e9, impedance_power=1.0, time_power=1.0)
_SIGMA = Parameter("ohm s^-1/2", "log", 1e-9, 1e18, impedance_power=1.0, time_power=-0.5)
_TAU = Parameter("s", "log", 1e-18, 1e18, time_power=1.0)
_Q = Parameter("ohm^-1 s^a", "log", 1e-21, 1e9, impedance_power=-1.0, time_power=None)
_ALPHA = Parameter("", "linear", 0.2, 1.0, typical=0.9)
_RATIO = Parameter("", "log", 1e-6, 1e6)

_KINDS = (
    Element("R", "resistor", (_OHM,), _resistor),
    Element("C", "capacitor", (_FARAD,), _capacitor),
    Element("L", "inductor", (_HENRY,), _inductor),
    Element("La", "inductor with losses", (_HENRY, _ALPHA), _lossy_inductor),
    Element("CPE", "constant phase element", (_Q, _ALPHA), _constant_phase),
    Element("W", "semi-infinite Warburg diffusion", (_SIGMA,), _warburg),
    Element("Wo", "finite diffusion, blocked end", (_OHM, _TAU), _warburg_open),
    Element("Ws", "finite diffusion, open to a reservoir", (_OHM, _TAU), _warburg_short),
    Element("G", "Gerischer", (_OHM, _TAU), _gerischer),
    Element("Gs", "Gerischer of finite length", (_OHM, _TAU, _RATIO), _gerischer_finite),
    Element("K", "Debye relaxation", (_OHM, _TAU), _debye),
    Element("Zarc", "depressed arc", (_OHM, _TAU, _ALPHA), _zarc),
    Element("TLMQ", "transmission line over CPEs", (_OHM, _Q, _ALPHA), _transmission_line),
)
ELEMENTS: Mapping[str, Element] = MappingProxyType({kind.symbol: kind for kind in _KINDS})
"""Every element by its symbol."""
