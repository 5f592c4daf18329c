"""Limits that a plan cannot argue with: of the position on the bench, and of the protocol."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from ..drivers.readings import Reading
from ..drivers.segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    Voltammetry,
)

_LOWER_BOUNDS: Final = frozenset({"voltage_min_v"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a cell may see. ``current_max_a`` holds either way; ``charge_max_c`` is the net charge
    in either direction and ``duration_max_s`` the time, both since the run began. ``origins`` says
    of a limit who set it.

    Raises ``ValueError`` for NaN, an empty voltage window, or a bound that is not positive.
    """

    voltage_min_v: float = -math.inf
    voltage_max_v: float = math.inf
    current_max_a: float = math.inf
    charge_max_c: float = math.inf
    duration_max_s: float = math.inf
    origins: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.voltage_min_v < self.voltage_max_v:
            raise ValueError(
                f"voltage_min_v {self.voltage_min_v:g} V must be below "
                f"voltage_max_v {self.voltage_max_v:g} V"
            )
        for name in ("current_max_a", "charge_max_c", "duration_max_s"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} must be greater than 0, got {getattr(self, name):g}")

    @classmethod
    def of(cls, origin: str, values: Mapping[str, float]) -> Self:
        """Make limits from named values in SI, all set by ``origin``.

        >>> Limits.of("bench", {"voltage_max_v": 5.0}).of_whom("voltage_max_v")
        'voltage_max_v 5 V of the bench'
        """
        return cls(**values, origins=dict.fromkeys(values, origin))

    def of_whom(self, name: str) -> str:
        """Name a limit with its value, its unit and who set it."""
        text = f"{name} {getattr(self, name):.6g} {_UNITS[name]}"
        return f"{text} of the {self.origins[name]}" if name in self.origins else text


_UNITS: Final[Mapping[str, str]] = {
    "voltage_min_v": "V",
    "voltage_max_v": "V",
    "current_max_a": "A",
    "charge_max_c": "C",
    "duration_max_s": "s",
}


def tighter(first: Limits, second: Limits) -> Limits:
    """The tighter of each limit, with the origin of the one that won (the first in a tie).

    Raises ``ValueError`` if the two voltage windows do not overlap.

    >>> bench = Limits.of("bench", {"voltage_max_v": 5.0, "current_max_a": 0.1})
    >>> both = tighter(bench, Limits.of("protocol", {"voltage_max_v": 2.0}))
    >>> both.of_whom("voltage_max_v"), both.current_max_a
    ('voltage_max_v 2 V of the protocol', 0.1)
    """
    values: dict[str, float] = {}
    origins: dict[str, str] = {}
    for name in _UNITS:
        mine, yours = getattr(first, name), getattr(second, name)
        second_wins = yours > mine if name in _LOWER_BOUNDS else yours < mine
        winner = second if second_wins else first
        values[name] = getattr(winner, name)
        if name in winner.origins:
            origins[name] = winner.origins[name]
    return replace(first, **values, origins=origins)


def trip_by_reading(limits: Limits, reading: Reading) -> str | None:
    """Say which limit a reading breaks, or ``None``. NaN breaks every limit."""
    voltage_v, current_a = reading.voltage_v, reading.current_a
    if not math.isfinite(voltage_v) or not math.isfinite(current_a):
        return f"the reading {voltage_v:g} V, {current_a:g} A is not a number that can be judged"
    if not limits.voltage_min_v <= voltage_v <= limits.voltage_max_v:
        name = "voltage_min_v" if voltage_v < limits.voltage_min_v else "voltage_max_v"
        return f"the voltage {voltage_v:.6g} V is beyond {limits.of_whom(name)}"
    if not abs(current_a) <= limits.current_max_a:
        return f"the current {current_a:.6g} A is beyond {limits.of_whom('current_max_a')}"
    return None


def trip_by_charge(limits: Limits, charge_c: float) -> str | None:
    """Say whether the net charge since the run began breaks its limit, or ``None``."""
    if not abs(charge_c) <= limits.charge_max_c:
        return f"the charge {charge_c:.6g} C is beyond {limits.of_whom('charge_max_c')}"
    return None


def trip_by_time(limits: Limits, elapsed_s: float) -> str | None:
    """Say whether the time since the run began breaks its limit, or ``None``."""
    if not elapsed_s <= limits.duration_max_s:
        return f"the time {elapsed_s:.6g} s is beyond {limits.of_whom('duration_max_s')}"
    return None


def trip_by_request(limits: Limits, segment: DeviceSegment) -> str | None:
    """Say which limit a segment asks to break, or ``None``: judged before anything is sent."""
    voltages_v, current_a = _asked(segment)
    for voltage_v in voltages_v:
        name = "voltage_min_v" if voltage_v < limits.voltage_min_v else "voltage_max_v"
        if not limits.voltage_min_v <= voltage_v <= limits.voltage_max_v:
            return f"{segment.name!r} asks for {voltage_v:g} V, beyond {limits.of_whom(name)}"
    if not current_a <= limits.current_max_a:
        limit = limits.of_whom("current_max_a")
        return f"{segment.name!r} asks for {current_a:g} A, beyond {limit}"
    return None


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
