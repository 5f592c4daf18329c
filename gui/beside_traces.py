"""What was read beside the cell in a run, as it is drawn: temperature, pressure, other lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..acquisition.record.rows import AuxiliaryReading
from .growing import GrowingArray

Floats: TypeAlias = NDArray[np.float64]
_SHOWN: Final = {
    "K": ("°C", 1.0, -273.15),
    "Pa": ("MPa", 1e-6, 0.0),
}
_LABELS: Final = {"temperature": "T", "oven": "T", "stack_pressure": "p"}


@dataclass(frozen=True, slots=True, eq=False)
class BesideTrace:
    """One line, shape (n,), in the unit in which it is shown; ``label`` has both for an axis."""

    name: str
    label: str
    time_s: Floats
    value: Floats


@dataclass(slots=True, eq=False)
class _Line:
    unit: str
    time_s: GrowingArray[np.float64] = field(default_factory=lambda: GrowingArray(np.float64))
    value: GrowingArray[np.float64] = field(default_factory=lambda: GrowingArray(np.float64))


class BesideTraces:
    """Takes auxiliary readings as they come, each line by its name."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The lines that there are, in the order in which they were first read."""
        return tuple(self._lines)

    def add(self, readings: Sequence[AuxiliaryReading]) -> None:
        """Take readings that follow those taken before."""
        for name in dict.fromkeys(reading.name for reading in readings):
            rows = [reading for reading in readings if reading.name == name]
            line = self._lines.setdefault(name, _Line(rows[0].unit))
            line.time_s.extend([row.elapsed_s for row in rows])
            line.value.extend([row.value for row in rows])

    def trace(self, name: str) -> BesideTrace:
        """One line as it is shown; ``KeyError`` for a name that there is not.

        >>> traces = BesideTraces()
        >>> traces.add([AuxiliaryReading(seq=1, elapsed_s=0.0, name="oven", value=300.0, unit="K")])
        >>> shown = traces.trace("oven")
        >>> shown.label, round(float(shown.value[0]), 2)
        ('T / °C', 26.85)
        """
        line = self._lines[name]
        unit, factor, offset = _SHOWN.get(line.unit, (line.unit, 1.0, 0.0))
        words = _LABELS.get(name, name.replace("_", " "))
        label = f"{words} / {unit}" if unit not in ("", "1") else words
        return BesideTrace(name, label, line.time_s.values, line.value.values * factor + offset)
