"""``solidcell design capacity``: what a material could store, and how much it swells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, refused_number
from ..units import GRAM_PER_CM3, MILLIAMPERE_HOUR_PER_GRAM
from .formula import molar_mass_kg_per_mol
from .theoretical_capacity import charge_density_c_per_m3, specific_charge_c_per_kg
from .volume_change import volume_change

_PER_CM3 = MILLIAMPERE_HOUR_PER_GRAM * GRAM_PER_CM3


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of a theoretical capacity; errors as in ``specific_charge_c_per_kg``."""
    formula, electrons = options["formula"], options["electrons"]
    if formula is None or electrons is None:
        raise ValueError("a formula and the number of electrons per formula unit are needed")
    charge = specific_charge_c_per_kg(formula, electrons) / MILLIAMPERE_HOUR_PER_GRAM
    numbers = (
        Number(name="molar_mass_g_mol", label="M", unit="g/mol",
               value=1e3 * molar_mass_kg_per_mol(formula)),
        Number(name="capacity_mah_g", label="q", unit="mAh/g", value=charge,
               note=f"per mass of {formula}"),
        _per_volume(formula, electrons, options["density_g_cm3"]),
        _swelling(formula, options),
    )  # fmt: skip
    return Sheet(
        kind="capacity",
        title="Theoretical capacity",
        subject=f"{formula}, {electrons:g} electrons",
        headline=f"{charge:.1f} mAh/g of {formula}",
        numbers=numbers,
        assumptions=("every formula unit takes part, by Faraday's law",),
        settings=options,
    )


def _per_volume(formula: str, electrons: float, density_g_cm3: float | None) -> Number:
    named = ("capacity_mah_cm3", "q per volume", "mAh/cm³")
    if density_g_cm3 is None:
        return refused_number(*named, "no density is given")
    density = density_g_cm3 * GRAM_PER_CM3
    return Number(
        name=named[0],
        label=named[1],
        unit=named[2],
        value=charge_density_c_per_m3(formula, electrons, density) / _PER_CM3,
    )


def _swelling(formula: str, options: Options) -> Number:
    named = ("volume_change_percent", "volume change", "%")
    given = [options[name] for name in ("density_g_cm3", "product", "product_density_g_cm3")]
    if None in given or options["host"] is None:
        return refused_number(
            *named, "needs both densities, the product and the host element that stays"
        )
    density, product, product_density = given
    change = volume_change(
        formula, density * GRAM_PER_CM3, product, product_density * GRAM_PER_CM3, options["host"]
    )
    return Number(
        name=named[0],
        label=named[1],
        unit=named[2],
        value=100 * change,
        note=f"{formula} to {product}, dense, per atom of {options['host']}",
    )


MEASUREMENT = Measurement(
    name="capacity",
    title="Theoretical capacity and volume change of a material",
    takes="",
    options=(
        Option("formula", "Formula of the material, as Li2S or Li1.3Al0.3Ti1.7(PO4)3.", kind=str),
        Option("electrons", "Electrons per formula unit.", low=0.0),
        Option("density_g_cm3", "Density of the dense material.", low=0.0),
        Option("product", "Formula of what it becomes.", kind=str),
        Option("product_density_g_cm3", "Density of what it becomes.", low=0.0),
        Option("host", "Element whose atoms stay.", kind=str),
    ),
    make=make,
    example="capacity --formula S --electrons 2 --density-g-cm3 2.03 --product Li2S "
    "--product-density-g-cm3 1.67 --host S",
)
