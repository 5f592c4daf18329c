"""Words beside points: the powers of ten of a spectrum, and where words have room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from ..wording import frequency
from .plot import Floats, Line, Points, floats

_NEAR_DECADES: Final = 0.06
_SIDES: Final = ((1, 1), (-1, 1), (1, -1), (-1, -1))
"""Right and left above, right and left below; the first of equals is taken."""


@dataclass(frozen=True, slots=True)
class LabelPlace:
    """Where a word goes: ``right`` is 1 or -1 (left of its point), ``above`` 1 or -1 (below)."""

    index: int
    right: int
    above: int


def decade_labels(frequency_hz: ArrayLike) -> tuple[str, ...]:
    """Return a word for each frequency, shape (n,) in Hz; empty for those between powers of ten.

    The measured point next to a power of ten has it, if it is within 0.06 decades.

    >>> decade_labels([1e6, 3.16e5, 1.01e5, 3.16e4])
    ('1 MHz', '', '100 kHz', '')
    """
    logs = np.log10(floats(frequency_hz))
    found = [""] * logs.size
    if logs.size:
        ends = np.round([logs.min(), logs.max()]).astype(int)
        for decade in range(ends[0], ends[1] + 1):
            nearest = int(np.argmin(np.abs(logs - decade)))
            if abs(logs[nearest] - decade) <= _NEAR_DECADES:
                found[nearest] = frequency(10.0**decade)
    return tuple(found)


def words_of(item: Points | Line) -> tuple[str, ...]:
    """Return the label of every point of an item, empty ones where it has none.

    >>> words_of(Line("fit", floats([0, 1]), floats([2, 3])))
    ('', '')
    """
    labels = item.labels if isinstance(item, Points) else ()
    return labels or ("",) * item.x.size


def placed(
    x: Floats,
    y: Floats,
    labels: Sequence[str],
    widths: Sequence[float],
    height: float,
    frame: tuple[float, float],
) -> list[LabelPlace]:
    """Return where each word has room; one that has none is left out.

    ``x`` and ``y``, shape (n,), are places of the points in a frame of (width, height), from its
    lower left in any one unit of length; a word is as wide as ``widths`` says and ``height`` high.
    Words do not lie on each other, nor beyond the frame, and cover as few points as they can.

    >>> at = floats([10.0, 12.0])
    >>> [(p.index, p.above) for p in placed(at, at, ("a", "b"), (20, 20), 8, (100, 100))]
    [(0, -1), (1, 1)]
    """
    taken: list[tuple[float, float, float, float]] = []
    found = []
    for index, label in enumerate(labels):
        at = (float(x[index]), float(y[index]))
        if not label or not np.isfinite(at).all():
            continue
        choices = []
        for right, above in _SIDES:
            left, right_end = sorted((at[0], at[0] + right * widths[index]))
            low, high = sorted((at[1], at[1] + above * height))
            box = (left, right_end, low, high)
            if _is_inside(box, frame) and not any(_overlap(box, other) for other in taken):
                covered = (x > left) & (x < right_end) & (y > low) & (y < high)
                choices.append((int(np.count_nonzero(covered)), box, right, above))
        if choices:
            _, box, right, above = min(choices, key=lambda choice: choice[0])
            taken.append(box)
            found.append(LabelPlace(index, right, above))
    return found


def _is_inside(box: tuple[float, float, float, float], frame: tuple[float, float]) -> bool:
    left, right, low, high = box
    return left >= 0 and low >= 0 and right <= frame[0] and high <= frame[1]


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
