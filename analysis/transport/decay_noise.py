"""How the noise of neighbouring readings hangs together: white noise, and noise with a memory.

A drift that stays for minutes moves the steady current with it, however many readings are taken
meanwhile. How much of the noise has how long a memory is itself uncertain: everything on a grid
of both is weighed by its restricted likelihood (H. D. Patterson, R. Thompson, Biometrika 58 (1971)
545).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Float
from .decay_blocks import Blocks

_SHARES = (0.03, 0.15, 0.5, 0.9)  # of a single reading's variance
_MEMORIES = 5
_LONGEST = 0.25  # of the hold
_JITTER = 1e-9


@dataclass(frozen=True, eq=False)
class Noises:
    """Kinds of noise of g sorts over m blocks.

    `whitening` (g, m, m) makes each white with the variance of a single reading; `log_determinant`
    (g,) is of the covariance. The first sort is white noise.
    """

    whitening: Float
    log_determinant: Float

    def __len__(self) -> int:
        return len(self.log_determinant)


def noises_of(blocks: Blocks) -> Noises:
    """White noise, and mixtures of it with noise that decays over a memory.

    Memories go from the usual distance of two readings to a quarter of the hold; beyond, noise
    cannot be told from the current itself.
    """
    white = np.diag(1.0 / blocks.count)
    period = float(np.median(np.diff(blocks.time_s)))
    longest = max(_LONGEST * (blocks.end_s - blocks.time_s[0]), 2 * period)
    kinds = [white]
    for memory_s in np.geomspace(period, longest, _MEMORIES):
        lasting = _lasting(blocks, float(memory_s))
        kinds += [share * lasting + (1 - share) * white for share in _SHARES]
    covariance = np.stack(kinds)
    diagonal = np.einsum("gmm->gm", covariance)
    diagonal += _JITTER * diagonal.mean()
    lower = np.linalg.cholesky(covariance)
    determinant = 2 * np.log(np.einsum("gmm->gm", lower)).sum(axis=1)
    return Noises(np.linalg.inv(lower), determinant)


def restricted_weights(noises: Noises, jacobian: Float, misfit: Float) -> Float:
    """Weight (g,) of each sort of noise, from the residuals `misfit` (m,) of a curve.

    `jacobian` (m, p) is that of the curve, whose parameters are free.
    """
    m, p = jacobian.shape
    columns = np.linalg.qr(jacobian)[0]
    whole = noises.whitening @ np.column_stack([columns, misfit])
    normal = np.swapaxes(whole, 1, 2) @ whole
    inner, cross = normal[:, :p, :p], normal[:, :p, p]
    free = normal[:, p, p] - np.einsum(
        "gp,gp->g", cross, np.linalg.solve(inner, cross[:, :, None])[:, :, 0]
    )
    logs = -0.5 * (
        (m - p) * np.log(np.maximum(free, 1e-300))
        + noises.log_determinant
        + np.linalg.slogdet(inner)[1]
    )
    prior = np.full(len(noises), 0.5 / max(len(noises) - 1, 1))
    prior[0] = 0.5
    weights = prior * np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _lasting(blocks: Blocks, memory_s: float) -> Float:
    """Correlation exp(-|distance| / memory) of readings, averaged over blocks, shape (m, m).

    Exact for readings at any times: that of two blocks is what each has towards the gap between.
    """
    last = blocks.first + blocks.count - 1
    begin, end = blocks.time_s[blocks.first], blocks.time_s[last]
    label = np.repeat(np.arange(len(last)), blocks.count)
    from_begin = blocks.mean(np.exp((begin[label] - blocks.time_s) / memory_s))
    to_end = blocks.mean(np.exp((blocks.time_s - end[label]) / memory_s))
    gap = np.maximum(begin[None, :] - end[:, None], 0.0) / memory_s
    above = np.triu(to_end[:, None] * from_begin[None, :] * np.exp(-gap), 1)
    return np.asarray(above + above.T + np.diag(_within(blocks, memory_s)))


def _within(blocks: Blocks, memory_s: float) -> Float:
    """Mean correlation of the readings of each block with each other, shape (m,)."""
    found = np.ones(len(blocks.count))
    for k in np.flatnonzero(blocks.count > 1):
        t = blocks.time_s[blocks.first[k] : blocks.first[k] + blocks.count[k]]
        found[k] = _mean_correlation(t / memory_s)
    return found


def _mean_correlation(place: Float) -> float:
    """Mean of exp(-|distance|) over all pairs of increasing places, each with itself included."""
    step = np.diff(place)
    if np.ptp(step) <= 1e-6 * step.mean():
        rho, n = float(np.exp(-step.mean())), len(place)
        gap = max(-float(np.expm1(-step.mean())), 1e-12)
        pairs = (n - (1 - rho**n) / gap) * rho / gap
        return float((n + 2 * pairs) / n**2)
    before = pairs = 0.0
    for decay in np.exp(-step):
        before = (before + 1.0) * decay
        pairs += before
    return float((len(place) + 2 * pairs) / len(place) ** 2)
