"""What the numbers of a run must never be reported without, in words: cell, T, p, electrode area.

Where a run measured them, its readings count; else the cell record; what neither knows says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..runs import Run
from ..units import CM2, MEGAPASCAL, MICROMETRE, ZERO_CELSIUS_K
from ..wording import NOT_GIVEN, number

Texts = tuple[tuple[str, str], ...]
_UNNAMED: Final = "?"


def temperature_k(run: Run) -> float | None:
    """Return the median of the measured temperatures, else that of the cell record."""
    return _measured_or(run.temperature_k, run.header.cell.get("temperature_k"))


def stack_pressure_pa(run: Run) -> float | None:
    """Return the median of the measured stack pressures, else that of the cell record."""
    return _measured_or(run.stack_pressure_pa, run.header.cell.get("stack_pressure_pa"))


def conditions_of(run: Run) -> Texts:
    """Return (label, text) of the cell's layers, its area, temperature and stack pressure."""
    return (
        ("cell", layers(run)),
        ("electrode area", area(run.header.cell.get("electrode_area_m2"))),
        *surroundings(temperature_k(run), stack_pressure_pa(run)),
    )


def record_conditions(cell: Mapping[str, Any]) -> Texts:
    """Return (label, text) of what the record of a cell says of it, whatever its runs measured.

    >>> dict(record_conditions({"electrolyte": "LPSCl", "thickness_m": 8e-4}))["thickness"]
    '800.0 µm'
    """
    thickness = cell.get("thickness_m")
    return (
        ("electrolyte", _text(cell, "electrolyte")),
        ("composition", _text(cell, "composition")),
        ("batch", _text(cell, "electrolyte_batch")),
        ("thickness", number(None if thickness is None else thickness / MICROMETRE, "µm", 4)),
        ("electrode area", area(cell.get("electrode_area_m2"))),
        ("relative density", number(cell.get("relative_density_percent"), "%")),
        *surroundings(cell.get("temperature_k"), cell.get("stack_pressure_pa")),
        ("atmosphere", _text(cell, "atmosphere")),
    )


def surroundings(kelvin: float | None, pascal: float | None) -> Texts:
    """Return (label, text) of temperature and stack pressure.

    >>> surroundings(298.15, None)
    (('temperature', '25.00 °C'), ('stack pressure', 'not given'))
    """
    return ("temperature", celsius(kelvin)), ("stack pressure", megapascal(pascal))


def layers(run: Run) -> str:
    """Return working electrode, electrolyte and counter electrode."""
    names = ("working_electrode", "electrolyte", "counter_electrode")
    return " | ".join(str(run.header.cell.get(name, _UNNAMED)) for name in names)


def name_of(run: Run) -> str:
    """Return the cell's name and its electrolyte."""
    cell = run.header.cell
    return f"{cell.get('name', run.header.run_id)} ({cell.get('electrolyte', _UNNAMED)})"


def celsius(kelvin: float | None) -> str:
    """Return a temperature as a sheet states it.

    >>> celsius(333.65), celsius(None)
    ('60.50 °C', 'not given')
    """
    return number(None if kelvin is None else kelvin - ZERO_CELSIUS_K, "°C", 4)


def megapascal(pascal: float | None) -> str:
    """Return a stack pressure as a sheet states it.

    >>> megapascal(5e6)
    '5.000 MPa'
    """
    return number(None if pascal is None else pascal / MEGAPASCAL, "MPa", 4)


def area(square_metres: float | None) -> str:
    """Return an electrode area as a sheet states it.

    >>> area(0.785e-4)
    '0.7850 cm²'
    """
    return number(None if square_metres is None else square_metres / CM2, "cm²", 4)


def _text(cell: Mapping[str, Any], name: str) -> str:
    return str(cell.get(name) or NOT_GIVEN)


def _measured_or(measured: NDArray[np.float64], recorded: Any) -> float | None:
    known = measured[np.isfinite(measured)]
    if known.size:
        return float(np.median(known))
    return None if recorded is None else float(recorded)
