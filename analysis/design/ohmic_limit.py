"""How thick an electrolyte may be before its ohmic drop costs too much."""

from __future__ import annotations

from ..geometry import Quantity
from .propagation import propagated, require_positive


def ohmic_thickness_limit(
    ohmic_drop: Quantity, current_density: Quantity, conductivity: Quantity
) -> Quantity:
    """Largest thickness L = dE sigma / J in m (Wu, Xiao 2016, section 1).

    Parameters
    ----------
    ohmic_drop : Quantity
        Voltage that may be lost in the electrolyte, V.
    current_density : Quantity
        A/m2.
    conductivity : Quantity
        S/m, at the temperature of use.

    Raises
    ------
    ValueError
        If an input is not positive.

    Examples
    --------
    50 mV at 3 mA/cm2 in an electrolyte of 0.1 mS/cm:

    >>> limit = ohmic_thickness_limit(
    ...     Quantity(0.050, None, "V"), Quantity(30.0, None, "A/m2"), Quantity(0.01, 0.001, "S/m"))
    >>> f"{limit.value * 1e6:.2f} +- {limit.standard_error * 1e6:.2f} um"
    '16.67 +- 1.67 um'
    """
    inputs = {"drop": ohmic_drop, "current": current_density, "sigma": conductivity}
    require_positive(
        ohmic_drop_v=ohmic_drop.value,
        current_density_a_per_m2=current_density.value,
        conductivity_s_per_m=conductivity.value,
    )
    return propagated(lambda drop, current, sigma: drop * sigma / current, inputs, "m")


def ohmic_drop_v(
    thickness_m: float, current_density_a_per_m2: float, conductivity_s_per_m: float
) -> float:
    """Voltage lost in an electrolyte, J L / sigma, in V.

    Raises ValueError if an input is not positive.

    Examples
    --------
    66 um of 0.55 mS/cm at 3 mA/cm2:

    >>> round(ohmic_drop_v(66e-6, 30.0, 0.055) * 1e3, 1)
    36.0
    """
    require_positive(
        thickness_m=thickness_m,
        current_density_a_per_m2=current_density_a_per_m2,
        conductivity_s_per_m=conductivity_s_per_m,
    )
    return current_density_a_per_m2 * thickness_m / conductivity_s_per_m
