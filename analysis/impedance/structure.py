"""Do residuals look like noise? Neighbouring frequencies of plain noise do not correlate."""

from __future__ import annotations

import math

import numpy as np

from .arrays import Complex, Float


def neighbour_correlation(frequency_hz: Float, residuals: Complex) -> float:
    """Correlation between residuals of neighbouring frequencies, both arguments (n,).

    0 for plain noise, towards 1 where a model passes by the data; 0 if all residuals are 0.
    """
    ordered = residuals[np.argsort(frequency_hz, kind="stable")]
    parts = np.stack([ordered.real, ordered.imag])
    squares = float((parts**2).sum())
    return float((parts[:, 1:] * parts[:, :-1]).sum()) / squares if squares > 0 else 0.0


def is_structured(frequency_hz: Float, residuals: Complex) -> bool:
    """Whether the correlation is beyond two standard deviations of plain noise."""
    expected = 1.0 / math.sqrt(2 * len(frequency_hz))
    return neighbour_correlation(frequency_hz, residuals) > 2.0 * expected
