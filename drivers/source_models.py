"""What a source meter of any make can source: ranges, corners, limits, and what is beyond them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from .errors import OutOfRangeError


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceModel:
    """Ranges are full scales, ascending; a range sources 5 % more than its full scale.

    From ``tight_range_a`` on, a range of current sources 1 % more. ``corners`` are (V, A): the
    instrument reaches both at once only inside one of these rectangles. The two lowest limits are
    the smallest that the instrument accepts. ``protection_levels_v`` are those that its
    over-voltage protection can be set to, ascending.
    """

    name: str
    current_ranges_a: tuple[float, ...]
    voltage_ranges_v: tuple[float, ...]
    corners: tuple[tuple[float, float], ...]
    voltage_limit_min_v: float
    current_limit_min_a: float
    protection_levels_v: tuple[int, ...] = ()
    tight_range_a: float = math.inf

    @property
    def voltage_max_v(self) -> float:
        """The highest voltage that the model sources, at a small current."""
        return max(volts for volts, _ in self.corners)

    @property
    def current_max_a(self) -> float:
        """The highest direct current that the model sources, at a small voltage."""
        return max(amps for _, amps in self.corners)

    def reaches(self, voltage_v: float, current_a: float) -> bool:
        """Whether it can hold this voltage and this current at once, in any quadrant."""
        return any(
            abs(voltage_v) <= volts and abs(current_a) <= amps for volts, amps in self.corners
        )

    def current_range_a(self, current_a: float) -> float:
        """Return the smallest full scale that sources ``current_a``; the largest if none does."""
        return smallest_range(self.current_ranges_a, current_a, self.tight_range_a)

    def voltage_range_v(self, voltage_v: float) -> float:
        """Return the smallest full scale that sources ``voltage_v``; the largest if none does."""
        return smallest_range(self.voltage_ranges_v, voltage_v)


def model_named(models: tuple[SourceModel, ...], name: str) -> SourceModel:
    """Return the model of that name, which is one of ``models``."""
    return next(model for model in models if model.name == name)


_PROTECTION_HEADROOM: Final = 1.05  # a protection just at a limit would act before the limit does


def protection_level_v(model: SourceModel, voltage_v: float) -> int | None:
    """Return the lowest level of the over-voltage protection that never meets ``voltage_v``.

    >>> model = SourceModel(
    ...     name="", current_ranges_a=(), voltage_ranges_v=(), corners=(), voltage_limit_min_v=0,
    ...     current_limit_min_a=0, protection_levels_v=(2, 5, 10))
    >>> protection_level_v(model, 4.5), protection_level_v(model, -5.0)
    (5, 10)
    """
    free_v = _PROTECTION_HEADROOM * abs(voltage_v)
    return next((level for level in model.protection_levels_v if level >= free_v), None)


def smallest_range(ranges: tuple[float, ...], value: float, tight: float = math.inf) -> float:
    """Return the smallest full scale that takes ``value``; the largest if none does.

    A range takes 5 % more than its full scale, and 1 % more from ``tight`` on.

    >>> smallest_range((1e-3, 1e-2), -1.02e-3), smallest_range((1.5, 3.0), 1.55, tight=1.5)
    (0.001, 3.0)
    """
    for scale in ranges:
        if abs(value) <= (1.05 if scale < tight else 1.01) * scale:
            return scale
    return ranges[-1]


def require_reach(model: SourceModel, voltage_v: float, current_a: float) -> None:
    """Raise ``OutOfRangeError`` unless the model holds both at once."""
    if not model.reaches(voltage_v, current_a):
        corners = ", ".join(f"{volts:g} V with {amps:g} A" for volts, amps in model.corners)
        raise OutOfRangeError(
            f"{voltage_v:g} V with {current_a:g} A is beyond the {model.name}, which reaches "
            f"{corners}"
        )


def require_limit(name: str, value: float, lowest: float, unit: str) -> None:
    """Raise ``OutOfRangeError`` for a limit that the instrument would not accept."""
    if not value >= lowest:
        raise OutOfRangeError(
            f"{name}: {value:g} {unit} is below the smallest allowed, {lowest:g} {unit}"
        )
