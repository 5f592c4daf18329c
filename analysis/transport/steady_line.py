"""Steady currents over their voltages: a straight line for each family of decays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .arrays import Float
from .decay_extrapolation import ADMISSIBLE_AICC, FamilyEstimate
from .mixture import Mixture, akaike_weights, mixture
from .steady_current import SteadyCurrent

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


@dataclass(frozen=True, eq=False)
class SteadyLines:
    """A line for each family of decays, and the weight of each, (families,)."""

    by_family: dict[str, SteadyLine]
    weights: Float

    @property
    def likely(self) -> SteadyLine:
        """That of the likeliest family."""
        return list(self.by_family.values())[int(np.argmax(self.weights))]

    @property
    def conductance_s(self) -> Mixture:
        """Slope, over all families."""
        lines = self.by_family.values()
        return mixture(
            [line.conductance_s for line in lines],
            [line.error_s for line in lines],
            [line.freedom for line in lines],
            self.weights,
        )

    @property
    def admissible_s(self) -> list[float]:
        """Slopes of the families within 10 of the best AICc."""
        least = self.weights.max() * math.exp(-ADMISSIBLE_AICC / 2)
        pairs = zip(self.by_family.values(), self.weights, strict=True)
        return [line.conductance_s for line, weight in pairs if weight >= least]


def lines_of(
    used: Sequence[Hold], view: int, offset_uncertainty_a: float | None = None
) -> SteadyLines:
    """Lines by one view (0 or 1) of each hold: see :class:`.steady_current.SteadyCurrent`.

    A given uncertainty of the instrument's zero makes them go through 0 A at 0 V.
    """
    families = _families_of_all(used, view)
    found = {}
    for name in families:
        steady = [_estimate(hold, name, view).steady for hold in used]
        voltages = [hold.voltage_v for hold in used]
        found[name] = (
            _free_line(voltages, steady)
            if offset_uncertainty_a is None
            else _line_through_zero(voltages, steady, offset_uncertainty_a)
        )
    return SteadyLines(found, _family_weights(used, families, view))


def _families_of_all(used: Sequence[Hold], view: int) -> list[str]:
    """Families of decay that any hold knows; one that does not counts with its likeliest."""
    return sorted({one.family for hold in used for one in _families(hold, view)})


def _families(hold: Hold, view: int) -> tuple[FamilyEstimate, ...]:
    if hold.steady is None:
        raise ValueError(f"the hold at {hold.voltage_v:g} V has no steady current")
    return hold.steady.views[view].families


def _estimate(hold: Hold, family: str, view: int) -> FamilyEstimate:
    every = _families(hold, view)
    return next((one for one in every if one.family == family), every[0])


def _family_weights(used: Sequence[Hold], families: Sequence[str], view: int) -> Float:
    """Weight of each family from the data of all voltages together."""
    return akaike_weights([sum(_estimate(h, name, view).aicc for h in used) for name in families])


def _free_line(voltages_v: Sequence[float], every: Sequence[Mixture]) -> SteadyLine:
    """Weighted line through the steady currents of one family."""
    from ..impedance.series.straight_line import curvature_probability, straight_line

    v = np.array(voltages_v)
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


def _line_through_zero(
    voltages_v: Sequence[float], every: Sequence[Mixture], offset_a: float
) -> SteadyLine:
    """Weighted mean of I / V, the offset in common to all."""
    v = np.array(voltages_v)
    i = np.array([one.mean for one in every])
    covariance = np.diag([one.deviation**2 for one in every]) + offset_a**2
    weight = np.linalg.solve(covariance / covariance.max(), v)
    influence = weight / float(weight @ v)
    error = math.sqrt(float(influence @ covariance @ influence))
    value = float(influence @ i)
    return SteadyLine(0.0, value, offset_a, error, _NORMAL, 1.0, 0.0, False)
