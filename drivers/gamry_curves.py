"""Curves and signals of Gamry's toolkitpy: a segment as the instrument is to carry it out.

Source: see ``gamry``. A curve records; a signal says what is applied meanwhile. In current mode a
signal's values are amperes.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from .readings import Reading
from .segment_course import Expected, scan_duration_s
from .segment_limits import sweep_points
from .segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)

SPARE_RECORDS: Final = 1000
"""A curve that is full begins to overwrite what it has."""
SQRT2: Final = math.sqrt(2.0)


@dataclass(frozen=True, slots=True)
class Running:
    """A curve on the instrument. Its signal is kept: the package forgets one that nobody holds."""

    curve: Any
    signal: Any
    has_current: bool


def set_up(kit: Any, pstat: Any, mode: Any, largest_a: float) -> None:
    """Bring an instrument whose cell is open into a known state, on the range of a current."""
    pstat.set_ctrl_mode(mode)
    pstat.set_i_convention(kit.ICONVENTION.ANODIC)
    pstat.set_ground(kit.FLOAT)
    pstat.set_ca_speed(kit.CASPEED_NORM)
    pstat.set_ie_stability(kit.STABILITY_NORM)
    pstat.set_pos_feed_enable(False)
    pstat.set_analog_out(0.0)
    pstat.set_voltage(0.0)
    pstat.set_ie_range(pstat.test_ie_range(largest_a))
    pstat.set_ie_range_mode(False)


def prepared_curve(kit: Any, pstat: Any, segment: DeviceSegment, expected: Expected) -> Running:
    """Set up all but the cell; ``run`` of the curve begins."""
    is_rest = isinstance(segment, Rest)
    mode = kit.GSTATMODE if isinstance(segment, Galvanostatic) else kit.PSTATMODE
    set_up(kit, pstat, mode, _largest_a(segment))
    period_s, duration_s = expected.period_s or 0.0, expected.duration_s or 0.0
    size = math.ceil(duration_s / period_s) + SPARE_RECORDS
    if isinstance(segment, Voltammetry):
        signal = _scan(segment, pstat, period_s, mode)
        pstat.set_signal_r_up_dn(signal)
        curve = kit.RcvCurve(pstat, size)
        curve.set_stop_i_max(True, segment.current_max_a)
        curve.set_stop_i_min(True, -segment.current_max_a)
    else:
        signal = pstat.signal_const_new(_level(segment), duration_s, period_s, mode)
        pstat.set_signal_const(signal)
        curve = (kit.OcvCurve if is_rest else kit.ChronoCurve)(pstat, size)
    pstat.init_signal()
    return Running(curve, signal, has_current=not is_rest)


def expected_of(segment: DeviceSegment) -> Expected:
    """Say what a segment should give."""
    match segment:
        case ImpedanceSweep():
            return Expected(points=sweep_points(segment))
        case Voltammetry():
            period_s = segment.step_v / segment.scan_rate_v_per_s
            return Expected(period_s=period_s, duration_s=scan_duration_s(segment))
        case _:
            return Expected(
                period_s=min(segment.sample_period_s, segment.duration_s),
                duration_s=segment.duration_s,
                limits_on_board=False,
            )


def _level(segment: DeviceSegment) -> float:
    match segment:
        case Galvanostatic():
            return segment.current_a
        case Potentiostatic():
            return segment.voltage_v
        case _:
            return 0.0


def _largest_a(segment: DeviceSegment) -> float:
    match segment:
        case Galvanostatic():
            return abs(segment.current_a)
        case Potentiostatic() | Voltammetry():
            return segment.current_max_a
        case _:
            return 0.0


def _scan(segment: Voltammetry, pstat: Any, period_s: float, mode: Any) -> Any:
    corners_v = [segment.start_v, segment.vertex1_v, segment.vertex2_v, segment.start_v]
    rates = [segment.scan_rate_v_per_s] * 3
    return pstat.signal_r_up_dn_new(corners_v, rates, [0.0] * 3, period_s, segment.cycles, mode)


def frequencies_hz(segment: ImpedanceSweep) -> list[float]:
    """Return what is to be measured, the highest first."""
    points = sweep_points(segment)
    high_hz, low_hz = segment.frequency_max_hz, segment.frequency_min_hz
    return [high_hz * (low_hz / high_hz) ** (n / max(points - 1, 1)) for n in range(points)]


def reading_of(row: Any, has_current: bool) -> Reading:
    """Read one record; an open cell has no current."""
    current_a = float(row["im"]) if has_current else 0.0
    return Reading(float(row["time"]), float(row["vf"]), current_a)


def number_of(of_point: Any) -> float:
    """Read what is an attribute in one version of the package and a function in another."""
    return float(of_point() if callable(of_point) else of_point)
