"""Pieces that plans share."""

from collections.abc import Generator
from typing import Final, TypeAlias

from ...drivers.readings import ImpedancePoint
from ...drivers.segments import (
    ImpedanceSweep,
    Mark,
    Segment,
    SegmentEnd,
    SegmentResult,
    Tags,
)

Steps: TypeAlias = Generator[Segment, SegmentResult, None]

ENDS_THE_RUN: Final = frozenset({SegmentEnd.STOPPED, SegmentEnd.LIMIT_TRIPPED, SegmentEnd.FAILED})


class RunOverError(Exception):
    """A segment ended in a way after which a plan has nothing more to ask for."""

    def __init__(self, result: SegmentResult) -> None:
        super().__init__(f"ended: {result.end.value} {result.detail}".strip())
        self.result = result


def carry_out(segment: Segment) -> Generator[Segment, SegmentResult, SegmentResult]:
    """Ask for one segment and return its result. Raises ``RunOverError`` if the run is over."""
    result = yield segment
    if result.end in ENDS_THE_RUN:
        raise RunOverError(result)
    return result


def mark(label: str, data: Tags) -> Steps:
    """Write a named moment into the record."""
    yield from carry_out(Mark(label=label, data=data))


def sweep(segment: ImpedanceSweep) -> Generator[Segment, SegmentResult, tuple[ImpedancePoint, ...]]:
    """Measure a spectrum; no points if it was cut short, since half a spectrum proves nothing."""
    result = yield from carry_out(segment)
    return result.impedance if result.end is SegmentEnd.COMPLETED else ()
