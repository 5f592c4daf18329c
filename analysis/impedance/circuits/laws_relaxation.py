"""Relaxations with one time constant: Debye, ZARC, Havriliak-Negami, Gerischer.

How a law is called and what it returns: :mod:`.elements`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Complex
from .frequencies import Frequencies
from .hyperbolic import coth_and_csch
from .laws_lumped import Slopes


def debye(w: Frequencies, r: Any, tau: Any) -> tuple[Complex, Slopes]:
    """Z = R / (1 + s tau)."""
    share = 1.0 / (1.0 + tau * w.s)
    z = r * share
    return z, (z, -z * (tau * w.s * share))


def zarc(w: Frequencies, r: Any, tau: Any, gamma: Any) -> tuple[Complex, Slopes]:
    """Z = R / (1 + (s tau)^gamma), the Cole-Cole law."""
    x = w.power(gamma, tau**gamma)
    share = 1.0 / (1.0 + x)
    z = r * share
    by_log_x = -z * (x * share)
    return z, (z, gamma * by_log_x, by_log_x * (w.log_s + np.log(tau)))


def havriliak_negami(
    w: Frequencies, r: Any, tau: Any, alpha: Any, beta: Any
) -> tuple[Complex, Slopes]:
    """Z = R / (1 + (s tau)^alpha)^beta.

    S. Havriliak, S. Negami, Polymer 8 (1967) 161, there for the permittivity.
    """
    x = w.power(alpha, tau**alpha)
    log_base = np.log1p(x)
    z = r * np.exp(-beta * log_base)
    by_log_x = -beta * z * (x / (1.0 + x))
    by_alpha = by_log_x * (w.log_s + np.log(tau))
    return z, (z, alpha * by_log_x, by_alpha, -log_base * z)


def gerischer(w: Frequencies, r: Any, t: Any) -> tuple[Complex, Slopes]:
    """Z = R / (1 + s t)^(1/2)."""
    x = t * w.s
    share = 1.0 / (1.0 + x)
    z = r * np.sqrt(share)
    return z, (z, -0.5 * z * (x * share))


def finite_gerischer(w: Frequencies, r: Any, t: Any, phi: Any) -> tuple[Complex, Slopes]:
    """Z = R coth(phi u) / u, u = (1 + s t)^(1/2)."""
    x = t * w.s
    u = np.sqrt(1.0 + x)
    coth, csch = coth_and_csch(phi * u)
    z = r * coth / u
    by_phi = -r * phi * csch**2
    return z, (z, 0.5 * (by_phi - z) * (x / (1.0 + x)), by_phi)
