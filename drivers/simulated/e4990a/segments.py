"""The table of a segment sweep, as ``:SENS1:SEGM:DATA`` takes it."""

from __future__ import annotations

from typing import Final, TypeAlias

from ..scpi.syntax import Parameters, ScpiError
from .settings import LOWEST_HZ, POINTS_AT_MOST

SEGMENTS_AT_MOST: Final = 201
HEADER: Final = 7
FLAGS: Final = 7  # what else a segment may set for itself; none of it is simulated

Segments: TypeAlias = tuple[tuple[float, float, int], ...]
"""Start in Hz, stop in Hz, number of points."""


def read_segments(given: Parameters, highest_hz: float) -> Segments:
    """Read 7, seven zeros, the number of segments, then start, stop and points of each."""
    if given.whole(0, 1000, 0) != HEADER or any(given.whole(0, 1, 0) for _ in range(FLAGS)):
        raise ScpiError(-224, "Illegal parameter value")
    count = given.whole(1, SEGMENTS_AT_MOST, 1)
    if len(given) != 3 * count:
        raise ScpiError(-109, "Missing parameter")
    segments = tuple(
        (
            given.number(LOWEST_HZ, highest_hz, LOWEST_HZ),
            given.number(LOWEST_HZ, highest_hz, highest_hz),
            given.whole(1, POINTS_AT_MOST, 201),
        )
        for _ in range(count)
    )
    if sum(points for *_, points in segments) > POINTS_AT_MOST:
        raise ScpiError(-222, "Parameter data out of range")
    return segments
