"""The parameters of the published cell model, as the package has them by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..design.cell_model import LATP, LGPS, LLZO, Foils, LiquidCell, SolidCell
from ..units import (
    GRAM_PER_CM3,
    MICROMETRE,
    MILLIAMPERE_HOUR_PER_GRAM,
    MILLIGRAM_PER_CM2,
)
from .check import Check, compare, recorded
from .published_tables import INTERFACES

_SOURCE = f"{INTERFACES}, Table 1"
_LIQUID = (
    ("active material, wt%", "95", "active_fraction", 0.01),
    ("carbon black, wt%", "2", "carbon_fraction", 0.01),
    ("cathode binder, wt%", "3", "binder_fraction", 0.01),
    ("graphite in the anode, wt%", "95", "graphite_fraction", 0.01),
    ("anode excess, %", "20", "anode_excess", 0.01),
    ("separator, um", "25", "separator_m", MICROMETRE),
    ("porosity of the separator, %", "50", "separator_porosity", 0.01),
    ("porosity of the cathode, %", "40", "cathode_porosity", 0.01),
    ("porosity of the anode, %", "30", "anode_porosity", 0.01),
    ("density of carbon black, g/cm3", "2.2", "carbon_kg_per_m3", GRAM_PER_CM3),
    ("density of binder, g/cm3", "1.8", "binder_kg_per_m3", GRAM_PER_CM3),
    ("density of graphite, g/cm3", "2.2", "graphite_kg_per_m3", GRAM_PER_CM3),
    ("density of polypropylene, g/cm3", "0.95", "separator_kg_per_m3", GRAM_PER_CM3),
    ("density of the liquid, g/cm3", "1.1", "liquid_kg_per_m3", GRAM_PER_CM3),
)
_SOLID = (
    ("active material, wt%", "80", "active_fraction", 0.01),
    ("carbon black, wt%", "5", "carbon_fraction", 0.01),
    ("electrolyte in the cathode, wt%", "15", "electrolyte_fraction", 0.01),
    ("lithium excess, %", "20", "lithium_excess", 0.01),
    ("separator, um", "20", "separator_m", MICROMETRE),
    ("porosity of the cathode, %", "10", "cathode_porosity", 0.01),
    ("porosity of the anode, %", "10", "anode_porosity", 0.01),
    ("density of lithium, g/cm3", "0.54", "lithium_kg_per_m3", GRAM_PER_CM3),
)
_ACTIVE = (
    ("density of NCA, g/cm3", "4.7", "density_kg_per_m3", GRAM_PER_CM3),
    ("charge of NCA, mAh/g", "200", "specific_charge_c_per_kg", MILLIAMPERE_HOUR_PER_GRAM),
    ("mean voltage, V", "3.6", "mean_voltage_v", 1.0),
)
_FOILS = (
    ("Al foil, um", "10", "aluminium_m", MICROMETRE),
    ("Cu foil, um", "5", "copper_m", MICROMETRE),
)


def checks() -> Iterator[Check]:
    """Yield every stated parameter, and those that the paper does not state."""
    liquid, solid = LiquidCell(), SolidCell()
    yield from _of("liquid cell", liquid, _LIQUID)
    yield from _of("liquid cell", liquid.active, _loading("15"))
    yield from _of("solid cell", solid, _SOLID)
    yield from _of("solid cell", solid.active, _loading("19.5"))
    yield from _of("both cells", solid.active, _ACTIVE)
    yield from _of("both cells", Foils(), _FOILS)
    for electrolyte, printed in ((LLZO, "5"), (LATP, "3"), (LGPS, "2")):
        item = f"density of {electrolyte.name}, g/cm3"
        yield _taken(item, printed, electrolyte.density_kg_per_m3 / GRAM_PER_CM3)
    charge = liquid.graphite_c_per_kg / MILLIAMPERE_HOUR_PER_GRAM
    for item, ours in (
        ("charge of graphite, mAh/g", charge),
        ("charge of lithium, mAh/g", solid.lithium_c_per_kg / MILLIAMPERE_HOUR_PER_GRAM),
        ("density of Al, g/cm3", Foils().aluminium_kg_per_m3 / GRAM_PER_CM3),
        ("density of Cu, g/cm3", Foils().copper_kg_per_m3 / GRAM_PER_CM3),
        ("share of a foil that is counted", Foils().share),
        ("lithium that is counted", solid.lithium_counted),
        ("electrolyte of other density in the cathode", solid.electrolyte_in_cathode),
    ):
        yield recorded(f"{item}, inferred", _SOURCE, "not stated", ours)


def _loading(printed: str) -> tuple[tuple[str, str, str, float], ...]:
    return (("loading, mg/cm2", printed, "loading_kg_per_m2", MILLIGRAM_PER_CM2),)


def _of(cell: str, part: Any, table: tuple[tuple[str, str, str, float], ...]) -> Iterator[Check]:
    for item, printed, attribute, size in table:
        yield _taken(f"{cell}: {item}", printed, getattr(part, attribute) / size)


def _taken(item: str, printed: str, ours: float) -> Check:
    """A parameter is recorded if it is what is printed, else it fails."""
    check = compare(item, _SOURCE, printed, ours)
    return check if check.failed else recorded(item, _SOURCE, check.published or 0.0, ours)
