"""What a plan would set over time, as corner points: temperature, stack pressure, voltage."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Protocol, TypeAlias

from ...drivers.segments import (
    ImpedanceMode,
    ImpedanceSweep,
    LastingSegment,
    Potentiostatic,
    SetStackPressure,
    SetTemperature,
    Voltammetry,
)

Curve: TypeAlias = tuple[tuple[float, ...], tuple[float, ...]]
CYCLES_DRAWN: Final = 1000
"""Of a voltammetry; more cannot be told apart."""


class Planned(Protocol):
    """A segment with its place in time."""

    @property
    def segment(self) -> LastingSegment:
        """What is asked for."""
        ...

    @property
    def start_s(self) -> float:
        """When it begins."""
        ...

    @property
    def duration_s(self) -> float:
        """How long it takes."""
        ...


def temperature_curve(segments: Sequence[Planned], end_s: float, start_k: float) -> Curve:
    """Return T(t) in s and K from ``start_k`` on; empty if no segment sets a temperature."""
    corners = [(0.0, start_k)]
    for planned in segments:
        if isinstance(planned.segment, SetTemperature):
            until_s = planned.start_s + planned.duration_s - planned.segment.stable_s
            corners.append((planned.start_s, corners[-1][1]))
            corners.append((until_s, planned.segment.temperature_k))
    return _curve(corners, end_s) if len(corners) > 1 else ((), ())


def pressure_curve(segments: Sequence[Planned], end_s: float) -> Curve:
    """Return p(t) in s and Pa from the first that is asked for; empty if none is."""
    corners: list[tuple[float, float]] = []
    for planned in segments:
        if isinstance(planned.segment, SetStackPressure):
            until_s = planned.start_s + planned.duration_s - planned.segment.stable_s
            if corners:
                corners.append((planned.start_s, corners[-1][1]))
            corners.append((until_s, planned.segment.pressure_pa))
    return _curve(corners, end_s) if corners else ((), ())


def voltage_curve(segments: Sequence[Planned]) -> Curve:
    """Return E(t) in s and V; NaN where no voltage is set."""
    times_s: list[float] = []
    voltages_v: list[float] = []
    for planned in segments:
        for share, voltage_v in _set_voltages(planned.segment):
            times_s.append(planned.start_s + share * planned.duration_s)
            voltages_v.append(voltage_v)
    return tuple(times_s), tuple(voltages_v)


def _set_voltages(segment: LastingSegment) -> list[tuple[float, float]]:
    """The corners of one segment: share of its duration, and voltage in V."""
    match segment:
        case Potentiostatic():
            return [(0.0, segment.voltage_v), (1.0, segment.voltage_v)]
        case ImpedanceSweep() if segment.mode is ImpedanceMode.POTENTIOSTATIC:
            return [(0.0, segment.bias), (1.0, segment.bias)]
        case Voltammetry():
            return _scanned(segment)
        case _:
            return [(0.0, math.nan), (1.0, math.nan)]


def _scanned(scan: Voltammetry) -> list[tuple[float, float]]:
    cycle_v = (scan.start_v, scan.vertex1_v, scan.vertex2_v, scan.start_v)
    ways_v = [abs(b - a) for a, b in pairwise(cycle_v)]
    whole_v = sum(ways_v) or 1.0
    shares = [0.0, ways_v[0] / whole_v, (ways_v[0] + ways_v[1]) / whole_v, 1.0]
    cycles = min(scan.cycles, CYCLES_DRAWN)
    return [
        ((cycle + share) / cycles, voltage_v)
        for cycle in range(cycles)
        for share, voltage_v in zip(shares, cycle_v, strict=True)
    ]


def _curve(corners: list[tuple[float, float]], end_s: float) -> Curve:
    distinct = dict.fromkeys([*corners, (end_s, corners[-1][1])])
    return tuple(at_s for at_s, _ in distinct), tuple(value for _, value in distinct)
