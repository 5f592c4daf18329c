"""The sheet of a thickness series: R A over L, its slope and what is left at L = 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..cell_kinds import require_pellet
from ..columns_file import CELSIUS, NOT_NEGATIVE, POSITIVE, column_or, read_columns
from ..impedance import ThicknessSeries, thickness_series
from ..runs import is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options
from ..sheets.plot import Axis, Panel, Plot, line
from ..sheets.plot import Points as PlottedPoints
from ..sheets.sheet import Number, Sheet, Source, Table, refusals_of
from ..sheets.sources import source_of_file, source_of_run
from ..units import OHM_CM2, ZERO_CELSIUS_K
from ..wording import number as in_words
from ..wording import with_error
from .arrays import Float
from .pellet import geometry_with, pellet_of
from .resistance_points import resistance_points, usable_sweeps
from .thickness_numbers import thickness_numbers

_REQUIRED = ("thickness_um", "resistance_ohm", "standard_error_ohm", "diameter_mm")
_OPTIONAL = ("thickness_uncertainty_um", "temperature_c")
_MICRO = 1e6
_AS_ONE_K = 0.05
_ROUNDING_K = 1e-9
_ALLOWED = {
    **dict.fromkeys(_REQUIRED, POSITIVE),
    "thickness_uncertainty_um": NOT_NEGATIVE,
    "temperature_c": CELSIUS,
}


@dataclass(frozen=True, eq=False)
class Pellets:
    """Pellets of a series, arrays of shape (m,) in SI; temperatures NaN where not known."""

    names: tuple[str, ...]
    thickness_m: Float
    thickness_error_m: Float
    area_m2: Float
    resistance_ohm: Float
    error_ohm: Float
    temperature_k: Float
    sources: tuple[Source, ...]
    left_out: tuple[str, ...]


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of several runs or of one table; raises ``ValueError`` for fewer than 3."""
    pellets = (
        _of_table(files[0], options)
        if len(files) == 1 and not is_run_file(files[0])
        else _of_runs(files, options)
    )
    _require_one_temperature(pellets, options["temperature_tolerance_k"])
    found = thickness_series(
        pellets.thickness_m,
        pellets.resistance_ohm,
        pellets.error_ohm,
        pellets.area_m2,
        thickness_uncertainty_m=pellets.thickness_error_m,
        relative_area_uncertainty=2 * options["diameter_uncertainty_percent"] / 100,
    )
    numbers = thickness_numbers(found)
    return Sheet(
        kind="thickness-series",
        title="Conductivity by pellets of different thickness",
        subject=f"{len(pellets.names)} pellets",
        headline=_headline(numbers),
        conditions=(("temperature", _span(pellets.temperature_k)),),
        numbers=numbers,
        tables=(_table(pellets),),
        plots=(_plot(pellets, found),),
        assumptions=("all pellets have one conductivity and one contact resistance",),
        warnings=(*found.warnings, *_warnings(pellets)),
        refusals=(*refusals_of(numbers), *pellets.left_out),
        sources=pellets.sources,
        settings=options,
    )


def _headline(numbers: Sequence[Number]) -> str:
    sigma, contact = numbers[0], numbers[-1]
    if sigma.value is None and len(numbers) > 2:
        return f"σ > {in_words(numbers[1].value, 'mS/cm')}: {sigma.refused}"
    if sigma.value is None:
        return f"σ refused: {sigma.refused}"
    told = f"σ = {with_error(sigma.value, sigma.standard_error, 'mS/cm')}, contact "
    if contact.value is None:
        return told + f"refused: {contact.refused}"
    return told + f"{with_error(contact.value, contact.standard_error, 'Ω cm²')} a side"


def _of_table(path: Path, options: Options) -> Pellets:
    columns, texts = read_columns(path, _REQUIRED, _OPTIONAL, ("name",), _ALLOWED)
    doubt = options["thickness_uncertainty_um"]
    return Pellets(
        texts["name"],
        columns["thickness_um"] / _MICRO,
        column_or(columns, "thickness_uncertainty_um", doubt or 0.0) / _MICRO,
        np.pi * (columns["diameter_mm"] / 1e3) ** 2 / 4,
        columns["resistance_ohm"],
        columns["standard_error_ohm"],
        column_or(columns, "temperature_c", np.nan) + ZERO_CELSIUS_K,
        (source_of_file(path),),
        (),
    )


def _of_runs(files: Sequence[Path], options: Options) -> Pellets:
    """The last spectrum of each run."""
    rows, names, sources, left_out = [], [], [], []
    own = {"thickness_um": None, "diameter_mm": None, "diameter_uncertainty_mm": None}
    for path in files:
        run = load_run(path)
        pellet = pellet_of(run.header.cell, {**options, **own}, path.stem)
        require_pellet(run.header.cell, pellet.name)
        size, sweeps = geometry_with(pellet.geometry, {**options, **own}), usable_sweeps(run)
        sources.append(source_of_run(run))
        if size is None or not sweeps:
            left_out.append(f"{pellet.name}: " + ("no size" if size is None else "no spectrum"))
            continue
        point = resistance_points(run, sweeps[-1:], size, "total", options["circuit"])[0]
        if point.resistance is None:
            left_out.append(f"{pellet.name}: {point.refused}")
            continue
        names.append(pellet.name)
        rows.append(
            (
                size.thickness_m,
                size.thickness_uncertainty_m,
                size.area_m2,
                point.resistance.value,
                point.resistance.standard_error or 0.0,
                point.temperature_k or np.nan,
            )
        )
    length, doubt, area, r, error, kelvin = np.array(rows, dtype=np.float64).reshape(-1, 6).T
    return Pellets(
        tuple(names), length, doubt, area, r, error, kelvin, tuple(sources), tuple(left_out)
    )


def _span(kelvin: Float) -> str:
    known = kelvin[np.isfinite(kelvin)] - ZERO_CELSIUS_K
    if not known.size:
        return "not known"
    if np.ptp(known) < _AS_ONE_K:
        return in_words(float(known.mean()), "°C", 4)
    return f"{in_words(float(known.min()), '', 4)} to {in_words(float(known.max()), '°C', 4)}"


def _require_one_temperature(pellets: Pellets, tolerance_k: float) -> None:
    """Refuse pellets of different temperatures: a pellet's own σ would pass for its thickness."""
    known = np.isfinite(pellets.temperature_k)
    celsius = pellets.temperature_k[known] - ZERO_CELSIUS_K
    if celsius.size and np.ptp(celsius) > tolerance_k + _ROUNDING_K:
        listed = ", ".join(
            f"{name} at {one:.4g} °C"
            for name, one in zip(np.array(pellets.names)[known], celsius, strict=True)
        )
        raise ValueError(
            f"the pellets were measured at different temperatures: {listed}; a thickness series "
            f"is of one temperature, to within {tolerance_k:g} K (temperature_tolerance_k)"
        )


def _warnings(pellets: Pellets) -> tuple[str, ...]:
    found = []
    kelvin = pellets.temperature_k
    if not np.isfinite(kelvin).all():
        found.append("the temperature of a pellet is not known: give its column temperature_c")
    if not pellets.thickness_error_m.any():
        found.append("the thicknesses count as exact: thickness_uncertainty_um is not given")
    return tuple(found)


def _table(pellets: Pellets) -> Table:
    return Table(
        name="pellets",
        title="Pellets of the series",
        columns={
            "name": pellets.names,
            "thickness_um": (pellets.thickness_m * _MICRO).tolist(),
            "resistance_ohm": pellets.resistance_ohm.tolist(),
            "standard_error_ohm": pellets.error_ohm.tolist(),
            "ra_ohm_cm2": (pellets.resistance_ohm * pellets.area_m2 / OHM_CM2).tolist(),
        },
    )


def _plot(pellets: Pellets, found: ThicknessSeries) -> Plot:
    length = pellets.thickness_m * _MICRO
    y = pellets.resistance_ohm * pellets.area_m2 / OHM_CM2
    error = pellets.error_ohm * pellets.area_m2 / OHM_CM2
    x = np.array([0.0, float(length.max()) * 1.05])
    fitted = (found.line.intercept + found.line.slope * x / _MICRO) / OHM_CM2
    measured = PlottedPoints("pellets", length, y, error, error, pellets.thickness_error_m * _MICRO)
    return Plot(
        name="thickness_series",
        caption="Resistance times area over thickness with standard errors; line: "
        f"R A = L/σ + 2 R_c. n = {len(pellets.names)} pellets.",
        panels=(
            Panel(
                x=Axis(label="L / µm"),
                y=Axis(label="R A / Ω cm²"),
                items=(measured, line("L/σ + 2 R_c", x, fitted, colour=1)),
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="thickness-series",
    title="Conductivity and contact resistance by a thickness series",
    takes="three run files or more, or one CSV table with name, " + ", ".join(_REQUIRED),
    options=(
        Option("circuit", "Circuit to fit to each.", kind=str, unset="one is chosen"),
        Option("thickness_uncertainty_um", "Of each pellet.", low=0.0, unset="the cell record's"),
        Option("diameter_uncertainty_percent", "Of all diameters together.", default=0.0, low=0.0),
        Option(
            "temperature_tolerance_k",
            "How far the pellets' temperatures may lie apart.",
            default=1.0,
            low=0.0,
        ),
    ),
    make=make,
    example="thickness-series pellet_1.run.sqlite pellet_2.run.sqlite pellet_3.run.sqlite",
    group=True,
)
