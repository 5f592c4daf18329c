"""Resistance over thickness, and over pressure: two straight lines."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Quantity
from ..arrays import Float
from .straight_line import StraightLine, straight_line

FEWEST_POINTS = 3


@dataclass(frozen=True, eq=False)
class ThicknessSeries:
    """R A = L / sigma + 2 R_c over pellets of different thickness.

    `contact` is R_c of one electrode in ohm m2; its error says whether it differs from 0.
    """

    conductivity: Quantity
    contact: Quantity
    line: StraightLine
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PressureSeries:
    """R proportional to p^-n: `exponent` is n."""

    exponent: Quantity
    line: StraightLine
    warnings: tuple[str, ...]


def thickness_series(
    thickness_m: ArrayLike,
    resistance_ohm: ArrayLike,
    standard_error_ohm: ArrayLike,
    area_m2: ArrayLike,
    *,
    thickness_uncertainty_m: ArrayLike = 0.0,
    relative_area_uncertainty: float = 0.0,
) -> ThicknessSeries:
    """Part the electrolyte's resistance from its contacts' by the pellets' thickness.

    Parameters
    ----------
    thickness_m, resistance_ohm, standard_error_ohm : array_like, shape (m,)
    area_m2 : float or array_like, shape (m,)
    thickness_uncertainty_m : float or array_like, shape (m,)
        Of each pellet on its own.
    relative_area_uncertainty : float
        Of all areas together.

    Raises
    ------
    ValueError
        For fewer than 3 thicknesses, or a value that is not finite and positive.

    Examples
    --------
    >>> found = thickness_series([0.5e-3, 1e-3, 2e-3], [12.0, 22.0, 42.0], [0.1] * 3, 1e-4)
    >>> round(found.conductivity.value, 6), round(found.contact.value * 1e4, 6)
    (0.5, 1.0)
    """
    length = _positive("thickness_m", thickness_m)
    r = _positive("resistance_ohm", resistance_ohm, length.shape)
    error = _positive("standard_error_ohm", standard_error_ohm, length.shape)
    area = np.broadcast_to(_positive("area_m2", area_m2), length.shape)
    own = np.broadcast_to(np.asarray(thickness_uncertainty_m, dtype=np.float64), length.shape)
    _require_distinct(length, "thicknesses")
    line = straight_line(length, r * area, np.diag((error * area) ** 2))
    if own.any():
        for _ in range(3):
            variance = (error * area) ** 2 + (line.slope * own) ** 2
            line = straight_line(length, r * area, np.diag(variance))
    deviation = np.sqrt(np.diag(line.covariance)) * line.widening
    relative = math.hypot(deviation[1] / abs(line.slope), relative_area_uncertainty)
    contact = 0.5 * line.intercept
    return ThicknessSeries(
        Quantity(1.0 / line.slope, relative / abs(line.slope), "S/m"),
        Quantity(
            contact,
            math.hypot(0.5 * deviation[0], contact * relative_area_uncertainty),
            "ohm m2",
        ),
        line,
        (*_scatter(line), *_negative(line)),
    )


def pressure_series(
    pressure_pa: ArrayLike, resistance_ohm: ArrayLike, standard_error_ohm: ArrayLike
) -> PressureSeries:
    """Exponent n of R proportional to p^-n, from a line through the logarithms.

    Fit loading and unloading apart: a contact that has grown does not shrink again.

    Parameters
    ----------
    pressure_pa, resistance_ohm, standard_error_ohm : array_like, shape (m,)

    Raises
    ------
    ValueError
        For fewer than 3 pressures, or a value that is not finite and positive.

    Examples
    --------
    >>> found = pressure_series([1e6, 4e6, 9e6], [60.0, 30.0, 20.0], [0.3, 0.2, 0.1])
    >>> round(found.exponent.value, 9)
    0.5
    """
    p = _positive("pressure_pa", pressure_pa)
    r = _positive("resistance_ohm", resistance_ohm, p.shape)
    error = _positive("standard_error_ohm", standard_error_ohm, p.shape)
    _require_distinct(p, "pressures")
    line = straight_line(np.log(p), np.log(r), np.diag((error / r) ** 2))
    deviation = math.sqrt(float(line.covariance[1, 1])) * line.widening
    return PressureSeries(Quantity(-line.slope, deviation, ""), line, _scatter(line))


def _positive(name: str, values: ArrayLike, shape: tuple[int, ...] | None = None) -> Float:
    found = np.asarray(values, dtype=np.float64)
    if shape is not None and found.shape != shape:
        raise ValueError(f"{name} has shape {found.shape}, the others {shape}")
    bad = ~(np.isfinite(found) & (found > 0))
    if bad.any():
        at = int(np.argmax(bad))
        raise ValueError(f"{name}[{at}] is {found.flat[at]:g}; it must be finite and > 0")
    return found


def _require_distinct(values: Float, word: str) -> None:
    count = len(np.unique(values))
    if count < FEWEST_POINTS:
        raise ValueError(f"{count} {word} are too few; {FEWEST_POINTS} different ones are needed")


def _scatter(line: StraightLine) -> tuple[str, ...]:
    if line.widening == 1.0:
        return ()
    return (
        f"the points scatter {line.widening:.1f} times as far about the line as their errors "
        "allow; the errors were widened by that",
    )


def _negative(line: StraightLine) -> tuple[str, ...]:
    if line.slope > 0:
        return ()
    return ("the resistance does not rise with the thickness: there is no conductivity in it",)
