"""What a fit found: values with honest errors, and what it could not find."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from ...geometry import Quantity
from ..arrays import Complex, Float
from ..circuits.circuit import Circuit
from ..circuits.circuit_code import parse_circuit
from ..circuits.elements import Element
from ..spectrum import Spectrum
from .derived import Asked
from .errors_of_fit import LARGEST_RELATIVE_ERROR
from .intervals import correlations_of, curvature_interval
from .settings import FitSettings

if TYPE_CHECKING:
    from .many_fits import ManyFits


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
    alone : ManyFits or None
        The same fit as a stack of one, on which intervals are found. None for a spectrum of a
        series that was fitted jointly.
    user_elements : tuple of Element
        Elements of the user's own that the circuit names.
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
    alone: ManyFits | None = field(default=None, repr=False)
    user_elements: tuple[Element, ...] = ()

    def __getitem__(self, name: str) -> float:
        return float(self.values[self._index(name)])

    def standard_error(self, name: str) -> float | None:
        """One sigma of a parameter, None where the data do not determine it."""
        return self.standard_errors[self._index(name)]

    def interval(self, asked: Asked, level: float = 0.95) -> tuple[float, float]:
        """Confidence interval of a parameter, a :class:`SumOf` some, or a :class:`TimeConstant`.

        Where chi square is quadratic it is symmetric in ln(value), or in the value of an
        exponent, after Student's t, or Gauss's law where the noise was given. Elsewhere its ends
        are where chi square, minimised over all else, has risen as far. An end that the data do
        not hold is 0, infinite, or the parameter's bound; :meth:`interval_note` says so.

        >>> import numpy as np
        >>> from solidcell.analysis.impedance import Spectrum, SumOf, fit, parse_circuit
        >>> circuit = parse_circuit("R0-p(R1,C1)")
        >>> f = np.logspace(5, 0, 40)
        >>> z = circuit.impedance_ohm(f, [20, 300, 1e-7])
        >>> z = z * (1 + 0.01 * np.random.default_rng(1).normal(size=(2, 40)).T @ [1, 1j])
        >>> low, high = fit(circuit, Spectrum(f, z)).interval(SumOf("R0", "R1"))
        >>> f"{low:.0f} to {high:.0f} ohm"
        '319 to 321 ohm'
        """
        if self.alone is not None:
            low, high = self.alone.interval(asked, level)[0].tolist()
            return low, high
        if not isinstance(asked, str):
            raise ValueError("a fit within a series has intervals of its parameters only")
        k = self._index(asked)
        if self.standard_errors[k] is None:
            return 0.0, float("inf")
        low, high = curvature_interval(
            np.asarray(self.values[k]),
            np.asarray(np.sqrt(self.covariance_log[k, k])),
            self.parsed().parameters[k].scale == "log",
            np.asarray(float(self.degrees_of_freedom)),
            level,
        ).tolist()
        return low, high

    def interval_note(self, asked: Asked, level: float = 0.95) -> str:
        """Say which end of the interval the data do not hold; empty if they hold both."""
        return "" if self.alone is None else self.alone.intervals(asked, level).remark(0)

    def sum_of(self, *names: str) -> Quantity:
        """Sum of parameters of one unit, as of resistances, with their correlations counted.

        The standard error is None where the fit did not converge, or where it is above half of
        the sum.
        """
        places = [self._index(name) for name in names]
        if len({self.units[k] for k in places}) != 1 or not self.units[places[0]]:
            raise ValueError(f"{' + '.join(names)} is no sum of quantities of one unit")
        own = self.values[places]
        square = float(own @ self.covariance_log[np.ix_(places, places)] @ own)
        total, error = float(own.sum()), math.sqrt(max(square, 0.0))
        known = self.converged and error < LARGEST_RELATIVE_ERROR * total
        return Quantity(total, error if known else None, self.units[places[0]])

    @property
    def correlations(self) -> Float:
        """Correlations of ln(value), or exponents, shape (p, p); 0 with what was held."""
        return correlations_of(self.covariance_log)

    def parsed(self) -> Circuit:
        """Return the circuit as an object."""
        return parse_circuit(self.circuit, elements=self.user_elements)

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
