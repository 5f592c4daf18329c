"""One step of a full cell as algebra: its voltage against a constant current, and back."""

import math
from typing import NamedTuple

from ..network import Drive
from .potential import Potential

TOLERANCE_V = 1e-10
PASSES = 200


class Step(NamedTuple):
    """The voltage at the end of a period for a constant ionic current x; it only rises with x.

    V = base + U(fraction + fraction_per_a y) + ohmic x + the sum of shares times overpotentials
    scale_v asinh(x / twice_exchange_a), where y is what of x reaches the particles.
    """

    potential: Potential
    base_v: float
    fraction: float
    fraction_per_a: float
    ohmic: float
    spent_share: float
    scale_v: float
    twice_exchange_a: tuple[float, float]
    shares: tuple[float, float]

    def inserted_a(self, ionic_a: float) -> float:
        """What reaches the particles; of a charging current a share may be spent elsewhere."""
        return ionic_a * (1 - self.spent_share) if ionic_a > 0 else ionic_a

    def overpotential(self, side: int, ionic_a: float) -> float:
        """Of a charge transfer: 0 the lithium side, 1 the particles."""
        return self.scale_v * math.asinh(ionic_a / self.twice_exchange_a[side])

    def voltage(self, ionic_a: float) -> float:
        """Across the cell at the end of the period."""
        return self._voltage_and_slope(ionic_a)[0]

    def solve(
        self, drive: Drive, parallel_siemens: float, guess_a: float
    ) -> tuple[float, float, bool]:
        """Ionic current, total current, and whether the source is held by its limit."""
        if drive.mode == "voltage":
            level_v = drive.level
            ionic_a, total_a = self._at_voltage(
                level_v, drive.series_ohm, parallel_siemens, guess_a
            )
            own_a = total_a - drive.pushed_a
            if abs(own_a) <= drive.limit:
                return ionic_a, total_a, False
            total_a = drive.pushed_a + math.copysign(drive.limit, own_a)
            return self._at_current(total_a, parallel_siemens, guess_a), total_a, True
        ionic_a = self._at_current(drive.level, parallel_siemens, guess_a)
        terminal_v = self.voltage(ionic_a) + drive.level * drive.series_ohm
        if drive.mode == "open" or abs(terminal_v) <= drive.limit:
            return ionic_a, drive.level, False
        clamp_v = math.copysign(drive.limit, terminal_v)
        ionic_a, total_a = self._at_voltage(clamp_v, drive.series_ohm, parallel_siemens, ionic_a)
        return ionic_a, total_a, True

    def _at_voltage(
        self, level_v: float, series_ohm: float, parallel: float, guess_a: float
    ) -> tuple[float, float]:
        """Where V + series (x + parallel V) is the level."""
        ionic_a = self._root(1 + series_ohm * parallel, series_ohm, level_v, guess_a)
        return ionic_a, ionic_a + parallel * self.voltage(ionic_a)

    def _at_current(self, total_a: float, parallel: float, guess_a: float) -> float:
        """Where x + parallel V is the current; in volts, so that one tolerance serves."""
        if not parallel:
            return total_a
        return self._root(1.0, 1 / parallel, total_a / parallel, guess_a)

    def _root(self, weight: float, slope: float, target: float, guess_a: float) -> float:
        """Solve weight V(x) + slope x = target: Newton's passes, kept within a closing bracket."""
        low, high, x = -math.inf, math.inf, guess_a
        for _ in range(PASSES):
            voltage_v, steep = self._voltage_and_slope(x)
            off = weight * voltage_v + slope * x - target
            low, high = (low, x) if off > 0 else (x, high)
            if abs(off) <= TOLERANCE_V + 1e-12 * abs(target):
                break
            x -= off / (weight * steep + slope)
            if not low < x < high:
                x = (low + high) / 2
        return x

    def _voltage_and_slope(self, ionic_a: float) -> tuple[float, float]:
        kept = 1 - self.spent_share if ionic_a > 0 else 1.0
        per_a = self.fraction_per_a * kept
        fraction = self.fraction + per_a * ionic_a
        voltage_v, per_fraction = self.potential.value_and_slope(fraction)
        voltage_v += self.base_v + self.ohmic * ionic_a
        steep = per_fraction * per_a + self.ohmic
        for share, twice_a in zip(self.shares, self.twice_exchange_a, strict=True):
            over = ionic_a / twice_a
            voltage_v += share * self.scale_v * math.asinh(over)
            steep += share * self.scale_v / twice_a / math.hypot(1.0, over)
        return voltage_v, steep
