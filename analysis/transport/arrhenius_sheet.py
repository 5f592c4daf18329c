"""The sheet of a temperature series: activation energies in both forms, and sigma at 25 °C."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..cell_kinds import is_full_cell, require_pellet
from ..columns_file import CELSIUS, POSITIVE, read_columns
from ..impedance import (
    ArrheniusFit,
    arrhenius_fit,
    arrhenius_of,
    series_from_spectra,
)
from ..runs import Run, is_run_file, load_run
from ..sheets.measurement import Measurement, Option, Options, one_file
from ..sheets.sheet import Number, Sheet, Table, number_of, refusals_of, refused_number
from ..temperature_series import NoTemperatureSeriesError, temperature_spectra
from ..units import MILLISIEMENS_PER_CM, SIEMENS_PER_CM, ZERO_CELSIUS_K
from ..wording import with_error
from .arrhenius_doubts import doubts_of, extrapolated_k
from .arrhenius_plot import arrhenius_plot
from .pellet import COMPOSITE_OPTION, IF_MEANT, SIZE_OPTIONS, Pellet, pellet_of, source_of

_TABLE = ("temperature_c", "conductivity_s_cm", "standard_error_s_cm")
_ALLOWED = dict(zip(_TABLE, (CELSIUS, POSITIVE, POSITIVE), strict=True))
_INDEPENDENT = (
    "the errors of the table are independent of each other: an error that all share, as the "
    "pellet's size, changes no Ea and is missing in σ₀ and σ at 25 °C"
)
_UNKNOWN_ENERGY = "its error is more than half of the value"


@dataclass(frozen=True, eq=False)
class TemperatureSeries:
    """Arrhenius lines of one cell in both forms; `reasons` say what is missing or doubtful."""

    lines: tuple[ArrheniusFit, ...]
    others: tuple[ArrheniusFit, ...]
    reasons: tuple[str, ...]
    assumptions: tuple[str, ...]


def make(files: Sequence[Path], options: Options) -> Sheet:
    """Return the sheet of one run or table; raises ``ValueError`` where there is no series."""
    path = one_file(files, "an Arrhenius series")
    run = load_run(path) if is_run_file(path) else None
    cell = {} if run is None else run.header.cell
    pellet = pellet_of(cell, options, path.stem)
    if not options["composite_included"]:
        require_pellet(cell, pellet.name, IF_MEANT)
    found = series_of_table(path, options) if run is None else series_of(run, pellet, options)
    numbers = tuple(number for one in found.lines for number in _numbers(one))
    return Sheet(
        kind="arrhenius",
        title="Conductivity over temperature",
        subject=pellet.name,
        headline=_headline(found),
        conditions=_conditions(pellet, found),
        numbers=numbers or (_refused(found),),
        tables=(_points(found.lines),),
        plots=(arrhenius_plot(found.lines, found.others),) if found.lines else (),
        assumptions=found.assumptions,
        warnings=(
            *found.reasons,
            *doubts_of(found.lines),
            *(w for w in pellet.warnings if "temperature" not in w),
        ),
        refusals=refusals_of(numbers),
        sources=(source_of(path, run),),
        settings=options,
    )


def suits(run: Run) -> bool:
    """Whether a run of a pellet has spectra at three temperatures or more."""
    if is_full_cell(run.header.cell):
        return False
    try:
        return bool(temperature_spectra(run))
    except NoTemperatureSeriesError:
        return False


def series_of(run: Run, pellet: Pellet, options: Options) -> TemperatureSeries:
    """Fit the spectra of a run together. Raises ``ValueError`` where there is no series."""
    spectra = temperature_spectra(run)
    own_k, offset_k = options["temperature_uncertainty_k"], options["thermometer_offset_k"]
    series = series_from_spectra(
        [(one.spectrum, one.temperature_k) for one in spectra if one.temperature_k is not None],
        geometry=pellet.geometry,
        temperature_uncertainty_k=own_k,
        temperature_offset_uncertainty_k=offset_k,
    )
    if series.arrhenius is None:
        return TemperatureSeries((), (), series.reasons, ())
    other = arrhenius_of(
        series.series,
        pellet.geometry,
        form="sigma",
        temperature_uncertainty_k=own_k,
        temperature_offset_uncertainty_k=offset_k,
    )
    return TemperatureSeries(
        series.arrhenius.fits,
        other.fits,
        series.reasons,
        series.arrhenius.assumptions,
    )


def series_of_table(path: Path, options: Options) -> TemperatureSeries:
    """Fit a table of conductivities. Raises ``ValueError`` naming file, line and column."""
    columns, _ = read_columns(path, _TABLE, allowed=_ALLOWED)
    kelvin = columns["temperature_c"] + ZERO_CELSIUS_K
    sigma = columns["conductivity_s_cm"] * SIEMENS_PER_CM
    variance = (columns["standard_error_s_cm"] / columns["conductivity_s_cm"]) ** 2
    line = arrhenius_fit(
        kelvin,
        sigma,
        variance,
        temperature_uncertainty_k=options["temperature_uncertainty_k"],
        temperature_offset_uncertainty_k=options["thermometer_offset_k"],
    )
    other = arrhenius_fit(
        kelvin,
        sigma,
        variance,
        form="sigma",
        temperature_uncertainty_k=options["temperature_uncertainty_k"],
        temperature_offset_uncertainty_k=options["thermometer_offset_k"],
    )
    return TemperatureSeries((line,), (other,), line.warnings, (_INDEPENDENT,))


def _numbers(one: ArrheniusFit) -> tuple[Number, ...]:
    key = one.name.replace(" + ", "_").replace(" ", "_").lower()
    energy, other = one.activation_energy, one.activation_energy_other_form
    name, label = f"ea_{key}_ev", f"Ea of σT, {one.name}"
    first = (
        refused_number(name, label, "eV", _UNKNOWN_ENERGY)
        if energy.standard_error is None
        else number_of(energy, name, label, "eV", interval=one.activation_energy_interval())
    )
    apart = other.value - energy.value
    second = number_of(
        other,
        f"ea_{key}_of_sigma_ev",
        f"Ea of σ, {one.name}",
        "eV",
        interval=None if first.interval is None else _moved(first.interval, apart),
    )
    if one.unit == "S/m2":  # of interfaces: a conductance by area is no conductivity
        return first, second
    prefactor = number_of(
        one.prefactor,
        f"prefactor_{key}_s_k_cm",
        f"σ₀ of σT, {one.name}",
        "S K/cm" if one.unit == "S/m" else "S K",
        1 / SIEMENS_PER_CM if one.unit == "S/m" else 1.0,
    )
    factor, unit = (1 / MILLISIEMENS_PER_CM, "mS/cm") if one.unit == "S/m" else (1e3, "mS")
    return (
        first,
        second,
        prefactor,
        number_of(
            one.predict(),
            f"sigma_25c_{key}_{'ms_cm' if one.unit == 'S/m' else 'ms'}",
            f"σ at 25 °C, {one.name}",
            unit,
            factor,
            interval=one.interval(),
            note=_place_words(one),
        ),
    )


def _place_words(one: ArrheniusFit) -> str:
    beyond = extrapolated_k(one.temperature_k)
    return f"extrapolated by {beyond:.3g} K" if beyond else "on the line"


def _moved(interval: tuple[float, float], by: float) -> tuple[float, float]:
    """The interval of the other form: both are one slope, apart by k T."""
    return interval[0] + by, interval[1] + by


def _headline(found: TemperatureSeries) -> str:
    if not found.lines:
        return f"Ea refused: {'; '.join(found.reasons)}"
    one = found.lines[0]
    energy = one.activation_energy
    return f"Ea = {with_error(energy.value, energy.standard_error, 'eV')} of σT ({one.name})"


def _refused(found: TemperatureSeries) -> Number:
    return refused_number("ea_ev", "Ea", "eV", "; ".join(found.reasons) or "there is no line")


def _conditions(pellet: Pellet, found: TemperatureSeries) -> tuple[tuple[str, str], ...]:
    kelvin = [t for one in found.lines for t in one.temperature_k]
    span = (
        f"{min(kelvin) - ZERO_CELSIUS_K:.4g} to {max(kelvin) - ZERO_CELSIUS_K:.4g} °C"
        if kelvin
        else "not known"
    )
    return tuple((k, span if k == "temperature" else v) for k, v in pellet.conditions)


def _points(lines: Sequence[ArrheniusFit]) -> Table:
    rows = [
        (one.name, t - ZERO_CELSIUS_K, s / SIEMENS_PER_CM, e / SIEMENS_PER_CM)
        for one in lines
        if one.unit == "S/m"
        for t, s, e in zip(one.temperature_k, one.conductivity, one.conductivity_error, strict=True)
    ]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return Table(
        name="conductivities",
        title="Conductivities of the lines",
        columns=dict(zip(("process", *_TABLE), columns, strict=True)),
        note="standard errors without the geometry's, which all share",
    )


MEASUREMENT = Measurement(
    name="arrhenius",
    title="Conductivity over temperature: activation energies in both forms",
    takes="one run file with spectra at three temperatures or more, or a CSV table with "
    + ", ".join(_TABLE),
    options=(
        *SIZE_OPTIONS,
        Option("stack_pressure_mpa", "Stack pressure.", low=0.0, unset="the cell record's"),
        Option(
            "temperature_uncertainty_k", "Of each temperature on its own.", default=0.1, low=0.0
        ),
        COMPOSITE_OPTION,
        Option("thermometer_offset_k", "That all temperatures share.", default=0.5, low=0.0),
    ),
    make=make,
    example="arrhenius pellet.run.sqlite --temperature-uncertainty-k 0.2",
    suits=suits,
)
