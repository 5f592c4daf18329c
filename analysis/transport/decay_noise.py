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
    """Correlation exp(-|distance| / memory) of readings, averaged over blocks, shape (m, m)."""
    span = blocks.span_s
    half = span / (2 * memory_s)
    distance = np.abs(blocks.centre_s[:, None] - blocks.centre_s[None, :]) / memory_s
    spread = _log_sinhc(half)
    found = np.exp(spread[:, None] + spread[None, :] - distance)
    np.fill_diagonal(found, _within(blocks.count.astype(np.float64), span, memory_s))
    return np.asarray(np.minimum(found, 1.0))


def _log_sinhc(x: Float) -> Float:
    """ln(sinh(x) / x), without overflow."""
    safe = np.maximum(x, 1e-6)
    return np.asarray(safe + np.log1p(-np.exp(-2 * safe)) - np.log(2 * safe))


def _within(count: Float, span: Float, memory_s: float) -> Float:
    """Mean correlation of the evenly spaced readings of each block with each other."""
    step = np.where(count > 1, span / np.maximum(count - 1, 1), 0.0)
    rho = np.exp(-step / memory_s)
    gap = np.maximum(-np.expm1(-step / memory_s), 1e-12)
    pairs = (count - (1 - rho**count) / gap) * rho / gap
    return np.asarray(np.where(count > 1, (count + 2 * pairs) / count**2, 1.0))
