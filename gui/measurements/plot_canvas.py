"""A plot that is plain data, drawn live: drag to move, turn the wheel to zoom."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ...analysis.sheets.plot import (
    Axis,
    Band,
    Bars,
    Floats,
    Item,
    Line,
    Mark,
    Panel,
    Plot,
    Points,
    Span,
)
from ..named import named
from ..plots import dress, line_pen, plot_item
from ..theme import LIGHT, Theme

_SYMBOLS: Final = {"filled": "o", "open": "o", "cross": "x", "triangle": "t1", "square": "s"}
_NAMED_AT_MOST: Final = 9
_SHADE: Final = 45
_MANY: Final = 150
Scale = Callable[[Floats], Floats]


class PlotCanvas(QWidget):
    """Shows one plot."""

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self._plot: Plot | None = None
        self.canvas = named(
            pg.GraphicsLayoutWidget(), "Plot", "Drag to move, turn the wheel to zoom"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.canvas)
        self.panels: list[Any] = []

    def show_plot(self, plot: Plot) -> None:
        """Draw a plot in place of what was there."""
        self._plot = plot
        self.canvas.clear()
        self.canvas.setBackground(self._theme.panel)
        self.panels = []
        for number, panel in enumerate(plot.panels):
            place = (0, number) if plot.layout == "row" else (number, 0)
            drawn = _PanelDrawer(panel, self._theme).drawn
            self.canvas.addItem(drawn, *place)
            if self.panels and plot.layout == "column" and panel.x == plot.panels[0].x:
                drawn.setXLink(self.panels[0])
            self.panels.append(drawn)

    def set_theme(self, theme: Theme) -> None:
        """Change the colours."""
        self._theme = theme
        self.canvas.setBackground(theme.panel)
        if self._plot is not None:
            self.show_plot(self._plot)


class _PanelDrawer:
    """Draws one panel; numbers on a logarithmic axis are taken to their logarithm here."""

    def __init__(self, panel: Panel, theme: Theme) -> None:
        self._theme, self._marks = theme, 0
        self._palette = (*theme.spectra, theme.accent, theme.warning, theme.muted)
        self.drawn = plot_item(panel.y.label, panel.x.label)
        self._legend = self.drawn.addLegend(
            offset=(-8, 8), labelTextColor=theme.text, labelTextSize="8pt"
        )
        dress(self.drawn, theme)
        self._set_up(panel.x, "bottom")
        self._set_up(panel.y, "left")
        x, y = _scale(panel.x), _scale(panel.y)
        for item in panel.items:
            self._draw(item, x, y, self.drawn)
        if panel.equal:
            self.drawn.setAspectLocked(True)
        if panel.title:
            self.drawn.setTitle(panel.title, color=theme.muted, size="9pt")
        self._show_range(panel.x, 0)
        self._show_range(panel.y, 1)
        if panel.right is not None:
            self._draw_right(panel.right, panel.right_items, x)
        if panel.top is not None:
            self._draw_top(panel)
        if not 1 < len(self._legend.items) <= _NAMED_AT_MOST:
            self._legend.hide()

    def _set_up(self, axis: Axis, side: str) -> None:
        drawn = self.drawn.getAxis(side)
        drawn.setLogMode(axis.log)
        if axis.ticks is not None:
            drawn.setTicks([list(axis.ticks.items())])

    def _show_range(self, axis: Axis, which: int) -> None:
        if axis.shown is None:
            return
        low, high = _scale(axis)(np.array(axis.shown, dtype=float))
        show = self.drawn.setXRange if which == 0 else self.drawn.setYRange
        show(low, high, padding=0)

    def _draw_right(self, axis: Axis, items: tuple[Item, ...], x: Scale) -> None:
        box = pg.ViewBox()
        self.drawn.showAxis("right")
        right = self.drawn.getAxis("right")
        right.setStyle(showValues=True)
        right.setLogMode(axis.log)
        right.setLabel(axis.label, color=self._theme.text)
        right.setPen(pg.mkPen(self._theme.border))
        right.setTextPen(pg.mkPen(self._theme.muted))
        right.linkToView(box)
        box.setXLink(self.drawn)
        box.setParentItem(self.drawn.vb.parentItem())
        self.drawn.vb.sigResized.connect(lambda view: box.setGeometry(view.sceneBoundingRect()))
        y = _scale(axis)
        for item in items:
            self._draw(item, x, y, box)
        if axis.shown is not None:
            box.setYRange(*y(np.array(axis.shown, dtype=float)), padding=0)
        self._right = box

    def _draw_top(self, panel: Panel) -> None:
        if panel.top is None:
            return
        x = _scale(panel.x)
        places = x(np.array(list(panel.top.ticks), dtype=float))
        axis = self.drawn.getAxis("top")
        axis.setStyle(showValues=True)
        axis.setTextPen(pg.mkPen(self._theme.muted))
        axis.setTicks([list(zip(places.tolist(), panel.top.ticks.values(), strict=True))])
        axis.setLabel(panel.top.label, color=self._theme.text)

    def _draw(self, item: Item, x: Scale, y: Scale, on: Any) -> None:
        colour = self._palette[item.colour % len(self._palette)]
        match item:
            case Points():
                self._draw_points(item, x, y, on, colour)
            case Line():
                pen = line_pen(colour, 1.6, dashed=item.dashed)
                mode = "right" if item.steps else None
                curve = pg.PlotCurveItem(
                    x(item.x), y(item.y), pen=pen, stepMode=mode, connect="finite", antialias=True
                )
                self._add(curve, on, item.name)
            case Band():
                self._draw_band(item, x, y, on, colour)
            case Bars():
                made = pg.BarGraphItem(
                    x=x(item.x), height=item.height, width=item.width, brush=colour, pen=None
                )
                on.addItem(made)
            case Span():
                self._draw_span(item, x, on, colour)
            case Mark():
                self._draw_mark(item, x, y, on, colour)

    def _draw_points(self, item: Points, x: Scale, y: Scale, on: Any, colour: str) -> None:
        at_x, at_y = x(item.x), y(item.y)
        if item.error_low is not None and item.error_high is not None:
            low, high = y(item.y - item.error_low), y(item.y + item.error_high)
            bars = pg.ErrorBarItem(
                x=at_x,
                y=at_y,
                top=np.nan_to_num(high - at_y),
                bottom=np.nan_to_num(at_y - low),
                pen=line_pen(colour),
            )
            on.addItem(bars)
        open_ones = item.marker == "open"
        dots = pg.ScatterPlotItem(
            at_x,
            at_y,
            symbol=_SYMBOLS[item.marker],
            size=4 if at_x.size > _MANY else 8,
            pen=line_pen(colour, 1.4),
            brush=None if open_ones else colour,
        )
        self._add(dots, on, item.name)
        for left, up, text in zip(at_x, at_y, item.labels, strict=False):
            words = pg.TextItem(text, color=self._theme.muted, anchor=(0, 1))
            words.setPos(left, up)
            on.addItem(words, ignoreBounds=True)

    def _draw_band(self, item: Band, x: Scale, y: Scale, on: Any, colour: str) -> None:
        shade = pg.mkColor(colour)
        shade.setAlpha(_SHADE)
        edges = [pg.PlotCurveItem(x(item.x), y(side), pen=None) for side in (item.low, item.high)]
        for edge in edges:
            on.addItem(edge)
        on.addItem(pg.FillBetweenItem(*edges, brush=shade))

    def _draw_span(self, item: Span, x: Scale, on: Any, colour: str) -> None:
        shade = pg.mkColor(colour)
        shade.setAlpha(_SHADE)
        ends = x(np.array([item.low, item.high]))
        region = pg.LinearRegionItem(values=tuple(ends), movable=False, brush=shade, pen=None)
        region.setZValue(-10)
        on.addItem(region, ignoreBounds=True)

    def _draw_mark(self, item: Mark, x: Scale, y: Scale, on: Any, colour: str) -> None:
        upright = item.axis == "x"
        scale = x if upright else y
        mark = pg.InfiniteLine(
            float(scale(np.array([item.at]))[0]),
            angle=90 if upright else 0,
            pen=line_pen(colour, dashed=True),
            label=item.name,
            labelOpts={"color": colour, "position": self._next_place() if upright else 0.06},
        )
        on.addItem(mark, ignoreBounds=True)

    def _next_place(self) -> float:
        """Words of neighbouring marks stand one below the other."""
        self._marks += 1
        return 0.95 - 0.09 * ((self._marks - 1) % 5)

    def _add(self, made: Any, on: Any, name: str) -> None:
        on.addItem(made)
        if name and not name.startswith("_"):
            self._legend.addItem(made, name)


def _scale(axis: Axis) -> Scale:
    return _log10 if axis.log else _as_it_is


def _log10(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(values > 0, np.log10(values), np.nan)
    return found


def _as_it_is(values: Floats) -> Floats:
    return values
