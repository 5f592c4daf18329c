"""What is left of a segment that was broken off, and whether it can be gone on with at all."""

from dataclasses import replace
from enum import StrEnum
from typing import TypeVar

from ...drivers.segments import (
    Galvanostatic,
    Mark,
    Potentiostatic,
    Rest,
    Segment,
)

_Any = TypeVar("_Any", bound=Segment)


class Resumption(StrEnum):
    """How a segment that was broken off goes on. Stored as text; never renamed."""

    CONTINUES = "continues"
    REPEATS = "repeats"


def resumption_of(segment: Segment) -> Resumption:
    """Say whether the remainder of a segment is as good as the whole, or it must be repeated.

    Half a spectrum or half a cycle of a voltammogram is none, so they begin anew.

    >>> resumption_of(Rest(duration_s=60.0)).value
    'continues'
    """
    if isinstance(segment, Rest | Galvanostatic | Potentiostatic):
        return Resumption.CONTINUES
    return Resumption.REPEATS


def remainder(segment: _Any, done_s: float) -> _Any:
    """Return what is left of a segment after ``done_s`` of it; the whole if it must be repeated.

    Raises ``ValueError`` if nothing is left.

    >>> remainder(Rest(duration_s=60.0), 45.0).duration_s
    15.0
    """
    match segment:
        case Rest() | Galvanostatic() | Potentiostatic():
            if not segment.duration_s > done_s:
                raise ValueError(
                    f"{segment.name!r}: nothing is left of {segment.duration_s:g} s "
                    f"after {done_s:g} s"
                )
            return replace(segment, duration_s=segment.duration_s - max(done_s, 0.0))
        case _:
            return segment


def is_over(segment: Segment, done_s: float) -> bool:
    """Whether nothing is left of a segment after ``done_s`` of it."""
    match segment:
        case Rest() | Galvanostatic() | Potentiostatic():
            return not segment.duration_s > done_s
        case Mark():
            return True
        case _:
            return False
