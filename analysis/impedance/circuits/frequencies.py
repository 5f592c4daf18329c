"""The frequencies at which a circuit is evaluated, and powers of ``s = j omega``.

Powers of s are most of the cost of a circuit. As ``s**a = omega**a exp(j a pi/2)``, one real
exponential for each point and one complex number for each parameter set are enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Complex, Float


@dataclass(frozen=True, eq=False)
class Frequencies:
    """Angular frequencies in rad/s above zero, (n,), or (b, n) for b parameter sets."""

    omega: Float

    @classmethod
    def of_hertz(cls, frequency_hz: ArrayLike) -> Frequencies:
        """Take frequencies in hertz; a single number stands for one point."""
        return cls(2.0 * np.pi * np.atleast_1d(np.asarray(frequency_hz, dtype=np.float64)))

    def of_sets(self, rows: slice) -> Frequencies:
        """Return those of some parameter sets."""
        return self if self.omega.ndim == 1 else Frequencies(self.omega[rows])

    @cached_property
    def log_omega(self) -> Float:
        """``ln(omega)``."""
        logarithm: Float = np.log(self.omega)
        return logarithm

    @cached_property
    def s(self) -> Complex:
        """``j omega``."""
        return np.multiply(1j, self.omega, dtype=np.complex128)

    @cached_property
    def log_s(self) -> Complex:
        """``ln(j omega) = ln(omega) + j pi/2``."""
        return np.add(self.log_omega, 0.5j * np.pi, dtype=np.complex128)

    def power(self, exponent: Any, factor: Any = 1.0) -> Complex:
        """``factor s**exponent`` for numbers or arrays of shape (b, 1)."""
        turned = factor * np.exp(0.5j * np.pi * np.asarray(exponent))
        power: Complex = np.exp(exponent * self.log_omega) * turned
        return power
