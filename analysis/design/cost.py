"""What the materials of a cell cost, and whether a published bill adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ..geometry import Quantity
from .propagation import propagated, require_positive


@dataclass(frozen=True, slots=True)
class Part:
    """A material of a bill: its mass in kg (0 where the cell has none) and its price in $/kg.

    Raises ValueError if one is negative or not finite.
    """

    name: str
    mass_kg: float
    price_usd_per_kg: float

    def __post_init__(self) -> None:
        for name in ("mass_kg", "price_usd_per_kg"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} of {self.name} is {value:g}; it must be >= 0")

    @property
    def cost_usd(self) -> float:
        """Mass times price."""
        return self.mass_kg * self.price_usd_per_kg


@dataclass(frozen=True, slots=True)
class Bill:
    """Mass in kg and cost in $ of all parts, and each part's share of the cost."""

    parts: tuple[Part, ...]
    mass_kg: float
    cost_usd: float
    shares: tuple[float, ...]


def bill(parts: Sequence[Part]) -> Bill:
    """Add up the parts of a cell.

    Raises
    ------
    ValueError
        If there is no part or nothing costs anything.

    Examples
    --------
    >>> found = bill([Part("cathode", 31.613e-3, 22.0), Part("electrolyte", 9.66e-3, 277.1)])
    >>> f"{found.cost_usd:.4f} $, electrolyte {found.shares[1]:.1%}"
    '3.3723 $, electrolyte 79.4%'
    """
    cost_usd = math.fsum(part.cost_usd for part in parts)
    if not cost_usd > 0:
        raise ValueError("a bill needs at least one part that costs something")
    mass_kg = math.fsum(part.mass_kg for part in parts)
    return Bill(tuple(parts), mass_kg, cost_usd, tuple(p.cost_usd / cost_usd for p in parts))


def omitted_parts(
    parts: Sequence[Part],
    stated_mass_kg: float,
    stated_cost_usd: float,
    *,
    tolerance: float = 5e-4,
) -> tuple[str, ...] | None:
    """Names of the parts that a stated total leaves out; empty if it is right, None if not found.

    The fewest parts (at most two) whose mass and cost both explain what is missing, to within
    `tolerance` of the totals.

    Examples
    --------
    >>> listed = [Part("foil", 2e-3, 8.0), Part("tab", 0.5e-3, 200.0), Part("pouch", 2e-3, 17.0)]
    >>> omitted_parts(listed, 4e-3, 0.050)
    ('tab',)
    >>> omitted_parts(listed, 4.5e-3, 0.150)
    ()
    >>> omitted_parts(listed, 4.5e-3, 0.100) is None
    True
    """
    whole = bill(parts)
    for count in range(3):
        for left_out in combinations(parts, count):
            mass_kg = whole.mass_kg - sum(part.mass_kg for part in left_out)
            cost_usd = whole.cost_usd - sum(part.cost_usd for part in left_out)
            if _near(mass_kg, stated_mass_kg, whole.mass_kg * tolerance) and _near(
                cost_usd, stated_cost_usd, whole.cost_usd * tolerance
            ):
                return tuple(part.name for part in left_out)
    return None


def membrane_cost_usd_per_m2(thickness: Quantity, density: Quantity, price: Quantity) -> Quantity:
    """Price of the material of a dense membrane, L rho p, in $/m2.

    Thickness in m, density in kg/m3, price in $/kg. Making it is not included. The target that
    replaces a separator and its liquid is about 10 $/m2 (Wu, Xiao 2016).

    Raises ValueError if an input is not positive.

    Examples
    --------
    >>> found = membrane_cost_usd_per_m2(
    ...     Quantity(20e-6, 2e-6, "m"), Quantity(2000.0, None, "kg/m3"), Quantity(50, None, "$/kg"))
    >>> f"{found.value:.2f} +- {found.standard_error:.2f} {found.unit}"
    '2.00 +- 0.20 $/m2'
    """
    require_positive(
        thickness_m=thickness.value, density_kg_per_m3=density.value, price_usd_per_kg=price.value
    )
    inputs = {"thickness": thickness, "density": density, "price": price}
    return propagated(lambda thickness, density, price: thickness * density * price, inputs, "$/m2")


def _near(value: float, stated: float, allowed: float) -> bool:
    return abs(value - stated) <= allowed
