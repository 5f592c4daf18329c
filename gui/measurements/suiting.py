"""Which measurements the picked runs have nothing for. No widget here."""

from collections.abc import Sequence
from pathlib import Path

from ...analysis.measurements import MEASUREMENTS, measurement
from ...analysis.runs import load_run
from .file_list import RUN_SUFFIX


def unsuited(files: Sequence[Path]) -> frozenset[str]:
    """Return the names of those that none of the runs has what they need for.

    Nothing is said of other files than runs, of a run that cannot be read, and of measurements
    that do not tell what they need.

    >>> unsuited([Path("impedance.csv")])
    frozenset()
    """
    if not files or not all(file.name.endswith(RUN_SUFFIX) for file in files):
        return frozenset()
    try:
        runs = [load_run(file) for file in files]
    except (ValueError, OSError):
        return frozenset()
    found = set()
    for name in MEASUREMENTS:
        suits = measurement(name).suits
        if suits is not None and not any(suits(run) for run in runs):
            found.add(name)
    return frozenset(found)
