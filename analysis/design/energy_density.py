"""Specific energy of a laboratory cell, at three levels, each with the mass it is divided by.

E = m_active q V, divided by the mass of the cathode; of cathode and anode; of cathode, anode and
electrolyte (review of sulfide electrolytes, Wu, Yao, Wang 2020, Table 3).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ..geometry import Quantity
from .propagation import propagated, require_positive

Level = Literal["cathode", "cathode + anode", "full cell"]
LEVELS: tuple[Level, ...] = ("cathode", "cathode + anode", "full cell")
MASS_BASIS: dict[Level, str] = {
    "cathode": "composite cathode, without its current collector",
    "cathode + anode": "composite cathode and anode, without current collectors",
    "full cell": "cathode, anode and electrolyte, without current collectors and housing",
}


@dataclass(frozen=True, slots=True)
class CellMasses:
    """Masses in kg with their standard uncertainties; None where not stated.

    Raises
    ------
    ValueError
        If a mass is not positive, or the active material weighs more than its cathode.
    """

    active: Quantity
    cathode: Quantity
    anode: Quantity | None = None
    electrolyte: Quantity | None = None

    def __post_init__(self) -> None:
        for name in ("active", "cathode", "anode", "electrolyte"):
            mass = getattr(self, name)
            if mass is not None:
                require_positive(**{f"{name}_kg": mass.value})
        if self.active.value > self.cathode.value:
            raise ValueError(
                f"the active material weighs {self.active.value:g} kg, more than the "
                f"cathode it is in ({self.cathode.value:g} kg)"
            )

    def needed(self, level: Level) -> dict[str, Quantity | None]:
        """The masses that a level divides by, by name."""
        parts = {"cathode": self.cathode, "anode": self.anode, "electrolyte": self.electrolyte}
        return dict(list(parts.items())[: LEVELS.index(level) + 1])


@dataclass(frozen=True, slots=True)
class EnergyDensity:
    """Specific energy at one level in J/kg, on the mass `mass_basis` of `mass_kg`.

    `specific_energy` is None, and `refused` says why, where a mass is not stated.
    """

    level: Level
    mass_basis: str
    mass_kg: float
    specific_energy: Quantity | None
    refused: str = ""


def energy_density(
    masses: CellMasses,
    specific_charge: Quantity,
    mean_voltage: Quantity,
) -> tuple[EnergyDensity, ...]:
    """Specific energy at each of the three levels.

    Parameters
    ----------
    masses : CellMasses
    specific_charge : Quantity
        Charge per mass of active material in C/kg (1 mAh/g is 3600 C/kg).
    mean_voltage : Quantity
        Mean voltage of the cell against the anode it has, in V, not against lithium.

    Raises
    ------
    ValueError
        If charge or voltage is not positive.

    Examples
    --------
    >>> def mg(value): return Quantity(value * 1e-6, None, "kg")
    >>> masses = CellMasses(mg(4.6), mg(18.4), mg(60.1), mg(100))
    >>> found = energy_density(masses, Quantity(1012.9 * 3600, None, "C/kg"),
    ...                        Quantity(1.4, None, "V"))
    >>> [f"{each.specific_energy.value / 3600:.1f} Wh/kg" for each in found]
    ['354.5 Wh/kg', '83.1 Wh/kg', '36.5 Wh/kg']
    """
    require_positive(
        specific_charge_c_per_kg=specific_charge.value, mean_voltage_v=mean_voltage.value
    )
    return tuple(_at_level(level, masses, specific_charge, mean_voltage) for level in LEVELS)


def _at_level(
    level: Level, masses: CellMasses, specific_charge: Quantity, mean_voltage: Quantity
) -> EnergyDensity:
    stated = {name: mass for name, mass in masses.needed(level).items() if mass is not None}
    missing = [name for name, mass in masses.needed(level).items() if mass is None]
    if missing:
        refused = f"the mass of the {' and of the '.join(missing)} is not stated"
        return EnergyDensity(level, MASS_BASIS[level], math.nan, None, refused)

    def per_mass(active: float, charge: float, voltage: float, **parts: float) -> float:
        return active * charge * voltage / sum(parts.values())

    inputs = {"active": masses.active, "charge": specific_charge, "voltage": mean_voltage, **stated}
    total_kg = sum(mass.value for mass in stated.values())
    return EnergyDensity(level, MASS_BASIS[level], total_kg, propagated(per_mass, inputs, "J/kg"))
