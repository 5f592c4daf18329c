"""The open-circuit potential of an insertion electrode: a monotone curve through a table."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

STEEP_BELOW_V = 100.0  # per unit of charge fraction, below the first row: nothing left to insert
STEEP_ABOVE_V = 10.0  # above the last row


@dataclass(frozen=True, slots=True)
class Potential:
    """Potential in V against the charge fraction (0 as made, 1 at the end of the table).

    Between the rows it is the monotone cubic of Fritsch and Carlson, SIAM J. Numer. Anal. 17
    (1980) 238; beyond them a steep straight line, so that no charge can be taken out for ever.
    """

    fractions: tuple[float, ...]
    volts: tuple[float, ...]
    slopes: tuple[float, ...]

    @classmethod
    def through(cls, rows: Sequence[tuple[float, float]]) -> "Potential":
        """Build it from (fraction, volt) rows, both rising; at least two. ``ValueError`` else.

        >>> line = Potential.through([(0.0, 3.0), (1.0, 4.0)])
        >>> line.at(0.25), line.slope(0.25), line.at(1.5)
        (3.25, 1.0, 9.0)
        """
        x, y = ([float(row[k]) for row in rows] for k in (0, 1))
        steps = range(len(x) - 1)
        if not steps or any(x[k + 1] <= x[k] or y[k + 1] <= y[k] for k in steps):
            raise ValueError(
                f"an open-circuit table needs two or more rows, rising in both: {rows}"
            )
        secants = [(y[k + 1] - y[k]) / (x[k + 1] - x[k]) for k in steps]
        slopes = [secants[0], *_inner(x, secants), secants[-1]]
        return cls(tuple(x), tuple(y), tuple(slopes))

    def at(self, fraction: float) -> float:
        """Potential in V."""
        return self.value_and_slope(fraction)[0]

    def slope(self, fraction: float) -> float:
        """Change of the potential with the fraction, in V; above 0 everywhere."""
        return self.value_and_slope(fraction)[1]

    def value_and_slope(self, fraction: float) -> tuple[float, float]:
        """Potential and its slope, both in V."""
        x, y = self.fractions, self.volts
        if fraction < x[0]:
            return y[0] + STEEP_BELOW_V * (fraction - x[0]), STEEP_BELOW_V
        if fraction > x[-1]:
            return y[-1] + STEEP_ABOVE_V * (fraction - x[-1]), STEEP_ABOVE_V
        k = min(bisect_right(x, fraction), len(x) - 1) - 1
        width = x[k + 1] - x[k]
        t = (fraction - x[k]) / width
        from_v, rise_v = y[k], y[k + 1] - y[k]
        first, last = self.slopes[k] * width, self.slopes[k + 1] * width
        square, cube = 3 * rise_v - 2 * first - last, first + last - 2 * rise_v
        value = from_v + t * (first + t * (square + t * cube))
        return value, (first + t * (2 * square + 3 * t * cube)) / width

    def fraction_at(self, volt: float) -> float:
        """The charge fraction at which it reaches ``volt``, within 1e-12."""
        low, high = self.fractions[0] - 1.0, self.fractions[-1] + 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if self.at(middle) < volt else (low, middle)
        return (low + high) / 2


def _inner(x: Sequence[float], secants: Sequence[float]) -> list[float]:
    """Slopes at the inner rows: weighted harmonic means, which never overshoot."""
    found = []
    for k in range(1, len(secants)):
        left, right = x[k] - x[k - 1], x[k + 1] - x[k]
        first, second = 2 * right + left, right + 2 * left
        found.append((first + second) / (first / secants[k - 1] + second / secants[k]))
    return found
