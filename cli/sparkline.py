"""A curve in one line of text."""

import math
from collections.abc import Sequence
from typing import Final

_BLOCKS: Final = "▁▂▃▄▅▆▇█"
_LETTERS: Final = "_.,-~=^#"
_FLAT: Final = 1e-9


def sparkline(points: Sequence[tuple[float, float]], width: int, *, plain: bool = False) -> str:
    """Draw values over time, from their lowest to their highest, in at most ``width`` letters.

    ``points`` are times and values in the order of time. Of the values that share a letter the
    one is drawn that lies farthest from the one before: a spike is never lost. Where there is
    none, the one before stays. ``plain`` draws with ASCII.

    >>> sparkline([(0.0, 0.0), (1.0, 0.5), (2.0, 1.0), (3.0, 0.0)], 4)
    '▁▅█▁'
    >>> sparkline([(0.0, 3.0), (9.0, 3.0)], 4, plain=True)
    '----'
    """
    if not points or width < 1:
        return ""
    lowest, highest = min(v for _, v in points), max(v for _, v in points)
    ramp = _LETTERS if plain else _BLOCKS
    if highest - lowest <= _FLAT * max(1.0, abs(highest)):
        return ramp[len(ramp) // 2 - 1] * width
    drawn = [
        math.floor((value - lowest) / (highest - lowest) * (len(ramp) - 1) + 0.5)
        for value in _resampled(points, width)
    ]
    return "".join(ramp[level] for level in drawn)


def _resampled(points: Sequence[tuple[float, float]], width: int) -> list[float]:
    begin, end = points[0][0], points[-1][0]
    span = (end - begin) or 1.0
    sharing: list[list[float]] = [[] for _ in range(width)]
    for at, value in points:
        sharing[min(width - 1, int((at - begin) / span * width))].append(value)
    before, drawn = points[0][1], []
    for values in sharing:
        before = _farthest(values, before)
        drawn.append(before)
    return drawn


def _farthest(values: Sequence[float], before: float) -> float:
    far = [(abs(value - before), value) for value in values]
    return max(far)[1] if far else before
