"""Which segment of a plan would break which limit of the channel or of the instrument."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from ...drivers.capabilities import Envelope
from ...drivers.segments import (
    Awaited,
    DeviceSegment,
    ImpedanceMode,
    ImpedanceSweep,
    LastingSegment,
)
from ..limits.limits import Limits, trip_by_charge, trip_by_time
from ..limits.limits_of_segments import trip_by_request

Timed: TypeAlias = tuple[LastingSegment, float, float, float]
"""A segment, its start in s, its duration in s and its charge in C."""


def problems_of(
    timed: Sequence[Timed], limits: Limits | None, envelope: Envelope | None
) -> Iterator[str]:
    """Yield one sentence per segment and limit that it breaks; a total is reported once."""
    for number, (segment, *_) in enumerate(timed, start=1):
        if limits is not None and (text := trip_by_request(limits, segment)):
            yield f"segment {number}: {text}"
        if envelope is not None and not isinstance(segment, Awaited):
            yield from (f"segment {number}: {text}" for text in _beyond(segment, envelope))
    if limits is not None:
        yield from _totals(timed, limits)


def _totals(timed: Sequence[Timed], limits: Limits) -> Iterator[str]:
    net_c = 0.0
    charge_trip: str | None = None
    time_trip: str | None = None
    for number, (segment, start_s, duration_s, charge_c) in enumerate(timed, start=1):
        where = f"segment {number}: by the end of {segment.name!r}"
        net_c += charge_c
        if charge_trip is None and (charge_trip := trip_by_charge(limits, net_c)):
            yield f"{where} {charge_trip}"
        if time_trip is None and (time_trip := trip_by_time(limits, start_s + duration_s)):
            yield f"{where} {time_trip}"


def _beyond(segment: DeviceSegment, envelope: Envelope) -> Iterator[str]:
    kind = type(segment).__name__
    if kind not in envelope.segments:
        able = ", ".join(sorted(envelope.segments))
        yield f"{segment.name!r} is {kind}, which the instrument cannot do; it does {able}"
        return
    window = {
        "voltage_min_v": -envelope.voltage_max_v,
        "voltage_max_v": envelope.voltage_max_v,
        "current_max_a": envelope.current_max_a,
    }
    if text := trip_by_request(Limits.of("instrument", window), segment):
        yield text
    if isinstance(segment, ImpedanceSweep):
        yield from _beyond_analyser(segment, envelope)


def _beyond_analyser(sweep: ImpedanceSweep, envelope: Envelope) -> Iterator[str]:
    asks = f"{sweep.name!r} asks for"
    highest_hz, lowest_hz = envelope.frequency_max_hz, envelope.frequency_min_hz
    if highest_hz is not None and sweep.frequency_max_hz > highest_hz * (1.0 + 1e-9):
        yield f"{asks} {sweep.frequency_max_hz:g} Hz, above the instrument's {highest_hz:g} Hz"
    if lowest_hz is not None and sweep.frequency_min_hz < lowest_hz * (1.0 - 1e-9):
        yield f"{asks} {sweep.frequency_min_hz:g} Hz, below the instrument's {lowest_hz:g} Hz"
    amplitude_v = sweep.amplitude if sweep.mode is ImpedanceMode.POTENTIOSTATIC else 0.0
    if envelope.amplitude_max_v is not None and amplitude_v > envelope.amplitude_max_v:
        largest = f"the instrument's {envelope.amplitude_max_v:g} V"
        yield f"{asks} an amplitude of {amplitude_v:g} V rms, beyond {largest}"
