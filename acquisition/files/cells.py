"""The cell record: what is tested, written by a person, checked, and turned into SI.

A record is a YAML or JSON file. What a critical-current report must state about a cell has a
field here; what is not known is left out, never invented.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import Field, model_validator
from ruamel.yaml import YAML

from .schema import NotNegative, Positive, Settings, Text, checked
from .units import settings_in_si, to_si
from .yaml_lines import Document, read_document

AREA_TOLERANCE: Final = 0.02
Temperature: TypeAlias = Annotated[float, Field(gt=-200, le=1200)]


class CellRecord(Settings):
    """One cell, in the units of the laboratory. Names end in the unit."""

    name: Text
    """What the cell is called in the laboratory; goes into every report."""
    electrolyte: Text
    """The solid electrolyte, e.g. LPSCl or LLZO."""
    thickness_um: Annotated[float, Field(gt=0, le=100_000)]
    """Thickness of the electrolyte between the electrodes."""
    temperature_c: Temperature
    """Temperature of the cell during the test; conductivity changes by 4-5 % per kelvin."""

    electrode_area_cm2: Annotated[float, Field(gt=0, le=10_000)] | None = None
    """Area that current densities refer to; by default the smaller electrode in contact."""
    electrode_diameter_mm: Positive | None = None
    """Diameter of two equal round electrodes, instead of an area."""
    working_electrode_area_cm2: Positive | None = None
    """Area of the working electrode."""
    counter_electrode_area_cm2: Positive | None = None
    """Area of the counter electrode."""
    pellet_diameter_mm: Positive | None = None
    """Diameter of the electrolyte pellet, which may exceed that of the electrodes."""
    thickness_uncertainty_um: NotNegative | None = None
    """Standard uncertainty of the thickness."""
    stack_pressure_mpa: NotNegative | None = None
    """Stack pressure during the test."""
    conductivity_ms_cm: Positive | None = None
    """Ionic conductivity known or expected at the test temperature. With it the first spectrum is
    checked against thickness / conductivity: a lower resistance means a cell that is shorted."""
    conductivity_source: Text | None = None
    """Where that conductivity comes from: blocking cell of the same batch, literature, …"""
    active_mass_mg: Positive | None = None
    """Mass of active material in the cathode, of a full cell; turns mAh/g into a current."""
    active_material: Text | None = None
    """That material, e.g. NMC811."""

    composition: Text | None = None
    """Chemical formula with dopants."""
    electrolyte_batch: Text | None = None
    """Batch of the electrolyte powder or pellet."""
    relative_density_percent: Annotated[float, Field(gt=0, le=100)] | None = None
    """Density over the theoretical density."""
    press_pressure_mpa: NotNegative | None = None
    """Pressure at which the pellet was pressed."""
    press_temperature_c: Temperature | None = None
    """Temperature of pressing or sintering."""
    press_time_min: NotNegative | None = None
    """Time under the press or in the furnace."""
    surface_preparation: Text | None = None
    """Polishing, etching, heat treatment, coating of the electrolyte's surface."""
    working_electrode: Text = "Li"
    """Material of the working electrode. Positive current strips it."""
    counter_electrode: Text = "Li"
    """Material of the counter electrode. Positive current plates on it."""
    interlayer: Text | None = None
    """Anything between electrode and electrolyte, e.g. sputtered gold."""
    lithium_source: Text | None = None
    """Supplier and form of the lithium: foil, evaporated, molten."""
    lithium_thickness_um: Positive | None = None
    """Thickness of each lithium electrode; gives the depth of discharge."""
    assembly_pressure_mpa: NotNegative | None = None
    """Pressure when the electrodes were attached."""
    assembly_temperature_c: Temperature | None = None
    """Temperature when the electrodes were attached."""
    assembly_time_min: NotNegative | None = None
    """Time under the assembly pressure."""
    stack_pressure_mode: Literal["constant pressure", "constant gap"] | None = None
    """Spring or piston (constant pressure), or screwed tight (constant gap)."""
    stack_pressure_sensor: Text | None = None
    """How the stack pressure is known: load cell, torque, …"""
    stack_pressure_drift_mpa: NotNegative | None = None
    """By how much the stack pressure drifts over the test."""
    temperature_sensor: Text | None = None
    """Where the temperature is measured."""
    atmosphere: Text | None = None
    """Gas around the cell, with oxygen and water content if known."""
    assembled_on: Text | None = None
    """Date of assembly."""
    assembled_by: Text | None = None
    """Who assembled it."""
    batch: Text | None = None
    """Batch of cells made alike."""
    lineage: list[Text] | None = None
    """What the cell was made from and what was done to it before, oldest first."""
    notes: Text | None = None
    """Anything else."""

    @model_validator(mode="after")
    def _area_is_known_and_agrees(self) -> Self:
        both = self.working_electrode_area_cm2, self.counter_electrode_area_cm2
        if self.electrode_area_cm2 is None and self.electrode_diameter_mm is None and None in both:
            raise ValueError(
                "the electrode area is missing: give electrode_area_cm2, electrode_diameter_mm, "
                "or both working_electrode_area_cm2 and counter_electrode_area_cm2"
            )
        if self.electrode_area_cm2 is not None and self.electrode_diameter_mm is not None:
            round_cm2 = _round_area_cm2(self.electrode_diameter_mm)
            if abs(round_cm2 / self.electrode_area_cm2 - 1.0) > AREA_TOLERANCE:
                raise ValueError(
                    f"electrode_area_cm2 is {self.electrode_area_cm2:g} cm², but a diameter of "
                    f"{self.electrode_diameter_mm:g} mm makes {round_cm2:.4g} cm²: mend one of them"
                )
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A checked cell in SI. ``details`` holds every field of the record under its SI name."""

    name: str
    electrolyte: str
    electrode_area_m2: float
    thickness_m: float
    thickness_uncertainty_m: float | None
    temperature_k: float
    stack_pressure_pa: float | None
    conductivity_s_per_m: float | None
    lithium_thickness_m: float | None
    details: Mapping[str, Any] = field(default_factory=dict)
    text: str = field(default="", repr=False)

    @property
    def expected_resistance_ohm(self) -> float | None:
        """Thickness over conductivity and area, if the conductivity is known."""
        if self.conductivity_s_per_m is None:
            return None
        return self.thickness_m / (self.conductivity_s_per_m * self.electrode_area_m2)

    def as_json(self) -> dict[str, Any]:
        """Return all that is known of the cell, in SI, for the head of a run file."""
        return {**self.details, "electrode_area_m2": self.electrode_area_m2}


def load_cell(path: Path) -> Cell:
    """Read and check a cell record. Raises ``FileError``, naming every line to mend."""
    return _cell(read_document(path))


def update_cell(path: Path, changes: Mapping[str, object]) -> Cell:
    """Change settings of a cell record in place, keeping its comments and order.

    ``None`` removes a setting. The file is replaced whole, and only if the result is a valid
    record; otherwise ``FileError`` is raised and the file is as it was.
    """
    document = read_document(path)
    if path.suffix.lower() == ".json":
        text = json.dumps(_changed(document.data, changes), indent=2, ensure_ascii=False) + "\n"
    else:
        yaml = YAML()
        yaml.preserve_quotes = True
        yaml.width = 4096
        written = StringIO()
        yaml.dump(_changed(yaml.load(document.text), changes), written)
        text = written.getvalue()
    draft = path.with_name(f".{path.stem}.draft{path.suffix}")
    try:
        draft.write_text(text, encoding="utf-8", newline="\n")
        checked(_renamed(read_document(draft), path), CellRecord)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return load_cell(path)


def _changed(data: Any, changes: Mapping[str, object]) -> Any:
    for name, value in changes.items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = value
    return data


def _renamed(document: Document, path: Path) -> Document:
    return Document(str(path), document.text, document.data, document.lines)


def _cell(document: Document) -> Cell:
    record = checked(document, CellRecord)
    details = settings_in_si(record.model_dump(exclude_none=True))
    return Cell(
        name=record.name,
        electrolyte=record.electrolyte,
        electrode_area_m2=to_si("area_cm2", _area_cm2(record))[1],
        thickness_m=details["thickness_m"],
        thickness_uncertainty_m=details.get("thickness_uncertainty_m"),
        temperature_k=details["temperature_k"],
        stack_pressure_pa=details.get("stack_pressure_pa"),
        conductivity_s_per_m=details.get("conductivity_s_per_m"),
        lithium_thickness_m=details.get("lithium_thickness_m"),
        details=details,
        text=document.text,
    )


def _area_cm2(record: CellRecord) -> float:
    """The area that current densities refer to: as stated, else the smaller one in contact."""
    if record.electrode_area_cm2 is not None:
        return record.electrode_area_cm2
    if record.electrode_diameter_mm is not None:
        return _round_area_cm2(record.electrode_diameter_mm)
    areas = record.working_electrode_area_cm2, record.counter_electrode_area_cm2
    return min(area for area in areas if area is not None)


def _round_area_cm2(diameter_mm: float) -> float:
    return math.pi * (diameter_mm / 20.0) ** 2
