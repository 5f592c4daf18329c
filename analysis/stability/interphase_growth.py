"""How the resistance of an interphase grows: a free exponent, with profile-likelihood intervals.

No exponent is taken for granted: for Li10GeP2S12 against lithium diffusion control has been
reported (Wenzel et al., Chem. Mater. 28 (2016) 2400) and reaction control too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from .growth_laws import EXPONENTS, PARAMETERS, Floats, Law, Series, least_squares, resistance_of
from .growth_profile import profile_interval, student

FEWEST_SPECTRA: Final = 6
CONFIDENCE: Final = 0.95
_NO_GROWTH: Final = (
    "no growth can be told from the scatter of {noise:.2%} between spectra, so that rate and "
    "exponent have no value"
)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95 % interval, which need not be symmetric; an end may be infinite."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class GrowthFit:
    """R0 and k (ohm m2, and ohm m2 per h^n) with the exponent n, each with its interval.

    ``diffusion`` and ``reaction`` say whether the interval of n holds 1/2 and 1.
    ``other_exponent`` is what the other law makes of the same data, ``other_law_gain`` by how much
    that one lowers chi-squared, in units of the scatter (negative: it fits worse).
    """

    initial: Estimate
    rate: Estimate
    exponent: Estimate
    diffusion: bool
    reaction: bool
    other_exponent: float
    other_law_gain: float


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """The growth of what was given: one interface, or both of a cell.

    ``fit`` is ``None`` where no growth can be told from the noise: ``refused`` then says so.
    ``change`` is R at the last spectrum over R at the first, of the fit; ``noise`` the relative
    scatter of a spectrum about it. ``fitted_ohm_m2`` and ``residuals`` (in standard errors) have
    shape (n,).
    """

    law: Law
    fit: GrowthFit | None
    refused: str
    change: float
    noise: float
    duration_s: float
    fitted_ohm_m2: Floats
    residuals: Floats
    warnings: tuple[str, ...]


def growth_of(
    time_s: ArrayLike,
    resistance_ohm_m2: ArrayLike,
    standard_error_ohm_m2: ArrayLike | None = None,
    *,
    law: Law = "added",
) -> Growth:
    """Fit R0, k and n to resistances at times, all of shape (n,), and profile each of them.

    Time counts from the first contact. Standard errors weigh the points; if the scatter is larger
    than they say, the intervals are widened by it. Without any, relative errors are taken to be
    alike and estimated from the scatter. Intervals are where chi-squared rises by the square of
    Student's t for 95 %, the others re-fitted (Venzon and Moolgavkar, Appl. Stat. 37 (1988) 87).

    Raises
    ------
    ValueError
        If there are fewer than six spectra, time is negative or does not vary, or a resistance or
        its error is not positive and finite.

    Examples
    --------
    >>> hours = np.arange(1, 21.0)
    >>> found = growth_of(hours * 3600, 1e-4 * (5 + 3 * hours**0.5), 1e-6 * np.ones(20))
    >>> round(found.fit.exponent.value, 3), found.fit.diffusion, found.fit.reaction
    (0.5, True, False)
    """
    series = _series(time_s, resistance_ohm_m2, standard_error_ohm_m2)
    least, best = least_squares(law, series, {})
    free = series.time_h.size - len(PARAMETERS)
    stated = 0.0 if standard_error_ohm_m2 is None else 1.0
    dispersion = max(least / free, stated, 1e-24)
    grown = _grown_beyond_noise(series, least, dispersion, free)
    fitted = resistance_of(law, series.time_h, *best.tolist()) if grown else _mean(series)
    noise = float(np.sqrt(((series.resistance / fitted - 1) ** 2).sum() / free))
    fit = _fit(law, series, least, best, dispersion, free) if grown else None
    return Growth(
        law=law,
        fit=fit,
        refused="" if grown else _NO_GROWTH.format(noise=noise),
        change=float(fitted[-1] / fitted[0]),
        noise=noise,
        duration_s=float(np.ptp(series.time_h)) * 3600,
        fitted_ohm_m2=fitted * series.scale,
        residuals=(series.resistance - fitted) / (series.error * math.sqrt(dispersion)),
        warnings=() if fit is None else _warnings(fit, float(np.ptp(series.time_h))),
    )


def _fit(
    law: Law, series: Series, least: float, best: Floats, dispersion: float, free: int
) -> GrowthFit:
    other: Law = "continued" if law == "added" else "added"
    other_least, other_best = least_squares(other, series, {})
    rise = student(free) ** 2 * dispersion
    ends = [profile_interval(law, series, best, name, least + rise) for name in PARAMETERS]
    initial, rate, exponent = (
        Estimate(float(value), low, high) for value, (low, high) in zip(best, ends, strict=True)
    )
    return GrowthFit(
        initial=_times(initial, series.scale),
        rate=_times(rate, series.scale),
        exponent=exponent,
        diffusion=exponent.low <= 0.5 <= exponent.high,
        reaction=exponent.low <= 1.0 <= exponent.high,
        other_exponent=float(other_best[2]),
        other_law_gain=(least - other_least) / dispersion,
    )


def _series(time_s: ArrayLike, resistance: ArrayLike, error: ArrayLike | None) -> Series:
    time, ohm_m2 = (np.asarray(each, dtype=np.float64) for each in (time_s, resistance))
    doubt = 0.01 * ohm_m2 if error is None else np.asarray(error, dtype=np.float64)
    if not time.shape == ohm_m2.shape == doubt.shape or time.ndim != 1:
        raise ValueError("times, resistances and their errors must have one length")
    if time.size < FEWEST_SPECTRA:
        raise ValueError(
            f"{time.size} spectra cannot tell an exponent; at least {FEWEST_SPECTRA} are needed"
        )
    for name, values in (("resistance", ohm_m2), ("standard error", doubt)):
        if not (np.isfinite(values).all() and (values > 0).all()):
            raise ValueError(f"a {name} is {values[~(values > 0)][:1]} ohm m2; it must be > 0")
    if not np.isfinite(time).all() or time.min() < 0 or np.ptp(time) == 0:
        raise ValueError("times must be finite, from 0 s on, and must not all be the same")
    order = np.argsort(time, kind="stable")
    scale = float(np.median(ohm_m2))
    return Series(time[order] / 3600, ohm_m2[order] / scale, doubt[order] / scale, scale)


def _mean(series: Series) -> Floats:
    weight = 1 / series.error**2
    return np.full(series.time_h.size, float(weight @ series.resistance / weight.sum()))


def _grown_beyond_noise(series: Series, least: float, dispersion: float, free: int) -> bool:
    """Compare with a constant by the F test of two more parameters, at 95 %."""
    from scipy.special import fdtri

    flat = float((((series.resistance - _mean(series)) / series.error) ** 2).sum())
    return (flat - least) / 2 / dispersion > float(fdtri(2, free, CONFIDENCE))


def _warnings(fit: GrowthFit, duration_h: float) -> tuple[str, ...]:
    found = []
    if abs(fit.other_exponent - fit.exponent.value) > 0.1:
        found.append(
            f"the exponent depends on the law: {fit.exponent.value:.2f} by this one, "
            f"{fit.other_exponent:.2f} by the other, which fits "
            f"{'better' if fit.other_law_gain > 0 else 'worse'} by {abs(fit.other_law_gain):.1f} "
            f"in chi-squared"
        )
    if fit.exponent.high - fit.exponent.low > 0.5:
        found.append(
            f"{duration_h:.3g} h of growth hold the exponent only between {fit.exponent.low:.2f} "
            f"and {fit.exponent.high:.2f}: measure longer, or more often at the beginning"
        )
    if fit.exponent.value >= EXPONENTS[1] * 0.99 or fit.exponent.value <= EXPONENTS[0] * 1.01:
        found.append(f"the exponent stands at the end of what is searched, {EXPONENTS}")
    return tuple(found)


def _times(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.low * factor, estimate.high * factor)
