"""What capacities are divided by, and how well the current is known: from options and record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..geometry import Quantity
from ..runs import Run
from ..sheets.measurement import Option, Options
from ..sheets.run_conditions import (
    area,
    layers,
    stack_pressure_pa,
    surroundings,
    temperature_k,
)
from ..sheets.sheet import Number, refused_number
from ..units import (
    MILLIAMPERE_HOUR_PER_CM2,
    MILLIAMPERE_HOUR_PER_GRAM,
    MILLIAMPERE_PER_CM2,
    MILLIGRAM,
    MILLIGRAM_PER_CM2,
)
from ..wording import number as in_words
from .cycles import Meter
from .half_cycles import HalfCycle

INDIUM_NOTE: Final = (
    "holds only while indium and its lithium alloy are both there (Li share below about 0.9 "
    "in LixIn); a poor or lithium-rich counter electrode drifts"
)

BASIS_OPTIONS: Final = (
    Option("active_mass_mg", "Mass of active material.", low=1e-6, unset="the cell record's"),
    Option("active_mass_uncertainty_mg", "Its standard uncertainty.", low=0.0),
    Option("active_material", "Name of the active material.", kind=str, unset="the cell record's"),
    Option("electrode_area_cm2", "Electrode area.", low=1e-6, unset="the cell record's"),
    Option("one_c_mah_g", "What 1C was declared to be; never guessed.", low=1e-3),
    Option("current_gain_percent", "Standard uncertainty of the current's gain.", low=0.0),
    Option("current_offset_ua", "Standard uncertainty of the current's offset.", low=0.0),
    Option(
        "reference_shift_v",
        "Added to every voltage that is shown: 0.62 brings a cell with an In/Li counter "
        "electrode to the scale of lithium.",
        default=0.0,
        low=-5.0,
        high=5.0,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Area and active mass of one cell in SI, what 1C means, and the meter."""

    cell: str
    area_m2: float | None
    mass: Quantity | None
    material: str
    one_c_c_kg: float | None
    meter: Meter
    shift_v: float

    def rate_c(self, half: HalfCycle) -> float | None:
        """C-rate of a half-cycle: by the declared capacity, or as its protocol said."""
        if self.one_c_c_kg is not None and self.mass is not None:
            return abs(half.current_a) * 3600.0 / (self.one_c_c_kg * self.mass.value)
        return half.rate_c

    def per_gram(self, charge_c: float) -> float | None:
        """A charge in mAh/g, where the mass is known."""
        return None if self.mass is None else charge_c / self.mass.value / MILLIAMPERE_HOUR_PER_GRAM

    def per_area(self, charge_c: float) -> float | None:
        """A charge in mAh/cm2, where the area is known."""
        return None if self.area_m2 is None else charge_c / self.area_m2 / MILLIAMPERE_HOUR_PER_CM2

    def density_ma_cm2(self, current_a: float) -> float | None:
        """A current in mA/cm2, where the area is known."""
        return None if self.area_m2 is None else current_a / self.area_m2 / MILLIAMPERE_PER_CM2

    @property
    def per_gram_label(self) -> str:
        """The unit with the material that the mass is of."""
        return f"mAh g⁻¹ ({self.material})"


def basis_of(run: Run, options: Options) -> Basis:
    """Take what is given, else what the cell record of the run says; what neither knows is None."""
    cell = run.header.cell
    mass_kg = _given(options["active_mass_mg"], 1e-6, cell.get("active_mass_kg"))
    doubt_mg = options["active_mass_uncertainty_mg"]
    gain, offset = options["current_gain_percent"], options["current_offset_ua"]
    one_c = options["one_c_mah_g"]
    return Basis(
        cell=str(cell.get("name", run.header.run_id)),
        area_m2=_given(options["electrode_area_cm2"], 1e-4, cell.get("electrode_area_m2")),
        mass=None
        if mass_kg is None
        else Quantity(mass_kg, None if doubt_mg is None else doubt_mg * 1e-6, "kg"),
        material=options["active_material"] or str(cell.get("active_material", "active material")),
        one_c_c_kg=None if one_c is None else one_c * MILLIAMPERE_HOUR_PER_GRAM,
        meter=Meter(
            current_gain=None if gain is None else gain / 100,
            current_offset_a=None if offset is None else offset * 1e-6,
        ),
        shift_v=float(options["reference_shift_v"]),
    )


def capacity_numbers(
    charge: Quantity, basis: Basis, name: str, label: str
) -> tuple[Number, Number]:
    """A charge per active mass and per area; refused where what it is divided by is not known."""
    return (
        _per_gram(charge, basis, f"{name}_mah_g", label),
        _per_area(charge, basis, f"{name}_mah_cm2", label),
    )


def conditions_of(run: Run, basis: Basis) -> tuple[tuple[str, str], ...]:
    """What a capacity must never be reported without; what is not known says so."""
    mass_mg = None if basis.mass is None else basis.mass.value / MILLIGRAM
    loading = None
    if basis.mass is not None and basis.area_m2 is not None:
        loading = basis.mass.value / basis.area_m2 / MILLIGRAM_PER_CM2
    one_c = basis.one_c_c_kg
    return (
        ("cell", layers(run)),
        ("active material", f"{basis.material}, {in_words(mass_mg, 'mg', 4)}"),
        ("electrode area", area(basis.area_m2)),
        ("loading", in_words(loading, "mg/cm²", 4)),
        *surroundings(temperature_k(run), stack_pressure_pa(run)),
        (
            "1C",
            "as the protocol's tags declare"
            if one_c is None
            else f"{one_c / MILLIAMPERE_HOUR_PER_GRAM:g} mAh/g",
        ),
    )


def common_notes(basis: Basis) -> tuple[str, ...]:
    """Assumptions that every sheet of a full cell makes."""
    notes = [
        "positive current charges: the cathode is the working electrode",
        "charge is the trapezoid over the readings of each segment; rests and gaps count nothing",
    ]
    if basis.meter.current_gain is None and basis.meter.current_offset_a is None:
        notes.append("the instrument's gain and offset are not stated, and not in any error")
    if basis.shift_v:
        notes.append(f"voltages are shown {basis.shift_v:+g} V shifted; this {INDIUM_NOTE}")
    return tuple(notes)


def notes_on_gaps(halves: Sequence[HalfCycle]) -> tuple[str, ...]:
    """Warnings of half-cycles in which charge passed unseen."""
    found = []
    for half in halves:
        word = "charge" if half.direction > 0 else "discharge"
        if half.unobserved_c is None:
            found.append(f"{word} {half.cycle}: an unknown charge passed in a gap of the run")
        elif half.unobserved_c:
            share = 100 * half.unobserved_c / half.capacity_c
            found.append(f"{word} {half.cycle}: up to {share:.2g} % passed unseen in a gap")
    return tuple(found)


def _given(value: float | None, factor: float, recorded: object) -> float | None:
    if value is not None:
        return float(value) * factor
    return float(recorded) if isinstance(recorded, int | float) else None


def _per_gram(charge: Quantity, basis: Basis, name: str, label: str) -> Number:
    if basis.mass is None:
        return refused_number(name, label, "mAh/g", "the active mass is not known")
    value = charge.value / basis.mass.value / MILLIAMPERE_HOUR_PER_GRAM
    own = (charge.standard_error or 0.0) / basis.mass.value / MILLIAMPERE_HOUR_PER_GRAM
    error = math.hypot(own, value * (basis.mass.relative or 0.0))
    note = "" if basis.mass.standard_error is not None else "error without that of the mass"
    return Number(
        name=name,
        label=label,
        unit="mAh/g",
        value=value,
        standard_error=error,
        note="; ".join(each for each in (f"per gram of {basis.material}", note) if each),
    )


def _per_area(charge: Quantity, basis: Basis, name: str, label: str) -> Number:
    if basis.area_m2 is None:
        return refused_number(name, label, "mAh/cm²", "the electrode area is not known")
    factor = 1 / basis.area_m2 / MILLIAMPERE_HOUR_PER_CM2
    error = (charge.standard_error or 0.0) * factor
    return Number(
        name=name, label=label, unit="mAh/cm²", value=charge.value * factor, standard_error=error
    )
