"""The sheet of a DC polarisation: electronic conductivity, and what it would leak in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ..cell_kinds import require_blocking
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import MICROAMPERE_PER_CM2, MILLIAMPERE_HOUR_PER_CM2, SIEMENS_PER_CM
from ..wording import with_error
from .dc_polarisation import OFFSET_UNCERTAINTY_A, DcPolarisation, dc_polarisation
from .dc_polarisation_plot import NANO, every_hold, polarisation_plot
from .holds import HeldVoltage, held_in_table, held_voltages, marked_words
from .leakage import self_discharge_bound
from .pellet import (
    CONDITION_OPTIONS,
    SIZE_OPTIONS,
    Pellet,
    pellet_of,
    source_of,
    without_temperature,
)
from .steady_line import Hold

_PERCENT = 100.0


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run or table; raises ``ValueError`` where there is no hold."""
    path = one_file(files, "a DC polarisation")
    run = load_run(path) if is_run_file(path) else None
    held = held_in_table(path) if run is None else held_voltages(run, "dc_polarisation")
    cell = {} if run is None else run.header.cell
    pellet = pellet_of(cell, options, path.stem)
    require_blocking(cell, pellet.name)
    pellet = _as_measured(pellet, held, options)
    if pellet.geometry is None:
        raise ValueError("the pellet's size is not known: give thickness_um and diameter_mm")
    found = dc_polarisation(
        [one.hold(options["skip_s"]) for one in held],
        pellet.geometry,
        resolution_a=options["resolution_na"] / NANO,
        offset_uncertainty_a=options["offset_uncertainty_na"] / NANO,
    )
    numbers = _numbers(found, options)
    conductivities = without_temperature(pellet, numbers)
    first = conductivities[0]
    return Sheet(
        kind="dc-polarisation",
        title="DC polarisation",
        subject=pellet.name,
        headline=f"σ_e = {with_error(first.value, first.standard_error, 'S/cm')} at "
        f"{dict(pellet.conditions)['temperature']}"
        if first.value is not None
        else f"σ_e refused: {first.refused}",
        conditions=pellet.conditions,
        numbers=conductivities,
        tables=(_table(found),),
        plots=(polarisation_plot(held, found),),
        assumptions=(*found.assumptions, *marked_words(held)),
        warnings=(*found.warnings, *pellet.warnings),
        refusals=refusals_of(conductivities),
        sources=(source_of(path, run),),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as a DC polarisation."""
    return any(one.tags.get("measurement") == "dc_polarisation" for one in run.segments)


def _as_measured(pellet: Pellet, held: Sequence[HeldVoltage], options: Options) -> Pellet:
    """Take temperature and pressure as they were during the holds, unless they are given."""
    changes: dict[str, float] = {}
    for name, option in (("temperature_k", "temperature_c"), ("pressure_pa", "stack_pressure_mpa")):
        known = [v for one in held if (v := getattr(one, name)) is not None]
        if known and options[option] is None:
            changes[name] = float(np.median(known))
    return replace(pellet, **changes)  # type: ignore[arg-type]


def _numbers(found: DcPolarisation, options: Options) -> tuple[Number, ...]:
    name, label, unit = "electronic_conductivity_s_cm", "electronic conductivity", "S/cm"
    if found.conductivity is None:
        bound = found.upper_bound_s_per_m
        below = "" if bound is None else f"; it is below {bound / SIEMENS_PER_CM:.2g} S/cm"
        numbers = [refused_number(name, label, unit, found.refused + below)]
        if bound is not None:
            numbers.append(
                Number(
                    name="electronic_conductivity_bound_s_cm",
                    label="upper bound of it",
                    unit=unit,
                    value=bound / SIEMENS_PER_CM,
                    note="97.5 % probability, or the last current if none was steady",
                )
            )
        return tuple(numbers)
    numbers = [
        number_of(
            found.conductivity,
            name,
            label,
            unit,
            1 / SIEMENS_PER_CM,
            interval=found.interval_s_per_m,
        )
    ]
    numbers += _model_dependence(found)
    if found.offset_a is not None:
        numbers.append(number_of(found.offset_a, "offset_na", "offset of the current", "nA", NANO))
    return (*numbers, *_leak(found, options))


def _model_dependence(found: DcPolarisation) -> list[Number]:
    if found.model_dependence_s_per_m is None:
        return []
    by = found.by_family_s_per_m
    values = ", ".join(f"{family}: {v / SIEMENS_PER_CM:.4g}" for family, v in by.items())
    return [
        Number(
            name="model_dependence_s_cm",
            label="between the models that the data admit",
            unit="S/cm",
            value=found.model_dependence_s_per_m / SIEMENS_PER_CM,
            note=values if len(by) > 1 else f"they admit one family alone, {values}",
        )
    ]


def _leak(found: DcPolarisation, options: Options) -> tuple[Number, ...]:
    if found.conductivity is None:
        return ()
    bound = self_discharge_bound(
        found.conductivity,
        options["separator_um"] * 1e-6,
        options["cell_voltage_v"],
        options["capacity_mah_cm2"] * MILLIAMPERE_HOUR_PER_CM2,
    )
    of = (
        f"separator of {options['separator_um']:g} µm at {options['cell_voltage_v']:g} V, "
        f"{options['capacity_mah_cm2']:g} mAh/cm²"
    )
    return (
        number_of(
            bound.current_density,
            "leak_ua_cm2",
            "leak it allows at most",
            "µA/cm²",
            1 / MICROAMPERE_PER_CM2,
            note=of,
        ),
        number_of(
            bound.loss_per_month,
            "self_discharge_bound_percent_month",
            "self-discharge it allows at most",
            "%/month",
            _PERCENT,
        ),
    )


def _table(found: DcPolarisation) -> Table:
    rows = [_row(hold, "yes" if hold in found.used else "no") for hold in every_hold(found)]
    names = (
        "voltage_v",
        "steady_current_na",
        "standard_error_na",
        "exponential_na",
        "power_law_na",
        "model",
        "model_dependence_na",
        "still_to_go_percent",
        "used",
    )
    return Table(
        name="holds",
        title="Steady current at each voltage",
        columns=dict(zip(names, zip(*rows, strict=True), strict=True)),
        note="standard errors count the memory of the noise, the choice of the model and where its "
        "fit begins",
    )


def _row(hold: Hold, used: str) -> tuple[object, ...]:
    steady = hold.steady
    if steady is None:
        return hold.voltage_v, None, None, None, None, hold.refused, None, None, used
    by = {one.family: one.steady.mean * NANO for one in steady.families}
    return (
        hold.voltage_v,
        steady.value_a * NANO,
        steady.standard_error_a * NANO,
        by.get("exponential"),
        by.get("power law"),
        steady.best.model.name,
        steady.model_dependence_a * NANO,
        steady.remainder * _PERCENT,
        used,
    )


MEASUREMENT = Measurement(
    name="dc-polarisation",
    title="DC polarisation: electronic conductivity from steady currents",
    takes="one run file, or a CSV table with time_s, voltage_v, current_a",
    options=(
        *SIZE_OPTIONS,
        *CONDITION_OPTIONS,
        Option("skip_s", "Leave out readings before, after each step.", default=0.0, low=0.0),
        Option("resolution_na", "Resolution of the instrument.", default=0.0, low=0.0),
        Option(
            "offset_uncertainty_na",
            "Uncertainty of the instrument's zero; counts with fewer than three voltages.",
            default=OFFSET_UNCERTAINTY_A * NANO,
            low=0.0,
        ),
        Option("separator_um", "Separator to bound the leak of.", default=50.0, low=1e-3),
        Option("cell_voltage_v", "Voltage of that cell.", default=4.0, low=1e-3),
        Option("capacity_mah_cm2", "Its areal capacity.", default=3.0, low=1e-6),
    ),
    make=make,
    example="dc-polarisation pellet.run.sqlite --resolution-na 0.01",
    suits=suits,
)
