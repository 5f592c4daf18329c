"""The tables of the Battery Data Format (LF Energy Battery Data Alliance, table schema 1.2.0).

Names are the preferred labels, terms the machine names of the ontology; positive current counts
as charging, which ``conventions`` translates for a symmetric cell.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from ..runs import Columns, RunPages
from .charge import ChargeCounter
from .conventions import FLAGS, SIGN_OF_CURRENT, SIGN_OF_IMPEDANCE, TIME
from .table import Page, Progress, Table, integer, real, text
from .wall_time import WallTime

SCHEMA: Final = "https://w3id.org/battery-data-alliance/ontology/battery-data-format/schema"
TERMS: Final = "https://w3id.org/battery-data-alliance/ontology/battery-data-format#"

_ZERO_CELSIUS_K: Final = 273.15
_COULOMB_PER_AH: Final = 3600.0
_CHARGE: Final = (
    "from the start of the run, never reset; trapezoids over the time of the test, nothing during "
    "impedance sweeps"
)

_TEST_TIME: Final = real("Test Time / s", "s", TIME, "test_time_second")
_UNIX_TIME: Final = real(
    "Unix Time / s",
    "s",
    "wall clock, UTC, counted on from the latest pair of clocks that was recorded before",
    "unix_time_second",
)
_STEP: Final = integer(
    "Step Count / 1", "number of the segment in the run file, from 0", "1", "step_count"
)
_FLAGS: Final = integer("Flags / 1", FLAGS, "1")

_TEMPERATURE: Final = real(
    "Temperature T1 / degC",
    "degC",
    "of the cell, recorded in K; empty where nothing measures it",
    "temperature_t1_celsius",
)
_PRESSURE: Final = real(
    "Applied Pressure / Pa",
    "Pa",
    "stack pressure; empty where nothing measures it",
    "applied_pressure_pa",
)

READING_COLUMNS: Final = (
    _TEST_TIME,
    _UNIX_TIME,
    real("Voltage / V", "V", "working electrode against counter or reference", "voltage_volt"),
    real("Current / A", "A", SIGN_OF_CURRENT, "current_ampere"),
    _STEP,
    text("Step Type", "kind of the segment in the run file", "step_type"),
    _TEMPERATURE,
    _PRESSURE,
    real("Charging Capacity / Ah", "Ah", f"at I > 0, {_CHARGE}", "charging_capacity_ah"),
    real("Discharging Capacity / Ah", "Ah", f"at I < 0, {_CHARGE}", "discharging_capacity_ah"),
    real("Net Capacity / Ah", "Ah", "charging less discharging capacity", "net_capacity_ah"),
    _FLAGS,
)
POINT_COLUMNS: Final = (
    _TEST_TIME,
    _UNIX_TIME,
    _STEP,
    real("Frequency / Hz", "Hz", "of the excitation", "frequency_hertz"),
    real("Real Impedance / ohm", "ohm", "real part of the impedance", "real_impedance_ohm"),
    real("Imaginary Impedance / ohm", "ohm", SIGN_OF_IMPEDANCE, "imaginary_impedance_ohm"),
    _FLAGS,
    _TEMPERATURE,
    _PRESSURE,
)


def battery_data_tables(run: RunPages, progress: Progress) -> dict[str, Table]:
    """The readings as a Battery Data Format table, and the impedance points in its terms.

    The points are no table of the format, which asks for voltage and current in every row; that
    of ``impedance`` uses its names all the same.
    """
    return {
        "readings": Table(columns=READING_COLUMNS, pages=lambda: _readings(run, progress)),
        "impedance": Table(columns=POINT_COLUMNS, pages=lambda: _points(run, progress)),
    }


def _readings(run: RunPages, progress: Progress) -> Iterator[Page]:
    wall = WallTime.of(run)
    counter = ChargeCounter({segment.number: segment.start_s for segment in run.segments})
    kinds = np.array([segment.kind for segment in run.segments] or [""], dtype=object)
    for page in run.readings():
        _require_known(page, len(run.segments))
        charge = counter.count(page)
        yield [
            page["elapsed_s"],
            wall.at(page["elapsed_s"]),
            page["voltage_v"],
            page["current_a"],
            page["segment"],
            kinds[page["segment"]],
            page["temperature_k"] - _ZERO_CELSIUS_K,
            page["stack_pressure_pa"],
            charge.positive_c / _COULOMB_PER_AH,
            charge.negative_c / _COULOMB_PER_AH,
            (charge.positive_c - charge.negative_c) / _COULOMB_PER_AH,
            page["flags"],
        ]
        _tell(run, progress, page)


def _points(run: RunPages, progress: Progress) -> Iterator[Page]:
    wall = WallTime.of(run)
    for page in run.points():
        names = ("frequency_hz", "z_real_ohm", "z_imag_ohm", "flags")
        elapsed_s = page["elapsed_s"]
        yield [
            elapsed_s,
            wall.at(elapsed_s),
            page["segment"],
            *(page[name] for name in names),
            page["temperature_k"] - _ZERO_CELSIUS_K,
            page["stack_pressure_pa"],
        ]
        _tell(run, progress, page)


def _require_known(page: Columns, segments: int) -> None:
    strange = page["segment"][(page["segment"] < 0) | (page["segment"] >= segments)]
    if strange.size:
        raise ValueError(
            f"a reading belongs to segment {strange[0]}, and the run file has {segments} segments"
        )


def _tell(run: RunPages, progress: Progress, page: Columns) -> None:
    progress(int(page["seq"][-1]), run.last_seq)
