"""The temperatures of a folder of spectra, from a table."""

import csv
import math
from pathlib import Path

ZERO_CELSIUS_K = 273.15
_COLUMNS = ("file", "temperature_c")


def read_temperatures(path: Path) -> dict[str, float]:
    """Read a CSV with the columns ``file`` and ``temperature_c`` into kelvin by file name.

    Raises
    ------
    ValueError
        Naming file and line: for a missing column, a file listed twice, or a temperature that is
        no number or not above absolute zero.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file, skipinitialspace=True)
        missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
        if missing:
            found = ", ".join(table.fieldnames or ()) or "nothing"
            raise ValueError(
                f"{path}, line 1: the columns must be file,temperature_c (in °C); found {found}"
            )
        known: dict[str, float] = {}
        for row in table:
            name = Path(row["file"] or "").name
            where = f"{path}, line {table.line_num}"
            if name in known:
                raise ValueError(f"{where}: {name} is listed twice")
            known[name] = _kelvin(row["temperature_c"], where)
    return known


def _kelvin(text: str | None, where: str) -> float:
    try:
        celsius = float(text or "")
    except ValueError:
        raise ValueError(f"{where}: temperature_c is {text!r}; it must be a number in °C") from None
    if not (math.isfinite(celsius) and celsius > -ZERO_CELSIUS_K):
        raise ValueError(f"{where}: temperature_c is {celsius}; it must lie above -273.15 °C")
    return celsius + ZERO_CELSIUS_K
