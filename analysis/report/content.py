"""Everything a report says, gathered once; the pages, the window page and the files draw on it."""

import hashlib
import platform
from dataclasses import dataclass

import matplotlib
import numpy as np
import scipy

from ... import __version__
from ..critical_current import (
    CriticalCurrent,
    analyse_critical_current,
    is_critical_current_test,
)
from ..runs import Run
from ..units import ZERO_CELSIUS_K
from ..wording import number, with_error
from .arrhenius_tables import line_grid, line_rows, point_rows
from .cell_tables import cell_tables
from .figures import Failure
from .fits import SweepFit, fit_grid, fit_sweeps
from .instruments import instrument_table
from .plotted import PlottedTable, nyquist_table, resistance_table, trace_table
from .protocol_table import protocol_table
from .result_tables import criteria_table, half_cycle_grid, result_table
from .series import (
    Series,
    as_plotted,
    nyquist_over_temperature,
    resistance_grid,
    resistance_rows,
    series_of,
)
from .surroundings import soak_grid, soak_table, soaks_of, surroundings_table
from .table import Grid, Table

GOOD, BAD, OPEN = "#117733", "#cc3311", "#996600"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Content:
    """The parts of a report in the order in which they are read.

    ``result`` is ``None`` for a run that is no critical-current test, ``series`` for one that is
    no temperature series. ``colour`` is that of the headline: green where nothing failed, red where
    something did, amber where it is open. ``answers`` are the grids that belong beside it.
    """

    run: Run
    result: CriticalCurrent | None
    series: Series | None
    fits: tuple[SweepFit, ...]
    title: str
    subtitle: str
    headline: str
    below: str
    colour: str
    state: str | None
    evidence: tuple[str, ...]
    warnings: tuple[str, ...]
    trace: PlottedTable
    resistance: PlottedTable | None
    spectra: PlottedTable
    surroundings: PlottedTable | None
    soaks: PlottedTable
    failure: Failure | None
    answers: tuple[Grid, ...]
    tables: tuple[Table, ...]
    grids: tuple[Grid, ...]
    appendix: tuple[Table, ...]
    provenance: dict[str, str]

    @property
    def sentences(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is said in whole sentences, under its headings."""
        remarks = self.series.remarks if self.series is not None else ()
        every = (("Evidence", self.evidence), ("Warnings", self.warnings), ("Remarks", remarks))
        return tuple((heading, told) for heading, told in every if told)

    @property
    def numbers(self) -> tuple[PlottedTable, ...]:
        """Every table that is written as a file of its own."""
        of_series: tuple[PlottedTable, ...] = ()
        if self.series is not None and self.series.found is not None:
            found = self.series.found
            rows = (resistance_rows(self.series), line_rows(found), point_rows(found))
            of_series = tuple(as_plotted(one) for one in rows)
        optional = (self.resistance, self.surroundings)
        drawn = (self.trace, self.spectra, *(t for t in optional if t is not None), self.soaks)
        return tuple(table for table in (*drawn, *of_series) if len(table))


def gather(run: Run, created_utc: str) -> Content:
    """Analyse the run and word the result. Raises ``ValueError`` if the cell has no area."""
    if "electrode_area_m2" not in run.header.cell or "thickness_m" not in run.header.cell:
        raise ValueError(f"{run.path.name}: the cell record has no electrode area or no thickness")
    is_test = is_critical_current_test(run)
    result = analyse_critical_current(run) if is_test else None
    series = None if is_test else series_of(run)
    fits, soaks = fit_sweeps(run), soaks_of(run)
    provenance = _provenance(run, created_utc)
    headline, below, colour = _headline(run, result, series)
    return Content(
        run=run,
        result=result,
        series=series,
        fits=fits,
        title=_title(run, result, series),
        subtitle=f"run {run.header.run_id}, channel {run.header.channel}, "
        f"begun {run.header.created_utc}, operator {run.header.operator or 'not given'}",
        headline=headline,
        below=below,
        colour=colour,
        state=_state(run),
        evidence=result.evidence if result is not None else (),
        warnings=result.warnings if result is not None else (),
        trace=trace_table(run),
        resistance=resistance_table(result) if result is not None else None,
        spectra=nyquist_over_temperature(run, series) if series else nyquist_table(run, result),
        surroundings=surroundings_table(run, soaks),
        soaks=soak_table(soaks),
        failure=_failure(run, result),
        answers=_answers(series),
        tables=_tables(run, result),
        grids=(*_grids(result, fits, series), *((soak_grid(soaks),) if soaks else ())),
        appendix=_appendix(result, provenance),
        provenance=provenance,
    )


def _title(run: Run, result: CriticalCurrent | None, series: Series | None) -> str:
    kind = "Critical current density" if result else "Temperature series" if series else "Run"
    return f"{kind}: {run.header.cell.get('name', run.header.run_id)}"


def _headline_of_series(series: Series) -> tuple[str, str, str]:
    """The activation energies, or that there are none; the temperatures below."""
    celsius = [(sweep.temperature_k or 0.0) - ZERO_CELSIUS_K for sweep in series.sweeps]
    span = f"{len(celsius)} spectra from {celsius[0]:.1f} to {celsius[-1]:.1f} °C"
    lines = line_rows(series.found).rows if series.found is not None else ()
    if not lines:
        return "No activation energy", f"{span}; the remarks say why", OPEN
    energies = [f"{row[0]} {with_error(row[1], row[2], 'eV')}" for row in lines]
    below = f"activation energies of {lines[0][3].replace('sigma*', 'σ').replace('sigma', 'σ')}"
    below += ", temperatures taken as exact"
    return ", ".join(energies), f"{below}; {span}".replace("-", "−"), GOOD


def _headline(
    run: Run, result: CriticalCurrent | None, series: Series | None
) -> tuple[str, str, str]:
    if series is not None:
        return _headline_of_series(series)
    if result is None:
        hours = float(run.time_s[-1]) / 3600 if run.time_s.size else 0.0
        counts = f"{run.time_s.size} readings and {len(run.sweeps)} spectra in {number(hours, 'h')}"
        return counts, f"{len(run.segments)} segments", OPEN
    capacity = number(result.largest_half_cycle_mah_cm2, "mAh/cm²")
    conditions = f"at most {capacity} per half-cycle"
    kelvin = run.header.cell.get("temperature_k")
    pressure_pa = run.header.cell.get("stack_pressure_pa")
    conditions += f", {kelvin - 273.15:.1f} °C" if kelvin is not None else ", temperature not given"
    if pressure_pa is not None:
        conditions += f", {number(pressure_pa * 1e-6, 'MPa')}"
    if result.failure == "none":
        ended = "no failure" if result.is_finished else "no failure so far"
        return result.interval, f"{ended}; {conditions}", GOOD
    side = f", lithium plating on the {result.plated_electrode} electrode"
    grade = f", evidence of grade {result.evidence_grade}" if result.evidence_grade else ""
    below = f"{result.failure}{side if result.plated_electrode else ''}{grade}; {conditions}"
    return result.interval, below, BAD


def _state(run: Run) -> str | None:
    """What to say of a run that did not simply complete."""
    reason = run.end_reason
    if reason is None:
        return (
            "This run has no end in its record: it is still running, or it broke off. "
            "The report is of what was recorded until now."
        )
    if reason != "completed":
        why = reason.replace("_", " ")
        return f"This run ended before its time: {why}. {run.end_detail}".strip()
    return None


def _failure(run: Run, result: CriticalCurrent | None) -> Failure | None:
    """The stretch of time of the failing step."""
    if result is None or result.failed_segment is None:
        return None
    culprit = next(s for s in run.segments if s.number == result.failed_segment)
    place = (culprit.phase, culprit.tags.get("step"))
    block = [
        s
        for s in run.segments
        if s.kind == "Galvanostatic" and (s.phase, s.tags.get("step")) == place
    ]
    ends = [s.start_s + (s.duration_s or 0.0) for s in block]
    return Failure(min(s.start_s for s in block) / 3600, max(ends) / 3600, result.failure)


def _tables(run: Run, result: CriticalCurrent | None) -> tuple[Table, ...]:
    cell = cell_tables(run)
    return (*cell, protocol_table(run, result)) if result is not None else cell


def _grids(
    result: CriticalCurrent | None, fits: tuple[SweepFit, ...], series: Series | None
) -> tuple[Grid, ...]:
    grids = [fit_grid(fits, alone=series is not None)] if fits else []
    if result is not None:
        grids.append(half_cycle_grid(result))
    return tuple(grids)


def _appendix(result: CriticalCurrent | None, provenance: dict[str, str]) -> tuple[Table, ...]:
    last = Table("Provenance", tuple(provenance.items()))
    return (criteria_table(result.criteria), last) if result is not None else (last,)


def _answers(series: Series | None) -> tuple[Grid, ...]:
    if series is None or series.found is None:
        return ()
    lines = (line_grid(series.found),) if series.found.arrhenius is not None else ()
    return (*lines, resistance_grid(series))


def instruments(content: Content) -> Table | None:
    """Every device of the channel, where the record names any."""
    return instrument_table(content.run)


def key_numbers(content: Content) -> Table | None:
    """The result's table, where there is a result."""
    return result_table(content.result) if content.result is not None else None


def _provenance(run: Run, created_utc: str) -> dict[str, str]:
    header = run.header
    whole = "" if run.is_finished else " (of a run still growing)"
    file = (
        run.sha256 if run.is_sealed else "not sealed yet: the file will change, its rows will not"
    )
    return {
        "run": header.run_id,
        "run file": run.path.name,
        "SHA-256 of the rows": run.rows_sha256 + whole,
        "SHA-256 of the run file": file,
        "SHA-256 of the cell record": _hash(header.cell_text),
        "SHA-256 of the protocol": _hash(header.protocol_text),
        "SHA-256 of the bench file": _hash(header.bench_text),
        "recorded by": f"solidcell {header.software_version} on {header.host}",
        "analysed by": f"solidcell {__version__}",
        "with": f"Python {platform.python_version()}, numpy {np.__version__}, "
        f"scipy {scipy.__version__}, matplotlib {matplotlib.__version__}",
        "report made": created_utc,
    }


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest() if text else "not given"
