"""Why a segment ended: told from how its test ended, and from the last row of it."""

from typing import Final

from ..errors import InstrumentFaultError
from ..readings import Reading
from ..segments import Galvanostatic, Potentiostatic, SegmentEnd
from .ranges import CycledSegment
from .replies import State

AT_LIMIT: Final = 0.99
"""A current so near its limit is held by it."""
NEAR_V: Final = 2e-3
"""The row in which a step stops may lie so far before the voltage at which it does."""
SHORT_BY_S: Final = 0.11
"""Rows are dated to a tenth of a second."""


def beyond(segment: CycledSegment, reading: Reading, near_v: float = 0.0) -> SegmentEnd | None:
    """Say which limit of its own a segment has reached, if any."""
    match segment:
        case Galvanostatic():
            low_v, high_v = segment.voltage_min_v + near_v, segment.voltage_max_v - near_v
            inside = low_v <= reading.voltage_v <= high_v
            return None if inside else SegmentEnd.VOLTAGE_LIMIT
        case Potentiostatic():
            held = abs(reading.current_a) >= AT_LIMIT * segment.current_max_a
            return SegmentEnd.CURRENT_LIMIT if held else None
        case _:
            return None


def end_of(segment: CycledSegment, state: State, last: Reading | None) -> SegmentEnd:
    """Say why the segment ended whose test ended in ``state``.

    Raises ``InstrumentFaultError`` if it cannot have ended by itself.
    """
    if last is None:
        raise InstrumentFaultError(
            f"{segment.name!r} ended in {state.value!r} without a single row"
        )
    at_limit = beyond(segment, last) or beyond(segment, last, NEAR_V)
    if state is State.PROTECTED and at_limit:
        return at_limit
    if state is State.FINISHED:
        if limit := beyond(segment, last):
            return limit
        if last.time_s >= segment.duration_s - SHORT_BY_S:
            return SegmentEnd.COMPLETED
        if at_limit:
            return at_limit
    raise InstrumentFaultError(
        f"{segment.name!r} ended in {state.value!r} after {last.time_s:g} s of "
        f"{segment.duration_s:g} s, at {last.voltage_v:g} V and {last.current_a:g} A"
    )
