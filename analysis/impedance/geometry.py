"""The pellet's size, and a value with its doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass


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
            self.thickness_uncertainty_m / self.thickness_m,
            2 * self.diameter_uncertainty_m / self.diameter_m,
        )
