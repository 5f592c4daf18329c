"""Refuses what a channel cannot do, before anything is loaded.

Source: as in ``models``. Nothing is ever clipped to a limit.
"""

import math
from typing import Final

from ..errors import OutOfRangeError, UnsupportedError
from ..segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)
from .models import AMPLITUDE_MAX_V, SAMPLE_PERIOD_MIN_S, STEP_MAX_S, STEPS_MAX, Channel
from .programme import sweep_points

_POINTS_MAX: Final = 10_000
_SMALLEST: Final = 1e-13
_SQRT2: Final = math.sqrt(2.0)


def check_segment(segment: DeviceSegment, channel: Channel) -> None:
    """Raise ``OutOfRangeError`` or ``UnsupportedError`` unless the channel can do ``segment``."""
    match segment:
        case Rest():
            _check_timing(segment.duration_s, segment.sample_period_s)
        case Galvanostatic():
            _check_galvanostatic(segment, channel)
        case Potentiostatic():
            _check_timing(segment.duration_s, segment.sample_period_s)
            _voltage("voltage", segment.voltage_v, channel)
            _current_limit(segment.current_max_a, channel)
        case Voltammetry():
            _check_voltammetry(segment, channel)
        case ImpedanceSweep():
            _check_sweep(segment, channel)
        case _:
            raise UnsupportedError(
                f"{channel.model.name} cannot do a {type(segment).__name__} segment"
            )


def _within(name: str, value: float, unit: str, low: float, high: float, of: str) -> None:
    """``not low <= value <= high`` also refuses NaN."""
    if not low <= value <= high:
        raise OutOfRangeError(
            f"{name}: {value:g} {unit} is outside [{low:g}, {high:g}] {unit} of the {of}"
        )


def _positive(name: str, value: float, unit: str) -> None:
    if not _SMALLEST <= value < math.inf:
        raise OutOfRangeError(
            f"{name}: must be finite and at least {_SMALLEST:g} {unit}, got {value:g}"
        )


def _voltage(name: str, voltage_v: float, channel: Channel) -> None:
    limit_v = channel.model.voltage_max_v
    _within(name, voltage_v, "V", -limit_v, limit_v, channel.model.name)


def _current_limit(current_max_a: float, channel: Channel) -> None:
    _positive("current limit", current_max_a, "A")
    _within("current limit", current_max_a, "A", 0.0, channel.current_max_a, channel.model.name)


def _check_timing(duration_s: float, sample_period_s: float) -> None:
    _positive("duration", duration_s, "s")
    _positive("sample period", sample_period_s, "s")
    _within("duration", duration_s, "s", 0.0, STEPS_MAX * STEP_MAX_S, "instrument")
    if not min(sample_period_s, duration_s) >= SAMPLE_PERIOD_MIN_S:
        raise OutOfRangeError(
            f"sample period: {min(sample_period_s, duration_s):g} s is below the "
            f"{SAMPLE_PERIOD_MIN_S:g} s that can be fetched in time"
        )


def _check_galvanostatic(segment: Galvanostatic, channel: Channel) -> None:
    _check_timing(segment.duration_s, segment.sample_period_s)
    limit_a = channel.current_max_a
    _within("current", segment.current_a, "A", -limit_a, limit_a, channel.model.name)
    _voltage("lower voltage limit", segment.voltage_min_v, channel)
    _voltage("upper voltage limit", segment.voltage_max_v, channel)
    if not segment.voltage_min_v < segment.voltage_max_v:
        raise OutOfRangeError(
            f"lower voltage limit: {segment.voltage_min_v:g} V must be below the upper limit "
            f"of {segment.voltage_max_v:g} V"
        )


def _check_voltammetry(segment: Voltammetry, channel: Channel) -> None:
    _positive("step", segment.step_v, "V")
    _positive("scan rate", segment.scan_rate_v_per_s, "V/s")
    period_s = segment.step_v / segment.scan_rate_v_per_s
    if not SAMPLE_PERIOD_MIN_S <= period_s < math.inf:
        raise OutOfRangeError(
            f"scan rate: {segment.scan_rate_v_per_s:g} V/s with steps of {segment.step_v:g} V "
            f"takes {period_s:g} s a step, below the {SAMPLE_PERIOD_MIN_S:g} s that can be fetched"
        )
    corners_v = (segment.start_v, segment.vertex1_v, segment.vertex2_v)
    for name, voltage_v in zip(("start", "first vertex", "second vertex"), corners_v, strict=True):
        _voltage(name, voltage_v, channel)
    span_v = max(corners_v) - min(corners_v)
    if not span_v >= segment.step_v:
        raise OutOfRangeError(
            f"step: {segment.step_v:g} V is more than the whole span of {span_v:g} V"
        )
    if segment.cycles < 1:
        raise OutOfRangeError(f"cycles: must be at least 1, got {segment.cycles}")
    _current_limit(segment.current_max_a, channel)


def _check_sweep(segment: ImpedanceSweep, channel: Channel) -> None:
    name = channel.model.name
    if not channel.has_impedance:
        raise UnsupportedError(f"this channel of the {name} has no impedance board")
    low_hz, high_hz = channel.model.frequency_min_hz, channel.model.frequency_max_hz
    _within("highest frequency", segment.frequency_max_hz, "Hz", low_hz, high_hz, name)
    _within("lowest frequency", segment.frequency_min_hz, "Hz", low_hz, high_hz, name)
    if segment.frequency_min_hz > segment.frequency_max_hz:
        raise OutOfRangeError(
            f"lowest frequency: {segment.frequency_min_hz:g} Hz is above the highest, "
            f"{segment.frequency_max_hz:g} Hz"
        )
    _positive("points per decade", segment.points_per_decade, "")
    _within("number of points", sweep_points(segment), "", 1, _POINTS_MAX, "driver")
    _positive("amplitude", segment.amplitude, "(rms)")
    peak = _SQRT2 * segment.amplitude
    if segment.mode is ImpedanceMode.GALVANOSTATIC:
        limit_a = channel.current_max_a
        _within("bias and peak amplitude", abs(segment.bias) + peak, "A", 0.0, limit_a, name)
        return
    _within("amplitude (peak)", peak, "V", 0.0, AMPLITUDE_MAX_V, name)
    _voltage("bias and peak amplitude", abs(segment.bias) + peak, channel)
