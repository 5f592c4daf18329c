"""``solidcell design break-even``: how thin a solid separator must be to match a liquid cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..geometry import Quantity
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import (
    GRAM_PER_CM3,
    MICROMETRE,
    MILLIAMPERE_HOUR_PER_GRAM,
    MILLIGRAM_PER_CM2,
    WATT_HOUR_PER_KILOGRAM,
    WATT_HOUR_PER_LITRE,
)
from .break_even import break_even_thickness_m
from .break_even_plots import against_loading, against_thickness
from .cell_model import (
    PUBLISHED_ELECTROLYTES,
    ActiveMaterial,
    Foils,
    LiquidCell,
    SolidCell,
    SolidElectrolyte,
    liquid_cell_energy,
    solid_cell_energy,
)
from .options import doubtful, quantity
from .propagation import propagated

_LITHIUM = {"whole": "the cycled lithium and its excess", "excess": "the excess of lithium alone"}


@dataclass(frozen=True, slots=True)
class _Inputs:
    """What the sheet is made of: the cell, what is doubtful of it, and the reference."""

    cell: SolidCell
    doubtful: dict[str, Quantity]
    electrolytes: tuple[SolidElectrolyte, ...]
    reference_j_per_kg: float
    reference_j_per_m3: float


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of break-even thicknesses; errors as in ``break_even_thickness_m``."""
    inputs = _inputs(options)
    numbers = [n for each in inputs.electrolytes for n in _numbers(each, inputs)]
    by_mass = [number for number in numbers if number.name.endswith("_mass_um")]
    reference = (
        f"{inputs.reference_j_per_kg / WATT_HOUR_PER_KILOGRAM:.1f} Wh/kg, "
        f"{inputs.reference_j_per_m3 / WATT_HOUR_PER_LITRE:.0f} Wh/L"
    )
    return Sheet(
        kind="break-even",
        title="Break-even thickness",
        subject=", ".join(each.name for each in inputs.electrolytes),
        headline="; ".join(
            f"{n.label}: {'never' if n.value is None else f'{n.value:.3g} µm'}" for n in by_mass
        ),
        conditions=(
            ("reference", reference),
            ("loading", f"{options['loading_mg_cm2']:g} mg/cm² of active material"),
        ),
        numbers=tuple(numbers),
        tables=(_table(inputs),),
        plots=(
            against_thickness(
                inputs.cell,
                inputs.electrolytes,
                inputs.reference_j_per_kg,
                inputs.reference_j_per_m3,
            ),
            against_loading(inputs.cell, inputs.electrolytes, inputs.reference_j_per_kg),
        ),
        assumptions=(
            "cell of one cathode, separator, anode and both foils; no housing (Wu, Xiao 2016)",
            "the reference does not change with the loading",
            f"in the cathode the electrolyte keeps its {inputs.cell.electrolyte_in_cathode[9:]}",
            f"the anode has {_LITHIUM[inputs.cell.lithium_counted]}",
        ),
        refusals=refusals_of(numbers),
        settings=options,
    )


def _inputs(options: Options) -> _Inputs:
    doubtful_inputs = {
        "loading": quantity(options, "loading", "mg_cm2", MILLIGRAM_PER_CM2, "kg/m2"),
        "charge": quantity(options, "capacity", "mah_g", MILLIAMPERE_HOUR_PER_GRAM, "C/kg"),
        "voltage": quantity(options, "voltage", "v", 1.0, "V"),
    }
    cell = SolidCell(
        separator_m=options["thickness_um"] * MICROMETRE,
        active=_active(**{name: each.value for name, each in doubtful_inputs.items()}),
        electrolyte_in_cathode=options["electrolyte_in_cathode"],
        lithium_excess=options["lithium_excess_percent"] / 100,
        lithium_counted=options["lithium_counted"],
        foils=Foils(
            aluminium_m=options["aluminium_um"] * MICROMETRE,
            copper_m=options["copper_um"] * MICROMETRE,
            share=options["foil_share"],
        ),
    )
    liquid = liquid_cell_energy(LiquidCell())
    by_mass, by_volume = options["reference_wh_kg"], options["reference_wh_l"]
    return _Inputs(
        cell,
        doubtful_inputs,
        _electrolytes(options["electrolytes"]),
        liquid.specific_energy_j_per_kg if by_mass is None else by_mass * WATT_HOUR_PER_KILOGRAM,
        liquid.energy_density_j_per_m3 if by_volume is None else by_volume * WATT_HOUR_PER_LITRE,
    )


def _active(loading: float, charge: float, voltage: float) -> ActiveMaterial:
    return ActiveMaterial(
        loading_kg_per_m2=loading, specific_charge_c_per_kg=charge, mean_voltage_v=voltage
    )


def _electrolytes(text: str) -> tuple[SolidElectrolyte, ...]:
    """Read ``LLZO,LPSCl=1.9``: known names, or a name and its density in g/cm3.

    Raises ValueError for a name that is not known and has no density.

    >>> [each.density_kg_per_m3 for each in _electrolytes("LLZO, LPSCl=1.86")]
    [5000.0, 1860.0]
    """
    known = {each.name: each for each in PUBLISHED_ELECTROLYTES}
    found = []
    for part in text.split(","):
        name, given, density = (word.strip() for word in part.partition("="))
        if given:
            found.append(
                SolidElectrolyte(name=name, density_kg_per_m3=float(density) * GRAM_PER_CM3)
            )
        elif name in known:
            found.append(known[name])
        else:
            raise ValueError(
                f"the density of {name!r} is not known; there are {', '.join(known)}, "
                "or write NAME=DENSITY in g/cm3"
            )
    return tuple(found)


def _numbers(electrolyte: SolidElectrolyte, inputs: _Inputs) -> list[Number]:
    made = []
    for per, label in (("mass", "E_S"), ("volume", "E_V")):
        named = (f"{electrolyte.name.lower()}_break_even_{per}_um", f"{electrolyte.name}, {label}")
        try:
            thickness = propagated(_thickness_of(electrolyte, inputs, per), inputs.doubtful, "m")
            made.append(number_of(thickness, *named, "µm", 1 / MICROMETRE))
        except ValueError as error:
            made.append(refused_number(*named, "µm", str(error)))
    return made


def _thickness_of(electrolyte: SolidElectrolyte, inputs: _Inputs, per: str) -> Callable[..., float]:
    reference = (
        {"specific_energy_j_per_kg": inputs.reference_j_per_kg}
        if per == "mass"
        else {"energy_density_j_per_m3": inputs.reference_j_per_m3}
    )

    def thickness_m(**active: float) -> float:
        cell = replace(inputs.cell, electrolyte=electrolyte, active=_active(**active))
        found = break_even_thickness_m(cell, **reference)
        if found is None:
            raise ValueError("the cell stays below the reference even without a separator")
        return found

    return thickness_m


def _table(inputs: _Inputs) -> Table:
    cells = [replace(inputs.cell, electrolyte=each) for each in inputs.electrolytes]
    energies = [solid_cell_energy(cell) for cell in cells]
    return Table(
        name="cells",
        title=f"Cells with {inputs.cell.separator_m / MICROMETRE:g} µm of electrolyte",
        columns={
            "electrolyte": [each.name for each in inputs.electrolytes],
            "density_g_cm3": [e.density_kg_per_m3 / GRAM_PER_CM3 for e in inputs.electrolytes],
            "specific_energy_wh_kg": [
                e.specific_energy_j_per_kg / WATT_HOUR_PER_KILOGRAM for e in energies
            ],
            "energy_density_wh_l": [
                e.energy_density_j_per_m3 / WATT_HOUR_PER_LITRE for e in energies
            ],
            "cathode_um": [e.thickness_m("cathode") / MICROMETRE for e in energies],
            "separator_mass_percent": [100 * e.mass_share("separator") for e in energies],
            "lithium_mass_percent": [100 * e.mass_share("anode") for e in energies],
        },
    )


MEASUREMENT = Measurement(
    name="break-even",
    title="Separator thickness at which a solid cell matches a reference energy",
    takes="",
    options=(
        Option("electrolytes", "Names, or NAME=DENSITY in g/cm3, with commas between.",
               kind=str, default="LLZO,LATP,LGPS"),
        Option("thickness_um", "Separator thickness of the table of cells.", default=20.0, low=0.0),
        *doubtful("loading", "mg_cm2", "Active material per area.", 19.5),
        *doubtful("capacity", "mah_g", "Capacity per mass of active material.", 200.0),
        *doubtful("voltage", "v", "Mean voltage of the cell.", 3.6),
        Option("reference_wh_kg", "Energy per mass to match.", low=0.0,
               unset="the model's liquid cell"),
        Option("reference_wh_l", "Energy per volume to match.", low=0.0,
               unset="the model's liquid cell"),
        Option("aluminium_um", "Thickness of the aluminium foil.", default=10.0, low=0.0),
        Option("copper_um", "Thickness of the copper foil.", default=5.0, low=0.0),
        Option("foil_share", "Share of each foil that is counted.", default=1.0, low=0.0, high=1.0),
        Option("lithium_excess_percent", "Lithium over the cycled charge.", default=20.0, low=0.0),
        Option("lithium_counted", "Lithium that is counted.", kind=str, default="whole",
               choices=("whole", "excess")),
        Option("electrolyte_in_cathode", "What the cathode keeps for every electrolyte.",
               kind=str, default="constant volume", choices=("constant volume", "constant mass")),
    ),
    make=make,
    example="break-even --electrolytes LLZO,LPSCl=1.86 --loading-mg-cm2 19.5",
)  # fmt: skip
