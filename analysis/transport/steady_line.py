"""Steady currents over their voltages: a straight line for each family of decays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Float
from .mixture import akaike_weights
from .steady_current import FamilyEstimate, SteadyCurrent

SURPRISE = 0.01
_NORMAL = 1e6  # degrees of freedom of what is normal
_SMALL = 1e-300


@dataclass(frozen=True, eq=False)
class Hold:
    """One voltage, V, and the steady current that was read from it, or the reason why none was."""

    voltage_v: float
    steady: SteadyCurrent | None
    refused: str = ""


@dataclass(frozen=True, eq=False)
class SteadyLine:
    """I_ss = offset + G V by one family of decays; covariance of (offset, G), scatter counted."""

    offset_a: float
    conductance_s: float
    offset_error_a: float
    error_s: float
    freedom: float
    curved: float
    curved_share: float
    widened: bool


def families_of_all(used: Sequence[Hold]) -> list[str]:
    """Families of decay that any hold knows; one that does not counts with its likeliest."""
    return sorted({one.family for h in used if h.steady is not None for one in h.steady.families})


def _estimate(hold: Hold, family: str) -> FamilyEstimate:
    steady = hold.steady
    if steady is None:
        raise ValueError(f"the hold at {hold.voltage_v:g} V has no steady current")
    return next((one for one in steady.families if one.family == family), steady.families[0])


def family_weights(used: Sequence[Hold], families: Sequence[str]) -> Float:
    """Weight of each family from the data of all voltages together."""
    return akaike_weights([sum(_estimate(h, name).aicc for h in used) for name in families])


def line_of(used: Sequence[Hold], family: str, _offset: float) -> SteadyLine:
    """Weighted line through the steady currents of one family."""
    from ..impedance.series.straight_line import curvature_probability, straight_line

    v = np.array([hold.voltage_v for hold in used])
    every = [_estimate(hold, family).steady for hold in used]
    i = np.array([one.mean for one in every])
    variance = np.array([one.deviation for one in every]) ** 2
    scale = float(np.sqrt(variance.min()))
    covariance = np.diag(variance) / scale**2
    line = straight_line(v, i / scale, covariance)
    error = np.sqrt(np.diag(line.covariance)) * line.widening * scale
    bent = curvature_probability(v, i / scale, covariance)
    return SteadyLine(
        line.intercept * scale,
        line.slope * scale,
        float(error[0]),
        float(error[1]),
        _NORMAL if line.widening == 1.0 else float(line.degrees_of_freedom),
        bent,
        _bend(v, i, variance) if bent < SURPRISE or line.widening > 1 else 0.0,
        line.widening > 1.0,
    )


def _bend(v: Float, i: Float, variance: Float) -> float:
    """By how much the slope changes from the lowest voltage to the highest, over the slope."""
    a, b, _ = np.polyfit(v, i, 2, w=1 / np.sqrt(variance))
    middle = 2 * a * (v.min() + v.max()) / 2 + b
    return float(abs(2 * a * np.ptp(v)) / max(abs(middle), _SMALL))


def line_through_zero(used: Sequence[Hold], family: str, offset_a: float) -> SteadyLine:
    """Weighted mean of I / V, the offset in common to all."""
    v = np.array([hold.voltage_v for hold in used])
    every = [_estimate(hold, family).steady for hold in used]
    i = np.array([one.mean for one in every])
    covariance = np.diag([one.deviation**2 for one in every]) + offset_a**2
    weight = np.linalg.solve(covariance / covariance.max(), v)
    influence = weight / float(weight @ v)
    error = math.sqrt(float(influence @ covariance @ influence))
    value = float(influence @ i)
    return SteadyLine(0.0, value, offset_a, error, _NORMAL, 1.0, 0.0, False)
