"""Hyperbolic functions of complex numbers in the right half plane, without overflow."""

from __future__ import annotations

import numpy as np

from ..arrays import Complex


def coth_and_csch(x: Complex) -> tuple[Complex, Complex]:
    """``coth x`` and ``csch x = 1/sinh x`` for Re x > 0."""
    decay: Complex = np.exp(-x)
    difference: Complex = np.expm1(-2.0 * x)
    inverse = np.negative(np.reciprocal(difference))
    return (1.0 + decay * decay) * inverse, 2.0 * decay * inverse


def tanh(x: Complex) -> Complex:
    """``tanh x`` for Re x > 0."""
    difference: Complex = np.expm1(-2.0 * x)
    return np.divide(difference, -2.0 - difference)
