"""What a fit found: values with honest errors, and what it could not find."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Complex, Float
from ..circuits.circuit import Circuit
from ..circuits.circuit_code import parse_circuit
from ..spectrum import Spectrum
from .intervals import curvature_interval
from .settings import FitSettings


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter of a fit, as a table shows it; `note` says why an error is missing."""

    name: str
    value: float
    standard_error: float | None
    unit: str
    note: str


@dataclass(frozen=True, eq=False)
class FitResult:
    """A circuit fitted to one spectrum. Made by :func:`fit`.

    Attributes
    ----------
    circuit : str
        The circuit in impedance.py's language; `names`, `values`, `units` follow it.
    standard_errors : tuple of float or None
        One sigma. None where the data do not determine the parameter, where it lies on a
        bound, or where it was held fixed; `notes` has the reason.
    covariance_log : ndarray, shape (p, p)
        Covariance of ln(value) (of the value itself for an exponent), zero for what was held.
        Unless the standard deviation of every point was given it is scaled by the reduced chi
        square, and by the points that count for one where neighbouring residuals correlate.
    residuals : ndarray of complex, shape (n,)
        Weighted, measured minus fitted: with "modulus" weighting a fraction of abs(Z).
    chi2, reduced_chi2 : float
        Sum of squares of the residuals, and that over ``degrees_of_freedom``.
    n : int
        Points used; those left out are counted in `warnings`.
    """

    circuit: str
    names: tuple[str, ...]
    values: Float
    standard_errors: tuple[float | None, ...]
    units: tuple[str, ...]
    notes: tuple[str, ...]
    covariance_log: Float
    residuals: Complex
    chi2: float
    reduced_chi2: float
    degrees_of_freedom: int
    n: int
    converged: bool
    settings: FitSettings
    warnings: tuple[str, ...]
    spectrum: Spectrum

    def __getitem__(self, name: str) -> float:
        return float(self.values[self._index(name)])

    def standard_error(self, name: str) -> float | None:
        """One sigma of a parameter, None where the data do not determine it."""
        return self.standard_errors[self._index(name)]

    def interval(self, name: str, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval: symmetric in ln(value), or in the value of an exponent.

        Student's t with `degrees_of_freedom`. Where the standard error is withheld the
        interval is the whole range, (0, inf): that is what is known.
        """
        k = self._index(name)
        if self.standard_errors[k] is None:
            return 0.0, float("inf")
        low, high = curvature_interval(
            np.asarray(self.values[k]),
            np.asarray(np.sqrt(self.covariance_log[k, k])),
            self.parsed().parameters[k].scale == "log",
            np.asarray(float(self.degrees_of_freedom)),
            level,
        )
        return float(low), float(high)

    def parsed(self) -> Circuit:
        """Return the circuit as an object."""
        return parse_circuit(self.circuit)

    def impedance_ohm(self, frequency_hz: ArrayLike) -> Complex:
        """Fitted impedance at any frequencies, shape (n,)."""
        return self.parsed().impedance_ohm(frequency_hz, self.values)

    def rows(self) -> tuple[ParameterRow, ...]:
        """Return the parameters as rows of a table."""
        columns = (self.names, self.values.tolist(), self.standard_errors, self.units, self.notes)
        return tuple(ParameterRow(*row) for row in zip(*columns, strict=True))

    def _index(self, name: str) -> int:
        if name not in self.names:
            raise KeyError(f"{self.circuit} has no parameter {name}; it has {self.names}")
        return self.names.index(name)
