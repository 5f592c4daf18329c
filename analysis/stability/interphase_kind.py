"""What a growing resistance says of the sort of interphase, and how thick a charge would make it.

Three sorts, after Wenzel, Leichtweiss, Krueger, Sann and Janek, Solid State Ionics 278 (2015) 98:
a stable interface, a mixed-conducting interphase (MCI) that goes on growing, and one that conducts
ions alone (SEI) and stops itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from ..geometry import Quantity
from ..units import FARADAY_C_PER_MOL
from ..wording import with_error
from .interphase_growth import Growth

Kind: TypeAlias = Literal["stable", "falling", "SEI", "MCI", "undecided"]
HIDING_NOISE: Final = 0.05
CAVEAT: Final = (
    "resistance alone cannot show whether an interphase conducts electrons: photoelectron "
    "spectra or a transient of the potential during lithiation can"
)


@dataclass(frozen=True, slots=True)
class InterphaseKind:
    """A word with its evidence; ``CAVEAT`` holds for all of them."""

    kind: Kind
    evidence: str


def kind_of(growth: Growth, *, age_known: bool = False) -> InterphaseKind:
    """Name the sort of interphase that a growth looks like.

    Unless ``age_known``, the exponent's interval is that of a layer of any age; and also where the
    data reject the law that was fitted.
    ``stable``: no growth beyond a scatter of 5 % or less. ``falling``: the resistance falls beyond
    its scatter. ``SEI``: it grows ever more slowly, the interval of the exponent lies below 0.8.
    ``MCI``: it hardly slows down, the interval lies above 0.8, or above 0.6 and holds 1. Anything
    else is ``undecided``. Where the interval holds 1/2 or 1 alone, the evidence names that law.
    """
    if growth.falls:
        times = with_error(growth.change, growth.change_error)
        return InterphaseKind(
            "falling",
            f"{times} times its first value in {_hours(growth):.3g} h: it falls, as where contacts "
            "improve or a cell warms up; a growing interphase would be hidden by that",
        )
    if growth.fit is None:
        words = (
            f"no growth beyond the scatter of {100 * growth.noise:.1f} % in {_hours(growth):.3g} h"
        )
        if growth.noise > HIDING_NOISE:
            return InterphaseKind("undecided", f"{words}, which may hide one")
        return InterphaseKind("stable", words)
    age_known = age_known and not growth.fit.rejected
    exponent = growth.fit.exponent if age_known else growth.fit.any_age
    low, high = exponent.low, exponent.high
    shown = f"exponent {low:.2f} to {high:.2f} (95 %{'' if age_known else ', of any age'})"
    law = ""
    if low <= 0.5 <= high < 1.0:
        law = ", which holds diffusion through the layer (n = 1/2)"
    elif 0.5 < low <= 1.0 <= high:
        law = ", which holds a constant rate (linear, n = 1)"
    times = f"{growth.change:.2f} times its first value in {_hours(growth):.3g} h"
    if high < 0.8:
        return InterphaseKind("SEI", f"{times}, and ever more slowly: {shown}{law}")
    if low > 0.6 and high >= 1.0:
        return InterphaseKind("MCI", f"{times}, without slowing down: {shown}{law}")
    if low > 0.8:
        return InterphaseKind("MCI", f"{times}, hardly slowing down: {shown}")
    return InterphaseKind("undecided", f"{times}: {shown} decides for neither")


def decomposed_thickness_m(
    charge_c_m2: Quantity,
    lithium_per_formula: float,
    molar_mass_kg_mol: float,
    density_kg_m3: float,
) -> Quantity:
    """Return how thick a layer of electrolyte (m) a charge has decomposed: Q M / (z F rho).

    ``lithium_per_formula`` is z: Li10GeP2S12 takes up 20 Li, Li6PS5X 8 Li (Wu, Yao and Wang 2020,
    section 4.1). Thickness of electrolyte that is gone, not of what it has become.

    Raises
    ------
    ValueError
        If a value is not positive and finite.

    Examples
    --------
    Li6PS5Cl, 268.4 g/mol and 1.86 g/cm3, after 1 C/cm2:

    >>> gone = decomposed_thickness_m(Quantity(1e4, 1e2, "C/m2"), 8, 0.2684, 1860)
    >>> f"{gone.value * 1e6:.2f} um"
    '1.87 um'
    """
    for name, value in (
        ("charge", charge_c_m2.value),
        ("lithium_per_formula", lithium_per_formula),
        ("molar_mass_kg_mol", molar_mass_kg_mol),
        ("density_kg_m3", density_kg_m3),
    ):
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value}; it must be finite and > 0")
    per_charge = molar_mass_kg_mol / (lithium_per_formula * FARADAY_C_PER_MOL * density_kg_m3)
    error = charge_c_m2.standard_error
    return Quantity(
        charge_c_m2.value * per_charge, None if error is None else error * per_charge, "m"
    )


def _hours(growth: Growth) -> float:
    return growth.duration_s / 3600
