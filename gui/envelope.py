"""What to draw of a long trace: the extremes of every pixel, in bins that never move.

A mean would hide the one reading that matters, and bins that start at the edge of the screen
would let a spike change its height while the view scrolls. So each bin gives its minimum and its
maximum, and bins are counted from the start of the run.
"""

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Indices: TypeAlias = NDArray[np.int64]

_PAGES_PER_SPAN: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """Points to join by lines, shape (n,); ``connect[i]`` is 0 where i and i + 1 are apart."""

    time_s: Floats
    value: Floats
    connect: NDArray[np.int32]


def bin_width_s(span_s: float, pixels: int) -> float:
    """The width of a bin, a power of two, of at least one and less than two bins per pixel.

    >>> bin_width_s(1000.0, 500)
    2.0
    """
    if span_s <= 0 or pixels <= 0:
        return 1.0
    return float(2.0 ** math.floor(math.log2(span_s / pixels)))


def envelope(
    time_s: Floats, value: Floats, breaks: Indices, start_s: float, end_s: float, width_s: float
) -> Line:
    """The part of a trace between two times, as it is or as extremes of bins.

    ``time_s`` ascends; ``breaks`` are indices of readings which no line joins to the one before.
    A bin that lies partly in the view is given whole, and one neighbour on each side, so that
    lines run to the edge.
    """
    if time_s.size == 0:
        return _raw(time_s, value, breaks, 0, 0)
    from_s, to_s = math.floor(start_s / width_s) * width_s, (end_s // width_s + 1) * width_s
    first = max(0, int(np.searchsorted(time_s, from_s)) - 1)
    last = min(time_s.size, int(np.searchsorted(time_s, to_s)) + 1)
    bins = math.ceil((to_s - from_s) / width_s) + 2
    if last - first <= 2 * bins:
        return _raw(time_s, value, breaks, first, last)
    return _binned(time_s, value, breaks, first, last, width_s)


def _raw(time_s: Floats, value: Floats, breaks: Indices, first: int, last: int) -> Line:
    connect = np.ones(last - first, dtype=np.int32)
    inside = breaks[(breaks > first) & (breaks < last)]
    connect[inside - first - 1] = 0
    return Line(time_s[first:last], value[first:last], connect)


def _binned(
    time_s: Floats, value: Floats, breaks: Indices, first: int, last: int, width_s: float
) -> Line:
    number = np.floor(time_s[first:last] / width_s)
    begins = np.flatnonzero(np.diff(number, prepend=np.nan) != 0)
    inside = value[first:last]
    low, high = np.minimum.reduceat(inside, begins), np.maximum.reduceat(inside, begins)
    middle_s = (number[begins] + 0.5) * width_s
    connect = np.ones(2 * begins.size, dtype=np.int32)
    broken = np.searchsorted(begins, breaks[(breaks > first) & (breaks < last)] - first)
    starts_a_bin = broken[(broken < begins.size)]
    at_bin = starts_a_bin[
        np.isin(begins[starts_a_bin] + first, breaks)
    ]  # a break within a bin is narrower than a pixel
    connect[2 * at_bin - 1] = 0
    return Line(np.repeat(middle_s, 2), np.column_stack((low, high)).ravel(), connect)


def page(end_s: float, span_s: float | None) -> tuple[float, float]:
    """The stretch of time to show while a trace grows, moving in steps and not with every row.

    ``span_s`` is how much to show, ``None`` for everything.

    >>> page(100.0, None), page(3700.0, 600.0)
    ((0.0, 125.0), (3150.0, 3750.0))
    """
    if span_s is None:
        step_s = 10.0 ** math.floor(math.log10(max(end_s, 10.0))) / _PAGES_PER_SPAN
        return 0.0, (math.floor(end_s / step_s) + 1) * step_s
    step_s = span_s / _PAGES_PER_SPAN
    right_s = max(span_s, (math.floor(end_s / step_s) + 1) * step_s)
    return right_s - span_s, right_s
