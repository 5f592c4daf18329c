"""What a fit makes small: the weighted residuals of a circuit over a stack of spectra."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Bool, Complex, Float, Index
from ..circuits.circuit import Circuit
from .coordinates import Coordinates
from .least_squares import Problem


@dataclass(frozen=True, eq=False)
class Stack:
    """Spectra on one grid of frequencies.

    `frequency_hz` (n,), `z_ohm` (m, n), `weight` (m, 2, n) of real and imaginary parts; a weight
    of 0 leaves a point out.
    """

    frequency_hz: Float
    z_ohm: Complex
    weight: Float

    def __len__(self) -> int:
        return len(self.z_ohm)

    @property
    def used(self) -> Bool:
        """Which points count, shape (m, n)."""
        counted: Bool = np.all(self.weight > 0, axis=1)
        return counted

    @property
    def sum_of_squares(self) -> Float:
        """The weighted sum of squares of each spectrum, shape (m,)."""
        parts = np.stack([self.z_ohm.real, self.z_ohm.imag], axis=1)
        weighted = self.weight * np.where(self.weight > 0, parts, 0.0)
        squares: Float = np.sum(weighted * weighted, axis=(1, 2))
        return squares

    def take(self, rows: Index) -> Stack:
        """Return some of the spectra."""
        return Stack(self.frequency_hz, self.z_ohm[rows], self.weight[rows])


def problem_of(circuit: Circuit, stack: Stack, coordinates: Coordinates, owner: Index) -> Problem:
    """Return residuals (model minus measured) and Jacobian for the starts of a stack.

    `owner` (b,) says which of the m spectra each of the b starts belongs to. Real and imaginary
    parts of a point stand side by side, as they lie in memory: residuals have shape (k, 2n).
    """
    weight = np.ascontiguousarray(np.swapaxes(stack.weight, 1, 2)).reshape(len(stack), -1)
    target = _parts(stack.z_ohm) * weight

    def problem(x: Float, rows: Index) -> tuple[Float, Float]:
        z, slopes = circuit.impedance_and_slopes(stack.frequency_hz, coordinates.values(x, rows))
        which = owner[rows]
        wide = weight[which]
        residuals = _parts(z) * wide - target[which]
        jacobian = _parts(coordinates.slopes(slopes, rows))
        jacobian *= wide[:, None, :]
        return residuals, np.swapaxes(jacobian, 1, 2)

    return problem


def _parts(numbers: Complex) -> Float:
    """See complex numbers (..., n) as their real and imaginary parts in turn, (..., 2n)."""
    return np.ascontiguousarray(numbers).view(np.float64)


def as_complex(residuals: Float) -> Complex:
    """Residuals (m, 2n), model minus measured, as complex (m, n), measured minus model."""
    return np.negative(residuals).view(np.complex128)
