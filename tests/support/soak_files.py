"""The files of a soak, as a person would write them: protocol, bench and cell."""

from pathlib import Path

PROTOCOL = """\
protocol: sequence
limits: {{charge_max_mah: {charge_max_mah}}}
segments:
  - segment: repeat
    count: {cycles}
    segments:
      - {{segment: galvanostatic, current_ma: 0.09, duration_min: 20, sample_period_s: 2,
          voltage_min_v: -2, voltage_max_v: 2}}
      - {{segment: rest, duration_min: 3, sample_period_s: 2}}
      - {{segment: galvanostatic, current_ma: -0.09, duration_min: 18, sample_period_s: 2,
          voltage_min_v: -2, voltage_max_v: 2}}
      - {{segment: rest, duration_min: 2, sample_period_s: 2}}
      - {{segment: potentiostatic, voltage_v: 0.005, duration_min: 4, current_max_ma: 0.5,
          sample_period_s: 2}}
      - {{segment: impedance, frequency_max_hz: 1.0e+5, frequency_min_hz: 0.1,
          points_per_decade: 5}}
"""
CHARGES_MAX_MAH = (0.04, 1.0)
"""The plan keeps to both; but what flows while a voltage is held, which nobody can know before,
leads beyond the first in one of the later cycles.
"""
CYCLES = 4
VOLTAGE_MAX_V = 4.0
BENCH = """\
[channel.A1]
voltage_min_v = -{limit_v}
voltage_max_v = {limit_v}
current_max_ma = 1
clock_speed = {speed}
[channel.A1.potentiostat]
driver = "methodscript"
address = "socket://127.0.0.1:{port}"
"""
CELL = """\
name: soaked
electrolyte: LPSCl
thickness_um: 800
temperature_c: 25
electrode_diameter_mm: 10
"""


def write_protocol(folder: Path, charge_max_mah: float) -> Path:
    """Write the protocol of one run."""
    file = folder / "protocol.yaml"
    text = PROTOCOL.format(charge_max_mah=charge_max_mah, cycles=CYCLES)
    file.write_text(text, encoding="utf-8")
    return file


def write_bench(folder: Path, speed: float, port: int) -> Path:
    """Write the bench of the instrument that answers at ``port``."""
    file = folder / "bench.toml"
    text = BENCH.format(limit_v=VOLTAGE_MAX_V, speed=speed, port=port)
    file.write_text(text, encoding="utf-8")
    return file


def write_cell(folder: Path) -> Path:
    """Write the cell's record."""
    file = folder / "soaked.yaml"
    file.write_text(CELL, encoding="utf-8")
    return file
