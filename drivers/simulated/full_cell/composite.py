"""A thick composite electrode in frequency: two rails with the particles between them."""

import numpy as np

from ..debye import ComplexArray

LARGE = 30.0  # beyond, sinh and coth have reached their limits


def composite_impedance(
    local_ohm: ComplexArray, ionic_ohm: float, electronic_ohm: float
) -> ComplexArray:
    """Impedance of a porous electrode fed by ions from one side and electrons from the other.

    Paasch, Micka and Gersdorf, Electrochim. Acta 38 (1993) 2653. ``local_ohm`` is the impedance
    of all particles, the rails are the resistances of the two paths through the whole thickness.
    Where the particles' impedance is large, it tends to itself plus a third of both rails.

    >>> z = composite_impedance(np.array([1e9 + 0j]), 30.0, 6.0)
    >>> round(float(z[0].real - 1e9), 3)
    12.0
    """
    both = ionic_ohm + electronic_ohm
    spread = np.sqrt(local_ohm / both)
    inverse = 1 / spread
    near = np.abs(inverse.real) < LARGE
    safe = np.where(near, inverse, LARGE)
    cosecant = np.where(near, spread / np.sinh(safe), 0.0)
    cotangent = np.where(near, spread / np.tanh(safe), spread)
    parallel = ionic_ohm * electronic_ohm / both
    apart = (ionic_ohm**2 + electronic_ohm**2) / both
    return np.asarray(parallel * (1 + 2 * cosecant) + apart * cotangent, dtype=complex)
