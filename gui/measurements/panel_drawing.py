"""One panel of a plot, drawn: axes, items, legend."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import pyqtgraph as pg

from ...analysis.sheets.plot import (
    Axis,
    Band,
    Bars,
    Floats,
    Item,
    Line,
    Mark,
    Panel,
    Points,
    Span,
    entries,
    in_legend,
)
from ...analysis.sheets.point_labels import words_of
from ..plots import AXIS_WIDTH, dress, line_pen, plot_item
from ..theme import Theme, mixed
from .axis_room import left_width
from .log_axis import write_plainly
from .placed_legend import PlacedLegend, between
from .point_words import PointWords

_SYMBOLS: Final = {"filled": "o", "open": "o", "cross": "x", "triangle": "t1", "square": "s"}
_ABREAST: Final = 60  # letters of names below a panel; more stand by turns on two lines
_NAMED_AT_MOST: Final = 9
_SHADE: Final = 45
_MANY: Final = 150
_RIGHT_WIDTH: Final = 58
Scale = Callable[[Floats], Floats]


class PanelDrawing:
    """Draws one panel; numbers on a logarithmic axis are taken to their logarithm here.

    ``told`` is what the legends of other panels say: that again would be too much.
    """

    def __init__(
        self, panel: Panel, theme: Theme, told: frozenset[tuple[str, int]] = frozenset()
    ) -> None:
        self._panel, self._theme, self._marks = panel, theme, 0
        self._palette = (*theme.spectra, theme.accent, theme.warning, theme.muted)
        self.drawn = plot_item(panel.y.label, panel.x.label)
        for side in ("left", "bottom", "right"):
            write_plainly(self.drawn.getAxis(side))
        self._right: Any = None
        self.legend = PlacedLegend(self.drawn, theme)
        self._words: dict[Any, PointWords] = {}
        dress(self.drawn, theme)
        self._set_up(panel.x, "bottom")
        self._set_up(panel.y, "left")
        self.left_width = left_width(panel, self.drawn.getAxis("left"))
        self.drawn.getAxis("left").setWidth(self.left_width)
        x, y = _scale(panel.x), _scale(panel.y)
        for item in panel.items:
            self._draw(item, x, y, self.drawn)
        if panel.equal:
            self.drawn.setAspectLocked(True)
        if panel.title:
            self.drawn.setTitle(panel.title, color=theme.muted, size="9pt")
        if panel.right is not None:
            self._draw_right(panel.right, panel.right_items, x)
        if panel.top is not None:
            self._draw_top(panel)
        self._show_range()
        self.legend.hide_unless((2, 0 if entries(panel) <= told else _NAMED_AT_MOST))

    def show_all(self) -> None:
        """Show what it showed at first."""
        for box in filter(None, (self.drawn, self._right)):
            box.enableAutoRange()
        self._show_range()

    def set_margins(self, left: float, *, with_right: bool) -> None:
        """Begin and end where the panels above and below do."""
        self.drawn.getAxis("left").setWidth(left)
        if with_right:
            self.drawn.getAxis("right").setWidth(_RIGHT_WIDTH)

    def break_label(self) -> None:
        """Write the unit of y below its name: a low panel has no room for both in a line."""
        axis = self.drawn.getAxis("left")
        words = axis.labelText.replace(" / ", "<br>/ ", 1).replace(" (", "<br>(", 1)
        axis.setLabel(words, **axis.labelStyle)
        axis.setWidth(max(axis.width(), AXIS_WIDTH + 28))  # of three lines, alike in all panels

    def leave_out_x(self) -> None:
        """Leave the numbers and the name of x to the panel below."""
        axis = self.drawn.getAxis("bottom")
        axis.setStyle(showValues=False)
        axis.showLabel(False)

    def _set_up(self, axis: Axis, side: str) -> None:
        drawn = self.drawn.getAxis(side)
        drawn.setLogMode(axis.log)
        if axis.ticks is not None:
            apart = side == "bottom" and sum(map(len, axis.ticks.values())) > _ABREAST
            names = enumerate(axis.ticks.items())
            drawn.setTicks([[(at, "\n" * (apart * n % 2) + name) for n, (at, name) in names]])

    def _show_range(self) -> None:
        panel = self._panel
        for axis, show in ((panel.x, self.drawn.setXRange), (panel.y, self.drawn.setYRange)):
            if axis.shown is not None:
                show(*_scale(axis)(np.array(axis.shown, dtype=float)), padding=0)
        if panel.right is not None and panel.right.shown is not None:
            ends = _scale(panel.right)(np.array(panel.right.shown, dtype=float))
            self._right.setYRange(*ends, padding=0)

    def _draw_right(self, axis: Axis, items: tuple[Item, ...], x: Scale) -> None:
        box = self._right = pg.ViewBox()
        self.drawn.showAxis("right")
        right = self.drawn.getAxis("right")
        right.enableAutoSIPrefix(False)
        right.setStyle(showValues=True)
        right.setLogMode(axis.log)
        right.setPen(pg.mkPen(self._theme.border))
        right.setWidth(_RIGHT_WIDTH)
        here, there = self._colours(self._panel.items), self._colours(items)
        is_told_apart = not here & there
        left = self.drawn.getAxis("left")
        for side, label, colours in ((left, self._panel.y.label, here), (right, axis.label, there)):
            own = min(colours) if is_told_apart and len(colours) == 1 else ""
            side.setLabel(label, color=own or self._theme.text)
            side.setTextPen(pg.mkPen(own or self._theme.muted))
        right.linkToView(box)
        box.setXLink(self.drawn)
        box.setParentItem(self.drawn.vb.parentItem())
        self.drawn.vb.sigResized.connect(lambda view: box.setGeometry(view.sceneBoundingRect()))
        y = _scale(axis)
        for item in items:
            self._draw(item, x, y, box)

    def _colours(self, items: Sequence[Item]) -> set[str]:
        """The colours of what is counted on an axis."""
        drawn = [item for item in items if not isinstance(item, Mark | Span)]
        return {self._colour(item.colour) for item in drawn}

    def _colour(self, number: int) -> str:
        return self._theme.text if number < 0 else self._palette[number % len(self._palette)]

    def _draw_top(self, panel: Panel) -> None:
        if panel.top is None:
            return
        x = _scale(panel.x)
        places = x(np.array(list(panel.top.ticks), dtype=float))
        axis = self.drawn.getAxis("top")
        axis.enableAutoSIPrefix(False)
        axis.setStyle(showValues=True)
        axis.setTextPen(pg.mkPen(self._theme.muted))
        axis.setTicks([list(zip(places.tolist(), panel.top.ticks.values(), strict=True))])
        axis.setLabel(panel.top.label, color=self._theme.text)

    def _draw(self, item: Item, x: Scale, y: Scale, on: Any) -> None:
        colour = self._colour(item.colour)
        match item:
            case Points():
                self._draw_points(item, x, y, on, colour)
                self._say(item, x(item.x), y(item.y), on)
            case Line():
                shaded = mixed(colour, self._theme.panel, item.shade)
                pen = line_pen(shaded, 1.6, dashed=item.dashed)
                mode = "right" if item.steps else None
                curve = pg.PlotCurveItem(
                    x(item.x), y(item.y), pen=pen, stepMode=mode, connect="finite", antialias=True
                )
                self._add(curve, on, item)
                self.legend.keep_clear_of(_box(on), *between(x(item.x), y(item.y)))
                self._say(item, x(item.x), y(item.y), on)
            case Band():
                self._draw_band(item, x, y, on, colour)
            case Bars():
                made = pg.BarGraphItem(
                    x=x(item.x), height=item.height, width=item.width, brush=colour, pen=None
                )
                on.addItem(made)
                self.legend.keep_clear_of(_box(on), x(item.x), item.height)
            case Span():
                self._draw_span(item, x, on, colour)
            case Mark():
                self._draw_mark(item, x, y, on, colour)

    def _draw_points(self, item: Points, x: Scale, y: Scale, on: Any, colour: str) -> None:
        at_x, at_y = x(item.x), y(item.y)
        self.legend.keep_clear_of(_box(on), at_x, at_y)
        if item.x_error is not None:
            left, right = at_x - x(item.x - item.x_error), x(item.x + item.x_error) - at_x
            reach = {"left": np.nan_to_num(left), "right": np.nan_to_num(right)}
            on.addItem(pg.ErrorBarItem(x=at_x, y=at_y, pen=line_pen(colour), **reach))
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
        if open_ones and item.labels:
            dots.setBrush([colour if word else None for word in item.labels])
        self._add(dots, on, item)

    def _draw_band(self, item: Band, x: Scale, y: Scale, on: Any, colour: str) -> None:
        shade = pg.mkColor(colour)
        shade.setAlpha(_SHADE)
        edges = [pg.PlotCurveItem(x(item.x), y(side), pen=None) for side in (item.low, item.high)]
        for edge in edges:
            on.addItem(edge)
        for side in (item.low, item.high):
            self.legend.keep_clear_of(_box(on), *between(x(item.x), y(side)))
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

    def _say(self, item: Points | Line, at_x: Floats, at_y: Floats, on: Any) -> None:
        """Let the words of points have room among all that is drawn."""
        box = _box(on)
        if box not in self._words:
            self._words[box] = PointWords(box, self._theme)
        self._words[box].add(at_x, at_y, words_of(item))

    def _next_place(self) -> float:
        """Words of neighbouring marks stand one below the other."""
        self._marks += 1
        return 0.95 - 0.09 * ((self._marks - 1) % 5)

    def _add(self, made: Any, on: Any, item: Item) -> None:
        on.addItem(made)
        if told := in_legend(item):
            self.legend.add(made, told)


def _box(on: Any) -> Any:
    """The view box of what is drawn on: a plot has one, the right axis is one."""
    return on if isinstance(on, pg.ViewBox) else on.vb


def _scale(axis: Axis) -> Scale:
    return _log10 if axis.log else _as_it_is


def _log10(values: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(values > 0, np.log10(values), np.nan)
    return found


def _as_it_is(values: Floats) -> Floats:
    return values
