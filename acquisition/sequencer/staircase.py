"""Cyclic voltammetry as a staircase of constant voltages."""

from collections.abc import Iterator

from ...drivers.segments import Voltammetry


def staircase_v(segment: Voltammetry) -> Iterator[float]:
    """Yield the voltages in order: start, vertex 1, vertex 2, start, each vertex met exactly.

    The last step of a leg is shorter where ``step_v`` does not divide it.

    >>> list(staircase_v(Voltammetry(start_v=0.0, vertex1_v=0.2, vertex2_v=-0.1, step_v=0.1,
    ...     scan_rate_v_per_s=0.01, current_max_a=1e-3)))
    [0.0, 0.1, 0.2, 0.1, 0.0, -0.1, 0.0]
    """
    yield segment.start_v
    for _ in range(segment.cycles):
        at_v = segment.start_v
        for to_v in (segment.vertex1_v, segment.vertex2_v, segment.start_v):
            yield from _leg_v(at_v, to_v, abs(segment.step_v))
            at_v = to_v


def _leg_v(from_v: float, to_v: float, step_v: float) -> Iterator[float]:
    """Yield the steps from ``from_v`` (not included) to ``to_v`` (included)."""
    direction = 1.0 if to_v > from_v else -1.0
    number = 1
    while number * step_v < abs(to_v - from_v) - 1e-6 * step_v:
        yield round(from_v + direction * number * step_v, 12)
        number += 1
    if to_v != from_v:
        yield to_v
