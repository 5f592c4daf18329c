"""What the run shows so far: the critical current with its evidence, and the last spectrum's fit.

This takes a second or two, so it is for a thread of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ..analysis.end_words import end_words
from .display_units import number_text, with_error_text
from .theme import Tone

if TYPE_CHECKING:  # the analysis brings half of SciPy: the window is shown before it is needed
    from ..analysis.critical_current import CriticalCurrent, HalfCycleRow
    from ..analysis.geometry import Geometry, Quantity
    from ..analysis.impedance.identification.resistances import Resistances
    from ..analysis.runs import Run
    from ..analysis.spectra import SpectrumAnswer

CONDUCTIVITY: Final = "conductivity"
_CURVE_POINTS = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedSpectrum:
    """The fit of one sweep: rows of name and text, or the reason why there are none.

    ``real_ohm_cm2`` and ``minus_imag_ohm_cm2`` are the fitted curve, shape (n,).
    """

    segment: int
    title: str
    circuit: str
    rows: tuple[tuple[str, str], ...]
    refused: str
    real_ohm_cm2: NDArray[np.float64]
    minus_imag_ohm_cm2: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """All that is known by now; ``result`` is ``None`` where this is no critical-current test."""

    result: CriticalCurrent | None
    refused: str
    fit: FittedSpectrum | None


def gather_evidence(run_file: Path, known: FittedSpectrum | None = None) -> Evidence:
    """Analyse a run as far as it has come; ``known`` is the last fit, used again if it is still
    of the newest spectrum.

    Raises ``RecordError`` for a damaged file.
    """
    from ..analysis.critical_current import analyse_critical_current
    from ..analysis.runs import load_run

    run = load_run(run_file)
    result, refused = None, ""
    try:
        result = analyse_critical_current(run)
    except ValueError as error:
        refused = str(error)
    fit = _fit_of_newest(run, known)
    if fit is not None and result is not None and "short" in result.failure:
        fit = _of_a_shorted_cell(fit)
    return Evidence(result=result, refused=refused, fit=fit)


def _of_a_shorted_cell(fit: FittedSpectrum) -> FittedSpectrum:
    """A parallel path makes every resistance apparent: no conductivity is read from them."""
    told = tuple(row for row in fit.rows if row[0] != CONDUCTIVITY)
    refusal = (CONDUCTIVITY, "refused: the cell is shorted")
    return replace(fit, rows=(*told, refusal)) if fit.rows else fit


def _fit_of_newest(run: Run, known: FittedSpectrum | None) -> FittedSpectrum | None:
    """The fit of the last sweep that is complete; ``None`` if there is none to fit."""
    from ..analysis.spectra import answer_spectrum, spectra_of_run

    ended = {segment.number for segment in run.segments if segment.end}
    complete = [sweep for sweep in run.sweeps if sweep.segment in ended]
    if not complete or not {"electrode_area_m2", "thickness_m"} <= run.header.cell.keys():
        return None
    newest = complete[-1]
    if known is not None and known.segment == newest.segment:
        return known
    wanted = f"segment {newest.segment}:"
    labelled = [one for one in spectra_of_run(run) if one.label.startswith(wanted)]
    if not labelled:
        return None
    return _fitted(newest.segment, _title(newest.tags), answer_spectrum(labelled[-1]))


def headline(evidence: Evidence) -> tuple[str, str, Tone]:
    """The answer in one line, what stands below it, and its tone."""
    result = evidence.result
    if result is None:
        return "No critical current", evidence.refused or "this run is no such test", "muted"
    if result.failure == "none" and not result.passed_ma_cm2:
        return "CCD: nothing passed yet", "no failure so far", "muted"
    if result.failure == "none":
        below = "no failure so far" if not result.is_finished else "no failure: right-censored"
        return f"CCD > {result.passed_ma_cm2:g} mA/cm²", below, "good"
    grade = f", evidence of grade {result.evidence_grade}" if result.evidence_grade else ""
    return result.interval, f"{result.failure}{grade}", "danger"


def particulars(result: CriticalCurrent) -> list[tuple[str, str]]:
    """Name and value of what belongs to the answer."""
    facts = [
        ("Passed", f"{result.passed_ma_cm2:g} mA/cm²"),
        ("Failed", "none" if result.failed_ma_cm2 is None else f"{result.failed_ma_cm2:g} mA/cm²"),
    ]
    if result.plated_electrode:
        facts.append(("Lithium grew on", f"{result.plated_electrode} electrode"))
    if result.recovered is not None:
        facts.append(("Came back", "yes" if result.recovered else "no"))
    facts += [
        ("First resistance", number_text(result.initial_asr_ohm_cm2, "Ω cm²")),
        ("Charge moved", number_text(result.cumulative_charge_mah_cm2, "mAh/cm²")),
    ]
    return facts


def resistance_rows(half_cycles: Sequence[HalfCycleRow]) -> list[tuple[str, ...]]:
    """Phase, signed current density, resistance at the start and at the end of a half-cycle."""
    return [
        (
            row.phase if row.step is None else f"step {row.step + 1}",
            f"{row.direction * row.current_density_ma_cm2:+g}".replace("-", "−"),
            number_text(row.asr_start_ohm_cm2),
            number_text(row.asr_end_ohm_cm2),
            end_words(row.end or "running", "alarm"),
        )
        for row in half_cycles
    ]


def _title(tags: object) -> str:
    found = dict(tags) if isinstance(tags, dict) else {}
    density = found.get("current_density_ma_cm2")
    phase = str(found.get("phase", "spectrum"))
    return phase if density is None else f"{phase} {density:g} mA/cm²"


def _fitted(segment: int, title: str, answer: SpectrumAnswer) -> FittedSpectrum:
    geometry = answer.of.geometry
    if answer.fit is None or answer.resistances is None or geometry is None:
        return _refusal(segment, title, answer.refused or "the geometry of the cell is not known")
    area_cm2 = geometry.area_m2 * 1e4
    frequency_hz = answer.of.spectrum.frequency_hz
    dense_hz = np.geomspace(frequency_hz.min(), frequency_hz.max(), _CURVE_POINTS)
    curve_ohm_cm2 = answer.fit.impedance_ohm(dense_hz) * area_cm2
    return FittedSpectrum(
        segment=segment,
        title=title,
        circuit=answer.fit.circuit,
        rows=tuple(_resistance_texts(answer.resistances, geometry)),
        refused="",
        real_ohm_cm2=curve_ohm_cm2.real,
        minus_imag_ohm_cm2=-curve_ohm_cm2.imag,
    )


def _resistance_texts(named: Resistances, geometry: Geometry) -> list[tuple[str, str]]:
    of_electrolyte = (
        {named.label: named.electrolyte}
        if named.bulk is None
        else {"bulk": named.bulk, "grain boundary": named.grain_boundary}
    )
    quantities: dict[str, Quantity | None] = {
        **of_electrolyte,
        "interface": named.interface,
        "total": named.total,
    }
    area_cm2 = geometry.area_m2 * 1e4
    texts = [(name, _area_resistance(q, area_cm2)) for name, q in quantities.items() if q]
    if named.conductivity is not None:
        sigma, error = named.conductivity.value * 10, named.conductivity.standard_error
        scaled = None if error is None else error * 10
        texts.append((CONDUCTIVITY, with_error_text(sigma, scaled, "mS/cm")))
    return texts


def _area_resistance(quantity: Quantity, area_cm2: float) -> str:
    error = quantity.standard_error
    scaled = None if error is None else error * area_cm2
    return with_error_text(quantity.value * area_cm2, scaled, "Ω cm²")


def _refusal(segment: int, title: str, reason: str) -> FittedSpectrum:
    nothing = np.empty(0)
    return FittedSpectrum(
        segment=segment,
        title=title,
        circuit="",
        rows=(),
        refused=reason,
        real_ohm_cm2=nothing,
        minus_imag_ohm_cm2=nothing,
    )
