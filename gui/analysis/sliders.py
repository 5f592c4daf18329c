"""A slider's positions as values: logarithmic for what is positive, linear for an exponent."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ...analysis.impedance.circuits.elements import Parameter

STEPS: Final = 2000
PAGE_STEPS: Final = 100
_DECADES_EITHER_WAY: Final = 1.5
_INNER: Final = 0.1


@dataclass(frozen=True, slots=True)
class Span:
    """What a slider reaches from end to end."""

    low: float
    high: float
    is_log: bool

    def value_at(self, position: int) -> float:
        """The value at a position, 0 to ``STEPS``.

        >>> round(Span(1.0, 100.0, True).value_at(1000), 6)
        10.0
        """
        share = position / STEPS
        if not self.is_log:
            return self.low + share * (self.high - self.low)
        value = self.low * math.exp(share * math.log(self.high / self.low))
        return min(max(value, self.low), self.high)

    def position_of(self, value: float) -> int:
        """The nearest position, at an end for a value beyond it."""
        inside = min(max(value, self.low), self.high)
        if self.is_log:
            share = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            share = (inside - self.low) / (self.high - self.low)
        return round(share * STEPS)

    def is_roomy_at(self, value: float) -> bool:
        """Whether there is room on both sides of a value."""
        return _INNER * STEPS <= self.position_of(value) <= (1 - _INNER) * STEPS


def span_about(
    parameter: Parameter, value: float, bounds: tuple[float, float] | None = None
) -> Span:
    """One and a half decades either way, or the bounds, whichever is narrower."""
    low, high = bounds or (parameter.lower, parameter.upper)
    if parameter.scale == "linear":
        return Span(low, high, is_log=False)
    reach = 10.0**_DECADES_EITHER_WAY
    inside = min(max(value, low, parameter.lower), high)
    low, high = max(low, parameter.lower, inside / reach), min(high, inside * reach)
    return Span(low, high if high > low else low * (1 + 1e-9), is_log=True)


def span_kept(
    span: Span | None, parameter: Parameter, value: float, bounds: tuple[float, float] | None
) -> Span:
    """The span as it was while it has room and keeps to the bounds, else a new one.

    So a slider stays under the hand while it is used, and never ends.
    """
    fresh = span_about(parameter, value, bounds)
    if span is None or span.is_log != fresh.is_log or not fresh.is_log:
        return fresh
    low, high = bounds or (parameter.lower, parameter.upper)
    keeps = low <= span.low and span.high <= high and bounds is None
    return span if keeps and span.is_roomy_at(value) else fresh
