"""Diffusion in a layer of finite thickness, and porous or composite electrodes.

All are one transmission line with different rails and ends. How a law is called and what it
returns: :mod:`.elements`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Complex
from .frequencies import Frequencies
from .hyperbolic import coth_and_csch, tanh
from .laws_lumped import Slopes


def warburg_open(w: Frequencies, z0: Any, tau: Any) -> tuple[Complex, Slopes]:
    """Z = Z0 coth(x) / x with x = (s tau)^(1/2): diffusion to a blocked end."""
    x = np.sqrt(tau) * w.power(0.5)
    coth, csch = coth_and_csch(x)
    z = z0 * coth / x
    return z, (z, -0.5 * (z0 * csch**2 + z))


def warburg_short(w: Frequencies, z0: Any, tau: Any) -> tuple[Complex, Slopes]:
    """Z = Z0 tanh(x) / x with x = (s tau)^(1/2): diffusion to a reservoir."""
    x = np.sqrt(tau) * w.power(0.5)
    ratio = tanh(x)
    z = z0 * ratio / x
    return z, (z, 0.5 * (z0 * (1.0 - ratio) * (1.0 + ratio) - z))


def transmission_line(w: Frequencies, r_ion: Any, q: Any, gamma: Any) -> tuple[Complex, Slopes]:
    """Z = R_ion coth(x) / x with x^2 = R_ion Q s^gamma: an electronic rail without resistance.

    J. Landesfeind et al., J. Electrochem. Soc. 163 (2016) A1373, eq. 11.
    """
    x = np.sqrt(r_ion * q) * w.power(0.5 * gamma)
    coth, csch = coth_and_csch(x)
    z = r_ion * coth / x
    by_log_x2 = -0.5 * (r_ion * csch**2 + z)
    return z, (z + by_log_x2, by_log_x2, by_log_x2 * w.log_s)
