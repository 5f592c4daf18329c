"""Plots that are plain data, drawn with matplotlib into a box of a page or a figure of its own."""

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogFormatterMathtext

from ..sheets.plot import (
    Axis,
    Band,
    Bars,
    Item,
    Line,
    Mark,
    Panel,
    Plot,
    Points,
    Span,
    entries,
    in_legend,
)
from .figures import INK, Box, edges, plain
from .plot_legend import draw_legend
from .point_words import write_labels
from .tick_names import SLANT_DEG, are_slanted, below_in, beside_in

PALETTE: Final = (
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d1f", "#5c5c66",
)  # fmt: skip
_MARKERS: Final = {"filled": "o", "open": "o", "cross": "x", "triangle": "^", "square": "s"}
_TOP_ROOM_IN: Final = 0.32
_TITLE_ROOM_IN: Final = 0.18
_RIGHT_ROOM: Final = 0.09
_FEW_TICKS: Final = 5
_FEW_DECADES: Final = 30.0
_ROW_IN: Final = 0.19  # of a name beside an axis
_BESIDE_ROWS_IN: Final = 1.0
_HIGHEST_IN: Final = 8.6  # with its caption a page


def draw_plot(figure: Figure, box: Box, plot: Plot) -> None:
    """Draw all panels of a plot into a box."""
    first = plot.panels if plot.layout == "row" else plot.panels[:1]
    top_in = max(_room_above_in(panel) for panel in first)
    right = _RIGHT_ROOM * any(panel.right for panel in plot.panels) * (plot.layout == "column")
    inner = Box(
        box.left + beside_in(plot) / figure.get_figwidth(),
        box.bottom + below_in(plot) / figure.get_figheight(),
        box.right - right / 2,
        box.top - top_in / figure.get_figheight(),
    )
    count = len(plot.panels)
    if plot.layout == "row":
        grid = figure.add_gridspec(1, count, wspace=0.32, **edges(inner))
    else:
        grid = figure.add_gridspec(count, 1, hspace=0.16, **edges(inner))
    shared = plot.layout == "column" and len({panel.x.label for panel in plot.panels}) == 1
    made: list[Axes] = []
    for place, panel in enumerate(plot.panels):
        axes = figure.add_subplot(grid[place], sharex=made[0] if made and shared else None)
        made.append(axes)
        handles = _draw_panel(axes, panel)
        before = (entries(other) for other in plot.panels[:place])
        draw_legend(axes, panel, handles, frozenset().union(*before))
        if shared and place < count - 1:
            axes.tick_params(labelbottom=False)
            axes.set_xlabel("")
    if plot.layout == "column":
        figure.align_ylabels(made)


def height_in(plot: Plot) -> float:
    """How high a plot should be on a page: names beside an axis have a row each."""
    if plot.layout == "row":
        return 3.0 + below_in(plot)
    rows = sum(len(panel.y.ticks or ()) for panel in plot.panels)
    named = min(rows * _ROW_IN + _BESIDE_ROWS_IN, _HIGHEST_IN)
    plain_in = {1: 3.1, 2: 4.4}.get(len(plot.panels), 1.9 * len(plot.panels))
    return max(plain_in + below_in(plot), named)


def _make_equal(axes: Axes) -> None:
    """Equal scales that fill the box: what is too narrow shows more on the right or above."""
    axes.autoscale_view()
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    frame = axes.get_window_extent()
    scale = max((right - left) / frame.width, (high - low) / frame.height)
    axes.set_xlim(left, left + scale * frame.width)
    axes.set_ylim(low, low + scale * frame.height)
    axes.set_aspect("equal", adjustable="box")
    axes.locator_params(axis="x", nbins=_FEW_TICKS)


def _room_above_in(panel: Panel) -> float:
    """For a second scale, and for a title or a legend above."""
    has_words = bool(panel.title) or panel.right is not None or panel.equal
    return _TOP_ROOM_IN * bool(panel.top) + _TITLE_ROOM_IN * has_words


def _draw_panel(axes: Axes, panel: Panel) -> list[Any]:
    _dress(axes, panel.x, "x")
    _dress(axes, panel.y, "y")
    handles = [h for item in panel.items for h in _draw(axes, item)]
    if panel.right is not None:
        right = axes.twinx()
        _dress(right, panel.right, "y")
        handles += [h for item in panel.right_items for h in _draw(right, item)]
        right.spines["top"].set_visible(False)
        _tint(right, panel.right_items, "right")
        _tint(axes, panel.items, "left")
        axes.spines["top"].set_visible(False)
    else:
        plain(axes)
    if panel.equal:
        _make_equal(axes)
    if panel.title:
        axes.set_title(panel.title, fontsize=8, loc="left")
    if panel.top is not None:
        _draw_top(axes, panel)
    write_labels(axes, panel.items)
    if panel.right is not None:
        write_labels(right, panel.right_items)
    return handles


def _dress(axes: Axes, axis: Axis, which: str) -> None:
    lower = which == "x"
    (axes.set_xlabel if lower else axes.set_ylabel)(axis.label)
    if axis.log:
        (axes.set_xscale if lower else axes.set_yscale)("log")
        _label_sparsely(axes.xaxis if lower else axes.yaxis)
    if axis.shown is not None:
        (axes.set_xlim if lower else axes.set_ylim)(*axis.shown)
    if axis.ticks is not None:
        places = list(axis.ticks)
        names = list(axis.ticks.values())
        (axes.set_xticks if lower else axes.set_yticks)(places, names)
        if lower and are_slanted(axis):
            slanted: Any = {"rotation": SLANT_DEG, "ha": "right", "rotation_mode": "anchor"}
            axes.set_xticks(places, names, **slanted)


def _label_sparsely(scale: XAxis | YAxis) -> None:
    """On a logarithmic axis of few decades label 1, 2 and 5 as numbers; powers of ten on others."""
    powers = LogFormatterMathtext()
    powers.set_axis(scale)

    def label(value: float, place: int | None) -> str:
        low, high = sorted(scale.get_view_interval())
        if low <= 0 or high > _FEW_DECADES * low:
            return str(powers(value, place)) if f"{value:e}".startswith("1.000000e") else ""
        return f"{value:g}" if f"{value:e}"[0] in "125" else ""

    scale.set_major_formatter(FuncFormatter(label))
    scale.set_minor_formatter(FuncFormatter(label))


def _draw_top(axes: Axes, panel: Panel) -> None:
    if panel.top is None:
        return
    low, high = axes.get_xlim()
    above: Any = axes.secondary_xaxis("top")
    inside = {at: text for at, text in panel.top.ticks.items() if low <= at <= high}
    above.set_xticks(list(inside), list(inside.values()))
    above.minorticks_off()
    above.set_xlabel(panel.top.label)


def _tint(axes: Axes, items: tuple[Item, ...], side: str) -> None:
    """Give an axis the colour of what counts on it, if that is one."""
    colours = {item.colour for item in items if not isinstance(item, Mark | Span)}
    if len(colours) == 1:
        colour = _colour(colours.pop())
        axes.yaxis.label.set_color(colour)
        axes.tick_params(axis="y", colors=colour)
        axes.spines[side].set_color(colour)


def _draw(axes: Axes, item: Item) -> list[Any]:
    match item:
        case Points():
            return _draw_points(axes, item)
        case Line():
            style: Any = {"drawstyle": "steps-post"} if item.steps else {}
            dash, colour = "--" if item.dashed else "-", _shaded(_colour(item.colour), item.shade)
            told = in_legend(item) or "_nothing"
            return axes.plot(item.x, item.y, dash, color=colour, label=told, **style)
        case Band():
            shade = axes.fill_between(
                item.x,
                item.low,
                item.high,
                color=_colour(item.colour),
                alpha=0.18,
                linewidth=0,
                label=item.name,
            )
            return [shade]
        case Bars():
            bars: Any = axes.bar(
                item.x, item.height, item.width, color=_colour(item.colour), label=item.name
            )
            return [bars]
        case Span():
            colour = _colour(item.colour)
            return [axes.axvspan(item.low, item.high, color=colour, alpha=0.13, label=item.name)]
    return _draw_mark(axes, item)


def _draw_points(axes: Axes, item: Points) -> list[Any]:
    colour = _colour(item.colour)
    errors = None
    if item.error_low is not None and item.error_high is not None:
        errors = np.stack([np.nan_to_num(item.error_low), np.nan_to_num(item.error_high)])
    many = item.x.size > 150
    made: Any = axes.errorbar(
        item.x,
        item.y,
        yerr=errors,
        xerr=item.x_error,
        fmt=_MARKERS[item.marker],
        color=colour,
        markerfacecolor="none" if item.marker == "open" else colour,
        markersize=1.6 if many else 4.0,
        elinewidth=0.7,
        capsize=0 if many else 1.8,
        label=item.name,
    )
    if item.marker == "open":
        named = np.array([bool(word) for word in item.labels], dtype=bool)
        if named.any():
            axes.plot(item.x[named], item.y[named], "o", color=colour, markersize=4.0)
    return [made]


def _draw_mark(axes: Axes, item: Mark) -> list[Any]:
    style: Any = {"color": _colour(item.colour), "linewidth": 0.7, "linestyle": "--"}
    place: Any = {"xytext": (2, 2), "textcoords": "offset points", "fontsize": 6.5}
    if item.axis == "x":
        axes.axvline(item.at, **style)
        at: Any = (item.at, 0.98)
        where: Any = axes.get_xaxis_transform()
        axes.annotate(item.name, at, xycoords=where, rotation=90, va="top", **place)
    else:
        axes.axhline(item.at, **style)
        at, where = (0.01, item.at), axes.get_yaxis_transform()
        axes.annotate(item.name, at, xycoords=where, va="bottom", **place)
    return []


def _colour(number: int) -> str:
    return PALETTE[number % len(PALETTE)] if number >= 0 else INK


def _shaded(colour: str, shade: float) -> Any:
    """A colour taken towards white: 0 leaves it, 1 is white."""
    return tuple(part + (1.0 - part) * shade for part in to_rgb(colour))
