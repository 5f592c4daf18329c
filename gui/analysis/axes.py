"""What the axes of an impedance plot are about: their unit, and where the arcs end."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...analysis.impedance import Spectrum

Bool: TypeAlias = NDArray[np.bool_]
_NEAR: Final = 1.5


def before_spur(spectrum: Spectrum) -> Bool:
    """The points of no more than one and a half times |Z| where the phase is smallest, shape (n,).

    >>> f = np.logspace(5, 0, 6)
    >>> blocked = Spectrum(f, 100 + 1 / (2j * np.pi * f * 1e-4))
    >>> int(before_spur(blocked).sum())
    4
    """
    modulus = np.abs(spectrum.z_ohm)
    share = np.abs(spectrum.z_ohm.imag) / np.maximum(modulus, np.finfo(np.float64).tiny)
    near: Bool = modulus <= _NEAR * modulus[np.argmin(share)]
    return near


def impedance_unit(typical_ohm: float) -> tuple[float, str]:
    """The unit that suits an axis, and ohms per unit.

    >>> impedance_unit(250.0), impedance_unit(4.2e6)
    ((1.0, 'Ω'), (1000000.0, 'MΩ'))
    """
    for factor, unit in ((1e9, "GΩ"), (1e6, "MΩ"), (1e3, "kΩ"), (1.0, "Ω"), (1e-3, "mΩ")):
        if typical_ohm >= factor:
            return factor, unit
    return 1e-6, "µΩ"
