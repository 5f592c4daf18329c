"""Specific energies of thirty published cells at three levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..design.energy_density import CellMasses, EnergyDensity, energy_density
from ..geometry import Quantity
from .check import Check, compare, recorded
from .published_tables import SULFIDES, rows

_ALLOWED = 0.01
_COLUMNS = ("cathode", "cathode_anode", "full")


def checks() -> Iterator[Check]:
    """Yield three checks a row, or what a row does not state."""
    for row in rows("energy_levels"):
        for level, column in zip(_levels(row), _COLUMNS, strict=True):
            yield _check(row, level, column)


def _levels(row: Mapping[str, str]) -> tuple[EnergyDensity, ...]:
    masses = CellMasses(
        Quantity(float(row["active_mg"]) * 1e-6, None, "kg"),
        Quantity(float(row["cathode_mg"]) * 1e-6, None, "kg"),
        _mass(row["anode_mg"]),
        _mass(row["electrolyte_mg"]),
    )
    charge = Quantity(float(row["capacity_mah_g"]) * 3600, None, "C/kg")
    return energy_density(masses, charge, Quantity(float(row["voltage_v"]), None, "V"))


def _check(row: Mapping[str, str], level: EnergyDensity, column: str) -> Check:
    item = f"cell {row['row']} ({row['active_material']}), {level.level}, Wh/kg"
    source = f"{SULFIDES}, Table 3, reference {row['reference']}"
    stated = row[f"{column}_wh_kg"]
    if not stated or level.specific_energy is None:
        return recorded(item, source, stated or "not stated")
    expected = row[f"expected_{column}_wh_kg"]
    return compare(
        item,
        source,
        stated,
        level.specific_energy.value / 3600,
        allowed=_ALLOWED,
        inconsistent=row[f"reason_{column}"],
        expected=float(expected) if expected else None,
    )


def _mass(text: str) -> Quantity | None:
    return Quantity(float(text) * 1e-6, None, "kg") if text else None
