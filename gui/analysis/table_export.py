"""The results as a table: a line a spectrum, columns of value and standard error."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

from ...analysis.impedance import parse_circuit
from .entries import Entry, Outcome
from .session import Session

_UNIT_WORDS = {
    "ohm": "ohm", "F": "f", "H": "h", "s": "s", "": "", "ohm^-1 s^a": "s_s_alpha",
    "ohm s^-1/2": "ohm_per_sqrt_s",
}  # fmt: skip


def table_rows(session: Session) -> list[dict[str, Any]]:
    """One mapping a spectrum, its columns' names ending in units; absent is ``""``."""
    return [_row(session, entry) for entry in session.project.entries]


def write_table(path: Path, session: Session) -> None:
    """Write the rows as CSV, UTF-8. Raises ``OSError``."""
    rows = table_rows(session)
    columns = list(dict.fromkeys(column for row in rows for column in row))
    draft = path.with_name(f"{path.name}.new")
    with draft.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    draft.replace(path)


def _row(session: Session, entry: Entry) -> dict[str, Any]:
    measured, outcome = session.measured[entry.key], entry.outcome
    row: dict[str, Any] = {
        "file": str(measured.file),
        "label": measured.label,
        "temperature_k": "" if measured.temperature_k is None else measured.temperature_k,
        "status": entry.status.words,
        "circuit": entry.model.circuit if outcome is None else outcome.model.circuit,
        "refused": "" if outcome is None else outcome.refused,
    }
    if outcome is None or outcome.refused:
        return row
    row |= {
        "misfit": outcome.misfit,
        "chi2": "" if math.isnan(outcome.chi2) else outcome.chi2,
        "points": outcome.points,
        "converged": outcome.converged,
    }
    return row | _values(outcome) | {"warnings": "; ".join(outcome.warnings)}


def _values(outcome: Outcome) -> dict[str, Any]:
    units = parse_circuit(outcome.model.circuit).units
    found: dict[str, Any] = {}
    values = outcome.model.values()
    for knob, unit, error in zip(outcome.model.knobs, units, outcome.standard_errors, strict=True):
        column = "_".join(filter(None, (knob.name, _UNIT_WORDS.get(unit, ""))))
        found[column] = values[knob.name]
        found[f"{column}_standard_error"] = "" if error is None else error
    return found
