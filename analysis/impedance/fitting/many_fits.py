"""The fits of one circuit to many spectra: what all of them are, and each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ..arrays import Bool, Complex, Float, Index
from ..circuits.circuit import Circuit
from ..spectrum import Spectrum
from .derived import Asked
from .errors_of_fit import Uncertainty
from .intervals import Intervals, correlations_of, intervals_of
from .objective import Stack
from .result import FitResult
from .settings import FitSettings
from .wording import notes_of, warnings_of


@dataclass(frozen=True, eq=False)
class ManyFits:
    """Fits of one circuit to m spectra. Made by :func:`fit_many`; ``many[k]`` is one of them.

    Attributes
    ----------
    values : ndarray, shape (m, p)
        In the order of `names`.
    residuals : ndarray of complex, shape (m, n)
        Weighted, measured minus fitted; 0 where a point was left out.
    chi2, degrees_of_freedom : ndarray, shape (m,)
    converged : ndarray of bool, shape (m,)
    stack : Stack
        The spectra with their weights, 0 where a point was left out.
    share : ndarray, shape (m,)
        How many independent points each point is worth: less than 1 where residuals correlate.
    refusals : tuple of str, length m
        Why a spectrum could not be fitted, or an empty string. Its values and errors are NaN.
    """

    circuit: Circuit
    stack: Stack
    values: Float
    residuals: Complex
    chi2: Float
    degrees_of_freedom: Float
    converged: Bool
    uncertainty: Uncertainty
    share: Float
    settings: FitSettings
    refusals: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names, in the order of the columns of `values`."""
        return self.circuit.names

    @property
    def standard_errors(self) -> Float:
        """One sigma, shape (m, p); NaN where none can be stated."""
        return self.uncertainty.standard_errors

    @property
    def covariance_log(self) -> Float:
        """Covariances of ln(value), of the value itself for an exponent, shape (m, p, p)."""
        return self.uncertainty.covariance_log

    @property
    def reduced_chi2(self) -> Float:
        """Chi square over its degrees of freedom, shape (m,)."""
        return self.chi2 / self.degrees_of_freedom

    @property
    def correlations(self) -> Float:
        """Correlations of ln(value), or exponents, shape (m, p, p); 0 with what was held."""
        return correlations_of(self.covariance_log)

    def interval(self, asked: Asked, level: float = 0.95) -> Float:
        """Confidence intervals of one quantity, shape (m, 2); see :meth:`FitResult.interval`.

        Found when asked for, all spectra at once, in a few milliseconds each.
        """
        return self.intervals(asked, level).ends

    def intervals(self, asked: Asked, level: float = 0.95) -> Intervals:
        """Return the same with how each end was found."""
        return intervals_of(self, asked, level)

    def take(self, rows: Index) -> ManyFits:
        """Return some of the fits."""
        return replace(
            self,
            stack=self.stack.take(rows),
            values=self.values[rows],
            residuals=self.residuals[rows],
            chi2=self.chi2[rows],
            degrees_of_freedom=self.degrees_of_freedom[rows],
            converged=self.converged[rows],
            uncertainty=self.uncertainty.take(rows),
            share=self.share[rows],
            settings=self.settings.of_spectra(rows),
            refusals=tuple(np.array(self.refusals)[rows].tolist()),
        )

    def __iter__(self) -> Iterator[FitResult]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, row: int) -> FitResult:
        """Return one of the fits.

        Raises IndexError beyond the last, ValueError where fewer than 3 points are numbers.
        """
        if not -len(self) <= row < len(self):
            raise IndexError(f"there are {len(self)} fits, no number {row}")
        used = (
            self.stack.used[row] if not self.refusals[row] else np.isfinite(self.stack.z_ohm[row])
        )
        errors = self.standard_errors[row]
        return FitResult(
            circuit=str(self.circuit),
            names=self.names,
            values=self.values[row],
            standard_errors=tuple(float(e) if np.isfinite(e) else None for e in errors),
            units=self.circuit.units,
            notes=notes_of(self.circuit, self.settings, self.uncertainty, row),
            covariance_log=self.covariance_log[row],
            residuals=self.residuals[row, used],
            chi2=float(self.chi2[row]),
            reduced_chi2=float(self.reduced_chi2[row]),
            degrees_of_freedom=int(np.nan_to_num(self.degrees_of_freedom[row])),
            n=int(used.sum()),
            converged=bool(self.converged[row]),
            settings=self.settings.of_spectra(row),
            warnings=warnings_of(self, row),
            spectrum=Spectrum(self.stack.frequency_hz[used], self.stack.z_ohm[row, used]),
            alone=self.take(np.array([row])),
            user_elements=self.circuit.user_elements,
        )
