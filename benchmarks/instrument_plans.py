"""The two plans that every suitable combination of instruments carries out, and its cell."""

from pathlib import Path

ARRHENIUS = """\
protocol: sequence
name: Arrhenius impedance series, -60 to -20 °C
segments:
  - segment: temperature_series
    temperatures_c: [-60, -50, -40, -30, -20]
    tolerance_k: 0.3
    stable_min: 45
    timeout_h: 8
    segments:
      - segment: impedance
        frequency_max_hz: 2.0e+6
        frequency_min_hz: 20
        points_per_decade: 10
        amplitude_mv: 20
"""
CRITICAL_CURRENT = """\
protocol: critical_current
name: CCD of LLZO, half an hour per half-cycle
steps:
  start_ma_cm2: 0.2
  increment_ma_cm2: 0.1
  stop_ma_cm2: 1.5
half_cycle_h: 0.5
cycles_per_step: 1
sample_period_s: 10
formation:
  current_density_ma_cm2: 0.05
  half_cycle_h: 0.5
  cycles: 2
impedance:
  frequency_max_hz: 1.0e+6
  frequency_min_hz: 20
  points_per_decade: 7
  amplitude_mv: 10
recovery: none
voltage_limit_v: 4.5
"""
PLANS = {"arrhenius": ARRHENIUS, "ccd": CRITICAL_CURRENT}
CELL = "llzo"
SEED = 5


def write_plans(folder: Path) -> dict[str, Path]:
    """Write both protocols into ``folder``; no combination changes a line of them."""
    files = {name: folder / f"{name}.yaml" for name in PLANS}
    for name, text in PLANS.items():
        files[name].write_text(text, encoding="utf-8")
    return files
