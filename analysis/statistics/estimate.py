"""A number with its standard uncertainty and its interval, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimate in the unit of the data.

    ``low`` and ``high`` bound it with probability ``level``; an end that the data do not set is 0
    or infinite. ``value`` is NaN and ``refused`` tells why where the data support none.

    Examples
    --------
    >>> Estimate.refuse("one failure only").is_refused
    True
    """

    value: float
    standard_error: float | None
    low: float
    high: float
    level: float = 0.95
    refused: str = ""

    @property
    def is_refused(self) -> bool:
        """Whether the data support no value."""
        return bool(self.refused)

    def exponential(self) -> Estimate:
        """The same of exp(x), the standard error to first order.

        >>> Estimate(value=0.0, standard_error=0.1, low=-0.2, high=0.2).exponential().value
        1.0
        """
        value = math.exp(self.value)
        error = None if self.standard_error is None else value * self.standard_error
        ends = (0.0 if e == -math.inf else math.exp(min(e, 700.0)) for e in (self.low, self.high))
        low, high = ends
        return Estimate(
            value=value,
            standard_error=error,
            low=low,
            high=math.inf if math.isinf(self.high) else high,
            level=self.level,
        )

    @classmethod
    def refuse(
        cls, reason: str, *, low: float = 0.0, high: float = math.inf, level: float = 0.95
    ) -> Estimate:
        """No value; an interval may be known all the same."""
        return cls(
            value=math.nan, standard_error=None, low=low, high=high, level=level, refused=reason
        )
