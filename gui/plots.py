"""Plots of one look: axes, colours and pens from the theme."""

from collections.abc import Iterable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from .theme import Theme

AXIS_WIDTH = 62
_BESIDE_WORDS = 34
"""For ticks and the name of the axis."""
_SHORT_NUMBER = 1e5
"""Smaller ones have room in any axis."""


def plot_item(left: str, bottom: str | None) -> Any:
    """A plot without buttons and menus; ``bottom=None`` hides the values of the lower axis."""
    plot = pg.PlotItem()
    plot.hideButtons()
    plot.setMenuEnabled(False)
    plot.setLabel("left", left)
    plot.getAxis("left").setWidth(AXIS_WIDTH)
    for side in ("left", "bottom"):
        plot.getAxis(side).enableAutoSIPrefix(False)
    for side in ("top", "right"):
        plot.showAxis(side)
        plot.getAxis(side).setStyle(showValues=False, tickLength=0)
    if bottom is None:
        plot.getAxis("bottom").setStyle(showValues=False)
    else:
        plot.setLabel("bottom", bottom)
    return plot


def width_for(axis: Any, words: Iterable[str]) -> float:
    """Width in pixels of an axis on the left that has these words beside it."""
    metrics = QFontMetrics(axis.style["tickFont"] or QApplication.font())
    widest = max((metrics.horizontalAdvance(word) for word in words if word), default=0)
    return float(max(AXIS_WIDTH, widest + _BESIDE_WORDS if widest else 0))


def long_number(largest: float) -> str:
    """The number as an axis has it, if it may be too long for one of the usual width.

    >>> long_number(250_000.0), long_number(99.5)
    ('250000', '')
    """
    return f"{largest:.0f}" if largest >= _SHORT_NUMBER else ""


def widen_for_numbers(plot: Any) -> None:
    """Let the axis on the left grow with the numbers that it shows, whatever one zooms to."""
    axis = plot.getAxis("left")

    def widen(_box: Any, ends: tuple[float, float]) -> None:
        axis.setWidth(width_for(axis, [long_number(max(map(abs, ends)))]))

    plot.vb.sigYRangeChanged.connect(widen)


def dress(plot: Any, theme: Theme) -> None:
    """Give a plot the colours of a theme."""
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(pg.mkPen(theme.border))
        axis.setTickPen(pg.mkPen(theme.muted))
        axis.setTextPen(pg.mkPen(theme.muted))
        axis.setLabel(axis.labelText, color=theme.text)
    for side in ("top", "right"):
        plot.getAxis(side).setPen(pg.mkPen(theme.border))


def line_pen(colour: str, width: float = 1.0, *, dashed: bool = False, alpha: int = 255) -> Any:
    """A pen of a colour; width 1 is much the quickest to draw."""
    made = pg.mkColor(colour)
    made.setAlpha(alpha)
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    return pg.mkPen(made, width=width, style=style)
