"""The room that names need where they stand along an axis instead of numbers."""

from __future__ import annotations

import math
from typing import Final

from ..sheets.plot import Axis, Plot

SLANT_DEG: Final = 30
_LETTER_IN: Final = 0.071  # a digit of the size that ticks are written in
_NUMBER_IN: Final = 0.25  # what a box leaves for numbers as it is
_FEW: Final = 4
_SHORT: Final = 3


def are_slanted(axis: Axis) -> bool:
    """Whether the names below a panel are too many and too long to stand side by side.

    >>> are_slanted(Axis(label="", ticks={n: "Carbon black" for n in range(10)}))
    True
    >>> are_slanted(Axis(label="", ticks={n: str(n) for n in range(10)}))
    False
    """
    return len(axis.ticks or ()) > _FEW and _longest(axis) > _SHORT


def beside_in(plot: Plot) -> float:
    """Return the width (inch) that names on the left need beyond what numbers have."""
    left = plot.panels[:1] if plot.layout == "row" else plot.panels
    return max(0.0, max(_longest(panel.y) for panel in left) * _LETTER_IN - _NUMBER_IN)


def below_in(plot: Plot) -> float:
    """Return the height (inch) that slanted names below need beyond what numbers have."""
    lowest = plot.panels if plot.layout == "row" else plot.panels[-1:]
    letters = max(_longest(panel.x) * are_slanted(panel.x) for panel in lowest)
    return letters * _LETTER_IN * math.sin(math.radians(SLANT_DEG))


def _longest(axis: Axis) -> int:
    return max((len(name) for name in (axis.ticks or {}).values()), default=0)
