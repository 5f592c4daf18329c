"""Figures of a batch: the Weibull plot, the share of failed cells, and every cell's interval."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..sheets.plot import Axis, Band, Item, Panel, Plot, Points, floats, line, points
from ..statistics import Observation, WeibullModel, failed_share_limits
from ..statistics.censored import Floats, bounds_of
from .batch_statistics import BatchStatistics

_TICKS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.9, 0.99)
_ROOM = 1.5
_FRACTIONS = (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.98)


def batch_plots(found: BatchStatistics, names: Sequence[str], label: str) -> tuple[Plot, ...]:
    """The plots that the data support; ``label`` is of the axis, with its unit."""
    plots = [_intervals(found, names, label), _shares(found, label)]
    if found.weibull.model is not None and not found.weibull.modulus.is_refused:
        plots.insert(0, _weibull(found, found.weibull.model, label))
    return tuple(plots)


def _weibull(found: BatchStatistics, model: WeibullModel, label: str) -> Plot:
    quantiles = [model.quantile(fraction) for fraction in _FRACTIONS]
    y = [_on_paper(fraction) for fraction in _FRACTIONS]
    at, share = _known_shares(found)
    items: list[Item] = [
        points("without a model, at the ends of its steps", at, [_on_paper(s) for s in share]),
        line("Weibull, maximum likelihood", [q.value for q in quantiles], y, colour=1),
    ]
    for name, ends in (
        ("95 % interval of the value, lower", [q.low for q in quantiles]),
        ("95 % interval of the value, upper", [q.high for q in quantiles]),
    ):
        kept = [(end, at_y) for end, at_y in zip(ends, y, strict=True) if 0 < end < math.inf]
        if kept:
            items.append(line(name, *zip(*kept, strict=True), colour=1, dashed=True))
    panel = Panel(
        x=Axis(label=label, log=True, shown=_around([*at, *(q.value for q in quantiles)])),
        y=Axis(
            label="ln(−ln(1 − P)), P failed",
            ticks={_on_paper(p): f"{_on_paper(p):.2f} ({100 * p:.0f} %)" for p in _TICKS},
        ),
        items=tuple(items),
    )
    weibull = found.weibull
    caption = (
        f"Weibull plot of n = {weibull.n} cells, {weibull.failures} failed; a straight line of the "
        "slope of the modulus (maximum likelihood). Dashed: 95 % profile-likelihood interval."
    )
    return Plot(name="weibull-plot", caption=caption, panels=(panel,))


def _shares(found: BatchStatistics, label: str) -> Plot:
    low, high = bounds_of(found.observations)
    top = float(max(low.max(), high[np.isfinite(high)].max(initial=0.0)))
    at = np.unique(np.concatenate([[0.0], low, high[np.isfinite(high)]]))
    lower, upper = failed_share_limits(found.observations, at)
    free = found.free
    x = np.column_stack([free.left, np.minimum(free.right, 1.05 * top)]).ravel()
    reached = np.cumsum(free.mass)
    ends = np.isfinite(free.right)
    y = np.column_stack([reached - free.mass, np.where(ends, reached, reached - free.mass)]).ravel()
    items: list[Item] = [
        Band("95 % interval without a model", at, lower, upper),
        line("without a model", np.concatenate([[0.0], x]), np.concatenate([[0.0], y])),
    ]
    if found.product is not None:
        product = found.product
        items.append(
            points("Kaplan-Meier", product.at, 1 - product.survival, product.standard_error)
        )
    if (model := found.weibull.model) is not None:
        grid = np.linspace(0.01 * top, 1.05 * top, 120)
        items.append(line("Weibull", grid, model.failed_share(grid), colour=1))
    panel = Panel(
        x=Axis(label=label),
        y=Axis(label="share of cells failed", shown=(0.0, 1.0)),
        items=tuple(items),
    )
    caption = (
        f"Share of failed cells, n = {len(found.observations)}. Where the line slopes the data do "
        "not tell where within the step. Band: pointwise 95 % interval (Clopper-Pearson)."
    )
    return Plot(name="failed-share", caption=caption, panels=(panel,))


def _intervals(found: BatchStatistics, names: Sequence[str], label: str) -> Plot:
    order = sorted(range(len(names)), key=lambda k: _rank(found.observations[k]))
    drawn = [found.observations[k] for k in order]
    bars = [_bar(place, each) for place, each in enumerate(drawn, start=1) if each.has_failed]
    survived = [(place, o.low) for place, o in enumerate(drawn, start=1) if not o.has_failed]
    items: list[Item] = []
    if bars:
        middle, half, place = (floats(column) for column in zip(*bars, strict=True))
        items.append(
            Points("failed in this interval", middle, place, x_error=half, marker="square")
        )
    if survived:
        at = floats([low for _, low in survived])
        items.append(points("survived", at, [p for p, _ in survived], marker="triangle", colour=1))
    ticks = {float(place): names[k] for place, k in enumerate(order, start=1)}
    panel = Panel(x=Axis(label=label), y=Axis(label="cell", ticks=ticks), items=tuple(items))
    caption = (
        f"What each of n = {len(names)} cells tells: bars reach from the last value it bore to the "
        "first at which it failed; triangles mark the highest that a survivor bore."
    )
    return Plot(name="cell-intervals", caption=caption, panels=(panel,))


def _bar(place: int, each: Observation) -> tuple[float, float, float]:
    return (each.low + each.high) / 2, (each.high - each.low) / 2, float(place)


def _rank(each: Observation) -> tuple[float, float]:
    return (each.high if each.has_failed else each.low, each.low)


def _known_shares(found: BatchStatistics) -> tuple[Floats, Floats]:
    """Upper ends of the steps, where the share is certain, and the share there; below 1."""
    reached = np.cumsum(found.free.mass)
    inside = np.isfinite(found.free.right) & (reached < 1 - 1e-9)
    return found.free.right[inside], reached[inside]


def _around(values: Sequence[float]) -> tuple[float, float]:
    """A little beyond what is drawn; the limits of a small batch may leave the plot."""
    return min(values) / _ROOM, max(values) * _ROOM


def _on_paper(share: float) -> float:
    return math.log(-math.log1p(-share))
