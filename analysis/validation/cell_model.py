"""The published cell model: energies, break-even thicknesses, gains without foils."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..design.break_even import break_even_loading_kg_per_m2, break_even_thickness_m
from ..design.cell_model import (
    LATP,
    LGPS,
    LLZO,
    Foils,
    LiquidCell,
    SolidCell,
    SolidElectrolyte,
    liquid_cell_energy,
    solid_cell_energy,
    with_loading,
)
from ..units import (
    MICROMETRE,
    MILLIGRAM_PER_CM2,
    WATT_HOUR_PER_KILOGRAM,
    WATT_HOUR_PER_LITRE,
)
from .check import Check, compare, holds
from .published_tables import INTERFACES

_SOURCE = f"{INTERFACES}, section 3"
_FIGURE = f"{INTERFACES}, Fig. 3"
_CUT = "the cell that gives the three other gains gives 7.6 here, which rounds to 8"
_LOADINGS = "16, 41 and 135 um at 10, 19.5 and 50 mg/cm2 lie on no line, though one is claimed"


def checks() -> Iterator[Check]:
    """Yield what the paper states of its model, number by number."""
    liquid = liquid_cell_energy(LiquidCell())
    solid = solid_cell_energy(SolidCell())
    yield compare(
        "liquid cell, cathode at 15 mg/cm2, um",
        _SOURCE,
        "60",
        liquid.thickness_m("cathode") / MICROMETRE,
    )
    yield compare(
        "solid cell, cathode at 19.5 mg/cm2, um",
        _SOURCE,
        "60",
        solid.thickness_m("cathode") / MICROMETRE,
    )
    yield compare(
        "liquid cell, E_S, Wh/kg",
        _FIGURE,
        "264",
        liquid.specific_energy_j_per_kg / WATT_HOUR_PER_KILOGRAM,
    )
    yield compare(
        "liquid cell, E_V, Wh/L",
        _FIGURE,
        "640",
        liquid.energy_density_j_per_m3 / WATT_HOUR_PER_LITRE,
        allowed=0.025,
    )
    for electrolyte, stated in ((LLZO, "41"), (LATP, "74"), (LGPS, "115")):
        yield compare(
            f"break-even thickness by mass, {electrolyte.name} at 19.5 mg/cm2, um",
            _FIGURE,
            stated,
            _by_mass(SolidCell(electrolyte=electrolyte)),
            allowed=0.025,
        )
    yield compare(
        "break-even thickness by volume, um", _FIGURE, "120", _by_volume(SolidCell()), allowed=0.025
    )
    for electrolyte, stated in ((LLZO, "5"), (LGPS, "24")):
        yield _half_more(electrolyte, stated)
    for loading, stated, expected in ((10, "16", 14.03), (50, "135", 127.61)):
        yield compare(
            f"break-even thickness by mass, LLZO at {loading} mg/cm2, um",
            _FIGURE,
            stated,
            _by_mass(_loaded(SolidCell(), loading)),
            inconsistent=_LOADINGS,
            expected=expected,
        )
    yield from _loadings()
    yield from _without_foils()
    yield holds("lithium's share of the mass at 20 um LLZO, %", _SOURCE, "< 5",
                100 * solid.mass_share("anode"), good=solid.mass_share("anode") < 0.05)  # fmt: skip


def _half_more(electrolyte: SolidElectrolyte, stated: str) -> Check:
    reference = 1.5 * 264 * WATT_HOUR_PER_KILOGRAM
    found = break_even_thickness_m(
        SolidCell(electrolyte=electrolyte), specific_energy_j_per_kg=reference
    )
    return compare(
        f"thickness for half more energy than 264 Wh/kg, {electrolyte.name}, um",
        _FIGURE, stated, _um(found),
    )  # fmt: skip


def _loadings() -> Iterator[Check]:
    liquid = liquid_cell_energy(LiquidCell())
    parity = break_even_loading_kg_per_m2(
        SolidCell(separator_m=100 * MICROMETRE),
        energy_density_j_per_m3=liquid.energy_density_j_per_m3,
    )
    yield compare(
        "loading of equal energy per volume at 100 um, mg/cm2", _FIGURE, "17", _mg_cm2(parity)
    )
    thick = break_even_loading_kg_per_m2(
        SolidCell(separator_m=150 * MICROMETRE),
        specific_energy_j_per_kg=liquid.specific_energy_j_per_kg,
    )
    yield holds(
        "loading of equal energy per mass with 150 um LLZO, mg/cm2",
        _FIGURE,
        "beyond the 50 that are drawn",
        _mg_cm2(thick),
        good=_mg_cm2(thick) > 50,
    )


def _without_foils() -> Iterator[Check]:
    for loading, by_mass, by_volume, cut in ((1, "46", "34", ""), (50, "7", "4", _CUT)):
        cell = _loaded(SolidCell(), loading)
        bare = replace(cell, foils=Foils(aluminium_m=5 * MICROMETRE, copper_m=0.0))
        with_foils, without = solid_cell_energy(cell), solid_cell_energy(bare)
        mass = without.specific_energy_j_per_kg / with_foils.specific_energy_j_per_kg - 1
        volume = without.energy_density_j_per_m3 / with_foils.energy_density_j_per_m3 - 1
        item = f"gain with 5 um Al and no Cu at {loading} mg/cm2, %"
        yield compare(f"E_S, {item}", _SOURCE, by_mass, 100 * mass, inconsistent=cut,
                      expected=7.576)  # fmt: skip
        yield compare(f"E_V, {item}", _SOURCE, by_volume, 100 * volume)


def _loaded(cell: SolidCell, loading_mg_cm2: float) -> SolidCell:
    return with_loading(cell, loading_mg_cm2 * MILLIGRAM_PER_CM2)


def _by_mass(cell: SolidCell) -> float:
    reference = liquid_cell_energy(LiquidCell()).specific_energy_j_per_kg
    return _um(break_even_thickness_m(cell, specific_energy_j_per_kg=reference))


def _by_volume(cell: SolidCell) -> float:
    reference = liquid_cell_energy(LiquidCell()).energy_density_j_per_m3
    return _um(break_even_thickness_m(cell, energy_density_j_per_m3=reference))


def _um(thickness_m: float | None) -> float:
    return float("nan") if thickness_m is None else thickness_m / MICROMETRE


def _mg_cm2(loading_kg_per_m2: float | None) -> float:
    return float("nan") if loading_kg_per_m2 is None else loading_kg_per_m2 / MILLIGRAM_PER_CM2
