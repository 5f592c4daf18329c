"""An Arrhenius line as it was found: activation energy, prefactor, prediction."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Quantity
from ..arrays import Float
from .straight_line import StraightLine
from .ties import BOLTZMANN_EV_PER_K, Form

ROOM_TEMPERATURE_K = 298.15


@dataclass(frozen=True, eq=False)
class ArrheniusFit:
    """A line through ln(sigma T), or ln(sigma), against 1/T.

    Attributes
    ----------
    name : str
        Of what: ``"bulk"``, ``"bulk + GB"`` ...
    form : {"sigma*T", "sigma"}
    activation_energy : Quantity
        In eV; its error is None where it exceeds half of the value.
    activation_energy_other_form : Quantity
        Of the other form.
    prefactor : Quantity
        sigma_0, in `unit` (times K for ``"sigma*T"``); its relative error includes the geometry.
    temperature_k, conductivity, conductivity_error : ndarray, shape (m,)
        The points of the line, in `unit`; errors without the geometry's, which all share.
    unit : str
        ``"S/m"``, or ``"S"`` for a conductance without a geometry, or ``"S/m2"`` per area.
    covariance : ndarray, shape (2, 2)
        Of (ln sigma_0, Ea), everything included.
    line : StraightLine
        In the coordinates 1/T and the logarithm.
    excess_scatter : float
        Relative error that was given to each point beside its own, since the scatter about the
        line asks for it; 0 where it does not.
    warnings : tuple of str
        Curvature of the points, and scatter beyond their errors.
    """

    name: str
    form: Form
    activation_energy: Quantity
    activation_energy_other_form: Quantity
    prefactor: Quantity
    temperature_k: Float
    conductivity: Float
    conductivity_error: Float
    unit: str
    covariance: Float
    line: StraightLine
    excess_scatter: float
    warnings: tuple[str, ...]

    def predict(self, temperature_k: float = ROOM_TEMPERATURE_K) -> Quantity:
        """Conductivity on the line at a temperature, geometry and thermometer in its error."""
        value, deviation = self._log_at(temperature_k)
        return Quantity(math.exp(value), math.exp(value) * deviation, self.unit)

    def interval(
        self, temperature_k: float = ROOM_TEMPERATURE_K, level: float = 0.95
    ) -> tuple[float, float]:
        """Confidence interval of the line at a temperature, symmetric in the logarithm."""
        value, deviation = self._log_at(temperature_k)
        half = self._quantile(level) * deviation
        return math.exp(value - half), math.exp(value + half)

    def activation_energy_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of the activation energy in eV."""
        half = self._quantile(level) * math.sqrt(float(self.covariance[1, 1]))
        return self.activation_energy.value - half, self.activation_energy.value + half

    def curve(self, temperature_k: ArrayLike) -> Float:
        """Conductivity on the line at temperatures of any shape."""
        t = np.asarray(temperature_k, dtype=np.float64)
        return np.exp(self.line.intercept + self.line.slope / t) / self._per_kelvin(t)

    def _log_at(self, temperature_k: float) -> tuple[float, float]:
        slope = np.array([1.0, -1.0 / (BOLTZMANN_EV_PER_K * temperature_k)])
        value = math.log(float(self.curve(temperature_k)))
        return value, math.sqrt(max(float(slope @ self.covariance @ slope), 0.0))

    def _per_kelvin(self, temperature_k: Float) -> Float:
        return temperature_k if self.form == "sigma*T" else np.ones_like(temperature_k)

    def _quantile(self, level: float) -> float:
        """Normal where the errors of the points are believed, Student's t where the scatter is."""
        from scipy.special import ndtri, stdtrit

        if self.excess_scatter == 0.0:
            return float(ndtri(0.5 + level / 2))
        return float(stdtrit(self.line.degrees_of_freedom, 0.5 + level / 2))
