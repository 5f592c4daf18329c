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

    def take(self, rows: Index) -> Stack:
        """Return some of the spectra."""
        return Stack(self.frequency_hz, self.z_ohm[rows], self.weight[rows])


def problem_of(circuit: Circuit, stack: Stack, coordinates: Coordinates, owner: Index) -> Problem:
    """Return residuals (model minus measured) and Jacobian for the starts of a stack.

    `owner` (b,) says which of the m spectra each of the b starts belongs to.
    """

    def problem(x: Float, rows: Index) -> tuple[Float, Float]:
        z, slopes = circuit.impedance_and_slopes(stack.frequency_hz, coordinates.values(x, rows))
        slopes = np.swapaxes(coordinates.slopes(slopes, rows), 1, 2)
        which = owner[rows]
        weight = stack.weight[which]
        off = z - stack.z_ohm[which]
        residuals = np.concatenate([off.real * weight[:, 0], off.imag * weight[:, 1]], axis=1)
        wide = weight[..., None]
        parts = [slopes.real * wide[:, 0], slopes.imag * wide[:, 1]]
        return residuals, np.concatenate(parts, axis=1)

    return problem


def as_complex(residuals: Float) -> Complex:
    """Residuals (m, 2n), model minus measured, as complex (m, n), measured minus model."""
    half = residuals.shape[1] // 2
    both: Complex = -(residuals[:, :half] + 1j * residuals[:, half:])
    return both
