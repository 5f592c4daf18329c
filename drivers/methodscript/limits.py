"""Refuse what a model cannot do, before a byte is sent.

Every refusal names the quantity, its value, its unit and what is allowed.
"""

import math

from ..errors import OutOfRangeError, UnsupportedError
from ..impedance_sweeps import sweep_points
from ..segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)
from .models import Model, Window
from .scripts import LOW_SPEED_MODE, interval_s, potentiostat_mode

MAX_POINTS = 10_000
_SMALLEST = 1e-12  # below it a script could not tell the value from 0
_SQRT2 = math.sqrt(2.0)


def check_segment(segment: DeviceSegment, model: Model) -> None:
    """Raise ``OutOfRangeError`` or ``UnsupportedError`` unless ``model`` can do ``segment``."""
    match segment:
        case Rest():
            _check_timing(segment.duration_s, segment.sample_period_s, model)
        case Galvanostatic():
            _check_galvanostatic(segment, model)
        case Potentiostatic():
            _check_potentiostatic(segment, model)
        case Voltammetry():
            _check_voltammetry(segment, model)
        case ImpedanceSweep():
            _check_sweep(segment, model)
        case _:
            raise UnsupportedError(f"{model.name} cannot do a {type(segment).__name__} segment")


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


def _check_timing(duration_s: float, sample_period_s: float, model: Model) -> None:
    _positive("duration", duration_s, "s")
    _positive("sample period", sample_period_s, "s")
    period_s = interval_s(duration_s, sample_period_s)
    if not period_s >= model.sample_period_min_s:
        raise OutOfRangeError(
            f"sample period: {period_s:g} s is below the {model.sample_period_min_s:g} s "
            f"that the {model.name} can keep"
        )


def _require_galvanostat(model: Model) -> None:
    if not model.galvanostat:
        raise UnsupportedError(f"{model.name} has no galvanostat: it cannot apply a current")


def _check_galvanostatic(segment: Galvanostatic, model: Model) -> None:
    _require_galvanostat(model)
    _check_timing(segment.duration_s, segment.sample_period_s, model)
    limit_a = model.current_max_a
    _within("current", segment.current_a, "A", -limit_a, limit_a, model.name)
    for name, limit_v in (
        ("lower voltage limit", segment.voltage_min_v),
        ("upper voltage limit", segment.voltage_max_v),
    ):
        _within(name, limit_v, "V", model.slow.low_v, model.slow.high_v, model.name)
    if not segment.voltage_min_v < segment.voltage_max_v:
        raise OutOfRangeError(
            f"lower voltage limit: {segment.voltage_min_v:g} V must be below the upper limit "
            f"of {segment.voltage_max_v:g} V"
        )


def _check_current_limit(current_max_a: float, model: Model) -> None:
    _positive("current limit", current_max_a, "A")
    _within("current limit", current_max_a, "A", 0.0, model.current_max_a, model.name)


def _window(model: Model, period_s: float) -> Window:
    return model.slow if potentiostat_mode(period_s) == LOW_SPEED_MODE else model.fast


def _check_potentiostatic(segment: Potentiostatic, model: Model) -> None:
    _check_timing(segment.duration_s, segment.sample_period_s, model)
    window = _window(model, interval_s(segment.duration_s, segment.sample_period_s))
    _within("voltage", segment.voltage_v, "V", window.low_v, window.high_v, model.name)
    _check_current_limit(segment.current_max_a, model)


def _check_voltammetry(segment: Voltammetry, model: Model) -> None:
    _positive("step", segment.step_v, "V")
    _positive("scan rate", segment.scan_rate_v_per_s, "V/s")
    period_s = segment.step_v / segment.scan_rate_v_per_s
    if not model.sample_period_min_s <= period_s < math.inf:
        raise OutOfRangeError(
            f"scan rate: {segment.scan_rate_v_per_s:g} V/s with steps of {segment.step_v:g} V "
            f"takes {period_s:g} s a step; the {model.name} needs {model.sample_period_min_s:g} s"
        )
    window = _window(model, period_s)
    voltages_v = {
        "start": segment.start_v,
        "first vertex": segment.vertex1_v,
        "second vertex": segment.vertex2_v,
    }
    for name, voltage_v in voltages_v.items():
        _within(name, voltage_v, "V", window.low_v, window.high_v, model.name)
    span_v = max(voltages_v.values()) - min(voltages_v.values())
    _within("potential span", span_v, "V", segment.step_v, window.span_v, model.name)
    if segment.cycles < 1:
        raise OutOfRangeError(f"cycles: must be at least 1, got {segment.cycles}")
    _check_current_limit(segment.current_max_a, model)


def _check_sweep(segment: ImpedanceSweep, model: Model) -> None:
    low_hz, high_hz = model.frequency_min_hz, model.frequency_max_hz
    _within("highest frequency", segment.frequency_max_hz, "Hz", low_hz, high_hz, model.name)
    _within("lowest frequency", segment.frequency_min_hz, "Hz", low_hz, high_hz, model.name)
    if segment.frequency_min_hz > segment.frequency_max_hz:
        raise OutOfRangeError(
            f"lowest frequency: {segment.frequency_min_hz:g} Hz is above the highest, "
            f"{segment.frequency_max_hz:g} Hz"
        )
    _positive("points per decade", segment.points_per_decade, "")
    _within("number of points", sweep_points(segment), "", 1, MAX_POINTS, "driver")
    _positive("amplitude", segment.amplitude, "(rms)")
    peak = abs(segment.bias) + _SQRT2 * segment.amplitude
    if segment.mode is ImpedanceMode.GALVANOSTATIC:
        _require_galvanostat(model)
        _within("bias and peak amplitude", peak, "A", 0.0, model.current_max_a, model.name)
        return
    _within("amplitude (rms)", segment.amplitude, "V", 0.0, model.amplitude_max_v, model.name)
    window = model.fast
    swing = math.copysign(peak, segment.bias)
    _within("bias and peak amplitude", swing, "V", window.low_v, window.high_v, model.name)
