"""The time of a simulated cell: cut at what is done to it from outside, and into small steps."""

import math
from collections.abc import Callable, Iterable, Iterator

from .changes import Change

_SAME_TIME_S = 1e-9


class Timeline:
    """Where a cell is in its life, and which changes are still to come.

    ``apply`` is told each change when it is due, the first ones by ``apply_due`` at the start.

    >>> done = []
    >>> line = Timeline([Change(at_s=15.0, temperature_k=300.0)], done.append)
    >>> list(line.steps(20.0, lambda: 10.0)), line.time_s, len(done)
    ([7.5, 7.5, 5.0], 20.0, 1)
    """

    def __init__(self, changes: Iterable[Change], apply: Callable[[Change], None]) -> None:
        self.time_s = 0.0
        self._changes = sorted(changes, key=lambda change: change.at_s)
        self._apply = apply

    def apply_due(self) -> None:
        """Apply what is due by now."""
        while self._changes and self._changes[0].at_s <= self.time_s + _SAME_TIME_S:
            self._apply(self._changes.pop(0))

    def steps(self, duration_s: float, longest_step_s: Callable[[], float]) -> Iterator[float]:
        """Yield the lengths of the steps of ``duration_s``; ``time_s`` is then the step's end.

        ``longest_step_s`` is asked at the start and after each change. Raises ``ValueError`` for
        a duration below 0.
        """
        if not duration_s >= 0:
            raise ValueError(f"a cell cannot advance by {duration_s:g} s")
        end_s = self.time_s + duration_s
        while (left_s := end_s - self.time_s) > 0:
            if self._changes:
                left_s = min(left_s, self._changes[0].at_s - self.time_s)
            cuts = max(1, math.ceil(left_s / longest_step_s()))
            for _ in range(cuts):
                self.time_s += left_s / cuts
                yield left_s / cuts
            self.apply_due()
            if end_s - self.time_s < _SAME_TIME_S:
                self.time_s = end_s
