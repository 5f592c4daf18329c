"""Refuses what an instrument that carries out segments cannot do, before anything is sent.

Nothing is ever clipped to a limit. Source: the ``Reach`` that a driver declares of its instrument.
"""

import math
from dataclasses import dataclass
from typing import Final

from .capabilities import Envelope
from .errors import OutOfRangeError, UnsupportedError
from .segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)

_POINTS_MAX: Final = 10_000
_SMALLEST: Final = 1e-13
_SQRT2: Final = math.sqrt(2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """What an instrument can do. ``frequency_hz`` is ``None`` if it measures no impedance.

    ``records_max`` is how many readings one segment can have; ``amplitude_max_v`` is a peak value;
    ``current_sweeps`` is whether impedance can be measured by current, too.
    """

    name: str
    voltage_max_v: float
    current_max_a: float
    sample_period_min_s: float
    duration_max_s: float = math.inf
    records_max: float = math.inf
    amplitude_max_v: float = 0.0
    frequency_hz: tuple[float, float] | None = None
    current_sweeps: bool = True

    @property
    def envelope(self) -> Envelope:
        """The same limits in the vocabulary that all devices share."""
        segments = {"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry"}
        low_hz, high_hz = self.frequency_hz or (None, None)
        return Envelope(
            voltage_max_v=self.voltage_max_v,
            current_max_a=self.current_max_a,
            segments=frozenset(segments | ({"ImpedanceSweep"} if self.frequency_hz else set())),
            frequency_min_hz=low_hz,
            frequency_max_hz=high_hz,
            amplitude_max_v=self.amplitude_max_v / _SQRT2 if self.frequency_hz else None,
        )


def sweep_points(segment: ImpedanceSweep) -> int:
    """Number of points, both ends included, nearest to the density asked for."""
    decades = math.log10(segment.frequency_max_hz / segment.frequency_min_hz)
    return max(1, round(decades * segment.points_per_decade)) + 1 if decades else 1


def check_segment(segment: DeviceSegment, reach: Reach) -> None:
    """Raise ``OutOfRangeError`` or ``UnsupportedError`` unless it can do ``segment``."""
    match segment:
        case Rest():
            _check_timing(segment.duration_s, segment.sample_period_s, reach)
        case Galvanostatic():
            _check_galvanostatic(segment, reach)
        case Potentiostatic():
            _check_timing(segment.duration_s, segment.sample_period_s, reach)
            _voltage("voltage", segment.voltage_v, reach)
            _current_limit(segment.current_max_a, reach)
        case Voltammetry():
            _check_voltammetry(segment, reach)
        case ImpedanceSweep():
            _check_sweep(segment, reach)
        case _:
            raise UnsupportedError(f"{reach.name} cannot do a {type(segment).__name__} segment")


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


def _voltage(name: str, voltage_v: float, reach: Reach) -> None:
    limit_v = reach.voltage_max_v
    _within(name, voltage_v, "V", -limit_v, limit_v, reach.name)


def _current_limit(current_max_a: float, reach: Reach) -> None:
    _positive("current limit", current_max_a, "A")
    _within("current limit", current_max_a, "A", 0.0, reach.current_max_a, reach.name)


def _check_timing(duration_s: float, sample_period_s: float, reach: Reach) -> None:
    _positive("duration", duration_s, "s")
    _positive("sample period", sample_period_s, "s")
    _within("duration", duration_s, "s", 0.0, reach.duration_max_s, reach.name)
    _check_period("sample period", min(sample_period_s, duration_s), reach)
    _within(
        "number of readings", duration_s / sample_period_s, "", 0, reach.records_max, reach.name
    )


def _check_period(name: str, period_s: float, reach: Reach) -> None:
    if not reach.sample_period_min_s <= period_s < math.inf:
        raise OutOfRangeError(
            f"{name}: {period_s:g} s is not from the {reach.sample_period_min_s:g} s on that the "
            f"{reach.name} can keep"
        )


def _check_galvanostatic(segment: Galvanostatic, reach: Reach) -> None:
    _check_timing(segment.duration_s, segment.sample_period_s, reach)
    limit_a = reach.current_max_a
    _within("current", segment.current_a, "A", -limit_a, limit_a, reach.name)
    _voltage("lower voltage limit", segment.voltage_min_v, reach)
    _voltage("upper voltage limit", segment.voltage_max_v, reach)
    if not segment.voltage_min_v < segment.voltage_max_v:
        raise OutOfRangeError(
            f"lower voltage limit: {segment.voltage_min_v:g} V must be below the upper limit "
            f"of {segment.voltage_max_v:g} V"
        )


def _check_voltammetry(segment: Voltammetry, reach: Reach) -> None:
    _positive("step", segment.step_v, "V")
    _positive("scan rate", segment.scan_rate_v_per_s, "V/s")
    _check_period("time of a step", segment.step_v / segment.scan_rate_v_per_s, reach)
    corners_v = (segment.start_v, segment.vertex1_v, segment.vertex2_v)
    for name, voltage_v in zip(("start", "first vertex", "second vertex"), corners_v, strict=True):
        _voltage(name, voltage_v, reach)
    span_v = max(corners_v) - min(corners_v)
    if not span_v >= segment.step_v:
        raise OutOfRangeError(
            f"step: {segment.step_v:g} V is more than the whole span of {span_v:g} V"
        )
    if segment.cycles < 1:
        raise OutOfRangeError(f"cycles: must be at least 1, got {segment.cycles}")
    steps = segment.cycles * 2 * span_v / segment.step_v
    _within("number of readings", steps, "", 0, reach.records_max, reach.name)
    _current_limit(segment.current_max_a, reach)


def _check_sweep(segment: ImpedanceSweep, reach: Reach) -> None:
    name = reach.name
    if reach.frequency_hz is None:
        raise UnsupportedError(f"this {name} measures no impedance")
    low_hz, high_hz = reach.frequency_hz
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
        if not reach.current_sweeps:
            raise UnsupportedError(f"impedance by current is not written for the {name}")
        limit_a = reach.current_max_a
        _within("bias and peak amplitude", abs(segment.bias) + peak, "A", 0.0, limit_a, name)
        return
    _within("amplitude (peak)", peak, "V", 0.0, reach.amplitude_max_v, name)
    _voltage("bias and peak amplitude", abs(segment.bias) + peak, reach)
