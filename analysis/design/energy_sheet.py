"""``solidcell design energy``: the specific energy of a cell, each with its mass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Bars, Panel, Plot, floats
from ..sheets.sheet import Number, Sheet, number_of, refused_number
from ..units import MILLIAMPERE_HOUR_PER_GRAM, MILLIGRAM, WATT_HOUR_PER_KILOGRAM
from .energy_density import CellMasses, EnergyDensity, energy_density
from .options import doubtful, quantity, quantity_or_none

_NAMES = ("cathode_level_wh_kg", "cathode_anode_level_wh_kg", "full_cell_level_wh_kg")


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a cell's specific energies; errors as in ``energy_density``."""
    masses = CellMasses(
        quantity(options, "active", "mg", MILLIGRAM, "kg"),
        quantity(options, "cathode", "mg", MILLIGRAM, "kg"),
        quantity_or_none(options, "anode", "mg", MILLIGRAM, "kg"),
        quantity_or_none(options, "electrolyte", "mg", MILLIGRAM, "kg"),
    )
    charge = quantity(options, "capacity", "mah_g", MILLIAMPERE_HOUR_PER_GRAM, "C/kg")
    levels = energy_density(masses, charge, quantity(options, "voltage", "v", 1.0, "V"))
    numbers = tuple(_number(name, each) for name, each in zip(_NAMES, levels, strict=True))
    stated = [number for number in numbers if number.value is not None]
    return Sheet(
        kind="energy",
        title="Specific energy",
        subject=options["active_material"],
        headline="; ".join(f"{n.value:.4g} Wh/kg of {n.label}" for n in stated),
        conditions=(("capacity", f"{options['capacity_mah_g']:g} mAh/g of active material"),),
        numbers=numbers,
        plots=(_plot(stated),),
        assumptions=(
            "the voltage is that of the cell against the anode it has, not against lithium",
            "current collectors, tabs and housing are not counted",
        ),
        refusals=tuple(f"{each.level}: {each.refused}" for each in levels if each.refused),
        settings=options,
    )


def _number(name: str, level: EnergyDensity) -> Number:
    if level.specific_energy is None:
        return refused_number(name, level.level, "Wh/kg", level.refused)
    return number_of(
        level.specific_energy,
        name,
        level.level,
        "Wh/kg",
        1 / WATT_HOUR_PER_KILOGRAM,
        note=f"over {level.mass_kg / MILLIGRAM:.4g} mg of {level.mass_basis}",
    )


def _plot(stated: Sequence[Number]) -> Plot:
    places = range(len(stated))
    bars = Bars("specific energy", floats(places), floats([n.value or 0.0 for n in stated]))
    ticks = {float(place): number.label for place, number in zip(places, stated, strict=True)}
    panel = Panel(
        x=Axis(label="mass that is counted", ticks=ticks),
        y=Axis(label="E / Wh kg⁻¹"),
        items=(bars,),
    )
    return Plot(name="energy", caption="Specific energy by the mass it is over.", panels=(panel,))


MEASUREMENT = Measurement(
    name="energy",
    title="Specific energy at cathode, cathode + anode and full-cell level",
    takes="",
    options=(
        *doubtful("active", "mg", "Mass of active material."),
        *doubtful("cathode", "mg", "Mass of the composite cathode, without its collector."),
        *doubtful("anode", "mg", "Mass of the anode, if known."),
        *doubtful("electrolyte", "mg", "Mass of the electrolyte separator, if known."),
        *doubtful("capacity", "mah_g", "Capacity per mass of active material."),
        *doubtful("voltage", "v", "Mean voltage of the cell."),
        Option("active_material", "Name of the active material.", kind=str, default="cell"),
    ),
    make=make,
    example="energy --active-mg 4.6 --cathode-mg 18.4 --anode-mg 60.1 --electrolyte-mg 100 "
    "--capacity-mah-g 1012.9 --voltage-v 1.4 --active-material S",
)
