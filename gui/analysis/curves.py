"""The model's curve and what it leaves of the measured points, drawn while a knob is dragged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...analysis.impedance import Spectrum, parse_circuit
from .entries import Model

DENSE_POINTS: Final = 200

Float = NDArray[np.float64]
Complex = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Model at ``dense_hz``, shape (k,), and residuals at the measured points, shape (n,).

    ``residuals`` are (measured - model) / abs(measured).
    """

    dense_hz: Float
    z_ohm: Complex
    residuals: Complex

    @property
    def misfit(self) -> float:
        """Root mean square of the residuals."""
        return float(np.sqrt(np.mean(np.abs(self.residuals) ** 2)))


class CurveMaker:
    """Draws one circuit over one spectrum, at any values; all that can be is done beforehand."""

    def __init__(self, spectrum: Spectrum, circuit: str) -> None:
        self.spectrum = spectrum
        self.circuit = parse_circuit(circuit)
        frequency_hz = spectrum.frequency_hz
        self.dense_hz = np.geomspace(frequency_hz.min(), frequency_hz.max(), DENSE_POINTS)
        self._all_hz = np.concatenate([self.dense_hz, frequency_hz])
        self._modulus = np.maximum(np.abs(spectrum.z_ohm), np.finfo(np.float64).tiny)

    def curves(self, model: Model) -> Curves:
        """The curve of a model of this circuit."""
        with np.errstate(all="ignore"):
            z = self.circuit.impedance_ohm(self._all_hz, model.values())
        z_ohm, at_points = z[:DENSE_POINTS], z[DENSE_POINTS:]
        residuals = (self.spectrum.z_ohm - at_points) / self._modulus
        return Curves(self.dense_hz, z_ohm, residuals)


def residual_limit(percents: Float) -> float:
    """The end of a residual axis: of a few fixed ones, so that it seldom moves.

    >>> residual_limit(np.array([0.3, -0.8])), residual_limit(np.array([47.0]))
    (1.0, 50.0)
    """
    finite = np.abs(percents[np.isfinite(percents)])
    largest = float(finite.max()) if finite.size else 0.0
    for decade in (0.1, 1.0, 10.0):
        for step in (1.0, 2.0, 5.0):
            if largest <= decade * step:
                return decade * step
    return 100.0
