"""The open-circuit potential of an insertion electrode: a monotone curve through a table."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

STEEP_BELOW_V = 100.0  # per unit of charge fraction, below the first row: nothing left to insert
STEEP_ABOVE_V = 10.0  # above the last row


@dataclass(frozen=True, slots=True)
class Potential:
    """Potential in V against the charge fraction (0 as made, 1 at the end of the table).

    Between the rows it is a cubic spline, its slopes limited as by Hyman, SIAM J. Sci. Stat.
    Comput. 4 (1983) 645, so that it rises everywhere; beyond them a steep straight line, so that
    no charge can be taken out for ever.
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
        return cls(tuple(x), tuple(y), tuple(_limited(x, y, _spline_slopes(x, y))))

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


def _spline_slopes(x: Sequence[float], y: Sequence[float]) -> list[float]:
    """Slopes of the natural cubic spline: a tridiagonal system, solved forwards and back."""
    last = len(x) - 1
    pivots: list[float] = []
    known: list[float] = []
    for k in range(last + 1):
        left = 1 / (x[k] - x[k - 1]) if k > 0 else 0.0
        right = 1 / (x[k + 1] - x[k]) if k < last else 0.0
        value = 3 * left**2 * (y[k] - y[k - 1]) if k > 0 else 0.0
        value += 3 * right**2 * (y[k + 1] - y[k]) if k < last else 0.0
        pivot = 2 * (left + right)
        if k > 0:
            pivot -= left * left / pivots[-1]
            value -= left / pivots[-1] * known[-1]
        pivots.append(pivot)
        known.append(value)
    slopes = [known[-1] / pivots[-1]]
    for k in range(last - 1, -1, -1):
        slopes.append((known[k] - slopes[-1] / (x[k + 1] - x[k])) / pivots[k])
    return slopes[::-1]


def _limited(x: Sequence[float], y: Sequence[float], slopes: Sequence[float]) -> list[float]:
    """No slope above three times the lesser of the secants beside it, nor below a hundredth."""
    secants = [(y[k + 1] - y[k]) / (x[k + 1] - x[k]) for k in range(len(x) - 1)]
    found = []
    for k, slope in enumerate(slopes):
        least = min(secants[max(k - 1, 0) : k + 1])
        found.append(min(max(slope, 0.01 * least), 3 * least))
    return found
