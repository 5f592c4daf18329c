"""Resistor, capacitor, inductors, constant phase element and semi-infinite diffusion.

Each is a power of s, so each has its admittance as readily as its impedance; in a parallel
part the admittance saves two divisions at every point. How a law is called and what it
returns: :mod:`.elements`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

from ..arrays import Complex
from .frequencies import Frequencies

Slopes: TypeAlias = tuple[Complex, ...]


def resistor(_w: Frequencies, r: Any) -> tuple[Complex, Slopes]:
    """Z = R."""
    return r, (r,)


def resistor_admittance(_w: Frequencies, r: Any) -> tuple[Complex, Slopes]:
    """Y = 1/R."""
    y = 1.0 / r
    return y, (-y,)


def capacitor(w: Frequencies, c: Any) -> tuple[Complex, Slopes]:
    """Z = 1/(s C)."""
    z = (1.0 / c) * (1.0 / w.s)
    return z, (-z,)


def capacitor_admittance(w: Frequencies, c: Any) -> tuple[Complex, Slopes]:
    """Y = s C."""
    y = c * w.s
    return y, (y,)


def inductor(w: Frequencies, inductance: Any) -> tuple[Complex, Slopes]:
    """Z = s L."""
    z = inductance * w.s
    return z, (z,)


def inductor_admittance(w: Frequencies, inductance: Any) -> tuple[Complex, Slopes]:
    """Y = 1/(s L)."""
    y = (1.0 / inductance) * (1.0 / w.s)
    return y, (-y,)


def lossy_inductor(w: Frequencies, inductance: Any, alpha: Any) -> tuple[Complex, Slopes]:
    """Z = (s L)^alpha."""
    z = w.power(alpha, inductance**alpha)
    log_x = np.log(inductance) + w.log_s
    return z, (alpha * z, log_x * z)


def skin_inductor(w: Frequencies, inductance: Any, skin: Any) -> tuple[Complex, Slopes]:
    """Z = s L + A s^(1/2).

    A lead whose current keeps to the skin: resistance and inner reactance of a conductor that is
    thick beside the skin depth are alike and grow with the root of the frequency: H. A. Wheeler,
    Proc. IRE 30 (1942) 412. The resistance at rest belongs to an R in series.
    """
    outer = inductance * w.s
    inner = skin * w.power(0.5)
    return outer + inner, (outer, inner)


def constant_phase(w: Frequencies, q: Any, alpha: Any) -> tuple[Complex, Slopes]:
    """Z = 1/(Q s^alpha)."""
    z = w.power(-alpha, 1.0 / q)
    by_q = -z
    return z, (by_q, by_q * w.log_s)


def constant_phase_admittance(w: Frequencies, q: Any, alpha: Any) -> tuple[Complex, Slopes]:
    """Y = Q s^alpha."""
    y = w.power(alpha, q)
    return y, (y, y * w.log_s)


def warburg(w: Frequencies, a: Any) -> tuple[Complex, Slopes]:
    """Z = A (1 - j) omega^(-1/2) = 2^(1/2) A s^(-1/2)."""
    z = a * (np.sqrt(2.0) * w.power(-0.5))
    return z, (z,)


def warburg_admittance(w: Frequencies, a: Any) -> tuple[Complex, Slopes]:
    """Y = s^(1/2) / (2^(1/2) A)."""
    y = (1.0 / a) * (np.sqrt(0.5) * w.power(0.5))
    return y, (-y,)
