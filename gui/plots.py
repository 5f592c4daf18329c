"""Plots of one look: axes, colours and pens from the theme."""

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt

from .theme import Theme

AXIS_WIDTH = 62


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
