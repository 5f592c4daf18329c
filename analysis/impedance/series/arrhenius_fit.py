"""The Arrhenius line through conductivities.

ln(sigma T) = ln(sigma_0) - Ea / (kB T), the form that hopping gives, and beside it the plain
ln(sigma) = ln(sigma_0) - Ea / (kB T), whose Ea is smaller by kB times the mean temperature.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Quantity
from ..arrays import Float
from .arrhenius_line import ArrheniusFit
from .straight_line import (
    LEAST_PROBABILITY,
    StraightLine,
    curvature_probability,
    excess_variance,
    straight_line,
)
from .ties import BOLTZMANN_EV_PER_K, Form

FEWEST_TEMPERATURES = 3
SMALLEST_SPAN_K = 10.0
_LARGEST_ENERGY_ERROR = 0.5


class ArrheniusRefusedError(ValueError):
    """Conductivities from which no activation energy can be read; the text is the reason."""


def arrhenius_fit(
    temperature_k: ArrayLike,
    conductivity: ArrayLike,
    covariance_log: ArrayLike,
    *,
    form: Form = "sigma*T",
    temperature_uncertainty_k: ArrayLike = 0.0,
    temperature_offset_uncertainty_k: float = 0.0,
    common_relative_uncertainty: float = 0.0,
    name: str = "conductivity",
    unit: str = "S/m",
) -> ArrheniusFit:
    """Fit an Arrhenius line by least squares with every correlation counted.

    Parameters
    ----------
    temperature_k, conductivity : array_like, shape (m,)
    covariance_log : array_like, shape (m, m) or (m,)
        Of ln(conductivity); (m,) are variances of independent values, that is squares of relative
        errors.
    form : {"sigma*T", "sigma"}
    temperature_uncertainty_k : float or array_like, shape (m,)
        Standard uncertainty of each temperature on its own.
    temperature_offset_uncertainty_k : float
        Standard uncertainty that all temperatures share.
    common_relative_uncertainty : float
        Of the conductivities together, as of the geometry: it leaves Ea alone.

    Raises
    ------
    ArrheniusRefusedError
        For fewer than 3 temperatures, or less than 10 K between them.
    ValueError
        If a value is not finite and positive or the shapes differ.

    Notes
    -----
    Errors in T enter by the slope of the line (effective variance: J. Orear, Am. J. Phys. 50
    (1982) 912). Where the points scatter more than their errors allow, at the 1 % level, each
    gets an error of its own beside (R. C. Paule, J. Mandel, J. Res. Natl. Bur. Stand. 87 (1982)
    377) and `warnings` says so.

    Examples
    --------
    >>> import numpy as np
    >>> t_k = np.array([260.0, 280.0, 300.0, 320.0])
    >>> sigma = 1e5 / t_k * np.exp(-0.35 / (8.617333e-5 * t_k))
    >>> line = arrhenius_fit(t_k, sigma, np.full(4, 0.01**2))
    >>> round(line.activation_energy.value, 9), round(line.prefactor.value)
    (0.35, 100000)
    """
    t, sigma, covariance = _checked(temperature_k, conductivity, covariance_log)
    own_t = np.broadcast_to(np.asarray(temperature_uncertainty_k, dtype=np.float64), t.shape)
    _refuse(t)
    line, systematic, excess = _line(
        t, sigma, covariance, form, own_t, temperature_offset_uncertainty_k
    )
    other: Form = "sigma" if form == "sigma*T" else "sigma*T"
    line_2, systematic_2, _ = _line(
        t, sigma, covariance, other, own_t, temperature_offset_uncertainty_k
    )
    whole = _covariance(line, systematic, common_relative_uncertainty)
    factor = math.exp(line.intercept)
    return ArrheniusFit(
        name=name,
        form=form,
        activation_energy=_energy(line, whole),
        activation_energy_other_form=_energy(
            line_2, _covariance(line_2, systematic_2, common_relative_uncertainty)
        ),
        prefactor=Quantity(
            factor,
            factor * math.sqrt(float(whole[0, 0])),
            f"{unit} K" if form == "sigma*T" else unit,
        ),
        temperature_k=t,
        conductivity=sigma,
        conductivity_error=sigma * np.sqrt(np.diag(covariance)),
        unit=unit,
        covariance=whole,
        line=line,
        excess_scatter=excess,
        warnings=_warnings(name, t, sigma, covariance, form, line, own_t, excess),
    )


def _checked(
    temperature_k: ArrayLike, conductivity: ArrayLike, covariance_log: ArrayLike
) -> tuple[Float, Float, Float]:
    t = np.asarray(temperature_k, dtype=np.float64)
    sigma = np.asarray(conductivity, dtype=np.float64)
    covariance = np.asarray(covariance_log, dtype=np.float64)
    if covariance.ndim == 1:
        covariance = np.diag(covariance)
    if t.ndim != 1 or sigma.shape != t.shape or covariance.shape != (t.size, t.size):
        raise ValueError(
            "an Arrhenius line needs temperatures and conductivities of one shape (m,) and their "
            f"covariance (m, m); got {t.shape}, {sigma.shape} and {covariance.shape}"
        )
    for word, values in (
        ("temperature_k", t),
        ("conductivity", sigma),
        ("variance", np.diag(covariance)),
    ):
        bad = ~(np.isfinite(values) & (values > 0))
        if bad.any():
            k = int(np.argmax(bad))
            raise ValueError(f"{word}[{k}] is {values[k]:g}; it must be finite and > 0")
    return t, sigma, covariance


def _refuse(t: Float) -> None:
    distinct = len(np.unique(t))
    if distinct < FEWEST_TEMPERATURES:
        raise ArrheniusRefusedError(
            f"{distinct} temperatures are too few; {FEWEST_TEMPERATURES} are needed"
        )
    if np.ptp(t) < SMALLEST_SPAN_K:
        raise ArrheniusRefusedError(
            f"the temperatures span {np.ptp(t):.3g} K; {SMALLEST_SPAN_K:g} K are needed"
        )


def _logs(t: Float, sigma: Float, form: Form) -> Float:
    return np.log(sigma * t) if form == "sigma*T" else np.log(sigma)


def _line(
    t: Float, sigma: Float, covariance: Float, form: Form, own_t: Float, offset_t: float
) -> tuple[StraightLine, Float, float]:
    """The line, how (intercept, slope) move with a common offset of one sigma, and the error that
    each point has of its own beyond those given.
    """
    y = _logs(t, sigma, form)
    line = straight_line(1.0 / t, y, covariance)
    whole = covariance
    if own_t.any():
        for _ in range(3):
            whole = covariance + np.diag((_per_kelvin(t, line, form) * own_t) ** 2)
            line = straight_line(1.0 / t, y, whole)
    excess = excess_variance(1.0 / t, y, whole)
    if excess > 0.0:
        line = straight_line(1.0 / t, y, whole + excess * np.eye(len(t)))
    return line, line.influence @ (_per_kelvin(t, line, form) * offset_t), math.sqrt(excess)


def _per_kelvin(t: Float, line: StraightLine, form: Form) -> Float:
    """How much a reading of T that is 1 K too high lifts a point above the line, (m,)."""
    slope: Float = -line.slope / t**2
    return 1.0 / t - slope if form == "sigma*T" else -slope


def _covariance(line: StraightLine, systematic: Float, common: float) -> Float:
    """Covariance of (ln sigma_0, Ea)."""
    inner = line.covariance + np.outer(systematic, systematic)
    inner[0, 0] += common**2
    to_energy = np.diag([1.0, -BOLTZMANN_EV_PER_K])
    whole: Float = to_energy @ inner @ to_energy
    return whole


def _energy(line: StraightLine, covariance: Float) -> Quantity:
    value = -BOLTZMANN_EV_PER_K * line.slope
    error = math.sqrt(float(covariance[1, 1]))
    return Quantity(value, error if error <= _LARGEST_ENERGY_ERROR * abs(value) else None, "eV")


def _warnings(
    name: str,
    t: Float,
    sigma: Float,
    covariance: Float,
    form: Form,
    line: StraightLine,
    own_t: Float,
    excess: float,
) -> tuple[str, ...]:
    found = []
    shift = _per_kelvin(t, line, form) * own_t
    inside = covariance + np.diag(shift**2)
    bent = curvature_probability(1.0 / t, _logs(t, sigma, form), inside)
    if bent < LEAST_PROBABILITY:
        found.append(
            f"{name}: the points bend away from an Arrhenius line (p = {bent:.1g}): more than one "
            "process, or a transition between these temperatures"
        )
    if excess > 0.0:
        found.append(
            f"{name}: the points scatter about the line by more than their errors allow; "
            f"{excess:.2%} was added to the error of each"
        )
    return tuple(found)
