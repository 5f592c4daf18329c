"""A thin layer that is oxidised or reduced, partly back again, and ever more slowly."""

import math

SYMMETRY = 0.5
LARGEST_EXPONENT = 200.0


class Couple:
    """A surface-confined redox couple with Butler-Volmer kinetics (Laviron, 1979).

    Laviron, J. Electroanal. Chem. 101 (1979) 19. ``charge_c`` is that of the whole layer: positive
    if it can be oxidised, negative if it can be reduced. The rate at ``formal_v`` is ``rate_per_s``
    divided by 1 + what has passed so far over the layer's charge: products hinder.
    """

    def __init__(self, formal_v: float, charge_c: float, rate_per_s: float) -> None:
        self._formal_v, self._charge_c, self._rate = formal_v, charge_c, rate_per_s
        self._passed_c = 0.0
        self.share = 0.0
        self.most_share = 0.0

    def current_a(self, potential_v: float, period_s: float, thermal_v: float) -> float:
        """Return the mean current of a period at a potential; positive oxidises."""
        after = self._share_after(potential_v, period_s, thermal_v)
        return self._charge_c * (after - self.share) / period_s

    def live(self, potential_v: float, period_s: float, thermal_v: float) -> None:
        """Live through the period."""
        after = self._share_after(potential_v, period_s, thermal_v)
        self._passed_c += abs(self._charge_c * (after - self.share))
        self.share = after
        self.most_share = max(self.most_share, after)

    def _share_after(self, potential_v: float, period_s: float, thermal_v: float) -> float:
        x = (potential_v - self._formal_v) / thermal_v * (1 if self._charge_c > 0 else -1)
        x = max(-LARGEST_EXPONENT, min(x, LARGEST_EXPONENT))
        settled = 1 / (1 + math.exp(-x))
        rate = self._rate / (1 + self._passed_c / abs(self._charge_c))
        speed = rate * (math.exp(SYMMETRY * x) + math.exp((SYMMETRY - 1) * x))
        return settled + (self.share - settled) * math.exp(-min(speed * period_s, 700.0))
