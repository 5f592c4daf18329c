"""Specific power, and whether a specific energy and a specific power can belong together."""

from __future__ import annotations

from .propagation import require_positive


def specific_power_w_per_kg(
    current_density_a_per_m2: float, area_m2: float, mean_voltage_v: float, mass_kg: float
) -> float:
    """Mean power over a mass, P = J A V / m, in W/kg.

    The mass must be named beside the number: over the cathode alone it is many times what it is
    over the cell.

    Raises ValueError if an input is not positive.

    Examples
    --------
    A cathode of 2.75 mg on 0.785 cm2 at 12.73 mA/cm2 and 1.05 V:

    >>> f"{specific_power_w_per_kg(127.3, 0.785e-4, 1.05, 2.75e-6):.0f} W/kg of cathode"
    '3816 W/kg of cathode'
    """
    require_positive(
        current_density_a_per_m2=current_density_a_per_m2,
        area_m2=area_m2,
        mean_voltage_v=mean_voltage_v,
        mass_kg=mass_kg,
    )
    return current_density_a_per_m2 * area_m2 * mean_voltage_v / mass_kg


def implied_mean_voltage_v(
    specific_power_w_per_kg: float,
    current_density_a_per_m2: float,
    area_m2: float,
    mass_kg: float,
) -> float:
    """Mean voltage that a stated specific power implies, V = P m / (J A).

    If it exceeds the voltage at low current, or is negligible, the numbers do not belong
    together. Raises ValueError if an input is not positive.

    Examples
    --------
    >>> round(implied_mean_voltage_v(3823, 127.3, 0.785e-4, 2.75e-6), 3)
    1.052
    """
    require_positive(
        specific_power_w_per_kg=specific_power_w_per_kg,
        current_density_a_per_m2=current_density_a_per_m2,
        area_m2=area_m2,
        mass_kg=mass_kg,
    )
    return specific_power_w_per_kg * mass_kg / (current_density_a_per_m2 * area_m2)


def discharge_time_s(specific_energy_j_per_kg: float, specific_power_w_per_kg: float) -> float:
    """Time to give a specific energy at a specific power, in s.

    Raises ValueError if an input is not positive.

    Examples
    --------
    >>> round(discharge_time_s(360 * 3600, 360.0))
    3600
    """
    require_positive(
        specific_energy_j_per_kg=specific_energy_j_per_kg,
        specific_power_w_per_kg=specific_power_w_per_kg,
    )
    return specific_energy_j_per_kg / specific_power_w_per_kg
