"""The pellet's size, and what it makes of a resistance and of its doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value and its standard uncertainty (one sigma); None where none can be stated."""

    value: float
    standard_error: float | None
    unit: str

    @property
    def relative(self) -> float | None:
        """Standard uncertainty over value."""
        return None if self.standard_error is None else self.standard_error / abs(self.value)


@dataclass(frozen=True, slots=True)
class Geometry:
    """A cylinder of electrolyte between its electrodes.

    Thickness and diameter in metres, each with its standard uncertainty; the diameter is that
    of the smaller electrode in contact.

    Raises
    ------
    ValueError
        If a size is not finite and positive, or an uncertainty negative.
    """

    thickness_m: float
    diameter_m: float
    thickness_uncertainty_m: float = 0.0
    diameter_uncertainty_m: float = 0.0

    def __post_init__(self) -> None:
        for name in ("thickness_m", "diameter_m"):
            size = getattr(self, name)
            if not (math.isfinite(size) and size > 0):
                raise ValueError(f"{name} is {size} m; it must be finite and > 0")
        for name in ("thickness_uncertainty_m", "diameter_uncertainty_m"):
            doubt = getattr(self, name)
            if not (math.isfinite(doubt) and doubt >= 0):
                raise ValueError(f"{name} is {doubt} m; it must be finite and >= 0")

    @property
    def area_m2(self) -> float:
        """Area of the electrode."""
        return math.pi * self.diameter_m**2 / 4

    @property
    def length_over_area_per_m(self) -> float:
        """Cell constant L/A."""
        return self.thickness_m / self.area_m2

    @property
    def relative_uncertainty(self) -> float:
        """Relative standard uncertainty of L/A: thickness once, diameter twice."""
        return math.hypot(
            self.thickness_uncertainty_m / self.thickness_m, self.relative_uncertainty_of_area
        )

    @property
    def relative_uncertainty_of_area(self) -> float:
        """Relative standard uncertainty of the area: the diameter's twice."""
        return 2 * self.diameter_uncertainty_m / self.diameter_m


def conductivity_s_per_m(resistance: Quantity, geometry: Geometry) -> Quantity:
    """Conductivity L / (A R) in S/m, with the doubts of R and of the geometry.

    Relative errors add in squares, which is first order in ln(value). It holds as it stands for
    interval ends: ``value * exp(+-k * relative)`` is right where ``value +- k * error`` would
    reach below zero. The geometry's part is common to all conductivities of one pellet.

    Raises ValueError if the resistance is not positive.

    Examples
    --------
    >>> pellet = Geometry(1e-3, 10e-3, thickness_uncertainty_m=2e-5)
    >>> sigma = conductivity_s_per_m(Quantity(127.3, 1.273, "ohm"), pellet)
    >>> f"{sigma.value:.4f} +- {sigma.standard_error:.4f} {sigma.unit}"
    '0.1000 +- 0.0022 S/m'
    """
    _require_positive(resistance)
    value = geometry.length_over_area_per_m / resistance.value
    return _with_doubt(value, resistance.relative, geometry.relative_uncertainty, "S/m")


def areal_resistance_ohm_m2(
    resistance: Quantity, geometry: Geometry, *, interfaces: Literal[1, 2] = 2
) -> Quantity:
    """Resistance times area of one interface, R A / interfaces, in ohm m2.

    An arc of a symmetric cell holds both its interfaces: `interfaces` is 2 there, and 1 where the
    other electrode does not contribute. The doubt is that of R and, twice, of the diameter; the
    thickness has no part. Errors as in :func:`conductivity_s_per_m`.

    Raises ValueError if the resistance is not positive.

    Examples
    --------
    >>> pellet = Geometry(1e-3, 10e-3)
    >>> one_side = areal_resistance_ohm_m2(Quantity(13.0, 0.13, "ohm"), pellet)
    >>> f"{one_side.value * 1e4:.2f} ohm cm2, {one_side.relative:.1%}"
    '5.11 ohm cm2, 1.0%'
    """
    _require_positive(resistance)
    value = resistance.value * geometry.area_m2 / interfaces
    return _with_doubt(value, resistance.relative, geometry.relative_uncertainty_of_area, "ohm m2")


def _require_positive(resistance: Quantity) -> None:
    if not (math.isfinite(resistance.value) and resistance.value > 0):
        raise ValueError(f"a resistance is {resistance.value} ohm; it must be finite and > 0")


def _with_doubt(value: float, relative: float | None, of_size: float, unit: str) -> Quantity:
    error = None if relative is None else value * math.hypot(relative, of_size)
    return Quantity(value, error, unit)
