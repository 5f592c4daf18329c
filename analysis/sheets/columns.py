"""Exactly the plotted numbers of a plot, as one table of rows."""

from typing import Any, Final

import numpy as np

from .plot import Band, Bars, Item, Line, Mark, Plot, Points, Span
from .sheet import Table

HEADER: Final = (
    "panel", "axis", "item", "kind", "x", "y", "y_error_low", "y_error_high", "x_error",
    "label",
)  # fmt: skip
_NOTHING: Final = (None, None, None, None)


def plotted_table(plot: Plot) -> Table:
    """Return every number that a plot draws; the note says what its axes are.

    A band has its lower edge in ``y`` and the height above it in ``y_error_high``; ``label`` is the
    word beside a point, as the frequency in a Nyquist plot.

    >>> from .plot import Axis, Panel, points
    >>> panel = Panel(x=Axis(label="t / h"), y=Axis(label="R / Ω"), items=(points("R", [0], [5]),))
    >>> plotted_table(Plot(name="growth", caption="", panels=(panel,))).rows()[0][:6]
    (0, 'left', 'R', 'points', 0.0, 5.0)
    """
    rows = [
        (number, axis, item.name, *row)
        for number, panel in enumerate(plot.panels)
        for axis, items in (("left", panel.items), ("right", panel.right_items))
        for item in items
        for row in _rows(item)
    ]
    axes = [
        f"panel {number}: x is {panel.x.label}, y is {panel.y.label}"
        + (f", right is {panel.right.label}" if panel.right else "")
        for number, panel in enumerate(plot.panels)
    ]
    columns: list[tuple[Any, ...]] = list(zip(*rows, strict=True)) or [()] * len(HEADER)
    return Table(
        name=plot.name,
        title=plot.caption,
        columns=dict(zip(HEADER, columns, strict=True)),
        note="; ".join(axes),
    )


def _rows(item: Item) -> list[tuple[Any, ...]]:
    match item:
        case Points():
            errors = (_or_none(item, values) for values in (item.error_low, item.error_high))
            words = [word or None for word in item.labels] or [None] * item.x.size
            at = (item.x.tolist(), item.y.tolist())
            columns = (*at, *errors, _or_none(item, item.x_error), words)
            return [("points", *row) for row in zip(*columns, strict=True)]
        case Line():
            pairs = zip(item.x.tolist(), item.y.tolist(), strict=True)
            return [("line", x, y, *_NOTHING) for x, y in pairs]
        case Band():
            above = (item.high - item.low).tolist()
            each = zip(item.x.tolist(), item.low.tolist(), above, strict=True)
            return [("band", x, low, None, height, None, None) for x, low, height in each]
        case Bars():
            pairs = zip(item.x.tolist(), item.height.tolist(), strict=True)
            return [("bar", x, height, *_NOTHING) for x, height in pairs]
        case Span():
            return [("span", end, None, *_NOTHING) for end in (item.low, item.high)]
        case Mark():
            place = (item.at, None) if item.axis == "x" else (None, item.at)
            return [("mark", *place, *_NOTHING)]


def _or_none(item: Points, values: "np.ndarray[Any, Any] | None") -> list[Any]:
    return [None] * item.x.size if values is None else values.tolist()
