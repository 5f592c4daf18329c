"""How wide the axis on the left of a panel is: as its words or its longest number ask for."""

from typing import Any, Final

import numpy as np

from ...analysis.sheets.plot import Bars, Floats, Line, Panel, Points
from ..plots import long_number, width_for

_WIDTH_AT_MOST: Final = 254.0


def left_width(panel: Panel, axis: Any) -> float:
    """Return the width in pixels."""
    words = [longest_number(panel)] if panel.y.ticks is None else list(panel.y.ticks.values())
    return min(width_for(axis, words), _WIDTH_AT_MOST)


def longest_number(panel: Panel) -> str:
    """Return the longest number beside a panel, nothing if it is short.

    >>> from ...analysis.sheets.plot import Axis, line
    >>> tall = Panel(x=Axis(label="x"), y=Axis(label="y"), items=(line("z", [0, 1], [0, 250000]),))
    >>> longest_number(tall)
    '250000'
    """
    if panel.y.log:
        return ""
    ends = [_largest(np.array(panel.y.shown, dtype=float))] if panel.y.shown else []
    drawn = [item.y for item in panel.items if isinstance(item, Points | Line)]
    drawn += [item.height for item in panel.items if isinstance(item, Bars)]
    return long_number(max(ends or [_largest(values) for values in drawn] or [0.0]))


def _largest(values: Floats) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))
