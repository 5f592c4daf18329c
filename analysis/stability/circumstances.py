"""What the numbers of a run must never be reported without, from its readings and cell record."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..runs import Run
from ..wording import number as in_words

ZERO_CELSIUS_K: Final = 273.15
_SQLITE: Final = b"SQLite format 3\x00"


def is_run_file(path: Path) -> bool:
    """Whether a file is a database, as run files are. Raises ``FileNotFoundError``."""
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def temperature_k(run: Run) -> float | None:
    """Return the mean measured temperature, else that of the cell record."""
    return _mean(run.temperature_k, run.header.cell.get("temperature_k"))


def conditions_of(run: Run) -> tuple[tuple[str, str], ...]:
    """Return (label, text) pairs; what is not known says so."""
    cell = run.header.cell
    kelvin = temperature_k(run)
    pascal = _mean(run.stack_pressure_pa, cell.get("stack_pressure_pa"))
    area = cell.get("electrode_area_m2")
    return (
        (
            "cell",
            f"{cell.get('working_electrode', '?')} | {cell.get('electrolyte', '?')} | "
            f"{cell.get('counter_electrode', '?')}",
        ),
        ("electrode area", in_words(None if area is None else area * 1e4, "cm²", 4)),
        ("temperature", in_words(None if kelvin is None else kelvin - ZERO_CELSIUS_K, "°C")),
        ("stack pressure", in_words(None if pascal is None else pascal / 1e6, "MPa")),
    )


def name_of(run: Run) -> str:
    """Return the cell's name and its electrolyte."""
    cell = run.header.cell
    return f"{cell.get('name', run.header.run_id)} ({cell.get('electrolyte', '?')})"


def _mean(measured: NDArray[np.float64], else_value: Any) -> float | None:
    seen = measured[np.isfinite(measured)]
    if seen.size:
        return float(seen.mean())
    return None if else_value is None else float(else_value)
