"""What an instrument observes: readings of a cell and points of a spectrum."""

from dataclasses import dataclass
from enum import IntFlag
from typing import TypeAlias


class Flag(IntFlag):
    """What the instrument said about a value. Stored as a number; bits are never reused.

    ``RESUMED`` is not the instrument's: it marks the first reading after a segment was broken off,
    for whoever watches the readings; the record tells it by its parts of segments.
    """

    NONE = 0
    TIMING = 1
    OVERLOAD = 2
    UNDERLOAD = 4
    OVERLOAD_WARNING = 8
    COMPLIANCE = 16
    RESUMED = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a cell. ``time_s`` counts from the start of the segment, by the
    instrument's own clock where it has one. Positive current is anodic at the working electrode.
    """

    time_s: float
    voltage_v: float
    current_a: float
    flags: Flag = Flag.NONE


@dataclass(frozen=True, slots=True)
class ImpedancePoint:
    """One point of a spectrum; a capacitive imaginary part is negative."""

    time_s: float
    frequency_hz: float
    z_ohm: complex
    flags: Flag = Flag.NONE


Observation: TypeAlias = Reading | ImpedancePoint
