"""The texts of the page's two tables: spectra with their standing, parameters with their fit."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from ...analysis.impedance import parse_circuit
from ...analysis.spectra import LabelledSpectrum
from ..rows_model import Row
from .entries import Entry, Outcome, Status
from .quantities import quantity_text, shown_unit
from .session import Session

SPECTRA_COLUMNS: Final = ("", "Spectrum", "T / °C", "Misfit", "State")
NUMERIC_COLUMNS: Final = (2, 3)
OPENED, WORST = -1, 3
"""Orders that are no column: as opened; and the misfit's column, which puts the worst first."""


@dataclass(frozen=True, slots=True)
class Order:
    """How the list is sorted: by a column, or as opened."""

    column: int = OPENED
    is_reversed: bool = False


def spectrum_rows(session: Session, order: Order, waiting: Collection[str] = ()) -> list[Row]:
    """A row a spectrum, sorted; ``waiting`` are those whose fit is under way."""
    entries = sorted_entries(session, order)
    return [
        _spectrum_row(session.name(e.key), session.measured[e.key], e, e.key in waiting)
        for e in entries
    ]


def sorted_entries(session: Session, order: Order) -> list[Entry]:
    """The entries in an order; equal ones stay as they were opened."""
    entries = list(session.project.entries)
    match order.column:
        case 1:
            entries.sort(key=lambda e: session.name(e.key).lower())
        case 2:
            entries.sort(key=lambda e: session.measured[e.key].temperature_k or math.inf)
        case 3:
            entries.sort(key=lambda e: e.badness, reverse=True)
        case 0 | 4:
            entries.sort(key=lambda e: list(Status).index(e.status), reverse=True)
    return entries[::-1] if order.is_reversed else entries


def _spectrum_row(name: str, measured: LabelledSpectrum, entry: Entry, is_waiting: bool) -> Row:
    status, outcome = entry.status, entry.outcome
    kelvin = measured.temperature_k
    tip = "\n".join(filter(None, (name, str(measured.file), status.words, _detail(outcome))))
    return Row(
        texts=(
            "…" if is_waiting else status.icon,
            name,
            "" if kelvin is None else f"{kelvin - 273.15:.1f}",
            misfit_text(outcome),
            "waiting" if is_waiting else status.short,
        ),
        key=entry.key,
        tip=tip,
        tone="muted" if is_waiting else status.tone,
    )


def misfit_text(outcome: Outcome | None) -> str:
    """The misfit in percent of |Z|; empty where there is none.

    >>> misfit_text(None)
    ''
    """
    if outcome is None or outcome.refused or not math.isfinite(outcome.misfit):
        return ""
    percent = 100 * outcome.misfit
    return f"{percent:#.2g} %" if percent < 10 else f"{percent:.0f} %"


def _detail(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    return outcome.refused or "\n".join(outcome.warnings)


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter as the table shows it; ``edit_text`` is what is offered for editing."""

    name: str
    meaning: str
    value: str
    edit_text: str
    unit: str
    locked: bool
    told: str


def parameter_rows(entry: Entry) -> list[ParameterRow]:
    """The parameters of the model on the screen; errors only where it is the fitted one."""
    circuit = parse_circuit(entry.model.circuit)
    values = entry.model.values()
    is_fitted = entry.status in (Status.FITTED, Status.DOUBTFUL)
    errors: Sequence[float | None] = [None] * len(circuit.names)
    notes: Sequence[str] = [""] * len(circuit.names)
    if is_fitted and entry.outcome is not None:
        errors, notes = entry.outcome.standard_errors, entry.outcome.notes
    rows = []
    for k, knob in enumerate(entry.model.knobs):
        unit = circuit.units[k]
        told = [f"same as {knob.tie}"] if knob.tie else ["locked"] if knob.locked else []
        if knob.bounds is not None:
            low, high = (quantity_text(bound, unit, 3) for bound in knob.bounds)
            told.append(f"{low} … {high}")
        value = values[knob.name]
        error = _error_text(errors[k], value, unit)
        told = [error, *told] if error else told or [notes[k]]
        rows.append(
            ParameterRow(
                name=knob.name,
                meaning=f"{knob.name} in {shown_unit(unit)}" if unit else knob.name,
                value=quantity_text(value, unit),
                edit_text=f"{value:.6g}" if not unit else quantity_text(value, unit, 6),
                unit=unit,
                locked=knob.locked,
                told="; ".join(told),
            )
        )
    return rows


def _error_text(error: float | None, value: float, unit: str) -> str:
    if error is None or not math.isfinite(error):
        return ""
    if not unit:
        return f"± {error:.2g}"
    return f"± {100 * error / abs(value):.2g} %" if value else ""


def standing_text(entry: Entry) -> str:
    """The sentence above the plots: fitted with what, or edited and not fitted."""
    outcome, status = entry.outcome, entry.status
    if outcome is None:
        return f"Not fitted: {entry.model.circuit}"
    match status:
        case Status.REFUSED:
            return f"Refused: {outcome.refused}"
        case Status.FAILED:
            return f"Did not converge: {outcome.model.circuit}; no value should be used"
        case Status.EDITED:
            is_same = outcome.model.circuit == entry.model.circuit
            which = "" if is_same else f" of {outcome.model.circuit}"
            found = "refused" if outcome.refused else f"misfit {misfit_text(outcome)}"
            return f"Edited, not fitted. Last fit{which}: {found}"
    return f"Fitted with {outcome.model.circuit}, misfit {misfit_text(outcome)}"


def start_text(entry: Entry) -> str:
    """What the next fit begins with."""
    if entry.model.start == "shown":
        return "The next fit starts from the values shown."
    return "The next fit finds its start in the data."
