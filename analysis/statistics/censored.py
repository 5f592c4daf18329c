"""What is known of one value: exactly this, between these, above this, or below this."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["exact", "interval", "right", "left"]


@dataclass(frozen=True, slots=True)
class Observation:
    """A positive value in (low, high]; both are the same where it is known exactly.

    ``high`` is infinite where the value is only known to exceed ``low`` (right-censored), ``low``
    is 0 where it is only known not to exceed ``high`` (left-censored). Both in one unit.

    Raises
    ------
    ValueError
        If a bound is negative or not a number, if they are in the wrong order, or if together
        they say nothing.

    Examples
    --------
    >>> Observation(0.4, 0.6).kind, Observation.right(1.0).kind, Observation.exact(2.0).kind
    ('interval', 'right', 'exact')
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if not (0 <= self.low < math.inf and self.low <= self.high and self.high > 0):
            raise ValueError(
                f"({self.low:g}, {self.high:g}] is no interval of a positive value: expected "
                "0 <= low <= high, low finite"
            )
        if self.low == 0 and math.isinf(self.high):
            raise ValueError("between 0 and infinity: this observation says nothing")

    @classmethod
    def exact(cls, value: float) -> Observation:
        """A value that is known."""
        return cls(value, value)

    @classmethod
    def right(cls, low: float) -> Observation:
        """A value that is only known to be above ``low``."""
        return cls(low, math.inf)

    @classmethod
    def left(cls, high: float) -> Observation:
        """A value that is only known not to exceed ``high``."""
        return cls(0.0, high)

    @property
    def kind(self) -> Kind:
        """How it is censored."""
        if self.low == self.high:
            return "exact"
        if math.isinf(self.high):
            return "right"
        return "left" if self.low == 0 else "interval"

    @property
    def has_failed(self) -> bool:
        """Whether an upper bound is known."""
        return math.isfinite(self.high)


def bounds_of(observations: Iterable[Observation]) -> tuple[Floats, Floats]:
    """Lower and upper bounds, each of shape (n,), to twelve digits: 0.2 + 0.4 is then 0.6.

    Raises ValueError if there are none.

    >>> bounds_of([Observation(0.4, 0.2 + 0.4)])[1].tolist()
    [0.6]
    """
    pairs = np.array([(_twelve(o.low), _twelve(o.high)) for o in observations], dtype=np.float64)
    if pairs.size == 0:
        raise ValueError("there are no observations")
    return pairs[:, 0], pairs[:, 1]


def _twelve(value: float) -> float:
    return float(f"{value:.12g}")
