"""Confidence intervals from the curvature at the minimum."""

from __future__ import annotations

import numpy as np

from ..arrays import Float


def curvature_interval(
    value: Float, deviation: Float, log: bool, degrees_of_freedom: Float, level: float
) -> Float:
    """Return (low, high), shape (m, 2), for values and deviations of shape (m,).

    Symmetric in ln(value), or in the value of an exponent (`log` False); Student's t.
    """
    from scipy.special import stdtrit

    half = stdtrit(degrees_of_freedom, 0.5 + level / 2) * deviation
    if log:
        return np.stack([value * np.exp(-half), value * np.exp(half)], axis=-1)
    return np.stack([value - half, value + half], axis=-1)
