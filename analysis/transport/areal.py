"""What a conductivity means for a layer of a thickness: areal conductance and resistance, drop."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..geometry import Quantity


@dataclass(frozen=True, slots=True)
class Areal:
    """`conductance` sigma / L in S/m2, `resistance` L / sigma in ohm m2, and the ohmic `drop` in V
    at a current density.
    """

    conductance: Quantity
    resistance: Quantity
    drop: Quantity


def areal(
    conductivity: Quantity,
    thickness_m: float,
    current_density_a_m2: float,
    thickness_uncertainty_m: float = 0.0,
) -> Areal:
    """Areal conductance, areal resistance and ohmic drop of an electrolyte layer.

    Parameters
    ----------
    conductivity : Quantity
        In S/m.
    thickness_m, thickness_uncertainty_m : float
        Of the layer.
    current_density_a_m2 : float
        10 A/m2 is 1 mA/cm2.

    Raises
    ------
    ValueError
        If the conductivity or the thickness is not finite and positive.

    Notes
    -----
    A membrane of Li6PS5Cl of 66 um and 0.55 mS/cm: 83 mS/cm2, 12 ohm cm2 (Kang et al., in the
    commercialisation review 2024).

    Examples
    --------
    >>> found = areal(Quantity(0.055, None, "S/m"), 66e-6, 30.0)
    >>> f"{found.conductance.value * 0.1:.1f} mS/cm2, {found.resistance.value * 1e4:.0f} ohm cm2"
    '83.3 mS/cm2, 12 ohm cm2'
    >>> f"{found.drop.value * 1e3:.0f} mV"
    '36 mV'
    """
    for name, value, unit in (
        ("conductivity", conductivity.value, "S/m"),
        ("thickness_m", thickness_m, "m"),
    ):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value} {unit}; it must be finite and > 0")
    relative = None
    if conductivity.relative is not None:
        relative = math.hypot(conductivity.relative, thickness_uncertainty_m / thickness_m)
    conductance = conductivity.value / thickness_m
    return Areal(
        _known(conductance, relative, "S/m2"),
        _known(1 / conductance, relative, "ohm m2"),
        _known(current_density_a_m2 / conductance, relative, "V"),
    )


def _known(value: float, relative: float | None, unit: str) -> Quantity:
    return Quantity(value, None if relative is None else abs(value) * relative, unit)
