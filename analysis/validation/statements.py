"""Single statements of the reviews, each computed again."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..design.diffusion_time import diffusion_time
from ..design.energy_density import CellMasses, EnergyDensity, energy_density
from ..design.ohmic_limit import ohmic_thickness_limit
from ..design.power import implied_mean_voltage_v
from ..design.theoretical_capacity import (
    charge_density_c_per_m3,
    lithium_thickness_m,
    specific_charge_c_per_kg,
)
from ..design.volume_change import volume_change
from ..geometry import Quantity
from ..units import MILLIAMPERE_HOUR_PER_CM2, MILLIAMPERE_HOUR_PER_GRAM
from .check import Check, compare, holds, recorded
from .published_tables import COMMERCIAL, INTERFACES, SULFIDES

_NOT_STATED = "not stated"


def checks() -> Iterator[Check]:
    """Yield the statements of all reviews that are in no table."""
    yield from _of_interfaces()
    yield from _of_sulfides()
    yield from _of_cells_with_sulfides()
    yield from _of_commercialisation()


def _of_interfaces() -> Iterator[Check]:
    limit = ohmic_thickness_limit(
        Quantity(0.05, None, "V"), Quantity(30.0, None, "A/m2"), Quantity(0.01, None, "S/m")
    )
    yield compare(
        "thickness for 50 mV at 3 mA/cm2 and 0.1 mS/cm, um",
        f"{INTERFACES}, section 1",
        "16.7",
        limit.value * 1e6,
    )
    for charge, printed, expected in ((1, "10", 4.85), (3, "20", 14.55)):
        yield compare(
            f"lithium plated by {charge} mAh/cm2, um",
            f"{INTERFACES}, section 4.4",
            printed,
            1e6 * lithium_thickness_m(charge * MILLIAMPERE_HOUR_PER_CM2),
            expected=expected,
            inconsistent="10 to 20 um hold 2.1 to 4.1 mAh/cm2",
        )
    yield compare(
        "expansion of S to Li2S, %",
        f"{INTERFACES}, section 4.2",
        "80",
        100 * volume_change("S", 2030.0, "Li2S", 1670.0, "S"),
        expected=74.2,
        inconsistent="the densities printed beside it give 74 %",
    )
    yield compare(
        "use of sulfur at 1216 mAh/g, %",
        f"{INTERFACES}, section 4.2",
        "73",
        100 * 1216 / _mah_per_g("S", 2),
    )
    yield compare(
        "decades from 1e-13 to 1e-7 S/cm",
        f"{INTERFACES}, section 4.2",
        "6",
        math.log10(1e-7 / 1e-13),
    )


def _of_sulfides() -> Iterator[Check]:
    yield compare("capacity of Li, mAh/g", f"{SULFIDES}, section 4.1", "3861", _mah_per_g("Li", 1))
    yield compare(
        "capacity of FeS2, mAh/g", f"{SULFIDES}, section 3.3.3", "894", _mah_per_g("FeS2", 4)
    )
    yield compare(
        "capacity of S, mAh/g",
        f"{SULFIDES}, section 3.3.1",
        "1675",
        _mah_per_g("S", 2),
        allowed=0.002,
    )
    yield compare(
        "capacity of Li2S, mAh/g",
        f"{SULFIDES}, section 3.3",
        "1166.5",
        _mah_per_g("Li2S", 2),
        allowed=0.001,
    )
    yield compare(
        "decades from 1e-13 to 3.0e-5 S/cm",
        f"{SULFIDES}, section 3.3.2",
        "8",
        math.log10(3.0e-5 / 1e-13),
    )
    time = diffusion_time(Quantity(1e-6, None, "m"), Quantity(1e-14, None, "m2/s"))
    yield recorded(
        "time through 1 um at 1e-10 cm2/s, s", f"{SULFIDES}, section 3.2.5", _NOT_STATED, time.value
    )
    yield compare(
        "lithium lost a cycle at 88 % efficiency, %",
        f"{SULFIDES}, section 4.2.2",
        "12",
        100 * (1 - 0.88),
    )
    yield compare(
        "lithium lost a cycle at 98 % efficiency, %",
        f"{SULFIDES}, section 4.2.2",
        "2",
        100 * (1 - 0.98),
    )


def _of_cells_with_sulfides() -> Iterator[Check]:
    table = f"{SULFIDES}, Table 3"
    yield compare("area of 6 mg Li2S at 7.64 mg/cm2, cm2", f"{table}, row 23", "0.785", 6 / 7.64)
    disc = math.pi / 4 * 1e-4
    yield compare(
        "45 um lithium on a disc of 10 mm, mg",
        f"{table}, row 23",
        "1.88",
        1e6 * 45e-6 * disc * 534.0,
    )
    masses = CellMasses(_mg(1.1), _mg(2.75), _mg(3.35), _mg(150))
    charge = Quantity(646 * MILLIAMPERE_HOUR_PER_GRAM, None, "C/kg")
    found = energy_density(masses, charge, Quantity(1.4, None, "V"))
    for level, printed in zip(found, ("360", "163", "6.4"), strict=True):
        yield compare(
            f"MoS3 with 2.75 and 1.1 mg, {level.level}, Wh/kg",
            f"{table}, row 28",
            printed,
            _wh_per_kg(level),
            allowed=0.006,
        )
    voltage = implied_mean_voltage_v(3823.0, 127.3, disc, 2.75e-6)
    yield holds(
        "mean voltage behind 3823 W/kg at 12.73 mA/cm2 (cathode of 2.75 mg), V",
        f"{SULFIDES}, section 3.3.3",
        "below the 1.5 V at low current",
        voltage,
        good=0.5 < voltage < 1.5,
    )


def _of_commercialisation() -> Iterator[Check]:
    yield compare(
        "capacity of Mg, mAh/g",
        f"{COMMERCIAL}, section 4.3",
        "2046",
        _mah_per_g("Mg", 2),
        expected=2205.4,
        inconsistent="its own 3833 mAh/cm3 needs 2205; 2046 resembles lithium's per cm3",
    )
    yield compare(
        "capacity of Mg, mAh/cm3",
        f"{COMMERCIAL}, section 4.3",
        "3833",
        charge_density_c_per_m3("Mg", 2, 1738.0) / 3.6e6,
    )
    yield recorded(
        "density behind 127.9 Wh/kg and 140.7 Wh/L, low for a dense cell, g/cm3",
        f"{COMMERCIAL}, section 2.2.1",
        _NOT_STATED,
        140.7 / 127.9,
    )
    need = 115 / (116 * 3.51) * (16.38 + 10.93 + 16.89)
    yield recorded(
        "active mass behind 115 Wh/kg, share of the positive electrode, %",
        f"{COMMERCIAL}, section 3.2",
        _NOT_STATED,
        100 * need / 16.38,
    )
    yield compare(
        "charge behind 20C at 14.64 mA/cm2, mAh/cm2",
        f"{COMMERCIAL}, section 3.1",
        "0.7",
        14.64 / 20,
    )
    yield recorded(
        "loading behind 135.3 mAh/g and 1.4 mAh/cm2, mg/cm2",
        f"{COMMERCIAL}, section 2.2.1",
        _NOT_STATED,
        1.4 / 0.1353,
    )
    sulfate = 17 * 109.94 / 45.94 / 0.8108
    yield compare(
        "Li2S from sulfate of 17 $/kg at 81.08 % yield, $/kg",
        f"{COMMERCIAL}, section 2.1.2",
        "62",
        sulfate,
        expected=50.2,
        inconsistent="sulfate alone costs 50 $; sugar and ethanol are not itemised",
    )
    yield recorded(
        "raw material of a Li2ZrCl6 membrane, $/m2 (target 10)",
        f"{COMMERCIAL}, section 2.1.2",
        "1.38",
    )


def _mah_per_g(formula: str, electrons: float) -> float:
    return specific_charge_c_per_kg(formula, electrons) / MILLIAMPERE_HOUR_PER_GRAM


def _wh_per_kg(level: EnergyDensity) -> float:
    return math.nan if level.specific_energy is None else level.specific_energy.value / 3600


def _mg(mass: float) -> Quantity:
    return Quantity(mass * 1e-6, None, "kg")
