"""The three files of the demonstration, as a person would write them, for each preset."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCell:
    """What the bench is told of a preset's cell, and the ladder of currents that suits it.

    ``twin_cell`` names the packaged cell file of the twin; its geometry and temperature are the
    same, and its flaws are what the test has to find.
    """

    twin_cell: str
    thickness_um: float
    stack_pressure_mpa: float
    conductivity_ms_cm: float
    start_ma_cm2: float
    increment_ma_cm2: float
    stop_ma_cm2: float


DEMO_CELLS: Final = {
    "LPSCl": DemoCell(
        twin_cell="lpscl",
        thickness_um=800,
        stack_pressure_mpa=5,
        conductivity_ms_cm=3.0,
        start_ma_cm2=0.2,
        increment_ma_cm2=0.2,
        stop_ma_cm2=3.0,
    ),
    "LLZO": DemoCell(
        twin_cell="llzo",
        thickness_um=1000,
        stack_pressure_mpa=2,
        conductivity_ms_cm=0.547,
        start_ma_cm2=0.2,
        increment_ma_cm2=0.1,
        stop_ma_cm2=2.0,
    ),
    "Li3PS4": DemoCell(
        twin_cell="li3ps4",
        thickness_um=800,
        stack_pressure_mpa=5,
        conductivity_ms_cm=0.25,
        start_ma_cm2=0.2,
        increment_ma_cm2=0.1,
        stop_ma_cm2=2.0,
    ),
    "Li3PS4+LiF": DemoCell(
        twin_cell="li3ps4_lif",
        thickness_um=800,
        stack_pressure_mpa=5,
        conductivity_ms_cm=0.25,
        start_ma_cm2=0.4,
        increment_ma_cm2=0.2,
        stop_ma_cm2=4.0,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoFiles:
    """Where the three files lie."""

    protocol: Path
    bench: Path
    cell: Path


def write_demo_files(folder: Path, preset: str, seed: int, address: str, speed: float) -> DemoFiles:
    """Write protocol, bench and cell record for a preset into ``folder``."""
    cell = DEMO_CELLS[preset]
    stem = f"{cell.twin_cell}-seed-{seed}"
    files = DemoFiles(
        protocol=folder / "ccd.yaml", bench=folder / "bench.toml", cell=folder / f"{stem}.yaml"
    )
    files.protocol.write_text(_protocol(preset, cell), encoding="utf-8")
    files.bench.write_text(_bench(address, speed), encoding="utf-8")
    files.cell.write_text(_cell_record(preset, cell, stem), encoding="utf-8")
    return files


def _protocol(preset: str, cell: DemoCell) -> str:
    return f"""\
# Critical current density of a Li | {preset} | Li cell at constant capacity.
protocol: critical_current
name: demonstration, {preset}

steps:
  start_ma_cm2: {cell.start_ma_cm2}
  increment_ma_cm2: {cell.increment_ma_cm2}
  stop_ma_cm2: {cell.stop_ma_cm2}
capacity_mah_cm2: 0.5      # 2.4 µm of lithium in each half-cycle
cycles_per_step: 1

initial_rest_min: 10
rest_min: 5
formation:
  current_density_ma_cm2: 0.1
  half_cycle_h: 0.5
  cycles: 2
impedance:
  frequency_max_hz: 1.0e+6
  frequency_min_hz: 0.1
  points_per_decade: 10
  amplitude_mv: 10
recovery:
  rest_min: 30
  current_density_ma_cm2: 0.1
  half_cycle_h: 0.25
  cycles: 3
voltage_limit_v: 5
sample_period_s: 1
"""


def _bench(address: str, speed: float) -> str:
    return f"""\
# One channel in front of a potentiostat twin on this machine.
[channel.A1]
voltage_min_v = -6.0
voltage_max_v = 6.0
current_max_ma = 20.0
clock_speed = {speed!r}    # the twin runs at the same speed

[channel.A1.potentiostat]
driver = "methodscript"
address = "{address}"
"""


def _cell_record(preset: str, cell: DemoCell, name: str) -> str:
    return f"""\
# A simulated symmetric cell, described as a real one would be.
name: {name}
electrolyte: {preset}
electrode_area_cm2: 0.785
thickness_um: {cell.thickness_um}
thickness_uncertainty_um: 10
temperature_c: 25
stack_pressure_mpa: {cell.stack_pressure_mpa}
conductivity_ms_cm: {cell.conductivity_ms_cm}
conductivity_source: blocking cell of the same batch
notes: simulated; the twin behind the potentiostat knows its true critical current
"""
