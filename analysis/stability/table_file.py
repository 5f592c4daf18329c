"""A table whose columns may be in one of several units, as their names say: nothing is guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..columns_file import read_numbers

TIMES: Final = {"time_s": 1.0, "time_min": 60.0, "time_h": 3600.0, "time_d": 86400.0}
POTENTIALS: Final = {"potential_v": 1.0, "potential_mv": 1e-3}
CURRENTS: Final = {"current_a": 1.0, "current_ma": 1e-3, "current_ua": 1e-6, "current_na": 1e-9}
CONDUCTIVITIES: Final = {
    "conductivity_s_m": 1.0,
    "conductivity_s_cm": 100.0,
    "conductivity_ms_cm": 0.1,
}
FRACTIONS: Final = {"fraction": 1.0, "fraction_ppm": 1e-6}
AREAL_RESISTANCES: Final = {"resistance_ohm_m2": 1.0, "resistance_ohm_cm2": 1e-4}


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredTable:
    """The columns of one file by name, each of shape (n,), as they are written."""

    path: Path
    columns: Mapping[str, NDArray[np.float64]]

    def take(self, allowed: Mapping[str, float]) -> NDArray[np.float64]:
        """Return the column whose name is one of ``allowed``, in SI: times its factor.

        Raises ``ValueError`` if there is none, or more than one.
        """
        found = self.perhaps(allowed)
        if found is None:
            raise ValueError(
                f"{self.path.name}: no column {' or '.join(allowed)}; it has "
                f"{', '.join(self.columns) or 'none'}"
            )
        return found

    def perhaps(self, allowed: Mapping[str, float]) -> NDArray[np.float64] | None:
        """Return that column, or ``None``. Raises ``ValueError`` if there is more than one."""
        names = [name for name in allowed if name in self.columns]
        if len(names) > 1:
            raise ValueError(f"{self.path.name}: columns {' and '.join(names)} say the same twice")
        return self.columns[names[0]] * allowed[names[0]] if names else None


def errors_of(allowed: Mapping[str, float]) -> dict[str, float]:
    """Return the names of the standard errors of such columns: ``..._error_<unit>``.

    >>> errors_of({"conductivity_s_cm": 100.0})
    {'conductivity_error_s_cm': 100.0}
    """
    return {
        f"{quantity}_error_{unit}": factor
        for quantity, _, unit, factor in (
            (*name.partition("_"), factor) for name, factor in allowed.items()
        )
        if unit
    }


def read_table(path: Path) -> MeasuredTable:
    """Read a CSV file: a line of names, then lines of numbers. Errors as in ``read_numbers``."""
    return MeasuredTable(path, read_numbers(path))
