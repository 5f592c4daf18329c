"""Readings of a decaying current, gathered into blocks that lengthen with time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .arrays import Float

FEWEST_READINGS = 20
_WIDEST = 0.12  # of the time since the step
_MOST_BLOCKS = 100


@dataclass(frozen=True, eq=False)
class Blocks:
    """Neighbouring readings averaged: n readings in m blocks.

    `time_s` (n,) of the readings, from the step on; `first`, `count` (m,) say which of them belong
    together. `current_a` and `centre_s` (m,) are of the blocks.
    """

    time_s: Float
    first: NDArray[np.intp]
    count: NDArray[np.intp]
    current_a: Float
    centre_s: Float

    def mean(self, values: Float) -> Float:
        """Average values of the readings, shape (n,) or (n, k), over each block."""
        counts = self.count if values.ndim == 1 else self.count[:, None]
        averaged: Float = np.add.reduceat(values, self.first, axis=0) / counts
        return averaged

    @property
    def end_s(self) -> float:
        """Time of the last reading."""
        return float(self.time_s[-1])


def blocks_of(time_s: ArrayLike, current_a: ArrayLike, begin_s: float = 0.0) -> Blocks:
    """Gather the readings after `begin_s` into a few hundred blocks at most.

    A block spans no more than 12 % of the time since the step, so that a decay over many decades of
    time keeps its shape and long holds stay quick to fit; up to 100 readings stay as they are.
    Functions of time are averaged over the same readings, which leaves no error of the averaging.

    Raises
    ------
    ValueError
        If the shapes differ, times do not increase from above 0, a value is not finite, or fewer
        than 20 readings are left.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(1.0, 1001.0)
    >>> found = blocks_of(t, np.ones(1000))
    >>> len(found.count), int(found.count.sum())
    (48, 1000)
    """
    t = np.asarray(time_s, dtype=np.float64)
    i = np.asarray(current_a, dtype=np.float64)
    if t.ndim != 1 or t.shape != i.shape:
        raise ValueError(f"time_s and current_a must have one shape (n,); got {t.shape}, {i.shape}")
    if not (np.isfinite(t).all() and np.isfinite(i).all()):
        raise ValueError("time_s and current_a must be finite")
    if t.size and (t[0] <= 0 or (np.diff(t) <= 0).any()):
        raise ValueError("time_s must increase and be > 0: it counts from the step of the voltage")
    kept = t >= begin_s
    t, i = t[kept], i[kept]
    if t.size < FEWEST_READINGS:
        raise ValueError(f"{t.size} readings are too few; {FEWEST_READINGS} are needed")
    first = _firsts(t)
    count = np.diff(np.append(first, t.size))
    current, centre = (np.add.reduceat(x, first) / count for x in (i, t))
    return Blocks(t, first, count, current, centre)


def _firsts(t: Float) -> NDArray[np.intp]:
    """Where blocks begin."""
    if t.size <= _MOST_BLOCKS:
        return np.arange(t.size)
    label = np.floor(np.log(t / t[0]) / _WIDEST)
    begins = np.append(True, np.diff(label) > 0)
    return np.flatnonzero(begins)
