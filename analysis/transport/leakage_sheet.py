"""The calculator of leakage: self-discharge and transference out of an electronic conductivity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..sheets.measurement import Measurement, Option, Options
from ..sheets.sheet import Number, Sheet, number_of
from ..units import (
    MICROAMPERE_PER_CM2,
    MILLIAMPERE_HOUR_PER_CM2,
    MILLISIEMENS_PER_CM,
    SIEMENS_PER_CM,
)
from .leakage import largest_electronic_conductivity_s_per_m, self_discharge_bound
from .transference import transference
from .transference_sheet import given, transference_numbers

_PERCENT = 100.0


def make(_files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet; raises ``ValueError`` without an electronic conductivity."""
    name = "electronic_conductivity_s_cm"
    electronic = given(options, name, "electronic_uncertainty_percent", SIEMENS_PER_CM)
    if electronic is None:
        raise ValueError(f"{name} is needed")
    cell = (
        options["separator_um"] * 1e-6,
        options["cell_voltage_v"],
        options["capacity_mah_cm2"] * MILLIAMPERE_HOUR_PER_CM2,
    )
    found = self_discharge_bound(electronic, *cell)
    goal = options["goal_percent_month"]
    most = largest_electronic_conductivity_s_per_m(goal / _PERCENT, *cell)
    numbers: tuple[Number, ...] = (
        number_of(
            found.loss_per_month,
            "self_discharge_bound_percent_month",
            "self-discharge at most",
            "%/month",
            _PERCENT,
        ),
        number_of(
            found.current_density, "leak_ua_cm2", "leak at most", "µA/cm²", 1 / MICROAMPERE_PER_CM2
        ),
        Number(
            name="largest_electronic_conductivity_s_cm",
            label=f"σ_e that allows {goal:g} %/month",
            unit="S/cm",
            value=most / SIEMENS_PER_CM,
        ),
    )
    ionic = given(
        options, "ionic_conductivity_ms_cm", "ionic_uncertainty_percent", MILLISIEMENS_PER_CM
    )
    if ionic is not None:
        numbers += transference_numbers(transference(ionic, electronic), ionic, electronic)
    return Sheet(
        kind="leakage",
        title="Leakage by electrons through the electrolyte",
        subject=f"separator of {options['separator_um']:g} µm",
        headline=f"at most {numbers[0].value:.3g} % of the capacity a month",
        conditions=(
            ("cell voltage", f"{options['cell_voltage_v']:g} V"),
            ("areal capacity", f"{options['capacity_mah_cm2']:g} mAh/cm²"),
        ),
        numbers=numbers,
        assumptions=("ohmic: J = σ_e V / L; a month is 730 h",),
        settings=options,
    )


MEASUREMENT = Measurement(
    name="leakage",
    title="Self-discharge that an electronic conductivity allows at most",
    takes="",
    options=(
        Option("electronic_conductivity_s_cm", "Electronic conductivity.", low=1e-30),
        Option("electronic_uncertainty_percent", "Its standard uncertainty.", low=0.0),
        Option("ionic_conductivity_ms_cm", "For the transference number.", low=1e-12),
        Option("ionic_uncertainty_percent", "Its standard uncertainty.", low=0.0),
        Option("separator_um", "Thickness of the separator.", default=50.0, low=1e-3),
        Option("cell_voltage_v", "Voltage of the cell.", default=4.0, low=1e-3),
        Option("capacity_mah_cm2", "Areal capacity.", default=3.0, low=1e-6),
        Option("goal_percent_month", "Self-discharge that would do.", default=2.0, low=1e-6),
    ),
    make=make,
    example="leakage --electronic-conductivity-s-cm 1e-8 --separator-um 50",
)
