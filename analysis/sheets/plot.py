"""Plots as plain data: a report, a window and a table of the plotted numbers are made of the same.

Values are in the units that the axes name. What is drawn has no look here but its kind; `colour`
counts through a colour-blind palette, so that a line and its points can be told to be alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats: TypeAlias = NDArray[np.float64]
Place: TypeAlias = Literal["filled", "open", "cross", "triangle", "square"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """An axis: its label with the unit, and whether it is logarithmic.

    ``shown`` (low, high) is what the plot shows at first, ``None`` all of it. ``ticks`` replaces
    numbers by words, as for the names of samples.
    """

    label: str
    log: bool = False
    shown: tuple[float, float] | None = None
    ticks: Mapping[float, str] | None = None


INK = -1  # the colour of what belongs to no series; others count from 0


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Single points, shape (n,), with standard errors where there are any.

    ``labels`` stand beside the points, one for each or none; an empty one is not drawn, and a
    labelled point is filled. ``error_low`` and ``error_high`` are distances (>= 0).
    """

    name: str
    x: Floats
    y: Floats
    error_low: Floats | None = None
    error_high: Floats | None = None
    x_error: Floats | None = None
    marker: Place = "filled"
    colour: int = 0
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.labels and len(self.labels) != self.x.size:
            raise ValueError(f"{self.name}: {self.x.size} points, but {len(self.labels)} labels")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line through points in their order, shape (n,); NaN interrupts it.

    ``shade`` from 0 to 1 takes its colour towards the paper's, so that lines of one colour can be
    followed from the first to the last. ``legend`` is what the legend says of it instead of its
    name; an empty one says nothing.
    """

    name: str
    x: Floats
    y: Floats
    colour: int = 0
    dashed: bool = False
    steps: bool = False
    shade: float = 0.0
    legend: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """The area between two lines over the same x, shape (n,)."""

    name: str
    x: Floats
    low: Floats
    high: Floats
    colour: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A straight line across the panel at one value of an axis, with words beside it."""

    name: str
    at: float
    axis: Literal["x", "y"] = "x"
    colour: int = 7


@dataclass(frozen=True, slots=True)
class Span:
    """A shaded stretch of the x axis: a failing step, a range of temperatures."""

    name: str
    low: float
    high: float
    colour: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Bars of a height over their places, shape (n,)."""

    name: str
    x: Floats
    height: Floats
    width: float = 0.8
    colour: int = 0


Item: TypeAlias = Points | Line | Band | Mark | Span | Bars


@dataclass(frozen=True, slots=True, kw_only=True)
class TopAxis:
    """A second scale above: ``ticks`` gives the label at a value of the lower axis."""

    label: str
    ticks: Mapping[float, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One pair of axes with what is drawn on it; ``right_items`` count on the right axis.

    ``equal`` gives both axes the same scale, as a Nyquist plot needs it.
    """

    x: Axis
    y: Axis
    items: tuple[Item, ...]
    right: Axis | None = None
    right_items: tuple[Item, ...] = ()
    top: TopAxis | None = None
    equal: bool = False
    title: str = ""

    def __post_init__(self) -> None:
        if self.right_items and self.right is None:
            raise ValueError("a panel has items on the right, but no right axis")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A figure: panels beside each other (``"row"``) or above each other on one x axis.

    ``name`` is that of its files; the caption says what error bars and lines are, and n.
    """

    name: str
    caption: str
    panels: tuple[Panel, ...]
    layout: Literal["column", "row"] = "column"

    def __post_init__(self) -> None:
        if not self.panels:
            raise ValueError(f"plot {self.name!r} has no panel")


def floats(values: ArrayLike) -> Floats:
    """Return values as a one-dimensional array of float.

    >>> floats([1, 2])
    array([1., 2.])
    """
    return np.atleast_1d(np.asarray(values, dtype=np.float64))


def points(
    name: str,
    x: ArrayLike,
    y: ArrayLike,
    error: ArrayLike | None = None,
    *,
    marker: Place = "filled",
    colour: int = 0,
    labels: tuple[str, ...] = (),
) -> Points:
    """Return points with symmetric standard errors.

    Raises ``ValueError`` if the lengths differ, that of the labels too.

    >>> points("n", [1, 2], [3, 4], [0.1, 0.2]).error_high
    array([0.1, 0.2])
    """
    bars = None if error is None else floats(error)
    made = Points(name, floats(x), floats(y), bars, bars, None, marker, colour, labels)
    _require_alike(name, made.x, made.y, bars)
    return made


def line(
    name: str,
    x: ArrayLike,
    y: ArrayLike,
    *,
    colour: int = 0,
    dashed: bool = False,
    shade: float = 0.0,
    legend: str | None = None,
) -> Line:
    """Return a line. Raises ``ValueError`` if the lengths differ.

    >>> line("fit", [0, 1], [2, 3]).y
    array([2., 3.])
    """
    made = Line(name, floats(x), floats(y), colour, dashed, False, shade, legend)
    _require_alike(name, made.x, made.y)
    return made


def in_legend(item: Item) -> str:
    """Return what a legend says of an item; nothing of marks and of names that begin with _.

    >>> in_legend(line("sweep 2", [0, 1], [2, 3], legend="")), in_legend(line("fit", [0], [2]))
    ('', 'fit')
    """
    told = item.legend if isinstance(item, Line) and item.legend is not None else item.name
    return "" if isinstance(item, Mark) or told.startswith("_") else told


def entries(panel: Panel) -> frozenset[tuple[str, int]]:
    """Return what the legend of a panel tells, each with its colour.

    >>> entries(Panel(x=Axis(label="x"), y=Axis(label="y"), items=(line("fit", [0], [2]),)))
    frozenset({('fit', 0)})
    """
    every = (*panel.items, *panel.right_items)
    return frozenset((told, item.colour) for item in every if (told := in_legend(item)))


def _require_alike(name: str, x: Floats, *others: Floats | None) -> None:
    for other in others:
        if other is not None and other.shape != x.shape:
            raise ValueError(f"{name}: {x.size} values of x, but {other.size} beside them")
