"""The sheet of a pressure series: resistance and conductivity over stack pressure, both ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from ..cell_kinds import require_pellet
from ..columns_file import POSITIVE, read_columns
from ..geometry import Geometry
from ..impedance import PressureSeries
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.plot import Axis, Item, Panel, Place, Plot, line, points
from ..sheets.run_conditions import megapascal
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..units import MEGAPASCAL, MILLISIEMENS_PER_CM
from ..wording import with_error
from .arrays import Float
from .pellet import SIZE_OPTIONS, Pellet, pellet_of, source_of
from .pressure_dependence import PressureDependence, pressure_dependence
from .resistance_points import pressure_of, resistance_points, usable_sweeps, values_and_errors

_REQUIRED = ("stack_pressure_mpa", "resistance_ohm", "standard_error_ohm")
_CURVE_POINTS = 50
_ALIKE = 1.05
_MARKERS: Final[tuple[Place, Place]] = ("filled", "open")


@dataclass(frozen=True, eq=False)
class PressurePoints:
    """Pressures in Pa, resistances and errors in ohm, (m,), in the order of measurement."""

    pressure_pa: Float
    resistance_ohm: Float
    error_ohm: Float
    left_out: tuple[str, ...]


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run or table; raises ``ValueError`` where a pressure is missing."""
    path = one_file(files, "a pressure series")
    run = load_run(path) if is_run_file(path) else None
    cell = {} if run is None else run.header.cell
    pellet = pellet_of(cell, options, path.stem)
    if options["resistance"] == "electrolyte":
        require_pellet(cell, pellet.name, ", or set resistance to interface or total")
    measured = _of_table(path) if run is None else _of_run(run, pellet, options)
    found = pressure_dependence(measured.pressure_pa, measured.resistance_ohm, measured.error_ohm)
    numbers = _numbers(found)
    return Sheet(
        kind="pressure-series",
        title="Dependence on stack pressure",
        subject=pellet.name,
        headline="R ∝ p⁻ⁿ: "
        + ", ".join(
            f"n = {with_error(one.value, one.standard_error)} {way}"
            if one.value is not None
            else f"n {way} refused"
            for way, one in zip(("loading", "unloading"), numbers, strict=False)
        ),
        conditions=tuple(c for c in pellet.conditions if c[0] != "stack pressure"),
        numbers=numbers,
        tables=(_table(measured, found, _of_the_electrolyte(pellet, options)),),
        plots=(_plot(measured, found, pellet),),
        assumptions=(_of_what(run, options), "the stack pressures count as exact"),
        warnings=tuple(
            f"{word}: {text}"
            for word, one in (("loading", found.loading), ("unloading", found.unloading))
            if one is not None
            for text in one.warnings
        ),
        refusals=(*refusals_of(numbers), *measured.left_out),
        sources=(source_of(path, run),),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run is tagged as a pressure series."""
    return any(one.tags.get("measurement") == "pressure_series" for one in run.segments)


def _of_table(path: Path) -> PressurePoints:
    columns, _ = read_columns(path, _REQUIRED, allowed=dict.fromkeys(_REQUIRED, POSITIVE))
    p, r, error = (columns[name] for name in _REQUIRED)
    return PressurePoints(p * MEGAPASCAL, r, error, ())


def _of_run(run: Run, pellet: Pellet, options: Options) -> PressurePoints:
    sweeps = usable_sweeps(run)
    pressures = [p for one in sweeps if (p := pressure_of(run, one)) is not None]
    if pressures and max(pressures) <= _ALIKE * min(pressures):
        raise ValueError(
            f"{run.path.name}: all {len(sweeps)} spectra are at one stack pressure, "
            f"{megapascal(pressures[0])}; a pressure series needs three or more"
        )
    every = resistance_points(
        run, sweeps, pellet.geometry, options["resistance"], options["circuit"]
    )
    known = [p for p in every if p.resistance is not None and p.pressure_pa is not None]
    if not known:
        raise ValueError(
            f"{run.path.name} has no spectrum whose stack pressure and resistance are known"
        )
    r, error = values_and_errors(known)
    left_out = tuple(
        f"{p.label}: {p.refused or 'its stack pressure is not known'}"
        for p in every
        if p not in known
    )
    return PressurePoints(np.array([p.pressure_pa for p in known]), r, error, left_out)


def _of_what(run: Run | None, options: Options) -> str:
    return "R is the table's" if run is None else f"R is that of the {options['resistance']}"


def _numbers(found: PressureDependence) -> tuple[Number, ...]:
    reasons = dict(reason.split(": ", 1) for reason in found.reasons)
    exponents = tuple(
        refused_number(f"exponent_{word}", f"n of R ∝ p⁻ⁿ, {word}", "", reasons.get(word, ""))
        if one is None
        else number_of(
            one.exponent, f"exponent_{word}", f"n of R ∝ p⁻ⁿ, {word}", "", interval=_ends(one)
        )
        for word, one in (("loading", found.loading), ("unloading", found.unloading))
    )
    label = "share of the fall that is kept"
    kept = (
        refused_number("kept_percent", label, "%", reasons["kept"])
        if found.kept is None
        else number_of(found.kept, "kept_percent", label, "%", 100.0)
    )
    return (*exponents, kept)


def _ends(one: PressureSeries) -> tuple[float, float]:
    half = 1.96 * (one.exponent.standard_error or 0.0)
    return one.exponent.value - half, one.exponent.value + half


def _of_the_electrolyte(pellet: Pellet, options: Options) -> Geometry | None:
    """The size that makes a conductivity of the resistances, if they are the electrolyte's."""
    return pellet.geometry if options["resistance"] == "electrolyte" else None


def _table(measured: PressurePoints, found: PressureDependence, size: Geometry | None) -> Table:
    columns: dict[str, Sequence[object]] = {
        "stack_pressure_mpa": (measured.pressure_pa / MEGAPASCAL).tolist(),
        "way": ["loading" if up else "unloading" for up in found.is_loading],
        "resistance_ohm": measured.resistance_ohm.tolist(),
        "standard_error_ohm": measured.error_ohm.tolist(),
    }
    if size is not None:
        sigma = size.length_over_area_per_m / measured.resistance_ohm
        columns["conductivity_ms_cm"] = (sigma / MILLISIEMENS_PER_CM).tolist()
    return Table(name="pressures", title="Resistance at each stack pressure", columns=columns)


def _plot(measured: PressurePoints, found: PressureDependence, pellet: Pellet) -> Plot:
    size = pellet.geometry
    factor, unit = (1.0, "Ω") if size is None else (size.area_m2 * 1e4, "Ω cm²")
    items: list[Item] = []
    for colour, (word, one, rows) in enumerate(
        (
            ("loading", found.loading, found.is_loading),
            ("unloading", found.unloading, ~found.is_loading),
        )
    ):
        p = measured.pressure_pa[rows] / MEGAPASCAL
        if p.size:
            r, error = measured.resistance_ohm[rows] * factor, measured.error_ohm[rows] * factor
            items.append(points(word, p, r, error, marker=_MARKERS[colour], colour=colour))
        if one is not None:
            x = np.geomspace(measured.pressure_pa.min(), measured.pressure_pa.max(), _CURVE_POINTS)
            y = np.exp(one.line.intercept + one.line.slope * np.log(x)) * factor
            name = f"n = {one.exponent.value:.2f}"
            items.append(line(name, x / MEGAPASCAL, y, colour=colour, dashed=bool(colour)))
    return Plot(
        name="pressure_series",
        caption="Resistance over stack pressure with standard errors; lines R ∝ p⁻ⁿ. "
        f"n = {measured.pressure_pa.size} spectra.",
        panels=(
            Panel(
                x=Axis(label="p / MPa", log=True),
                y=Axis(label=f"R / {unit}" if size is None else f"R A / {unit}", log=True),
                items=tuple(items),
            ),
        ),
    )


MEASUREMENT = Measurement(
    name="pressure-series",
    title="Dependence of a resistance on stack pressure, loading and unloading",
    takes="one run file, or a CSV table with " + ", ".join(_REQUIRED) + " in the order measured",
    options=(
        *SIZE_OPTIONS,
        Option("circuit", "Circuit to fit to each.", kind=str, unset="one is chosen"),
        Option("temperature_c", "Temperature.", low=-273.0, high=1200.0, unset="as measured"),
        Option(
            "resistance",
            "Whose resistance.",
            kind=str,
            default="electrolyte",
            choices=("electrolyte", "interface", "total"),
        ),
    ),
    make=make,
    example="pressure-series pellet.run.sqlite --resistance interface",
    suits=suits,
)
