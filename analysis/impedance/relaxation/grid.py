"""The grid of time constants, and what each of its points contributes to an impedance.

Between grid points the distribution is a straight line in ln(tau), so the impedance of one grid
point is that of a triangle ("hat") one step wide on either side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..arrays import Float

POINTS_PER_DECADE = 8
MARGIN_DECADES = 1.0
_LN10 = math.log(10.0)
_KEEP = 1e-5  # singular values below this share carry nothing that a measurement could


@dataclass(frozen=True, eq=False, slots=True)
class Grid:
    """Time constants and kernel for one set of n frequencies.

    `log_tau` (m,) rises by `step`; `kernel` (2n, m) holds the real parts of the impedance of
    each hat of height 1, then the imaginary parts. ``left @ right`` is the kernel again, of
    the lowest rank r that serves: (2n, r) and (r, m).
    """

    log_tau: Float
    step: float
    kernel: Float
    left: Float
    right: Float

    def up_to(self, log_tau: float) -> Grid:
        """Return the part of the grid that is not slower than `log_tau`."""
        keep = self.log_tau <= log_tau + 0.01 * self.step
        return Grid(
            self.log_tau[keep], self.step, self.kernel[:, keep], self.left, self.right[:, keep]
        )


def grid_for(omega: Float) -> Grid:
    """Return the grid that reaches a decade beyond the window of omega (n,) in rad/s."""
    return _grid(np.ascontiguousarray(omega).tobytes())


@lru_cache(maxsize=16)
def _grid(omega_bytes: bytes) -> Grid:
    omega = np.frombuffer(omega_bytes)
    step = _LN10 / POINTS_PER_DECADE
    low = -math.log(omega.max()) - MARGIN_DECADES * _LN10
    high = -math.log(omega.min()) + MARGIN_DECADES * _LN10
    count = math.ceil((high - low) / step) + 1
    log_tau: Float = low + step * np.arange(count, dtype=np.float64)
    kernel = hats(omega, log_tau, step)
    left, sizes, right = np.linalg.svd(kernel, full_matrices=False)
    rank = int((sizes > _KEEP * sizes[0]).sum())
    arrays: tuple[Float, ...] = (log_tau, kernel, left[:, :rank] * sizes[:rank], right[:rank])
    for array in arrays:
        array.flags.writeable = False
    return Grid(log_tau, step, *arrays[1:])


def hats(omega: Float, log_tau: Float, step: float) -> Float:
    """Return the impedance of each hat of height 1: real parts, then imaginary ones, (2n, m).

    The Debye kernel is integrated by Gauss-Legendre quadrature of 4 points on either side:
    each step between grid points is the fall of one hat and the rise of the next.
    """
    nodes, weights = np.polynomial.legendre.leggauss(4)
    starts = np.concatenate([log_tau[:1] - step, log_tau])
    kernel = np.zeros((2 * omega.size, log_tau.size))
    for node, weight in zip((nodes + 1) / 2, step * weights / 2, strict=True):
        debye = _debye(omega, starts + step * node)
        kernel += weight * (node * debye[:, :-1] + (1 - node) * debye[:, 1:])
    return kernel


def _debye(omega: Float, log_tau: Float) -> Float:
    x = omega[:, None] * np.exp(log_tau)
    share = 1.0 / (1.0 + x**2)
    return np.concatenate([share, -x * share])
