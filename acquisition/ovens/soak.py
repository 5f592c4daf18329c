"""When a temperature or a pressure has been there for long enough: in tolerance, not drifting."""

import math
from collections import deque
from dataclasses import dataclass
from typing import Final

SAMPLES_AT_MOST: Final = 200
"""Kept of one window, evenly: enough to see a drift, however often somebody looks."""
LONGEST_GAP_S: Final = 60.0
"""Between two readings; longer than a tenth of the window too, nobody knows what was between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SoakCriterion:
    """Within ``tolerance`` of ``target``, both in the unit of what is watched, for ``stable_s``.

    Over that time a straight line through the values moves by less than ``tolerance``, too.
    Raises ``ValueError`` for a tolerance that is not greater than 0, or a negative time.
    """

    target: float
    tolerance: float
    stable_s: float

    def __post_init__(self) -> None:
        if not (self.tolerance > 0 and 0 <= self.stable_s < math.inf):
            raise ValueError(
                f"a soak within {self.tolerance:g} for {self.stable_s:g} s is none: the "
                "tolerance must be greater than 0, and the time 0 or more"
            )


class Soak:
    """Watches the values that it is given, in the order of their times.

    Between two of them no more than ``longest_gap_s`` may pass, or a tenth of the window if that is
    longer: on a clock that runs fast, somebody cannot look as often.

    >>> soak = Soak(SoakCriterion(target=333.15, tolerance=0.5, stable_s=60.0))
    >>> [soak.add(at_s, 333.0) for at_s in (0.0, 30.0, 60.0)]
    [False, False, True]
    """

    def __init__(self, criterion: SoakCriterion, *, longest_gap_s: float = LONGEST_GAP_S) -> None:
        self.criterion = criterion
        self._longest_gap_s = longest_gap_s
        self._samples: deque[tuple[float, float]] = deque()
        self._since_s: float | None = None
        self._last_s = -math.inf

    @property
    def stable_for_s(self) -> float:
        """How long it has been within tolerance without a break."""
        return 0.0 if self._since_s is None else self._last_s - self._since_s

    def reset(self) -> None:
        """Begin anew."""
        self._samples.clear()
        self._since_s = None

    def add(self, at_s: float, value: float | None) -> bool:
        """Take one value, ``None`` where it is not known; say whether it has soaked."""
        criterion = self.criterion
        if value is None:
            return False
        gap_s = max(self._longest_gap_s, criterion.stable_s / 10)
        if at_s - self._last_s > gap_s:
            self.reset()
        if not abs(value - criterion.target) <= criterion.tolerance:
            self.reset()
            self._last_s = at_s
            return False
        self._since_s = at_s if self._since_s is None else self._since_s
        self._last_s = at_s
        self._keep(at_s, value)
        if self.stable_for_s < criterion.stable_s:
            return False
        return abs(self.drift()) < criterion.tolerance

    def drift(self) -> float:
        """Return by how much a straight line through the window moves over it."""
        if len(self._samples) < 2:
            return 0.0
        count = len(self._samples)
        mean_s = math.fsum(at_s for at_s, _ in self._samples) / count
        mean = math.fsum(value for _, value in self._samples) / count
        spread = math.fsum((at_s - mean_s) ** 2 for at_s, _ in self._samples)
        if not spread:
            return 0.0
        slope = (
            math.fsum((at_s - mean_s) * (value - mean) for at_s, value in self._samples) / spread
        )
        return slope * (self._samples[-1][0] - self._samples[0][0])

    def _keep(self, at_s: float, value: float) -> None:
        stable_s = self.criterion.stable_s
        if self._samples and at_s - self._samples[-1][0] < stable_s / SAMPLES_AT_MOST:
            return
        self._samples.append((at_s, value))
        while len(self._samples) > 2 and self._samples[1][0] <= at_s - stable_s:
            self._samples.popleft()
