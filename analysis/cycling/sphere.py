"""How far the surface of a sphere runs ahead of its mean when it is filled at a constant rate."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from .stretches import Floats

_MODES = 80
_STEADY = 1 / 5
_EARLY = 1e-3  # of r^2/D: until then three terms of the series are exact to 1e-5


def surface_lead(time_s: Floats, diffusion_time_s: float) -> Floats:
    """Lead of the surface over the mean, over the rate of filling, in s; shape of ``time_s``.

    Carslaw and Jaeger, Conduction of Heat in Solids (1959), section 9.8, with the diffusion time
    r^2/D: it begins as 2/(3 sqrt(pi)) sqrt(t r^2/D) and ends as r^2/(15 D).

    >>> round(float(surface_lead(np.array([1e4]), 600.0)[0]), 6)
    40.0
    """
    part = np.asarray(time_s, dtype=float) / diffusion_time_s
    squares = _squares()
    late = _STEADY - np.exp(-np.outer(part, squares)) @ (2 / squares)
    root = np.sqrt(part)
    early = 2 / math.sqrt(math.pi) * root - 2 * part + 4 / 3 / math.sqrt(math.pi) * root**3
    return np.asarray(diffusion_time_s / 3 * np.where(part < _EARLY, early, late))


@cache
def _squares() -> Floats:
    n = np.arange(1, _MODES + 1)
    value = (n + 0.5) * math.pi
    for _ in range(30):
        value = n * math.pi + np.arctan(value)
    return np.asarray(value**2)
