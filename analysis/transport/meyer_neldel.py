"""The Meyer-Neldel rule: prefactors that grow with the activation energy, over materials."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..geometry import Quantity
from .arrays import Float

BOLTZMANN_EV_PER_K = 8.617333e-5
FEWEST_MATERIALS = 3
_PASSES = 60
_SURPRISE = 0.01


@dataclass(frozen=True, slots=True)
class ArrheniusPoint:
    """One material: Ea in eV and ln(sigma_0), with their standard errors and correlation.

    The two of one Arrhenius line are nearly the same doubt (correlation above 0.99 as a rule): the
    line turns about the middle of its temperatures. `middle_k` is that temperature, the harmonic
    mean, NaN if it is not known.
    """

    material: str
    energy_ev: float
    log_prefactor: float
    energy_error_ev: float
    log_prefactor_error: float
    correlation: float
    middle_k: float = math.nan


@dataclass(frozen=True, eq=False)
class MeyerNeldel:
    """ln(sigma_0) = ln(sigma_00) + Ea / E_MN over materials.

    Attributes
    ----------
    slope : Quantity
        1 / E_MN in 1/eV.
    energy_ev : Quantity or None
        E_MN; None where the slope cannot be told from 0.
    isokinetic : Quantity or None
        E_MN / k_B in K: where all these materials conduct alike.
    log_common_prefactor : Quantity
        ln(sigma_00), in the unit of the prefactors.
    chi2, degrees_of_freedom
        Scatter about the line compared with the errors.
    widening : float
        Factor on the errors where the materials scatter more than their errors, else 1.
    points : tuple of ArrheniusPoint
    refused : str
        Why there is no isokinetic temperature, else empty.
    warnings : tuple of str
    """

    slope: Quantity
    energy_ev: Quantity | None
    isokinetic: Quantity | None
    log_common_prefactor: Quantity
    chi2: float
    degrees_of_freedom: int
    widening: float
    points: tuple[ArrheniusPoint, ...]
    refused: str
    warnings: tuple[str, ...]


def meyer_neldel(points: Sequence[ArrheniusPoint]) -> MeyerNeldel:
    """Fit the rule with errors in both coordinates, and their correlation.

    Parameters
    ----------
    points : sequence of ArrheniusPoint
        One per material, of one form (sigma T or sigma) and one unit.

    Raises
    ------
    ValueError
        For fewer than 3 materials, values that are not finite, errors that are not positive, or
        correlations beyond -1 ... 1.

    Notes
    -----
    W. Meyer, H. Neldel, Z. tech. Phys. 18 (1937) 588. The line is that of D. York et al., Am. J.
    Phys. 72 (2004) 367. An isokinetic temperature within its error of the mean temperature of the
    measurements is what errors of the Arrhenius lines alone would make (R. R. Krug, W. G. Hunter,
    R. A. Grieger, J. Phys. Chem. 80 (1976) 2335): that is said in a warning. Scatter beyond the
    errors widens them (R. T. Birge, Phys. Rev. 40 (1932) 207).

    Examples
    --------
    >>> energies = (0.25, 0.35, 0.45, 0.55)
    >>> some = [ArrheniusPoint(f"{e}", e, 5 + e / 0.04, 0.01, 0.4, 0.99) for e in energies]
    >>> found = meyer_neldel(some)
    >>> f"E_MN {found.energy_ev.value * 1e3:.1f} meV, {found.isokinetic.value:.0f} K"
    'E_MN 40.0 meV, 464 K'
    """
    _check(points)
    x = np.array([one.energy_ev for one in points])
    y = np.array([one.log_prefactor for one in points])
    intercept, slope, covariance, chi2 = _york(x, y, points)
    freedom = len(points) - 2
    widening = _widening(chi2, freedom)
    error = math.sqrt(float(covariance[1, 1])) * widening
    refused = ""
    if slope <= 2 * error:
        refused = (
            f"the slope is {slope:.3g} ± {error:.2g} 1/eV: the prefactors do not grow with the "
            "activation energy"
        )
    energy = None if refused else Quantity(1 / slope, error / slope**2, "eV")
    kelvin = None
    if energy is not None and energy.standard_error is not None:
        k = BOLTZMANN_EV_PER_K
        kelvin = Quantity(energy.value / k, energy.standard_error / k, "K")
    return MeyerNeldel(
        Quantity(slope, error, "1/eV"),
        energy,
        kelvin,
        Quantity(intercept, math.sqrt(float(covariance[0, 0])) * widening, ""),
        chi2,
        freedom,
        widening,
        tuple(points),
        refused,
        _warnings(points, kelvin, widening),
    )


def _check(points: Sequence[ArrheniusPoint]) -> None:
    if len(points) < FEWEST_MATERIALS:
        raise ValueError(f"{len(points)} materials are too few; {FEWEST_MATERIALS} are needed")
    for one in points:
        errors = (one.energy_error_ev, one.log_prefactor_error)
        if not all(map(math.isfinite, (one.energy_ev, one.log_prefactor, *errors))):
            raise ValueError(f"{one.material}: a value is not finite")
        if min(errors) <= 0:
            raise ValueError(f"{one.material}: its errors are {errors}; both must be > 0")
        if not -1 <= one.correlation <= 1:
            raise ValueError(
                f"{one.material}: its correlation is {one.correlation:g}, not a cosine"
            )
    if len({one.energy_ev for one in points}) < FEWEST_MATERIALS:
        raise ValueError("the materials have fewer than 3 different activation energies")


def _york(
    x: Float, y: Float, points: Sequence[ArrheniusPoint]
) -> tuple[float, float, Float, float]:
    """Intercept, slope, their covariance (2, 2) and chi square."""
    wx = np.array([one.energy_error_ev**-2 for one in points])
    wy = np.array([one.log_prefactor_error**-2 for one in points])
    r = np.array([one.correlation for one in points])
    both = np.sqrt(wx * wy)
    slope = float(np.polyfit(x, y, 1)[0])
    for _ in range(_PASSES):
        w = wx * wy / np.maximum(wx + slope**2 * wy - 2 * slope * r * both, 1e-12 * wx)
        mean_x, mean_y = np.average(x, weights=w), np.average(y, weights=w)
        u, v = x - mean_x, y - mean_y
        beta = w * (u / wy + slope * v / wx - (slope * u + v) * r / both)
        new = float(np.sum(w * beta * v) / np.sum(w * beta * u))
        if abs(new - slope) <= 1e-12 * abs(new):
            break
        slope = new
    intercept = float(mean_y - slope * mean_x)
    adjusted = mean_x + beta
    middle = float(np.average(adjusted, weights=w))
    variance = 1 / float(np.sum(w * (adjusted - middle) ** 2))
    at_zero = 1 / float(w.sum()) + middle**2 * variance
    covariance = np.array([[at_zero, -middle * variance], [-middle * variance, variance]])
    chi2 = float(np.sum(w * (y - intercept - slope * x) ** 2))
    return intercept, slope, covariance, chi2


def _widening(chi2: float, freedom: int) -> float:
    from scipy.special import chdtrc

    if chdtrc(freedom, chi2) >= _SURPRISE:
        return 1.0
    return math.sqrt(chi2 / freedom)


def _warnings(
    points: Sequence[ArrheniusPoint], kelvin: Quantity | None, widening: float
) -> tuple[str, ...]:
    found = []
    if widening > 1:
        found.append(
            f"the materials scatter {widening:.1f} times as far about the rule as their errors "
            "allow; the errors were widened by that"
        )
    middle = [one.middle_k for one in points if math.isfinite(one.middle_k)]
    if kelvin is not None and kelvin.standard_error is not None and middle:
        mean = len(middle) / sum(1 / one for one in middle)
        if abs(kelvin.value - mean) < 2 * kelvin.standard_error:
            found.append(
                f"the isokinetic temperature cannot be told from the mean temperature of the "
                f"measurements, {mean:.0f} K: errors of the activation energies alone would make it"
            )
    return tuple(found)
