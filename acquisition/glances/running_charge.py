"""The charge that a run has moved so far, net, as the worker counts it."""

import math


class RunningCharge:
    """Charges of ended segments as the record has them, and trapezoids for the one that goes on.

    The trapezoids are those of the worker, counted from where the segment was recorded: a little
    before its instrument began. Its end puts the worker's own count in their place.

    >>> charge = RunningCharge()
    >>> charge.begin(0, 0.0)
    >>> charge.add(0, 10.0, 1e-3)
    >>> charge.total_c
    0.01
    >>> charge.end(0, 0.0099)
    >>> charge.total_c
    0.0099
    """

    def __init__(self) -> None:
        self._ended_c: float | None = 0.0
        self._open_c: float | None = 0.0
        self._open: int | None = None
        self._last: tuple[float, float] = (0.0, math.nan)

    @property
    def goes_on(self) -> bool:
        """Whether a segment has begun that has not ended."""
        return self._open is not None

    @property
    def total_c(self) -> float | None:
        """Net charge in C, signed as the current; ``None`` if not all of it could be counted."""
        return _sum(self._ended_c, self._open_c)

    def begin(self, number: int, elapsed_s: float) -> None:
        """A segment begins; one before it that never ended stays counted as far as it came."""
        self._ended_c = self.total_c
        self._open, self._open_c = number, 0.0
        self._last = (elapsed_s, math.nan)

    def add(self, segment: int, elapsed_s: float, current_a: float) -> None:
        """A reading came; the first of a segment counts back to its start."""
        if segment != self._open:
            return
        last_s, last_a = self._last
        mean_a = current_a if math.isnan(last_a) else 0.5 * (last_a + current_a)
        self._open_c = _sum(self._open_c, mean_a * (elapsed_s - last_s))
        self._last = (elapsed_s, current_a)

    def end(self, number: int, charge_c: float | None) -> None:
        """A segment ended, with the charge that the worker counted, if it told that."""
        if number == self._open:
            told_c = self._open_c if charge_c is None else float(charge_c)
            self._ended_c = _sum(self._ended_c, told_c)
            self._open, self._open_c = None, 0.0

    def lose_count(self) -> None:
        """The readings of the segment that goes on are too many to be read."""
        self._open_c = None


def _sum(first_c: float | None, second_c: float | None) -> float | None:
    return None if first_c is None or second_c is None else first_c + second_c
