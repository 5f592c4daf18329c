"""The peaks of a distribution that its own uncertainty supports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..arrays import Float

# standard deviations by which a valley must differ from a filled one; small, because the prior
# of a random walk is generous to noise: false peaks and missed ones are counted in the benchmark
_DIP = 0.3
_STANDS_OUT = 3.0  # standard deviations by which the area of a peak must exceed 0
_LEAK = 1.0  # of gamma in a valley: what lies under it may belong to the peak beyond
_HALF = 0.5
_LEAST_SHARE = 0.005  # of the polarisation


@dataclass(frozen=True, slots=True)
class Peak:
    """One peak of a distribution of relaxation times.

    `resistance_ohm` is the area between the minima on either side, `standard_error_ohm` its one
    sigma (of the posterior, and of what may be the neighbour's under the minima), `tau_s` the
    centre of the peak's upper half, `capacitance_f` tau over resistance. `in_window` says
    whether tau lies within the reciprocals of the measured angular frequencies.
    """

    tau_s: float
    resistance_ohm: float
    standard_error_ohm: float
    capacitance_f: float
    in_window: bool


def find_peaks(
    log_tau: Float, gamma: Float, covariance: Float, window: tuple[float, float]
) -> tuple[Peak, ...]:
    """Find the peaks, fastest first.

    Parameters
    ----------
    log_tau, gamma : ndarray, shape (m,)
        Evenly spaced ln(tau) and the distribution in ohm.
    covariance : ndarray, shape (m, m)
        Posterior covariance of gamma.
    window : tuple of float
        Lowest and highest ln(tau) that the frequencies see.

    Notes
    -----
    Two maxima are one peak if filling the valley between them costs less than the noise does;
    the least certain valley is filled first. A peak must have half a per cent of the
    polarisation and three times the standard deviation of its own area.
    """
    tops, valleys = _extrema(gamma)
    if not tops:
        return ()
    while len(tops) > 1:
        dips = [
            _dip(gamma, covariance, min(tops[k], tops[k + 1], key=lambda t: gamma[t]), v)
            for k, v in enumerate(valleys)
        ]
        weakest = int(np.argmin(dips))
        if dips[weakest] >= _DIP:
            break
        valleys.pop(weakest)
        tops.pop(weakest if gamma[tops[weakest]] < gamma[tops[weakest + 1]] else weakest + 1)
    edges = [0, *valleys, gamma.size - 1]
    step = float(log_tau[1] - log_tau[0])
    least = _LEAST_SHARE * step * float(gamma.sum())
    found = []
    for top, (first, last) in zip(tops, pairwise(edges), strict=True):
        share = _share(gamma.size, first, last)
        resistance = step * float(share @ gamma)
        variance = step**2 * max(0.0, float(share @ covariance @ share))
        if resistance > max(least, _STANDS_OUT * math.sqrt(variance)):
            leak = _LEAK * gamma[share == _HALF]
            error = math.sqrt(variance + float(leak @ leak))
            centre = _centre(log_tau, np.where(share > 0, gamma, 0.0), top)
            inside = window[0] <= centre <= window[1]
            tau = math.exp(centre)
            found.append(Peak(tau, resistance, error, tau / resistance, inside))
    return tuple(found)


def _extrema(gamma: Float) -> tuple[list[int], list[int]]:
    """Maxima, and the lowest point between each two of them (the middle of a flat one)."""
    padded = np.concatenate([[0.0], gamma, [0.0]])
    rises = padded[1:-1] > padded[:-2]
    falls = padded[1:-1] >= padded[2:]
    tops = np.flatnonzero(rises & falls).tolist()
    valleys = []
    for left, right in pairwise(tops):
        between = gamma[left : right + 1]
        lowest = np.flatnonzero(between == between.min())
        valleys.append(left + int(lowest[len(lowest) // 2]))
    return tops, valleys


def _dip(gamma: Float, covariance: Float, top: int, valley: int) -> float:
    """Say by how many standard deviations a valley differs from one filled up to a top.

    The least squared distance, in units of the covariance, from gamma to a distribution that is
    level from the top to where gamma rises to it again beyond the valley.
    """
    side = 1 if valley > top else -1
    beyond = np.arange(valley, gamma.size if side > 0 else -1, side)
    higher = beyond[gamma[beyond] >= gamma[top]]
    end = int(higher[0]) - side if higher.size else int(beyond[-1])
    level = np.arange(top, end + side, side)
    if level.size < 2:
        return 0.0
    steps = np.diff(gamma[level])
    spread = np.diff(np.diff(covariance[np.ix_(level, level)], axis=0), axis=1)
    return math.sqrt(max(0.0, float(steps @ np.linalg.solve(spread, steps))))


def _share(size: int, first: int, last: int) -> Float:
    """Share of each grid point that belongs to a peak: half of a valley to either side."""
    share = np.zeros(size)
    share[first : last + 1] = 1.0
    if first > 0:
        share[first] = _HALF
    if last < size - 1:
        share[last] = _HALF
    return share


def _centre(log_tau: Float, gamma: Float, top: int) -> float:
    """Centre of gravity of the part of a peak that is higher than half of it."""
    low = gamma < 0.5 * gamma[top]
    below, above = np.flatnonzero(low[:top]), np.flatnonzero(low[top:])
    first = int(below[-1]) + 1 if below.size else 0
    last = top + int(above[0]) if above.size else gamma.size
    upper = gamma[first:last]
    return float(upper @ log_tau[first:last] / upper.sum())
