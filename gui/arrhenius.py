"""The spectra of a run over temperature, as the window tells of them. For a thread of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .display_units import with_error_text

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ArrheniusLine:
    """Points (m,) and line (k,): 1000/T in 1/K and log10(σT / S cm⁻¹ K)."""

    name: str
    x: Floats
    y: Floats
    line_x: Floats
    line_y: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ArrheniusEvidence:
    """Rows of name and text, the lines to draw, and what is to be said beside them."""

    rows: tuple[tuple[str, str], ...] = ()
    lines: tuple[ArrheniusLine, ...] = ()
    remarks: tuple[str, ...] = ()


def gather_arrhenius(run_file: Path) -> ArrheniusEvidence:
    """Fit the spectra of a run together over temperature.

    What cannot be said is a remark; raises ``RecordError`` for a damaged file only.
    """
    from ..analysis.impedance import arrhenius_columns
    from ..analysis.runs import load_run
    from ..analysis.temperature_series import series_of_run

    try:
        series = series_of_run(load_run(run_file))
    except ValueError as refused:
        return ArrheniusEvidence(remarks=(str(refused),))
    found = series.arrhenius
    if found is None:
        return ArrheniusEvidence(remarks=series.reasons)
    rows = tuple(
        (row.name, f"Ea {with_error_text(row.activation_energy_ev, row.standard_error_ev, 'eV')}")
        for row in found.rows()
    )
    columns = arrhenius_columns(found)
    lines = tuple(
        ArrheniusLine(
            each.name,
            each.inverse_temperature_per_kk,
            each.log10,
            each.line_inverse_temperature_per_kk,
            each.line_log10,
        )
        for each in columns
        if each.unit == columns[0].unit  # an interface's conductance has its own axis, on paper
    )
    return ArrheniusEvidence(rows=rows, lines=lines, remarks=series.reasons)
