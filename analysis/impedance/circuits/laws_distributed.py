"""Diffusion in a layer of finite thickness, and porous or composite electrodes.

All are one transmission line with different rails and ends. How a law is called and what it
returns: :mod:`.elements`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arrays import Complex
from .frequencies import Frequencies
from .hyperbolic import coth_and_csch, tanh_and_sech
from .laws_lumped import Slopes


def warburg_open(w: Frequencies, z0: Any, tau: Any) -> tuple[Complex, Slopes]:
    """Z = Z0 coth(x) / x, x = (s tau)^(1/2): diffusion to a blocked end."""
    x = np.sqrt(tau) * w.power(0.5)
    coth, csch = coth_and_csch(x)
    z = z0 * coth / x
    return z, (z, -0.5 * (z0 * csch**2 + z))


def warburg_short(w: Frequencies, z0: Any, tau: Any) -> tuple[Complex, Slopes]:
    """Z = Z0 tanh(x) / x, x = (s tau)^(1/2): diffusion to a reservoir."""
    x = np.sqrt(tau) * w.power(0.5)
    tanh, sech = tanh_and_sech(x)
    z = z0 * tanh / x
    return z, (z, 0.5 * (z0 * sech**2 - z))


def transmission_line(w: Frequencies, r_ion: Any, q: Any, gamma: Any) -> tuple[Complex, Slopes]:
    """Z = R_ion coth(x) / x, x^2 = R_ion Q s^gamma.

    A porous electrode whose electronic rail has no resistance: J. Landesfeind et al., J.
    Electrochem. Soc. 163 (2016) A1373, eq. 11.
    """
    x = np.sqrt(r_ion * q) * w.power(0.5 * gamma)
    coth, csch = coth_and_csch(x)
    z = r_ion * coth / x
    by_log_x2 = -0.5 * (r_ion * csch**2 + z)
    return z, (z + by_log_x2, by_log_x2, by_log_x2 * w.log_s)


def macrohomogeneous(w: Frequencies, a: Any, b: Any, rate: Any, tau: Any) -> tuple[Complex, Slopes]:
    """Z = A coth(x) / x + B / (x sinh x), x^2 = a + s b.

    A porous electrode that reacts: G. Paasch, K. Micka, P. Gersdorf, Electrochim. Acta 38 (1993)
    2653. A, B and a, b follow from the resistivities, the rate constant and the diffusion there.
    """
    square = rate + tau * w.s
    x = np.sqrt(square)
    coth, csch = coth_and_csch(x)
    by_a, by_b = a * coth / x, b * csch / x
    by_log_square = -0.5 * (a * csch**2 + by_a + b * coth * csch + by_b)
    by_rate = by_log_square / square
    return by_a + by_b, (by_a, by_b, rate * by_rate, tau * w.s * by_rate)


def two_rails(w: Frequencies, r_ion: Any, r_el: Any, q: Any, alpha: Any) -> tuple[Complex, Slopes]:
    """Z = P (1 - 2 tanh(x/2) / x) + S coth(x) / x, x^2 = S Q s^alpha.

    A CPE between an ionic and an electronic rail: :func:`_rails`.
    """
    z, by_ion, by_el, by_log_y = _rails(r_ion, r_el, w.power(alpha, q))
    return z, (by_ion, by_el, by_log_y, by_log_y * w.log_s)


def two_rails_reacting(
    w: Frequencies, r_ion: Any, r_el: Any, r_ct: Any, q: Any, alpha: Any
) -> tuple[Complex, Slopes]:
    """Z = P (1 - 2 tanh(x/2) / x) + S coth(x) / x, x^2 = S (1/R_ct + Q s^alpha).

    A resistance and a CPE between an ionic and an electronic rail: :func:`_rails`.
    """
    charging = w.power(alpha, q)
    y = 1.0 / r_ct + charging
    z, by_ion, by_el, by_log_y = _rails(r_ion, r_el, y)
    by_q = by_log_y * (charging / y)
    return z, (by_ion, by_el, by_q - by_log_y, by_q, by_q * w.log_s)


def _rails(r_ion: Any, r_el: Any, y: Complex) -> tuple[Complex, Complex, Complex, Complex]:
    """Return Z and dZ by ln R_ion, ln R_el and ln Y of a line with two resistive rails.

    ``Z = P (1 - 2 tanh(x/2) / x) + S coth(x) / x`` with ``S = R_ion + R_el``,
    ``P = R_ion R_el / S`` and ``x^2 = S Y``, where Y is the admittance of the whole interface.
    The ionic rail is contacted at one face, by the separator, the electronic at the other, by
    the collector: J. Bisquert, Phys. Chem. Chem. Phys. 2 (2000) 4185, whose
    ``P (1 + 2 / (x sinh x)) + (R_ion^2 + R_el^2) coth(x) / (S x)`` is the same. Slow signals
    see 1/Y and S/3 in series, fast ones P. Exchanging the rails changes nothing: an impedance
    cannot tell which of the two resistances is the ionic one.
    """
    total = r_ion + r_el
    both = r_ion * (r_el / total)
    x = np.sqrt(total * y)
    coth, csch = coth_and_csch(x)
    tanh, sech = tanh_and_sech(0.5 * x)
    inner, outer = 2.0 * tanh / x, coth / x
    z = both * (1.0 - inner) + total * outer
    by_log_x = both * (inner - sech**2) - total * (csch**2 + outer)

    def by_log_of(own: Any, other: Any) -> Complex:
        slope: Complex = both * (other / total) * (1.0 - inner) + own * outer
        slope += own / (2.0 * total) * by_log_x
        return slope

    return z, by_log_of(r_ion, r_el), by_log_of(r_el, r_ion), 0.5 * by_log_x
