"""Settings files for tests: the examples of the package, and small ones written on the spot."""

from importlib.resources import files
from pathlib import Path

EXAMPLES = Path(str(files("solidcell.acquisition") / "examples"))

SMALL_CCD = """\
protocol: critical_current   # the ramp
steps:
  start_ma_cm2: 0.2
  increment_ma_cm2: 0.2
  stop_ma_cm2: 0.6
capacity_mah_cm2: 0.5
"""

SMALL_CELL = """\
# the third of the batch
name: c3
electrolyte: LPSCl
thickness_um: 800     # micrometer, at three places
electrode_area_cm2: 0.785
temperature_c: 25
"""

SMALL_BENCH = """\
[channel.A1]
voltage_min_v = -5.0
voltage_max_v = 5.0
current_max_ma = 20.0

[channel.A1.potentiostat]
driver = "methodscript"
address = "socket://127.0.0.1:5025"
"""


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file and return where it is."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="\n")
    return path
