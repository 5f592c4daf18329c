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


def tanh_and_sech(x: Complex) -> tuple[Complex, Complex]:
    """``tanh x`` and ``sech x = 1/cosh x`` for Re x > 0."""
    decay: Complex = np.exp(-x)
    inverse = np.reciprocal(1.0 + decay * decay)
    difference: Complex = np.expm1(-2.0 * x)
    return -difference * inverse, 2.0 * decay * inverse
