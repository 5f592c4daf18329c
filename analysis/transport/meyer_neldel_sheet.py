"""The sheet of the Meyer-Neldel rule over materials, from their temperature series or a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..cell_kinds import require_pellet
from ..columns_file import CELSIUS, POSITIVE, Allowed, column_or, read_columns
from ..impedance import ArrheniusFit
from ..runs import is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Panel, Plot, Points, line
from ..sheets.sheet import Number, Sheet, Source, Table, number_of, refusals_of, refused_number
from ..sheets.sources import source_of_file, source_of_run
from ..units import SIEMENS_PER_CM, ZERO_CELSIUS_K
from ..wording import with_error
from .arrhenius_sheet import MEASUREMENT as ARRHENIUS
from .arrhenius_sheet import series_of
from .meyer_neldel import FEWEST_MATERIALS, ArrheniusPoint, MeyerNeldel, meyer_neldel
from .pellet import pellet_of

_REQUIRED = (
    "activation_energy_ev",
    "standard_error_ev",
    "prefactor_s_k_cm",
    "relative_error_prefactor",
    "correlation",
)
_ALLOWED = {
    **dict.fromkeys(
        ("standard_error_ev", "prefactor_s_k_cm", "relative_error_prefactor"), POSITIVE
    ),
    "correlation": Allowed(-1.0, 1.0, low_itself=True),
    "mean_temperature_c": CELSIUS,
}
_MILLI = 1e3


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of several runs or of one table; raises ``ValueError`` for fewer than 3."""
    if len(files) == 1 and not is_run_file(files[0]):
        some, sources = _of_table(files[0]), [source_of_file(files[0])]
        left_out: list[str] = []
    else:
        some, sources, left_out = _of_runs(files, options)
    found = meyer_neldel(some)
    numbers = _numbers(found)
    return Sheet(
        kind="meyer-neldel",
        title="Meyer-Neldel rule",
        subject=f"{len(some)} materials",
        headline="isokinetic temperature "
        + with_error(found.isokinetic.value, found.isokinetic.standard_error, "K")
        if found.isokinetic is not None
        else f"refused: {found.refused}",
        numbers=numbers,
        tables=(_table(found),),
        plots=(_plot(found),),
        assumptions=("Ea and σ₀ of σT; the errors of the materials are independent",),
        warnings=found.warnings,
        refusals=(*refusals_of(numbers), *left_out),
        sources=tuple(sources),
        settings=options,
    )


def _of_table(path: Path) -> list[ArrheniusPoint]:
    columns, texts = read_columns(path, _REQUIRED, ("mean_temperature_c",), ("material",), _ALLOWED)
    middle = column_or(columns, "mean_temperature_c", np.nan) + ZERO_CELSIUS_K
    return [
        ArrheniusPoint(name, energy, math.log(factor), error, relative, together, kelvin)
        for name, energy, error, factor, relative, together, kelvin in zip(
            texts["material"],
            *(columns[name].tolist() for name in _REQUIRED),
            middle.tolist(),
            strict=True,
        )
    ]


def _of_runs(
    files: Sequence[Path], options: Options
) -> tuple[list[ArrheniusPoint], list[Source], list[str]]:
    if len(files) < FEWEST_MATERIALS:
        raise ValueError(f"{len(files)} runs are too few; {FEWEST_MATERIALS} materials are needed")
    found, sources, left_out = [], [], []
    every = {o.name: options.get(o.name, o.default) for o in ARRHENIUS.options}
    for path in files:
        run = load_run(path)
        pellet = pellet_of(run.header.cell, every, path.stem)
        require_pellet(run.header.cell, pellet.name)
        sources.append(source_of_run(run))
        series = series_of(run, pellet, every)
        if not series.lines or series.lines[0].unit != "S/m":
            left_out.append(f"{pellet.name}: {'; '.join(series.reasons) or 'its size is unknown'}")
            continue
        found.append(point_of(pellet.electrolyte or pellet.name, series.lines[0]))
    return found, sources, left_out


def point_of(material: str, one: ArrheniusFit) -> ArrheniusPoint:
    """The point of a material: Ea and ln(sigma_0 / S K cm-1) of its line with their covariance.

    ``covariance`` of an Arrhenius line is of (ln sigma_0, Ea).
    """
    u_log, u_energy = np.sqrt(np.diag(one.covariance))
    return ArrheniusPoint(
        material,
        one.activation_energy.value,
        math.log(one.prefactor.value / SIEMENS_PER_CM),
        float(u_energy),
        float(u_log),
        float(one.covariance[0, 1] / (u_log * u_energy)),
        float(1.0 / np.mean(1.0 / one.temperature_k)),
    )


def _numbers(found: MeyerNeldel) -> tuple[Number, ...]:
    numbers = []
    for name, label, unit, quantity, factor in (
        ("isokinetic_k", "isokinetic temperature", "K", found.isokinetic, 1.0),
        ("meyer_neldel_mev", "Meyer-Neldel energy", "meV", found.energy_ev, _MILLI),
    ):
        if quantity is None:
            numbers.append(refused_number(name, label, unit, found.refused))
            continue
        low, high = (
            1 / (found.slope.value + k * (found.slope.standard_error or 0)) for k in (1.96, -1.96)
        )
        scale = quantity.value * found.slope.value
        numbers.append(
            number_of(quantity, name, label, unit, factor, interval=(low * scale, high * scale))
        )
    return (
        *numbers,
        number_of(found.log_common_prefactor, "ln_sigma00", "ln(σ₀₀ / S K cm⁻¹)", ""),
        Number(
            name="chi2",
            label="scatter about the rule, χ²",
            unit="",
            value=found.chi2,
            note=f"{found.degrees_of_freedom} degrees of freedom",
        ),
    )


def _table(found: MeyerNeldel) -> Table:
    some = found.points
    return Table(
        name="materials",
        title="Arrhenius parameters of σT",
        columns={
            "material": [one.material for one in some],
            "activation_energy_ev": [one.energy_ev for one in some],
            "standard_error_ev": [one.energy_error_ev for one in some],
            "ln_prefactor_s_k_cm": [one.log_prefactor for one in some],
            "standard_error_ln": [one.log_prefactor_error for one in some],
            "correlation": [one.correlation for one in some],
        },
    )


def _plot(found: MeyerNeldel) -> Plot:
    x = np.array([one.energy_ev for one in found.points])
    y = np.array([one.log_prefactor for one in found.points]) / math.log(10)
    u_y = np.array([one.log_prefactor_error for one in found.points]) / math.log(10)
    u_x = np.array([one.energy_error_ev for one in found.points])
    names = tuple(one.material for one in found.points)
    ends = np.array([x.min(), x.max()])
    rule = (found.log_common_prefactor.value + found.slope.value * ends) / math.log(10)
    return Plot(
        name="meyer_neldel",
        caption="Prefactor over activation energy with standard errors, which belong together: "
        "each point moves along the slope of its own temperatures. "
        f"n = {len(names)} materials.",
        panels=(
            Panel(
                x=Axis(label="Ea / eV"),
                y=Axis(label="log₁₀(σ₀ / S K cm⁻¹)"),
                items=(
                    Points("materials", x, y, u_y, u_y, u_x, labels=names),
                    line("rule", ends, rule, colour=1),
                ),
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="meyer-neldel",
    title="Meyer-Neldel rule: prefactor against activation energy over materials",
    takes="three run files with temperature series or more, or one CSV table with material, "
    + ", ".join(_REQUIRED),
    options=(
        Option(
            "temperature_uncertainty_k", "Of each temperature on its own.", default=0.1, low=0.0
        ),
        Option("thermometer_offset_k", "That all temperatures share.", default=0.5, low=0.0),
    ),
    make=make,
    example="meyer-neldel llzo.run.sqlite lpscl.run.sqlite latp.run.sqlite",
    group=True,
)
