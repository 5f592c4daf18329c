"""Chemical stability: how much of its conductivity an electrolyte keeps in a solvent or in air.

Of first order at best: the rate is d ln sigma / dt, and where the logarithm does not fall along a
straight line the sheet says so. Muramatsu et al., Solid State Ionics 182 (2011) 116, on sulfides in
air; Wu, Yao and Wang (2020), section 2.5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry import Quantity

FEWEST: Final = 3
FEWEST_FOR_A_RATE: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class ConductivityAgeing:
    """Conductivity over that at the start.

    ``ratio`` and ``ratio_error`` have shape (n,), the first is 1. ``kept`` is the last ratio.
    ``rate`` is -d ln sigma / dt in 1/s with its 95 % interval; ``half_life`` in s where the ratio
    really passes 1/2. Either may be ``None``, with the reason in ``*_refused``.
    """

    time_s: NDArray[np.float64]
    ratio: NDArray[np.float64]
    ratio_error: NDArray[np.float64]
    kept: Quantity
    rate: Quantity | None
    rate_interval: tuple[float, float] | None
    rate_refused: str
    half_life: Quantity | None
    half_life_refused: str
    warnings: tuple[str, ...]


def conductivity_ageing(
    time_s: ArrayLike, conductivity_s_m: ArrayLike, standard_error_s_m: ArrayLike | None = None
) -> ConductivityAgeing:
    """Follow a conductivity over time; the first value is what the others are divided by.

    All of shape (n,), in time. The rate is from a weighted straight line of ln sigma, its error
    widened by the scatter. The half-life is interpolated on the measured values, never
    extrapolated. Where no error is stated, that of a value is its scatter about a parabola of
    ln sigma; fewer than five values have none, nor have ``kept`` and ``half_life`` then.

    Raises
    ------
    ValueError
        If there are fewer than three values, time does not rise, or a value is not positive.

    Examples
    --------
    >>> hours = np.arange(6.0)
    >>> aged = conductivity_ageing(hours * 3600, 0.3 * np.exp(-0.2 * hours), 1e-3 * np.ones(6))
    >>> f"{aged.kept.value:.3f}, {aged.rate.value * 3600:.3f} 1/h"
    '0.368, 0.200 1/h'
    >>> f"{aged.half_life.value / 3600:.2f} h"
    '3.47 h'
    """
    time, sigma, error = _checked(time_s, conductivity_s_m, standard_error_s_m)
    ratio = sigma / sigma[0]
    relative = error / sigma
    doubt = relative if relative.any() else np.full(time.size, _scatter(time, np.log(sigma)))
    ratio_error = ratio * np.hypot(doubt, doubt[0])
    ratio_error[0] = 0.0
    rate, interval, refused, warnings = _rate(time, sigma, relative, standard_error_s_m is not None)
    half, half_refused = _half_life(time, ratio, ratio_error)
    return ConductivityAgeing(
        time_s=time,
        ratio=ratio,
        ratio_error=ratio_error,
        kept=Quantity(float(ratio[-1]), float(ratio_error[-1]) or None, "1"),
        rate=rate,
        rate_interval=interval,
        rate_refused=refused,
        half_life=half,
        half_life_refused=half_refused,
        warnings=warnings,
    )


def _checked(
    time_s: ArrayLike, conductivity_s_m: ArrayLike, standard_error_s_m: ArrayLike | None
) -> tuple[NDArray[np.float64], ...]:
    time, sigma = (np.asarray(each, dtype=np.float64) for each in (time_s, conductivity_s_m))
    error = np.asarray(
        np.zeros_like(sigma) if standard_error_s_m is None else standard_error_s_m, dtype=np.float64
    )
    if not time.shape == sigma.shape == error.shape or time.ndim != 1:
        raise ValueError("times, conductivities and their errors must have one length")
    if time.size < FEWEST:
        raise ValueError(f"{time.size} conductivities are no series; at least {FEWEST} are needed")
    if not (np.diff(time) > 0).all():
        raise ValueError("time_s must rise from one conductivity to the next")
    if not (np.isfinite(sigma).all() and (sigma > 0).all() and (error >= 0).all()):
        raise ValueError("conductivities must be finite and > 0, their errors >= 0")
    return time, sigma, error


def _rate(
    time: NDArray[np.float64],
    sigma: NDArray[np.float64],
    relative: NDArray[np.float64],
    stated: bool,
) -> tuple[Quantity | None, tuple[float, float] | None, str, tuple[str, ...]]:
    from scipy.special import stdtrit

    if time.size < FEWEST_FOR_A_RATE:
        return None, None, f"{time.size} values; a rate needs {FEWEST_FOR_A_RATE}", ()
    weighted = stated and relative.min() > 0
    doubt = relative if weighted else np.ones(time.size)
    design = np.column_stack([np.ones(time.size), time - time[0]]) / doubt[:, None]
    target = np.log(sigma) / doubt
    covariance = np.linalg.inv(design.T @ design)
    found = covariance @ design.T @ target
    residuals = target - design @ found
    free = time.size - 2
    spread = float(residuals @ residuals) / free
    least = 1.0 if weighted else 0.0
    widened = max(spread, least)
    error = math.sqrt(widened * float(covariance[1, 1]))
    reach = float(stdtrit(free, 0.975)) * error
    rate = -float(found[1])
    interval = (rate - reach, rate + reach)
    warnings = []
    if _bends(time, target * doubt, doubt, least):
        warnings.append(
            "ln σ does not fall along a straight line: the rate is a mean over the series, and no "
            "constant of a first-order reaction"
        )
    if interval[0] <= 0 <= interval[1]:
        warnings.append("the rate cannot be told from zero: no loss beyond the scatter")
    return Quantity(rate, error, "1/s"), interval, "", tuple(warnings)


def _bends(
    time: NDArray[np.float64],
    log_sigma: NDArray[np.float64],
    doubt: NDArray[np.float64],
    least: float,
) -> bool:
    """Whether a quadratic term is beyond chance at 99 %: the scatter, and the errors if stated.

    ``least`` is the smallest variance of a value over ``doubt`` squared that counts.
    """
    from scipy.special import fdtri

    if time.size < FEWEST_FOR_A_RATE + 1:
        return False
    x = (time - time.mean()) / np.ptp(time)
    squares = []
    for order in (1, 2):
        design = np.vander(x, order + 1) / doubt[:, None]
        left = log_sigma / doubt - design @ np.linalg.lstsq(design, log_sigma / doubt)[0]
        squares.append(float(left @ left))
    free = time.size - 3
    floor = 1e-20 * float(log_sigma @ log_sigma + 1)
    return (squares[0] - squares[1]) / max(squares[1] / free, least, floor) > float(
        fdtri(1, free, 0.99)
    )


def _scatter(time: NDArray[np.float64], log_sigma: NDArray[np.float64]) -> float:
    """Standard deviation of ln sigma about a parabola over time; 0 where it cannot be told."""
    free = time.size - 3
    if free < 2:
        return 0.0
    design = np.vander((time - time.mean()) / np.ptp(time), 3)
    left = log_sigma - design @ np.linalg.lstsq(design, log_sigma)[0]
    return math.sqrt(float(left @ left) / free)


def _half_life(
    time: NDArray[np.float64], ratio: NDArray[np.float64], error: NDArray[np.float64]
) -> tuple[Quantity | None, str]:
    below = np.flatnonzero(ratio <= 0.5)
    if below.size == 0:
        return None, (
            f"half of the conductivity is not lost: {100 * ratio[-1]:.1f} % is left after "
            f"{(time[-1] - time[0]) / 3600:.3g} h"
        )
    at = int(below[0])
    high, low = math.log(float(ratio[at - 1])), math.log(float(ratio[at]))
    share = (high - math.log(0.5)) / (high - low)
    slope = (high - low) / float(time[at] - time[at - 1])
    doubt = max(float(error[at - 1] / ratio[at - 1]), float(error[at] / ratio[at])) / slope
    crossing = float(time[at - 1] + share * (time[at] - time[at - 1]) - time[0])
    return Quantity(crossing, doubt or None, "s"), ""
