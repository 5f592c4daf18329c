"""How much lithium a half-cycle moves, and how much of the electrode that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ..units import FARADAY_C_PER_MOL, MILLIAMPERE_HOUR_PER_CM2

LITHIUM_MOLAR_MASS_KG_PER_MOL: Final = 6.94e-3
LITHIUM_DENSITY_KG_PER_M3: Final = 534.0
LEAST_CAPACITY_C_PER_M2: Final = 0.5 * MILLIAMPERE_HOUR_PER_CM2
PRACTICAL_THICKNESS_M: Final = 30e-6
THICK_M: Final = 2 * PRACTICAL_THICKNESS_M
LEAST_DEPTH: Final = 0.1
CHARGE_TOLERANCE: Final = 0.01  # a half-cycle meant to move 0.5 mAh/cm² moves 0.499


@dataclass(frozen=True, slots=True, kw_only=True)
class LithiumUse:
    """``depth_of_discharge`` is moved over present lithium, ``None`` where nobody states it."""

    capacity_c_per_m2: float
    moved_m: float
    lithium_thickness_m: float | None
    depth_of_discharge: float | None
    warnings: tuple[str, ...]


def lithium_moved_m(capacity_c_per_m2: float) -> float:
    """Thickness of dense lithium of a charge per area, M Q / (F rho).

    >>> round(lithium_moved_m(36_000.0) * 1e6, 2)  # µm for 1 mAh/cm²
    4.85
    """
    per_coulomb = LITHIUM_MOLAR_MASS_KG_PER_MOL / FARADAY_C_PER_MOL / LITHIUM_DENSITY_KG_PER_M3
    return capacity_c_per_m2 * per_coulomb


def lithium_use(capacity_c_per_m2: float, lithium_thickness_m: float | None = None) -> LithiumUse:
    """Judge whether a half-cycle moves enough lithium to say something of a practical cell.

    Most published symmetric cells move 0.1 to 0.5 mAh/cm² of a foil that is many times thicker,
    which hides how a thin electrode behaves (review: perspective on all-solid-state cells). A
    warning follows below 0.5 mAh/cm², above twice the practical 30 µm of lithium, and below a
    depth of 10 %.

    Raises
    ------
    ValueError
        If the charge is negative, or the thickness not positive.

    Examples
    --------
    >>> use = lithium_use(0.1 * 36_000.0, 100e-6)
    >>> f"{use.moved_m * 1e6:.2f} µm, {use.depth_of_discharge:.2%}, {len(use.warnings)} warnings"
    '0.48 µm, 0.48%, 3 warnings'
    """
    if not (math.isfinite(capacity_c_per_m2) and capacity_c_per_m2 >= 0):
        raise ValueError(f"areal charge is {capacity_c_per_m2:g} C/m²; it must be >= 0")
    if lithium_thickness_m is not None and not lithium_thickness_m > 0:
        raise ValueError(f"lithium thickness is {lithium_thickness_m:g} m; it must be > 0")
    moved_m = lithium_moved_m(capacity_c_per_m2)
    depth = None if lithium_thickness_m is None else moved_m / lithium_thickness_m
    return LithiumUse(
        capacity_c_per_m2=capacity_c_per_m2,
        moved_m=moved_m,
        lithium_thickness_m=lithium_thickness_m,
        depth_of_discharge=depth,
        warnings=_warnings(capacity_c_per_m2, moved_m, lithium_thickness_m, depth),
    )


def _warnings(
    capacity_c_per_m2: float, moved_m: float, thickness_m: float | None, depth: float | None
) -> tuple[str, ...]:
    found = []
    if capacity_c_per_m2 < LEAST_CAPACITY_C_PER_M2 * (1 - CHARGE_TOLERANCE):
        found.append(
            f"minimal capacity: {capacity_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2:.3g} mAh/cm² "
            f"({moved_m * 1e6:.2g} µm of lithium) a half-cycle, below 0.5 mAh/cm²: life and "
            "critical current are overestimated"
        )
    if thickness_m is None or depth is None:
        found.append("the thickness of the lithium is not given: its depth of discharge is unknown")
        return tuple(found)
    if thickness_m > THICK_M:
        found.append(
            f"excess lithium: {thickness_m * 1e6:.3g} µm, a practical electrode has "
            f"{PRACTICAL_THICKNESS_M * 1e6:.0f} µm"
        )
    if depth < LEAST_DEPTH:
        found.append(
            f"depth of discharge {100 * depth:.2g} %, below 10 %: lithium that is never used hides "
            "what is lost"
        )
    if depth > 1:
        found.append(
            f"more lithium moves ({moved_m * 1e6:.3g} µm) than one electrode is said to have "
            f"({thickness_m * 1e6:.3g} µm)"
        )
    return tuple(found)
