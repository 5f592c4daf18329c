"""What is plotted, as numbers: each table goes into a figure and, as it is, into a CSV file."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..critical_current import CriticalCurrent
from ..run_rows import RunSweep
from ..runs import Run
from ..sheets.extremes import keep_extremes

Floats: TypeAlias = NDArray[np.float64]
SECONDS_PER_HOUR = 3600.0


@dataclass(frozen=True, slots=True, eq=False)
class PlottedTable:
    """Columns of one length, their names ending in units; ``note`` says what was left out."""

    name: str
    columns: Mapping[str, Any]
    note: str = ""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def write_csv(self, folder: Path, source: str) -> Path:
        """Write the table; lines that begin with # say where it comes from."""
        path = folder / f"{self.name}.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            for line in (source, self.note):
                if line:
                    file.write(f"# {line}\n")
            writer = csv.writer(file)
            writer.writerow(self.columns)
            rows = zip(*(list(column) for column in self.columns.values()), strict=True)
            writer.writerows([_cell(value) for value in row] for row in rows)
        return path


def trace_table(run: Run) -> PlottedTable:
    """Voltage, current density and cumulative charge against time."""
    density_ma_cm2 = run.current_a / _area_cm2(run) * 1e3
    kept = keep_extremes((run.voltage_v, density_ma_cm2))
    note = ""
    if kept.size < run.time_s.size:
        note = (
            f"{kept.size} of {run.time_s.size} readings: the smallest and largest of every stretch "
            "of time, none averaged"
        )
    return PlottedTable(
        "voltage_and_current",
        {
            "time_h": run.time_s[kept] / SECONDS_PER_HOUR,
            "voltage_mv": run.voltage_v[kept] * 1e3,
            "current_density_ma_cm2": density_ma_cm2[kept],
            "cumulative_charge_mah_cm2": cumulative_charge_mah_cm2(run)[kept],
        },
        note,
    )


def cumulative_charge_mah_cm2(run: Run) -> Floats:
    """Charge moved so far in either direction, counted within segments only; shape (n,)."""
    if not run.time_s.size:
        return np.zeros(0)
    magnitude_a = np.abs(run.current_a)
    within = np.diff(run.segment) == 0
    amount_c = np.diff(run.time_s) * (magnitude_a[1:] + magnitude_a[:-1]) / 2 * within
    return np.concatenate([[0.0], np.cumsum(amount_c)]) / 3.6 / _area_cm2(run)


def resistance_table(result: CriticalCurrent) -> PlottedTable:
    """Area specific resistance at the start and the end of every half-cycle."""
    rows = [row for row in result.half_cycles if row.asr_start_ohm_cm2 is not None]
    return PlottedTable(
        "resistance",
        {
            "time_h": [(row.start_s + row.duration_s / 2) / SECONDS_PER_HOUR for row in rows],
            "phase": [row.phase for row in rows],
            "step": [row.step for row in rows],
            "current_density_ma_cm2": [row.direction * row.current_density_ma_cm2 for row in rows],
            "asr_start_ohm_cm2": [row.asr_start_ohm_cm2 for row in rows],
            "asr_end_ohm_cm2": [row.asr_end_ohm_cm2 for row in rows],
            "charge_mah_cm2": [row.charge_mah_cm2 for row in rows],
            "gap_s": [row.gap_s for row in rows],
        },
        "voltage over current density, both interfaces included; medians of six readings",
    )


def nyquist_table(run: Run, result: CriticalCurrent | None) -> PlottedTable:
    """Every spectrum point, times the electrode area; the imaginary part as measured."""
    roles = sweep_roles(run, result)
    rows = [
        (number, roles[number], title_of(sweep), f, z.real, z.imag)
        for number, sweep in enumerate(run.sweeps)
        for f, z in zip(
            sweep.frequency_hz.tolist(), (sweep.z_ohm * _area_cm2(run)).tolist(), strict=True
        )
    ]
    names = ("sweep", "role", "title", "frequency_hz", "z_real_ohm_cm2", "z_imag_ohm_cm2")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return PlottedTable("impedance", dict(zip(names, columns, strict=True)))


def sweep_roles(run: Run, result: CriticalCurrent | None) -> tuple[str, ...]:
    """ "before" and "after" for the spectra on either side of a failure, "" for the others."""
    roles = [""] * len(run.sweeps)
    if result is not None and result.failed_segment is not None:
        at_s = next(s.start_s for s in run.segments if s.number == result.failed_segment)
        later = [n for n, sweep in enumerate(run.sweeps) if sweep.elapsed_s > at_s]
        earlier = [n for n, sweep in enumerate(run.sweeps) if sweep.elapsed_s <= at_s]
        if earlier:
            roles[earlier[-1]] = "before"
        if later:
            roles[later[0]] = "after"
    return tuple(roles)


def title_of(sweep: RunSweep) -> str:
    """What a spectrum is called: its place in the test, or its name and temperature."""
    phase = sweep.tags.get("phase")
    density = sweep.tags.get("current_density_ma_cm2")
    if phase is None and sweep.temperature_k is not None:
        celsius = f"{sweep.temperature_k - 273.15:.1f} °C".replace("-", "−")
        return f"{sweep.name}, {celsius}"
    if phase is None:
        return sweep.name
    return f"{phase}, {density:g} mA/cm²" if density is not None else str(phase)


def _area_cm2(run: Run) -> float:
    return float(run.header.cell["electrode_area_m2"]) * 1e4


def _cell(value: Any) -> Any:
    return f"{value:.9g}" if isinstance(value, float) else value
