"""Conditions on what a plan has been told so far: when a repeat ends, and which way to go.

A condition looks at results only, so that a plan which is brought to where it broke off, by the
results in the record, decides as it did before.
"""

import math
from dataclasses import dataclass, field
from typing import Protocol

from ...drivers.readings import ImpedancePoint
from ...drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Potentiostatic,
    Segment,
    SegmentEnd,
    SegmentResult,
)

_OCTAVE: float = math.log(2.0)


@dataclass(slots=True)
class History:
    """What came of the segments since it began, as far as conditions ask for it.

    ``discharges_c`` are the charges of whole discharges, each one all that flowed in the negative
    direction between two segments of the other; formation cycles are left out.
    """

    elapsed_s: float = 0.0
    discharges_c: list[float] = field(default_factory=list)
    last_driven: SegmentResult | None = None
    first_spectrum: tuple[ImpedancePoint, ...] = ()
    last_spectrum: tuple[ImpedancePoint, ...] = ()
    _under_way_c: float = 0.0

    def take(self, segment: Segment, result: SegmentResult) -> None:
        """Take note of what came of a segment."""
        self.elapsed_s += result.duration_s
        if isinstance(segment, Mark):
            return
        if isinstance(segment, Galvanostatic):
            self.last_driven = result
        if isinstance(segment, ImpedanceSweep) and result.end is SegmentEnd.COMPLETED:
            self.first_spectrum = self.first_spectrum or result.impedance
            self.last_spectrum = result.impedance
        formation = segment.tags.get("phase") == "formation"
        if isinstance(segment, Galvanostatic | Potentiostatic) and not formation:
            self._count(result.charge_c)

    def whole_discharges_c(self) -> tuple[float, ...]:
        """Return the charge of each discharge, the one under way included."""
        now = (self._under_way_c,) if self._under_way_c else ()
        return (*self.discharges_c, *now)

    def _count(self, charge_c: float) -> None:
        if charge_c < 0.0:
            self._under_way_c += -charge_c
        elif charge_c > 0.0 and self._under_way_c:
            self.discharges_c.append(self._under_way_c)
            self._under_way_c = 0.0


class Condition(Protocol):
    """Something that is so, or is not, by what a plan has been told."""

    def is_met(self, history: History) -> bool:
        """Say whether it is so; what is not known is not so."""
        ...


@dataclass(frozen=True, slots=True)
class CapacityBelow:
    """The last discharge had less than ``fraction`` of the first one's charge."""

    fraction: float

    def is_met(self, history: History) -> bool:
        """Compare the two; with fewer there is nothing to compare."""
        charges_c = history.whole_discharges_c()
        return len(charges_c) > 1 and charges_c[-1] < self.fraction * charges_c[0]


@dataclass(frozen=True, slots=True)
class VoltageBeyond:
    """The last segment of constant current ended at ``voltage_v`` or beyond, either way."""

    voltage_v: float

    def is_met(self, history: History) -> bool:
        """Look at its last reading."""
        last = history.last_driven.last if history.last_driven is not None else None
        return last is not None and abs(last.voltage_v) >= self.voltage_v


@dataclass(frozen=True, slots=True)
class CutOffReached:
    """The last segment of constant current was ended by its voltage limit."""

    def is_met(self, history: History) -> bool:
        """Look at how it ended."""
        last = history.last_driven
        return last is not None and last.end is SegmentEnd.VOLTAGE_LIMIT


@dataclass(frozen=True, slots=True)
class ResistanceAbove:
    """The real part of the impedance has grown above ``factor`` times that of the first spectrum.

    At ``frequency_hz``; without it at the lowest frequency, where it is that of the whole cell.
    A spectrum that has no point within a factor of two of the frequency tells nothing.
    """

    factor: float
    frequency_hz: float | None = None

    def is_met(self, history: History) -> bool:
        """Compare the first spectrum and the last."""
        first = _resistance_ohm(history.first_spectrum, self.frequency_hz)
        last = _resistance_ohm(history.last_spectrum, self.frequency_hz)
        return first is not None and last is not None and last > self.factor * first


@dataclass(frozen=True, slots=True)
class ElapsedAbove:
    """``time_s`` have passed since the repeat, or the sequence, began; pauses do not count."""

    time_s: float

    def is_met(self, history: History) -> bool:
        """Compare the durations of all segments, in sum."""
        return history.elapsed_s >= self.time_s


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several is so."""

    conditions: tuple[Condition, ...]

    def is_met(self, history: History) -> bool:
        """Ask them one after the other."""
        return any(condition.is_met(history) for condition in self.conditions)


def _resistance_ohm(points: tuple[ImpedancePoint, ...], frequency_hz: float | None) -> float | None:
    if not points:
        return None
    if frequency_hz is None:
        return min(points, key=lambda point: point.frequency_hz).z_ohm.real

    def away(point: ImpedancePoint) -> float:
        return abs(math.log(point.frequency_hz / frequency_hz))

    nearest = min(points, key=away)
    return nearest.z_ohm.real if away(nearest) <= _OCTAVE else None
