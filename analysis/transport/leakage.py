"""What an electronic conductivity costs a cell: leakage and the self-discharge it can explain."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..geometry import Quantity

SECONDS_PER_MONTH = 730.0 * 3600.0
"""A twelfth of a year of 8760 h."""


@dataclass(frozen=True, slots=True)
class SelfDischargeBound:
    """The most that the electrolyte's electronic conduction discharges a cell.

    `current_density` in A/m2; `loss_per_month` as a share of the capacity (1 = all of it), not
    limited to 1: 2 means that it would be empty after half a month.
    """

    current_density: Quantity
    loss_per_month: Quantity


def self_discharge_bound(
    electronic: Quantity, thickness_m: float, voltage_v: float, areal_capacity_c_m2: float
) -> SelfDischargeBound:
    """J = sigma_e V / L, and the share of the areal capacity that this is in a month.

    An upper bound in the ohmic picture: the whole voltage drives electrons through the separator,
    with the conductivity that was measured between blocking electrodes.

    Parameters
    ----------
    electronic : Quantity
        Electronic conductivity in S/m.
    thickness_m, voltage_v, areal_capacity_c_m2 : float
        Of the separator and the cell; 1 mAh/cm2 is 36000 C/m2.

    Raises
    ------
    ValueError
        If a value is not finite and positive.

    Examples
    --------
    >>> found = self_discharge_bound(Quantity(1e-6, None, "S/m"), 50e-6, 4.0, 3 * 36000.0)
    >>> f"{found.current_density.value * 100:.1f} uA/cm2, {found.loss_per_month.value:.0%}"
    '8.0 uA/cm2, 195%'
    """
    _require_positive(
        ("electronic conductivity", electronic.value, "S/m"),
        ("thickness_m", thickness_m, "m"),
        ("voltage_v", voltage_v, "V"),
        ("areal_capacity_c_m2", areal_capacity_c_m2, "C/m2"),
    )
    factor = voltage_v / thickness_m
    share = factor * SECONDS_PER_MONTH / areal_capacity_c_m2
    return SelfDischargeBound(
        _scaled(electronic, factor, "A/m2"), _scaled(electronic, share, "1/month")
    )


def largest_electronic_conductivity_s_per_m(
    loss_per_month: float, thickness_m: float, voltage_v: float, areal_capacity_c_m2: float
) -> float:
    """Electronic conductivity at which the bound is a given share of the capacity a month.

    Raises ``ValueError`` if a value is not finite and positive.

    >>> sigma = largest_electronic_conductivity_s_per_m(0.02, 50e-6, 4.0, 3 * 36000.0)
    >>> f"{sigma * 0.01:.2e} S/cm, {sigma * 4.0 / 50e-6 * 100:.3f} uA/cm2"
    '1.03e-10 S/cm, 0.082 uA/cm2'
    """
    _require_positive(
        ("loss_per_month", loss_per_month, "1"),
        ("thickness_m", thickness_m, "m"),
        ("voltage_v", voltage_v, "V"),
        ("areal_capacity_c_m2", areal_capacity_c_m2, "C/m2"),
    )
    return loss_per_month * areal_capacity_c_m2 * thickness_m / (SECONDS_PER_MONTH * voltage_v)


def _scaled(of: Quantity, factor: float, unit: str) -> Quantity:
    error = None if of.standard_error is None else of.standard_error * factor
    return Quantity(of.value * factor, error, unit)


def _require_positive(*named: tuple[str, float, str]) -> None:
    for name, value, unit in named:
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value} {unit}; it must be finite and > 0")
