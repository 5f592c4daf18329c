"""The ideal responder: an instrument and a cell with which every segment ends as it should."""

from typing import Final

from ...drivers.segments import (
    Galvanostatic,
    ImpedanceSweep,
    Mark,
    Potentiostatic,
    Segment,
    SegmentEnd,
    SegmentResult,
    SetStackPressure,
    SetTemperature,
    Voltammetry,
)
from .frequencies import sweep_duration_s

OVEN_K_PER_S: Final = 2.0 / 60.0
"""How fast ovens of a laboratory go from one temperature to the next, as an estimate."""
PRESS_S: Final = 120.0
"""How long whoever is asked for a stack pressure takes, as an estimate."""
_HOUR_S: Final = 3600.0


def duration_of(segment: Segment, at_k: float | None = None) -> tuple[float, bool]:
    """Return how long a segment lasts if nothing fails, and whether that is an estimate.

    ``at_k`` is where the oven stands before it. A half-cycle at a C-rate ends at its cut-off once
    the declared capacity has flowed; a hold that ends by its current is counted whole.
    """
    match segment:
        case Mark():
            return 0.0, False
        case ImpedanceSweep():
            return sweep_duration_s(segment), True
        case Voltammetry():
            path_v = (
                abs(segment.vertex1_v - segment.start_v)
                + abs(segment.vertex2_v - segment.vertex1_v)
                + abs(segment.start_v - segment.vertex2_v)
            )
            return path_v / segment.scan_rate_v_per_s * segment.cycles, False
        case SetTemperature():
            away_k = 0.0 if at_k is None else abs(segment.temperature_k - at_k)
            return away_k / OVEN_K_PER_S + segment.stable_s, True
        case SetStackPressure():
            return PRESS_S + segment.stable_s, True
        case Potentiostatic() if segment.watch is not None:  # until its current is small
            return segment.duration_s, True
        case Galvanostatic() if (whole_s := _whole_s(segment)) is not None:
            return min(segment.duration_s, whole_s), whole_s < segment.duration_s
        case _:
            return segment.duration_s, False


def ideal_result(segment: Segment) -> SegmentResult:
    """Return what a plan is told of a segment that went as it should."""
    duration_s, is_cut_off = duration_of(segment)
    end, charge_c = SegmentEnd.COMPLETED, 0.0
    if isinstance(segment, Galvanostatic):
        charge_c = segment.current_a * duration_s
        if is_cut_off or _is_last_pulse(segment):
            end = SegmentEnd.VOLTAGE_LIMIT
    return SegmentResult(end=end, duration_s=duration_s, charge_c=charge_c)


def _whole_s(segment: Galvanostatic) -> float | None:
    """How long the declared capacity takes at the C-rate of a half-cycle, if it has one."""
    rate_c = segment.tags.get("rate_c")
    return None if rate_c is None else _HOUR_S / float(rate_c)


def _is_last_pulse(segment: Galvanostatic) -> bool:
    """Whether the pulses of a titration have moved the declared capacity."""
    number, whole_s = segment.tags.get("pulse"), _whole_s(segment)
    if number is None or whole_s is None:
        return False
    return (int(number) + 1) * segment.duration_s >= whole_s
