"""The independent reader of Battery Data Format, batterydf, in whichever Python has it.

Run as a program it reads the files named on the command line and prints what it found as JSON.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def read_by_batterydf(*files: Path) -> list[dict[str, Any]]:
    """What batterydf makes of each file: its verdict, its extra columns, its numbers.

    Skips the test unless this Python has batterydf, or ``SOLIDCELL_BATTERYDF`` names one that has.
    """
    import pytest  # not where this runs as a program

    python = os.environ.get("SOLIDCELL_BATTERYDF", "")
    if not python and importlib.util.find_spec("bdf") is None:
        pytest.skip("no batterydf here; SOLIDCELL_BATTERYDF may name a Python that has it")
    said = subprocess.run(
        [python or sys.executable, __file__, *map(str, files)],
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    found: list[dict[str, Any]] = json.loads(said.stdout)
    return found


def _main() -> None:
    from bdf.io import load
    from bdf.validate import validate_df

    answers = []
    for name in sys.argv[1:]:
        table = load(name)
        report = validate_df(table, raise_on_error=False)
        numbers = table.select_dtypes("number")
        answers.append(
            {
                "ok": report["ok"],
                "missing": report["missing"],
                "extras": report["extras"],
                "time_is_monotonic": report["time_stats"]["monotonic"],
                "columns": {c: [repr(float(v)) for v in numbers[c]] for c in numbers},
            }
        )
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    _main()
