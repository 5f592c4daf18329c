"""What bulk and grain boundary say of the grains, if they are bricks in mortar.

Boundaries of thickness delta around grains of size D with the bulk's permittivity: delta / D =
C_bulk / C_gb, and the boundaries' own conductivity is (L / A R_gb) C_bulk / C_gb (J. T. S. Irvine,
D. C. Sinclair, A. R. West, Adv. Mater. 2 (1990) 132; H. Naefe, Solid State Ionics 13 (1984) 255).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...geometry import Geometry, Quantity
from ..arrays import Float
from ..fitting.result import FitResult
from .arcs import Arc

LARGEST_THICKNESS_RATIO = 0.1


@dataclass(frozen=True, slots=True)
class BrickLayer:
    """Grain boundaries as mortar: thickness over grain size, and their own conductivity.

    `conductivity` in S/m is None without a geometry. `objection` says why the model does not
    hold, else empty.
    """

    thickness_ratio: Quantity
    conductivity: Quantity | None
    objection: str


def brick_layer(fit: FitResult, bulk: Arc, boundary: Arc, geometry: Geometry | None) -> BrickLayer:
    """Compare a bulk and a grain-boundary arc of a fit by the brick-layer model."""
    ratio = bulk.capacitance_f / boundary.capacitance_f
    slope = _of_capacitance(fit, bulk) - _of_capacitance(fit, boundary)
    thickness = Quantity(ratio, ratio * _deviation(fit, slope), "")
    conductivity = None
    if geometry is not None:
        value = geometry.length_over_area_per_m / boundary.resistance.value * ratio
        slope[boundary.index] -= 1.0
        doubt = math.hypot(_deviation(fit, slope), geometry.relative_uncertainty)
        conductivity = Quantity(value, value * doubt, "S/m")
    objection = ""
    if ratio > LARGEST_THICKNESS_RATIO:
        objection = (
            f"boundaries of {ratio:.2g} of a grain are no thin mortar: rather a constriction, "
            "poor contact between grains, or a second phase"
        )
    return BrickLayer(thickness, conductivity, objection)


def _of_capacitance(fit: FitResult, arc: Arc) -> Float:
    """Slope of ln C = (ln R + ln Q) / a - ln R by ln R, ln Q and a."""
    slope = np.zeros(len(fit.names))
    r, q, exponent = fit.values[arc.index : arc.index + 3]
    slope[arc.index : arc.index + 3] = (
        1 / exponent - 1,
        1 / exponent,
        -math.log(r * q) / exponent**2,
    )
    return slope


def _deviation(fit: FitResult, slope: Float) -> float:
    return math.sqrt(max(float(slope @ fit.covariance_log @ slope), 0.0))
