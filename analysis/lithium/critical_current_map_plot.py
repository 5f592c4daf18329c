"""The figure of a map: every cell's interval over one condition, and the law through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from ..sheets.plot import Axis, Item, Line, Panel, Plot, Points, floats
from ..statistics.censored import Floats
from .condition_words import condition_text
from .critical_current_map import CellAtCondition, MapFit
from .critical_current_sheet import AXIS
from .map_display import DISPLAY, centre_of, in_milliamperes

_GRID: Final = 15
_APART: Final = 1.03
_APART_SHARE: Final = 0.01
_FAILED: Final = "failed in this interval"


def map_plot(axis: str, tested: Sequence[CellAtCondition], fit: MapFit | None) -> Plot:
    """Every cell's interval over one condition, with the median at the middle of the others."""
    shown = DISPLAY[axis]
    items: list[Item] = []
    failed = [c for c in tested if c.critical_current_a_per_m2.has_failed]
    survived = [c for c in tested if not c.critical_current_a_per_m2.has_failed]
    is_log = axis != "temperature_k"
    if failed:
        ends = [(o.low / 10, o.high / 10) for o in (c.critical_current_a_per_m2 for c in failed)]
        low, high = floats([e[0] for e in ends]), floats([e[1] for e in ends])
        at, half = [shown.of(getattr(c.condition, axis)) for c in failed], (high - low) / 2
        items.append(Points(_FAILED, _beside(at, is_log), low + half, half, half, marker="square"))
    if survived:
        x = floats([shown.of(getattr(c.condition, axis)) for c in survived])
        y = floats([c.critical_current_a_per_m2.low / 10 for c in survived])
        items.append(Points("survived", x, y, marker="triangle", colour=1))
    caption = f"Every cell's interval, those of one condition side by side, n = {len(tested)}"
    if fit is not None:
        items += _lines(axis, tested, fit)
        others = condition_text(replace(centre_of(tested), **{axis: None}))
        caption += f"; median of the regression with its 95 % interval, at {others}"
    panel = Panel(
        x=Axis(label=shown.label, log=is_log), y=Axis(label=AXIS, log=True), items=tuple(items)
    )
    return Plot(name=f"over-{shown.stem}", caption=caption + ".", panels=(panel,))


def _lines(axis: str, tested: Sequence[CellAtCondition], fit: MapFit) -> list[Item]:
    values = [getattr(cell.condition, axis) for cell in tested]
    space = np.linspace if axis == "temperature_k" else np.geomspace
    grid = space(min(values), max(values), _GRID)
    at = [replace(centre_of(tested), **{axis: float(value)}) for value in grid]
    found = [in_milliamperes(fit.median_a_per_m2(condition)) for condition in at]
    x = floats([DISPLAY[axis].of(float(value)) for value in grid])
    return [
        Line("median", x, floats([each.value for each in found]), colour=2),
        Line("95 %, lower", x, floats([each.low for each in found]), colour=2, dashed=True),
        Line("95 %, upper", x, floats([each.high for each in found]), colour=2, dashed=True),
    ]


def _beside(x: Sequence[float], is_log: bool) -> Floats:
    """Places near ``x`` at which equal ones do not hide each other."""
    step = np.log(_APART) if is_log else _APART_SHARE * (np.ptp(x) or 1.0)
    moved = np.array([step * (x[:k].count(at) - (x.count(at) - 1) / 2) for k, at in enumerate(x)])
    return floats(floats(x) * np.exp(moved) if is_log else floats(x) + moved)
