"""The pellet that a measurement is of: its size and conditions, from options and cell record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..cell_kinds import is_full_cell
from ..geometry import Geometry
from ..runs import Run
from ..sheets.measurement import Option, Options
from ..sheets.run_conditions import surroundings
from ..sheets.sheet import Number, Source, refused_number
from ..sheets.sources import source_of_file, source_of_run
from ..spectra import geometry_of
from ..units import MEGAPASCAL, ZERO_CELSIUS_K
from ..wording import NOT_GIVEN

SIZE_OPTIONS: Final = (
    Option("thickness_um", "Thickness of the pellet.", low=1e-3, unset="the cell record's"),
    Option(
        "thickness_uncertainty_um", "Its standard uncertainty.", low=0.0, unset="the cell record's"
    ),
    Option(
        "diameter_mm", "Diameter of the smaller electrode.", low=1e-3, unset="the cell record's"
    ),
    Option(
        "diameter_uncertainty_mm", "Its standard uncertainty.", low=0.0, unset="the cell record's"
    ),
)
CONDITION_OPTIONS: Final = (
    Option("temperature_c", "Temperature.", low=-273.0, high=1200.0, unset="as measured"),
    Option("stack_pressure_mpa", "Stack pressure.", low=0.0, unset="as measured"),
)
COMPOSITE_OPTION: Final = Option(
    "composite_included",
    "Take a cell with a composite electrode: the resistance of its pores counts in.",
    kind=bool,
    default=False,
)
IF_MEANT: Final = ", or set composite_included if both together are meant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pellet:
    """Name, size and conditions of one pellet; what is not known is None.

    ``has_composite``: one electrode has pores, which stand in series with the electrolyte.
    """

    name: str
    electrolyte: str
    geometry: Geometry | None
    temperature_k: float | None
    pressure_pa: float | None
    has_composite: bool = False

    @property
    def conditions(self) -> tuple[tuple[str, str], ...]:
        """What a conductivity must never be reported without; what is not known says so."""
        size = self.geometry
        return (
            ("electrolyte", self.electrolyte or NOT_GIVEN),
            *surroundings(self.temperature_k, self.pressure_pa),
            ("thickness", NOT_GIVEN if size is None else _micrometres(size)),
            ("diameter", NOT_GIVEN if size is None else _millimetres(size)),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is missing to compare its numbers with others."""
        found = []
        if self.has_composite:
            found.append("the pores of the composite electrode count in: not the electrolyte alone")
        if self.temperature_k is None:
            found.append("the temperature is not known: give temperature_c")
        if self.pressure_pa is None:
            found.append("the stack pressure is not known: give stack_pressure_mpa")
        size = self.geometry
        if size is not None and size.relative_uncertainty == 0:
            found.append("the pellet's size counts as exact: its uncertainty is not given")
        return tuple(found)


def pellet_of(cell: Mapping[str, Any], options: Options, name: str = "") -> Pellet:
    """Return the pellet of a cell record, changed by what the options say."""
    kelvin, pascal = cell.get("temperature_k"), cell.get("stack_pressure_pa")
    if options.get("temperature_c") is not None:
        kelvin = options["temperature_c"] + ZERO_CELSIUS_K
    if options.get("stack_pressure_mpa") is not None:
        pascal = options["stack_pressure_mpa"] * MEGAPASCAL
    return Pellet(
        name=str(cell.get("name", name)),
        electrolyte=str(cell.get("electrolyte", "")),
        geometry=geometry_with(_recorded(cell), options),
        temperature_k=kelvin,
        pressure_pa=pascal,
        has_composite=is_full_cell(cell),
    )


def geometry_with(recorded: Geometry | None, options: Options) -> Geometry | None:
    """Return the size on record with what the options say instead; None if one is not known."""
    given = {
        "thickness_m": (options["thickness_um"], 1e-6),
        "diameter_m": (options["diameter_mm"], 1e-3),
        "thickness_uncertainty_m": (options["thickness_uncertainty_um"], 1e-6),
        "diameter_uncertainty_m": (options["diameter_uncertainty_mm"], 1e-3),
    }
    sizes = {
        name: getattr(recorded, name, None) if value is None else value * factor
        for name, (value, factor) in given.items()
    }
    if sizes["thickness_m"] is None or sizes["diameter_m"] is None:
        return None
    return Geometry(
        sizes["thickness_m"],
        sizes["diameter_m"],
        sizes["thickness_uncertainty_m"] or 0.0,
        sizes["diameter_uncertainty_m"] or 0.0,
    )


def source_of(path: Path, run: Run | None) -> Source:
    """Return where numbers come from: a run, or any other file."""
    return source_of_file(path) if run is None else source_of_run(run)


def without_temperature(pellet: Pellet, numbers: tuple[Number, ...]) -> tuple[Number, ...]:
    """Refuse conductivities whose temperature is not known."""
    if pellet.temperature_k is not None:
        return numbers
    reason = "a conductivity without its temperature says nothing: give temperature_c"
    return tuple(
        refused_number(one.name, one.label, one.unit, reason) if one.value is not None else one
        for one in numbers
    )


def _recorded(cell: Mapping[str, Any]) -> Geometry | None:
    area, thickness = cell.get("electrode_area_m2"), cell.get("thickness_m")
    if area is None or thickness is None:
        return None
    return geometry_of(
        area, thickness, thickness_uncertainty_m=cell.get("thickness_uncertainty_m") or 0.0
    )


def _micrometres(size: Geometry) -> str:
    doubt = size.thickness_uncertainty_m * 1e6
    return f"{size.thickness_m * 1e6:.4g}" + (f" ± {doubt:.2g}" if doubt else "") + " µm"


def _millimetres(size: Geometry) -> str:
    doubt = size.diameter_uncertainty_m * 1e3
    return f"{size.diameter_m * 1e3:.4g}" + (f" ± {doubt:.2g}" if doubt else "") + " mm"
