"""Fitted spectra as tables: one row a spectrum, and one row a parameter."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np

from ..geometry import Quantity
from ..spectra import SpectrumAnswer
from ..units import ZERO_CELSIUS_K
from ..wording import with_error
from .table import Grid, Table

RESISTANCES = ("total", "electrolyte", "bulk", "grain_boundary", "interface", "series")
CONDUCTIVITIES = ("conductivity", "bulk_conductivity")


@dataclass(frozen=True, slots=True)
class Rows:
    """A table as it goes into a CSV file: a name, a header, rows of plain values."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def spectra_rows(answers: Sequence[SpectrumAnswer]) -> Rows:
    """One row a spectrum: what its electrolyte is called, resistances, errors, or the refusal."""
    header = ["file", "label", "temperature_c", "circuit", "points", "misfit_percent"]
    header += ["electrolyte_is"]
    for name in RESISTANCES:
        header += [f"{name}_ohm", f"{name}_standard_error_ohm"]
    for name in CONDUCTIVITIES:
        header += [f"{name}_s_per_cm", f"{name}_standard_error_s_per_cm"]
    return Rows("spectra", (*header, "remarks", "refused"), tuple(map(_spectrum_row, answers)))


def _spectrum_row(answer: SpectrumAnswer) -> tuple[Any, ...]:
    of, fit, named = answer.of, answer.fit, answer.resistances
    temperature = None if of.temperature_k is None else of.temperature_k - ZERO_CELSIUS_K
    start = (str(of.file), of.label, temperature)
    if fit is None or named is None:
        nothing = [None] * (4 + 2 * len(RESISTANCES) + 2 * len(CONDUCTIVITIES))
        return (*start, *nothing, "", answer.refused or "no circuit describes it")
    numbers = [part for name in RESISTANCES for part in _parts(getattr(named, name), 1.0)]
    numbers += [part for name in CONDUCTIVITIES for part in _parts(getattr(named, name), 1e-2)]
    misfit = misfit_percent(answer)
    return (*start, fit.circuit, fit.n, misfit, named.label, *numbers, _remarks(answer), "")


def parameter_rows(answers: Sequence[SpectrumAnswer]) -> Rows:
    """One row a parameter of every fit."""
    rows = [
        (str(answer.of.file), answer.of.label, *astuple(row))
        for answer in answers
        if answer.fit is not None
        for row in answer.fit.rows()
    ]
    header = ("file", "label", "parameter", "value", "standard_error", "unit", "note")
    return Rows("parameters", header, tuple(rows))


def summary_grid(answers: Sequence[SpectrumAnswer]) -> Grid:
    """What the first page shows of every spectrum."""
    rows = []
    for answer in answers:
        named = answer.resistances
        title = title_of(answer)
        if answer.fit is None or named is None:
            rows.append((title, f"refused: {answer.refused}", "", "", "", ""))
            continue
        misfit = misfit_percent(answer)
        rows.append(
            (
                title,
                answer.fit.circuit,
                f"{_said(named.electrolyte)} ({named.label})",
                _said(named.interface),
                _said(named.total),
                "" if misfit is None else f"{misfit:.2g} %",
            )
        )
    return Grid(
        "Spectra",
        ("spectrum", "circuit", "electrolyte / Ω", "interface / Ω", "total / Ω", "misfit"),
        tuple(rows),
    )


def parameter_table(answer: SpectrumAnswer) -> Table:
    """Every parameter of one fit with its error, or the reason why it has none."""
    rows = answer.fit.rows() if answer.fit is not None else ()
    return Table(
        "Parameters",
        tuple(
            (row.name, f"{with_error(row.value, row.standard_error, row.unit)} {row.note}".strip())
            for row in rows
        ),
        0.18,
    )


def title_of(answer: SpectrumAnswer) -> str:
    """The file, its label if that says more, and the temperature if it is known."""
    name, label = answer.of.file.name, answer.of.label
    words = [name] if not label or label == answer.of.file.stem else [name, label]
    if answer.of.temperature_k is not None:
        words.append(f"{answer.of.temperature_k - ZERO_CELSIUS_K:.1f} °C")
    return "  ·  ".join(words)


def misfit_percent(answer: SpectrumAnswer) -> float | None:
    """Root mean square of measured minus fitted, in percent of |Z|."""
    if answer.fit is None:
        return None
    spectrum = answer.fit.spectrum
    off = (spectrum.z_ohm - answer.fit.impedance_ohm(spectrum.frequency_hz)) / spectrum.z_ohm
    return 100.0 * float(np.sqrt(np.mean(np.abs(off) ** 2)))


def _parts(quantity: Quantity | None, factor: float) -> tuple[float | None, float | None]:
    if quantity is None:
        return None, None
    error = quantity.standard_error
    return quantity.value * factor, None if error is None else error * factor


def _said(quantity: Quantity | None) -> str:
    return "" if quantity is None else with_error(quantity.value, quantity.standard_error)


def _remarks(answer: SpectrumAnswer) -> str:
    named, fit = answer.resistances, answer.fit
    found = () if named is None else (*named.reasons, *named.assumptions)
    return "; ".join((*found, *(fit.warnings if fit is not None else ())))
