"""Charge passed since the start of a run, from the readings alone and never from the wall clock."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..runs import Columns, Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargePage:
    """Charge in C after each reading, shape (n,). ``positive_c`` and ``negative_c`` only grow;
    their difference is the net charge, signed as the current.
    """

    positive_c: Floats
    negative_c: Floats


class ChargeCounter:
    """Sums charge page by page; how the readings are cut into pages changes no digit.

    Between two readings of a segment the current is taken to change linearly, and where its sign
    changes the two parts are counted apart. Before the first reading of a segment it is that of
    the first reading, back to ``start_s`` of the segment. Between segments, and during an
    impedance sweep, nothing is counted.

    >>> counter = ChargeCounter({0: 0.0})
    >>> seconds, amperes = np.array([1.0, 2.0]), np.array([1.0, -1.0])
    >>> readings = {"segment": np.zeros(2, int), "elapsed_s": seconds, "current_a": amperes}
    >>> found = counter.count(readings)
    >>> found.positive_c.tolist(), found.negative_c.tolist()
    ([1.0, 1.25], [0.0, 0.25])
    """

    def __init__(self, start_s: Mapping[int, float]) -> None:
        self._start_s = start_s
        self._segment = -1
        self._elapsed_s = 0.0
        self._current_a = 0.0
        self._positive_c = 0.0
        self._negative_c = 0.0

    def count(self, readings: Columns) -> ChargePage:
        """Count the next page of readings, which follows the one before."""
        segment, elapsed_s, current_a = (
            readings[name] for name in ("segment", "elapsed_s", "current_a")
        )
        before = np.r_[self._segment, segment[:-1]] == segment
        since_s = np.where(before, np.r_[self._elapsed_s, elapsed_s[:-1]], self._starts(segment))
        from_a = np.where(before, np.r_[self._current_a, current_a[:-1]], current_a)
        lasted_s = elapsed_s - since_s
        positive_c = _running(self._positive_c, _above_zero(from_a, current_a) * lasted_s)
        negative_c = _running(self._negative_c, _above_zero(-from_a, -current_a) * lasted_s)
        if segment.size:
            self._segment, self._elapsed_s = int(segment[-1]), float(elapsed_s[-1])
            self._current_a = float(current_a[-1])
            self._positive_c, self._negative_c = float(positive_c[-1]), float(negative_c[-1])
        return ChargePage(positive_c=positive_c, negative_c=negative_c)

    def _starts(self, segment: NDArray[np.int64]) -> Floats:
        numbers, places = np.unique(segment, return_inverse=True)
        return np.array([self._start_s[int(number)] for number in numbers], dtype=float)[places]


def _above_zero(from_a: Floats, to_a: Floats) -> Floats:
    """The mean over a straight line from one current to another, counting what is above zero."""
    above = np.maximum(from_a, 0.0) + np.maximum(to_a, 0.0)
    whole = np.abs(from_a) + np.abs(to_a)
    share = np.divide(above, whole, out=np.zeros_like(above), where=whole > 0)
    return np.asarray(0.5 * above * share)


def _running(before: float, added: Floats) -> Floats:
    return np.asarray(np.cumsum(np.r_[before, added])[1:])
