"""Limits and segments: what a segment asks for, judged before anything is sent."""

import math
from typing import Final

from ...drivers.segments import (
    Awaited,
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    LastingSegment,
    Potentiostatic,
    Rest,
    SetStackPressure,
    SetTemperature,
    Voltammetry,
)
from .limits import Limits

SOAK_SILENCE_S: Final = 60.0
"""While a cell waits for its temperature or its stack pressure, oven, gauge or instrument say
something within this time."""


def trip_by_request(limits: Limits, segment: LastingSegment) -> str | None:
    """Say which limit a segment asks to break, or ``None``: judged before anything is sent."""
    if isinstance(segment, SetTemperature):
        return _trip_by_temperature(limits, segment)
    if isinstance(segment, SetStackPressure):
        return _trip_by_pressure(limits, segment)
    voltages_v, current_a = _asked(segment)
    for voltage_v in voltages_v:
        name = "voltage_min_v" if voltage_v < limits.voltage_min_v else "voltage_max_v"
        if not limits.voltage_min_v <= voltage_v <= limits.voltage_max_v:
            return f"{segment.name!r} asks for {voltage_v:g} V, beyond {limits.of_whom(name)}"
    if not current_a <= limits.current_max_a:
        limit = limits.of_whom("current_max_a")
        return f"{segment.name!r} asks for {current_a:g} A, beyond {limit}"
    return _trip_by_pace(limits, segment)


def _trip_by_temperature(limits: Limits, segment: SetTemperature) -> str | None:
    asked_k = segment.temperature_k
    if limits.temperature_min_k <= asked_k <= limits.temperature_max_k:
        return None
    name = "temperature_min_k" if asked_k < limits.temperature_min_k else "temperature_max_k"
    return f"{segment.name!r} asks for {asked_k:g} K, beyond {limits.of_whom(name)}"


def _trip_by_pressure(limits: Limits, segment: SetStackPressure) -> str | None:
    asked_pa = segment.pressure_pa
    if limits.stack_pressure_min_pa <= asked_pa <= limits.stack_pressure_max_pa:
        return None
    is_low = asked_pa < limits.stack_pressure_min_pa
    name = "stack_pressure_min_pa" if is_low else "stack_pressure_max_pa"
    return f"{segment.name!r} asks for {asked_pa:g} Pa, beyond {limits.of_whom(name)}"


def _trip_by_pace(limits: Limits, segment: DeviceSegment) -> str | None:
    if isinstance(segment, Voltammetry):
        rate_v_per_s = segment.scan_rate_v_per_s
        if not rate_v_per_s <= limits.voltage_rate_max_v_per_s:
            limit = limits.of_whom("voltage_rate_max_v_per_s")
            return f"{segment.name!r} asks for {rate_v_per_s:g} V/s, beyond {limit}"
    longest_s = longest_between_s(segment)
    if not longest_s < limits.silence_max_s:
        limit = limits.of_whom("silence_max_s")
        return f"{segment.name!r} may go {longest_s:g} s without a reading, beyond {limit}"
    return None


def longest_between_s(segment: DeviceSegment) -> float:
    """How long the way from one observation to the next is, if nothing goes wrong, in s.

    That of a spectrum is ten periods of its lowest frequency: what an instrument may take for
    ranging, settling and measuring.
    """
    match segment:
        case ImpedanceSweep():
            return 10.0 / segment.frequency_min_hz
        case Voltammetry():
            return abs(segment.step_v) / segment.scan_rate_v_per_s
        case _:
            return segment.sample_period_s


def silence_limit_s(
    limits: Limits, segment: LastingSegment, expected_s: float = 0.0
) -> tuple[float, str]:
    """How long a segment may go on without an observation, in s, and whose limit that is.

    If nobody set ``silence_max_s``: five readings and 10 s; for a spectrum 15 periods of its
    lowest frequency and 20 s, as ranges change on the way; while a cell waits for its temperature
    or its stack pressure, one minute. Where the instrument expects ``expected_s`` of silence, half
    as long again and 20 s.

    >>> from solidcell.drivers.segments import Rest
    >>> silence_limit_s(Limits(), Rest(duration_s=3600.0, sample_period_s=60.0))
    (310.0, 'silence_max_s 310 s for this segment')
    """
    if math.isfinite(limits.silence_max_s):
        return limits.silence_max_s, limits.of_whom("silence_max_s")
    if isinstance(segment, Awaited):
        silence_s = SOAK_SILENCE_S
    elif isinstance(segment, ImpedanceSweep):
        silence_s = 1.5 * longest_between_s(segment) + 20.0
    else:
        silence_s = 5.0 * longest_between_s(segment) + 10.0
    if expected_s > 0:
        silence_s = max(silence_s, 1.5 * expected_s + 20.0)
    return silence_s, f"silence_max_s {silence_s:.6g} s for this segment"


def _asked(segment: DeviceSegment) -> tuple[tuple[float, ...], float]:
    """The voltages a segment sets or allows, in V, and the largest current either way, in A."""
    match segment:
        case Rest():
            return (), 0.0
        case Galvanostatic():
            return (segment.voltage_min_v, segment.voltage_max_v), abs(segment.current_a)
        case Potentiostatic():
            return (segment.voltage_v,), segment.current_max_a
        case Voltammetry():
            voltages_v = (segment.start_v, segment.vertex1_v, segment.vertex2_v)
            return voltages_v, segment.current_max_a
        case ImpedanceSweep():
            peak = math.sqrt(2.0) * segment.amplitude
            if segment.mode is ImpedanceMode.GALVANOSTATIC:
                return (), abs(segment.bias) + peak
            return (segment.bias - peak, segment.bias + peak), 0.0
