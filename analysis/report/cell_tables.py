"""The cell of a report: electrolyte, electrodes and conditions, as its record says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..runs import Run
from ..units import ZERO_CELSIUS_K
from ..wording import NOT_GIVEN, duration, number
from .table import Table


def cell_tables(run: Run) -> tuple[Table, ...]:
    """Electrolyte, electrodes and conditions, unknown entries shown as such."""
    cell = run.header.cell
    say = _Cell(cell)
    thickness = say.scaled("thickness_m", 1e6, "µm")
    if (u := cell.get("thickness_uncertainty_m")) is not None:
        thickness = f"{cell['thickness_m'] * 1e6:.0f} ± {u * 1e6:.0f} µm"
    electrolyte = (
        ("electrolyte", say.text("electrolyte")),
        ("composition", say.text("composition")),
        ("batch", say.text("electrolyte_batch")),
        ("relative density", say.scaled("relative_density_percent", 1, "%")),
        ("thickness", thickness),
        ("pellet diameter", say.scaled("pellet_diameter_m", 1e3, "mm")),
        ("pressed at", say.pressing("press")),
        ("surface preparation", say.text("surface_preparation")),
        ("conductivity", say.scaled("conductivity_s_per_m", 10, "mS/cm")),
        ("conductivity from", say.text("conductivity_source")),
    )
    electrodes = (
        (
            "working | counter electrode",
            f"{say.text('working_electrode', 'Li')} | {say.text('counter_electrode', 'Li')}",
        ),
        ("lithium source", say.text("lithium_source")),
        ("lithium thickness", say.scaled("lithium_thickness_m", 1e6, "µm")),
        ("area of current densities", say.scaled("electrode_area_m2", 1e4, "cm²")),
        ("area of working electrode", say.scaled("working_electrode_area_m2", 1e4, "cm²")),
        ("area of counter electrode", say.scaled("counter_electrode_area_m2", 1e4, "cm²")),
        ("interlayer", say.text("interlayer")),
        ("assembled at", say.pressing("assembly")),
    )
    conditions = (
        ("stack pressure", say.scaled("stack_pressure_pa", 1e-6, "MPa")),
        ("held by", say.text("stack_pressure_mode")),
        ("pressure sensor", say.text("stack_pressure_sensor")),
        ("pressure drift", say.scaled("stack_pressure_drift_pa", 1e-6, "MPa")),
        ("temperature", say.celsius("temperature_k")),
        ("temperature recorded", _recorded(run)),
        ("temperature sensor", say.text("temperature_sensor")),
        ("atmosphere", say.text("atmosphere")),
    )
    return (
        Table("Electrolyte", electrolyte),
        Table("Electrodes and assembly", electrodes),
        Table("Conditions", conditions),
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    """The cell record, asked entry by entry."""

    cell: Mapping[str, Any]

    def text(self, name: str, default: str = NOT_GIVEN) -> str:
        return str(self.cell.get(name, default))

    def scaled(self, name: str, factor: float, unit: str) -> str:
        value = self.cell.get(name)
        return number(None if value is None else value * factor, unit)

    def celsius(self, name: str) -> str:
        value = self.cell.get(name)
        return NOT_GIVEN if value is None else f"{value - ZERO_CELSIUS_K:.1f} °C"

    def pressing(self, stage: str) -> str:
        time_s = self.cell.get(f"{stage}_time_s")
        parts = (
            self.scaled(f"{stage}_pressure_pa", 1e-6, "MPa"),
            self.celsius(f"{stage}_temperature_k"),
            duration(time_s),
        )
        return NOT_GIVEN if set(parts) == {NOT_GIVEN} else ", ".join(parts)


def _recorded(run: Run) -> str:
    """Of the readings, or of the spectra where there are none."""
    kelvin = run.temperature_k
    if not np.isfinite(kelvin).any():
        kelvin = np.array([s.temperature_k for s in run.sweeps if s.temperature_k is not None])
    return _span(kelvin - ZERO_CELSIUS_K, "°C")


def _span(values: Any, unit: str) -> str:
    known = values[np.isfinite(values)]
    if not known.size:
        return NOT_GIVEN
    return f"{known.min():.1f} to {known.max():.1f} {unit}"
