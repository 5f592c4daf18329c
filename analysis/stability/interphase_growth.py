"""How the resistance of an interphase grows: a free exponent, with profile-likelihood intervals.

No exponent is taken for granted: for Li10GeP2S12 against lithium diffusion control has been
reported (Wenzel et al., Chem. Mater. 28 (2016) 2400) and reaction control too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from .growth_laws import EXPONENTS, PARAMETERS, Floats, Law, Series, least_squares, resistance_of
from .growth_profile import change_error_of, profile_interval, student
from .resistance_fall import falling_resistance

FEWEST_SPECTRA: Final = 6
CONFIDENCE: Final = 0.95
TINY: Final = 1e-24
NOTICED: Final = 4.0  # in chi-squared, for one parameter more
ROUNDING: Final = 1e-8  # of the scatter's variance: a millionth of the resistance, in per cent
_NO_GROWTH: Final = (
    "no growth can be told from the scatter of {noise:.2%} between spectra, so that rate and "
    "exponent have no value"
)
_FALLS: Final = (
    "the resistance falls, which no law of growth describes: the last is {change:.3g} of the first"
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

    ``age_h`` is that of the layer before t = 0, by the law ``aged`` alone. ``any_age`` is the
    exponent of that law: what can be said of n if nobody knows since when the layer has been
    growing. It lowers chi-squared by ``age_gain``, in units of the scatter.

    ``counting`` is the law that counts, with its parameters (as in ``resistance_of``, in ohm m2
    and hours): the one that was fitted, or ``aged`` where the data have ``rejected`` it.
    """

    initial: Estimate
    rate: Estimate
    exponent: Estimate
    age_h: Estimate | None
    any_age: Estimate
    age_gain: float
    counting: tuple[Law, tuple[float, ...]]

    @property
    def rejected(self) -> str:
        """Why R0, k and n of the fitted law do not count; empty where they do.

        The fitted law is the law ``aged`` with one parameter held: a rise of chi-squared by more
        than 4 is met by chance in two or three of 100 series, as an age lies at its bound of zero
        (Self and Liang, J. Am. Stat. Assoc. 82 (1987) 605).
        """
        if self.age_h is not None or self.age_gain <= NOTICED:
            return ""
        return (
            f"a layer that was there before t = 0 fits better, by {self.age_gain:.3g} in "
            f"chi-squared ({NOTICED:g} is the limit)"
        )

    def resistance_ohm_m2(self, time_h: Floats) -> Floats:
        """Return R of the law that counts, at hours of shape (n,)."""
        law, parameters = self.counting
        return resistance_of(law, time_h, *parameters)

    def admits(self, exponent: float, *, any_age: bool = False) -> bool:
        """Whether the interval of n holds a value: 1/2 for diffusion, 1 for a reaction."""
        interval = self.any_age if any_age else self.exponent
        return interval.low <= exponent <= interval.high


@dataclass(frozen=True, slots=True, eq=False)
class Growth:
    """The growth of what was given: one interface, or both of a cell.

    ``fit`` is ``None`` where no growth can be told from the noise, and where the resistance
    ``falls``: ``refused`` then says so. ``change`` is R at the last spectrum over R at the first,
    of the law that counts, or where there is none of the two spectra themselves; ``change_error``
    its standard error. ``noise`` is the relative scatter of a spectrum about ``fitted_ohm_m2``,
    which is a straight line of ln R where R falls, a constant where it is steady. It
    and ``residuals`` (in standard errors) have shape (n,).
    """

    law: Law
    fit: GrowthFit | None
    refused: str
    falls: bool
    change: float
    change_error: float
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
    >>> round(found.fit.exponent.value, 3), found.fit.admits(0.5), found.fit.admits(1.0)
    (0.5, True, False)
    """
    series = _series(time_s, resistance_ohm_m2, standard_error_ohm_m2)
    least, best = least_squares(law, series, {})
    free = series.time_h.size - len(PARAMETERS[law])
    stated = 0.0 if standard_error_ohm_m2 is None else 1.0
    dispersion = max(least / free, stated, TINY)
    grown = _grown_beyond_noise(series, least, dispersion, free)
    fit = _fit(law, series, least, best, stated) if grown else None
    fallen = None if grown else falling_resistance(series)
    fitted = _fitted(series, fit, fallen)
    noise = float(np.sqrt(((series.resistance / fitted - 1) ** 2).sum() / free))
    if fit is None:
        change = float(series.resistance[-1] / series.resistance[0])
        change_error = change * noise * math.sqrt(2)
    else:
        change = float(fitted[-1] / fitted[0])
        change_error = change_error_of(*fit.counting, series, max(stated, TINY))
    reason = _NO_GROWTH if fallen is None else _FALLS
    return Growth(
        law=law,
        fit=fit,
        refused="" if grown else reason.format(noise=noise, change=change),
        falls=fallen is not None,
        change=change,
        change_error=change_error,
        noise=noise,
        duration_s=float(np.ptp(series.time_h)) * 3600,
        fitted_ohm_m2=fitted * series.scale,
        residuals=(series.resistance - fitted) / (series.error * math.sqrt(dispersion)),
        warnings=() if fit is None else _warnings(fit, float(np.ptp(series.time_h))),
    )


def _fitted(series: Series, fit: GrowthFit | None, fallen: Floats | None) -> Floats:
    if fit is None:
        return _mean(series) if fallen is None else fallen
    return fit.resistance_ohm_m2(series.time_h) / series.scale


def _fit(law: Law, series: Series, least: float, best: Floats, stated: float) -> GrowthFit:
    free = series.time_h.size - len(PARAMETERS[law])
    estimates = _estimates(law, series, least, best, stated)
    any_age, aged_least, aged = estimates["exponent"], least, best
    if law != "aged":
        tries = (None, _as_aged(law, best, float(np.ptp(series.time_h))))
        found = [least_squares("aged", series, {}, start) for start in tries]
        aged_least, aged = min(found, key=lambda each: each[0])
        any_age = _estimates("aged", series, aged_least, aged, stated, ("exponent",))["exponent"]
    fit = GrowthFit(
        initial=_times(estimates["initial"], series.scale),
        rate=_times(estimates["rate"], series.scale),
        exponent=estimates["exponent"],
        age_h=estimates.get("age"),
        any_age=any_age,
        age_gain=(least - aged_least) / max(least / free, stated, ROUNDING),
        counting=(law, _in_ohm_m2(best, series.scale)),
    )
    return replace(fit, counting=("aged", _in_ohm_m2(aged, series.scale))) if fit.rejected else fit


def _as_aged(law: Law, best: Floats, duration_h: float) -> Floats:
    """Return the fit of another law in the words of ``aged``, to start from."""
    initial, rate, exponent = best.tolist()
    if law == "continued":
        age = (max(initial, TINY) / max(rate, TINY)) ** (1 / exponent)
        return np.array([TINY, rate, exponent, age])
    return np.array([initial, rate, exponent, 1e-3 * duration_h])


def _in_ohm_m2(parameters: Floats, scale: float) -> tuple[float, ...]:
    initial, rate, *others = parameters.tolist()
    return (initial * scale, rate * scale, *others)


def _estimates(
    law: Law,
    series: Series,
    least: float,
    best: Floats,
    stated: float,
    names: tuple[str, ...] | None = None,
) -> dict[str, Estimate]:
    free = series.time_h.size - len(PARAMETERS[law])
    ceiling = least + student(free) ** 2 * max(least / free, stated, TINY)
    found = {}
    for name in names or PARAMETERS[law]:
        low, high = profile_interval(law, series, best, name, ceiling)
        found[name] = Estimate(float(best[PARAMETERS[law].index(name)]), low, high)
    return found


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
    narrow, wide = fit.exponent, fit.any_age
    unsure = wide.high - wide.low > max(0.2, 2 * (narrow.high - narrow.low))
    if fit.rejected:
        found.append(
            f"{fit.rejected}: with a free age the exponent is {wide.value:.2f} "
            f"({wide.low:.2f} to {wide.high:.2f})"
        )
    elif fit.age_h is None and unsure:
        found.append(
            f"the exponent holds if the layer begins at t = 0; of any age it lies between "
            f"{wide.low:.2f} and {wide.high:.2f}"
        )
    if narrow.high - narrow.low > 0.5:
        found.append(
            f"{duration_h:.3g} h of growth hold the exponent only between {narrow.low:.2f} "
            f"and {narrow.high:.2f}: measure longer, or more often at the beginning"
        )
    if fit.exponent.value >= EXPONENTS[1] * 0.99 or fit.exponent.value <= EXPONENTS[0] * 1.01:
        found.append(f"the exponent stands at the end of what is searched, {EXPONENTS}")
    return tuple(found)


def _times(estimate: Estimate, factor: float) -> Estimate:
    return Estimate(estimate.value * factor, estimate.low * factor, estimate.high * factor)
