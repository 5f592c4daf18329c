"""Limits that a plan cannot argue with: of the position on the bench, and of the protocol."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Self

from ...drivers.readings import Reading

_LOWER_BOUNDS: Final = frozenset({"voltage_min_v", "temperature_min_k", "stack_pressure_min_pa"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a cell may see. ``current_max_a`` holds either way; ``charge_max_c`` is the net charge
    in either direction and ``duration_max_s`` the time, both since the run began.
    ``voltage_rate_max_v_per_s`` holds either way too, as ``VoltageRate`` sees it, and
    ``silence_max_s`` is how long a segment may go on without an observation. ``origins`` says of
    a limit who set it.

    Raises ``ValueError`` for NaN, an empty window, or a bound that is not positive.
    """

    voltage_min_v: float = -math.inf
    voltage_max_v: float = math.inf
    current_max_a: float = math.inf
    charge_max_c: float = math.inf
    duration_max_s: float = math.inf
    temperature_min_k: float = -math.inf
    temperature_max_k: float = math.inf
    stack_pressure_min_pa: float = -math.inf
    stack_pressure_max_pa: float = math.inf
    voltage_rate_max_v_per_s: float = math.inf
    silence_max_s: float = math.inf
    origins: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for lowest in sorted(_LOWER_BOUNDS):
            highest = lowest.replace("_min_", "_max_")
            if not getattr(self, lowest) < getattr(self, highest):
                raise ValueError(f"{self._stated(lowest)} must be below {self._stated(highest)}")
        for name in _POSITIVE:
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
        text = self._stated(name)
        return f"{text} of the {self.origins[name]}" if name in self.origins else text

    def set_values(self) -> dict[str, float]:
        """Return the limits that somebody set, in SI, by name.

        >>> Limits(voltage_max_v=5.0).set_values()
        {'voltage_max_v': 5.0}
        """
        values = {name: float(getattr(self, name)) for name in _UNITS}
        return {name: value for name, value in values.items() if math.isfinite(value)}

    def _stated(self, name: str) -> str:
        return f"{name} {getattr(self, name):.6g} {_UNITS[name]}"


_UNITS: Final[Mapping[str, str]] = {
    "voltage_min_v": "V",
    "voltage_max_v": "V",
    "current_max_a": "A",
    "charge_max_c": "C",
    "duration_max_s": "s",
    "temperature_min_k": "K",
    "temperature_max_k": "K",
    "stack_pressure_min_pa": "Pa",
    "stack_pressure_max_pa": "Pa",
    "voltage_rate_max_v_per_s": "V/s",
    "silence_max_s": "s",
}
_POSITIVE: Final = (
    "current_max_a",
    "charge_max_c",
    "duration_max_s",
    "voltage_rate_max_v_per_s",
    "silence_max_s",
)


def tighter(first: Limits, second: Limits) -> Limits:
    """The tighter of each limit, with the origin of the one that won (the first in a tie).

    Raises ``ValueError`` if the two windows of voltage, temperature or pressure do not overlap.

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


def trip_by_surroundings(
    limits: Limits, temperature_k: float | None, stack_pressure_pa: float | None
) -> str | None:
    """Say which limit temperature or stack pressure break, or ``None``.

    A value that is limited must be there and be a number; one that is not limited may be missing.
    """
    for quantity, value, unit in (
        ("temperature", temperature_k, "K"),
        ("stack_pressure", stack_pressure_pa, "Pa"),
    ):
        lowest, highest = f"{quantity}_min_{unit.lower()}", f"{quantity}_max_{unit.lower()}"
        low, high = getattr(limits, lowest), getattr(limits, highest)
        words = quantity.replace("_", " ")
        if value is None or not math.isfinite(value):
            if math.isfinite(low) or math.isfinite(high):
                limit = limits.of_whom(highest if math.isfinite(high) else lowest)
                return f"the {words} is not known any more, and is to be kept within {limit}"
        elif not low <= value <= high:
            name = lowest if value < low else highest
            return f"the {words} {value:.6g} {unit} is beyond {limits.of_whom(name)}"
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
