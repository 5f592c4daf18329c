"""Diffusion in a sphere that is filled through its surface, as a list of relaxations.

Carslaw and Jaeger, Conduction of Heat in Solids (1959), section 9.8: under a constant flux the
surface runs ahead of the mean by tau/3 times the rate of filling times the sum of
2/l_n^2 (1 - exp(-l_n^2 t / tau)), with tan l_n = l_n and tau = r^2/D. Each term is a Debye
element, so the same list gives the course in time and the impedance.
"""

import math
from functools import cache

import numpy as np

from ..debye import ComplexArray, FloatArray

ALONE = 24  # modes that stand for themselves
GROUPS = 16  # of the faster ones, each of which stands for several
FASTEST = 20_000
WHOLE = 1 / 5  # the sum of 2/l_n^2 over all n


@cache
def _unit() -> tuple[FloatArray, FloatArray]:
    n = np.arange(1, FASTEST + 1)
    value = (n + 0.5) * math.pi
    for _ in range(30):
        value = n * math.pi + np.arctan(value)
    shares, times = 2 / value**2, 1 / value**2
    edges = np.unique(np.geomspace(ALONE, FASTEST - 1, GROUPS + 1).astype(int))
    starts = np.concatenate([np.arange(ALONE), edges[:-1]])
    grouped = np.add.reduceat(shares, starts)
    mean_times = np.add.reduceat(shares * times, starts) / grouped
    grouped[-1] += WHOLE - grouped.sum()
    return grouped, mean_times


def relaxations(time_s: float) -> tuple[FloatArray, FloatArray]:
    """Shares and time constants (s) of the modes of a sphere with tau = ``time_s``.

    The slowest stand for themselves, the faster ones are gathered into groups. Shares sum to
    1/5; shapes (40,).

    >>> shares, times_s = relaxations(600.0)
    >>> round(float(shares.sum()), 12), round(float(times_s[0]), 2)
    (0.2, 29.72)
    """
    shares, times = _unit()
    return shares, time_s * times


def surface_lead(time_s: float, frequency_hz: FloatArray) -> ComplexArray:
    """Surface over mean filling rate, in s, for a small alternating flux; by the same modes.

    The mean itself is not in it: add 1/(j w). Its shape is that of ``frequency_hz``.
    """
    shares, times_s = relaxations(time_s)
    omega = 2 * math.pi * np.asarray(frequency_hz, dtype=float)
    terms: ComplexArray = (shares / (1 + 1j * omega[..., None] * times_s)).sum(axis=-1)
    return time_s / 3 * terms
