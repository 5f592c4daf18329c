"""How wide the axis on the left of a panel is: as its words or its longest number ask for."""

from typing import Any, Final

import numpy as np
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from ...analysis.sheets.plot import Bars, Floats, Line, Panel, Points
from ..plots import AXIS_WIDTH

_WORDS_AT_MOST: Final = 220
_BESIDE: Final = 34
"""For ticks and the name of the axis."""
_SHORT: Final = 1e5
"""Smaller numbers have room in any axis."""


def left_width(panel: Panel, axis: Any) -> float:
    """Return the width in pixels."""
    metrics = QFontMetrics(axis.style["tickFont"] or QApplication.font())
    words = [longest_number(panel)] if panel.y.ticks is None else list(panel.y.ticks.values())
    widest = max((metrics.horizontalAdvance(word) for word in words), default=0)
    return float(max(AXIS_WIDTH, min(widest, _WORDS_AT_MOST) + _BESIDE if widest else 0))


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
    largest = max(ends or [_largest(values) for values in drawn] or [0.0])
    return f"{largest:.0f}" if largest >= _SHORT else ""


def _largest(values: Floats) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max(initial=0.0))
