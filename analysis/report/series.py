"""The spectra of a run over temperature: what they say together, as a report tells it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..geometry import Geometry
from ..run_rows import RunSweep
from ..runs import Run
from ..temperature_series import NoTemperatureSeriesError, series_of_run, temperature_spectra
from ..units import ZERO_CELSIUS_K
from ..wording import with_error
from .arrhenius_tables import line_rows
from .fit_tables import Rows
from .plotted import PlottedTable, nyquist_table
from .table import Grid

if TYPE_CHECKING:
    from ..impedance.series.from_spectra import SeriesAnalysis

_COLUMNS = ("bulk", "grain_boundary", "electrolyte", "interface", "total")
_SHOWN_SPAN_K = 0.05


@dataclass(frozen=True, slots=True)
class Together:
    """What the joint fit says of one spectrum: values times area and their standard errors."""

    sweep: RunSweep
    electrolyte_is: str
    ohm_cm2: Mapping[str, tuple[float, float | None]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Series:
    """A run that is a temperature series. ``found`` is ``None`` where nothing could be fitted:
    ``refused`` says why. ``sweeps`` are those whose temperature is known, coldest first, and
    ``together`` those of them that took part.
    """

    sweeps: tuple[RunSweep, ...]
    together: tuple[Together, ...]
    found: "SeriesAnalysis | None"
    refused: str

    @property
    def remarks(self) -> tuple[str, ...]:
        """What has to be said beside the numbers."""
        if self.found is None:
            return (f"The spectra were not fitted together: {self.refused}",)
        left_out = self.found.series.left_out
        told = [f"{celsius_text(one.at)} took no part: {one.reason}" for one in left_out]
        return tuple(dict.fromkeys((*told, *self.found.reasons)))

    def as_json(self) -> dict[str, Any]:
        """Everything as plain values, resistances times area in Ω cm²."""
        lines = line_rows(self.found) if self.found is not None else Rows("", (), ())
        return {
            "circuit": str(self.found.series.circuit) if self.found is not None else None,
            "lines": _as_json(lines),
            "resistances": _as_json(resistance_rows(self)),
            "remarks": list(self.remarks),
        }


def series_of(run: Run) -> Series | None:
    """Fit the spectra of a temperature series together; ``None`` for any other run."""
    try:
        spectra = temperature_spectra(run)
    except NoTemperatureSeriesError:
        return None
    by_label = {f"segment {sweep.segment}: {sweep.name}": sweep for sweep in run.sweeps}
    geometry = spectra[0].geometry
    if geometry is None:
        return None
    found, refused = None, ""
    try:
        found = series_of_run(run)
    except ValueError as error:
        refused = str(error)
    sweeps = tuple(by_label[one.label] for one in spectra)
    together = tuple(_together(found, geometry, sweeps)) if found is not None else ()
    return Series(sweeps=sweeps, together=together, found=found, refused=refused)


def resistance_rows(series: Series) -> Rows:
    """One row a spectrum of the joint fit, resistances times area; empty where not known."""
    header = ["temperature_c", "moved_by_k", "segment", "time_h", "electrolyte_is"]
    for name in _COLUMNS:
        header += [f"{name}_ohm_cm2", f"{name}_standard_error_ohm_cm2"]
    rows = []
    for each in series.together:
        values = [part for name in _COLUMNS for part in each.ohm_cm2.get(name, (None, None))]
        sweep = each.sweep
        start = (_celsius(sweep.temperature_k), sweep.temperature_span_k, sweep.segment)
        rows.append((*start, sweep.elapsed_s / 3600.0, each.electrolyte_is, *values))
    return Rows("resistances_over_temperature", tuple(header), tuple(rows))


def resistance_grid(series: Series) -> Grid:
    """The same as a person reads it."""
    shown = [name for name in _COLUMNS if any(name in each.ohm_cm2 for each in series.together)]
    rows = []
    for each in series.together:
        span_k = each.sweep.temperature_span_k
        label = celsius_text(each.sweep.temperature_k)
        if span_k is not None and abs(span_k) >= _SHOWN_SPAN_K:
            label += f" (moved by {span_k:+.1f} K)".replace("-", "−")
        cells = [with_error(*each.ohm_cm2[n]) if n in each.ohm_cm2 else "" for n in shown]
        rows.append((label, *cells))
    is_called = " or ".join(dict.fromkeys(each.electrolyte_is for each in series.together))
    words = [is_called if name == "electrolyte" else name.replace("_", " ") for name in shown]
    return Grid(
        "Resistances over temperature, fitted together / Ω cm²",
        ("temperature", *words),
        tuple(rows),
    )


def nyquist_over_temperature(run: Run, series: Series) -> PlottedTable:
    """Every spectrum point, times the electrode area, with the temperature of its spectrum."""
    table = nyquist_table(run, None)
    of_sweep = {n: sweep.temperature_k for n, sweep in enumerate(run.sweeps)}
    known = {sweep.segment for sweep in series.sweeps}
    celsius = [
        _celsius(of_sweep[n]) if run.sweeps[n].segment in known else None
        for n in table.columns["sweep"]
    ]
    return PlottedTable(table.name, {"temperature_c": celsius, **table.columns})


def as_plotted(rows: Rows) -> PlottedTable:
    """Rows as a table that is written with its source."""
    columns = list(zip(*rows.rows, strict=True)) or [()] * len(rows.header)
    return PlottedTable(rows.name, dict(zip(rows.header, columns, strict=True)))


def _together(
    found: "SeriesAnalysis", geometry: Geometry, sweeps: Sequence[RunSweep]
) -> Iterator[Together]:
    """The resistances that the Arrhenius lines are drawn through, spectrum by spectrum."""
    from ..impedance.series.processes import log_conductance, processes_of

    area_cm2 = geometry.area_m2 * 1e4
    processes = processes_of(found.series, geometry)
    values: list[dict[str, tuple[float, float | None]]] = [{} for _ in found.series.places]
    for name, process in (
        ("bulk", processes.bulk),
        ("grain_boundary", processes.grain_boundary),
        ("electrolyte", processes.total),
        ("interface", processes.interface),
    ):
        if process is None or not process.members:
            continue
        logs, covariance = log_conductance(found.series, process)
        for row, log, variance in zip(process.rows, logs, np.diag(covariance), strict=True):
            ohm_cm2 = math.exp(-log) * area_cm2
            values[row][name] = ohm_cm2, ohm_cm2 * math.sqrt(variance)
    for row, place in enumerate(found.series.places):
        total = found.resistances[row].total
        error = total.standard_error
        whole = total.value * area_cm2, None if error is None else error * area_cm2
        yield Together(sweeps[place], processes.total.name, {**values[row], "total": whole})


def celsius_text(kelvin: float | None) -> str:
    """A temperature to a tenth of a degree."""
    return "not known" if kelvin is None else f"{_celsius(kelvin):.1f} °C".replace("-", "−")


def _celsius(kelvin: float | None) -> float | None:
    return None if kelvin is None else kelvin - ZERO_CELSIUS_K


def _as_json(table: Rows) -> list[dict[str, Any]]:
    return [dict(zip(table.header, row, strict=True)) for row in table.rows]
