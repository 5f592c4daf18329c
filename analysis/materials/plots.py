"""Published values as a figure: a row for each material, with a measured value among them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from ..sheets.plot import Axis, Item, Line, Panel, Place, Plot, Points, floats, line, points
from .comparison import SAME_TEMPERATURE_K
from .display import Display
from .entries import Entry

_ROOM_K = 298.0
_OWN = 2
_LOOKS: Final[dict[str, tuple[Place, int]]] = {
    "near room temperature": ("filled", 0),
    "other or unknown temperature": ("open", 1),
    "upper bound": ("cross", 3),
}


def strip(
    kind: str, found: Sequence[Entry], shown: Display, measured: tuple[float, float | None] | None
) -> Plot:
    """Draw values beside the names of their materials, on a logarithmic axis.

    A bar reaches over the range that a source gives, or over the scatter between its cells; a
    bound has a sign of its own. ``measured`` is a value with its standard error, in the unit of
    the axis.
    """
    ordered = sorted(found, key=lambda entry: entry.material)
    groups = [(name, list(group)) for name, group in groupby(ordered, lambda e: e.material)]
    groups.sort(key=lambda each: max(entry.value for entry in each[1]))
    placed = [(entry, float(row)) for row, (_, group) in enumerate(groups) for entry in group]
    items: list[Item] = [*_ranges(placed, shown.size)]
    for name, (marker, colour) in _LOOKS.items():
        chosen = [each for each in placed if _sort_of(each[0]) == name]
        if chosen:
            x = [entry.value / shown.size for entry, _ in chosen]
            y = [row for _, row in chosen]
            items.append(points(name, x, y, marker=marker, colour=colour))
    if measured is not None:
        items.append(_own(*measured, (len(groups) - 1) / 2))
    panel = Panel(
        x=Axis(label=f"{shown.symbol} / {shown.unit}", log=True),
        y=_names([name for name, _ in groups]),
        items=tuple(items),
    )
    caption = (
        "Published values, each its own sample; a bar is the range that its source gives, or the "
        "scatter between cells, and of a measured value one standard uncertainty."
    )
    return Plot(name=f"materials-{kind}", caption=caption, panels=(panel,))


def windows(found: Sequence[Entry], measured: tuple[float, float] | None) -> Plot:
    """Draw each window as a bar from its reduction to its oxidation end, in V against lithium.

    Of a window whose source gives one end only, that end is drawn.
    """
    rows = [(entry.material, entry.method, _ends(entry)) for entry in reversed(found)]
    items: list[Item] = []
    for colour, method in enumerate(dict.fromkeys(entry.method for entry in found)):
        chosen = [(ends, float(row)) for row, (_, of, ends) in enumerate(rows) if of == method]
        items.append(_bars("_", ((*ends, row) for ends, row in chosen), colour))
        known = [(end, row) for ends, row in chosen for end in ends if math.isfinite(end)]
        x, y = zip(*known, strict=True)
        items.append(points(method, x, y, colour=colour))
    if measured is not None:
        row = float(len(rows))
        rows.append(("measured", "", measured))
        items.append(_bars("_", [(*measured, row)], _OWN))
        items.append(points("measured", measured, [row, row], marker="triangle", colour=_OWN))
    panel = Panel(
        x=Axis(label="E vs Li⁺/Li / V"),
        y=_names([name for name, _, _ in rows]),
        items=tuple(items),
    )
    caption = "From the reduction to the oxidation end of each window; a lone point is a lone end."
    return Plot(name="materials-window", caption=caption, panels=(panel,))


def _names(names: Sequence[str]) -> Axis:
    ticks = {float(row): name for row, name in enumerate(names)}
    return Axis(label="material", ticks=ticks, shown=(-0.7, len(names) - 0.3))


def _sort_of(entry: Entry) -> str:
    kelvin = entry.temperature_k
    if entry.qualifier == "<":
        return "upper bound"
    if kelvin is None or abs(kelvin - _ROOM_K) > SAME_TEMPERATURE_K:
        return "other or unknown temperature"
    return "near room temperature"


def _ranges(placed: Sequence[tuple[Entry, float]], size: float) -> list[Line]:
    bars = []
    for entry, row in placed:
        if entry.high is not None:
            bars.append((entry.value / size, entry.high / size, row))
        elif entry.scatter is not None and entry.scatter < entry.value:
            low, high = entry.value - entry.scatter, entry.value + entry.scatter
            bars.append((low / size, high / size, row))
    return [_bars("range or scatter", bars, 7)] if bars else []


def _bars(name: str, ends: Iterable[tuple[float, float, float]], colour: int) -> Line:
    """Return level bars (from, to, row) as one line that NaN interrupts."""
    x: list[float] = []
    y: list[float] = []
    for low, high, row in ends:
        x += [low, high, math.nan]
        y += [row, row, math.nan]
    return line(name, x, y, colour=colour)


def _ends(entry: Entry) -> tuple[float, float]:
    return entry.value, math.nan if entry.high is None else entry.high


def _own(value: float, error: float | None, row: float) -> Points:
    own = points("measured", [value], [row], marker="triangle", colour=_OWN)
    return replace(own, x_error=None if error is None else floats([error]))
