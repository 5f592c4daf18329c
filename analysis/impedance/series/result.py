"""What a series fit found: values along the series, and how they depend on one another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...geometry import Geometry, Quantity
from ..arrays import Complex, Float, Index
from ..circuits.circuit import Circuit
from ..fitting.errors_of_fit import Withheld
from ..fitting.intervals import curvature_interval
from ..fitting.result import FitResult
from ..fitting.settings import FitSettings
from ..spectrum import Spectrum
from .support import Support, aicc
from .ties import Role

_WORDS = {
    Withheld.NO: "",
    Withheld.FIXED: "held fixed",
    Withheld.LOWER_BOUND: "at its lower bound",
    Withheld.UPPER_BOUND: "at its upper bound",
    Withheld.UNDETERMINED: "not determined by these data",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A spectrum that took no part, by its place in what was given, and why."""

    place: int
    at: float
    reason: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One quantity of one spectrum, as a table shows it; `note` says why an error is missing."""

    at: float
    name: str
    value: float
    standard_error: float | None
    unit: str
    role: Role
    note: str


@dataclass(frozen=True, eq=False)
class SeriesFit:
    """One circuit fitted to m spectra together. Made by :func:`fit_series`; ``series[k]`` is one.

    Attributes
    ----------
    at : ndarray, shape (m,)
        Temperatures, times ... of the spectra used, in the order given; `along` names them.
    values, standard_errors : ndarray, shape (m, p)
        In the order of `names`, the circuit's parameters; an error is NaN where none can be
        stated.
    coordinate_names, coordinate_values, coordinate_errors
        The same for the quantities of the joint fit, as ``"C(CPE1)"`` in place of ``"CPE1_0"``.
        `roles` (p,) says how each of them is tied.
    covariance_log : ndarray, shape (m p, m p)
        Of ln(value), of the value itself for an exponent, of all parameters of all spectra.
    residuals : tuple of m complex arrays
        Weighted, measured minus fitted, of the points used.
    chi2 : ndarray, shape (m,)
        Of each spectrum; `degrees_of_freedom` is of them all together.
    support : Support or None
        Joint against separate fits; None where nothing was tied.
    activation_energies : mapping of str to Quantity
        In eV, of what was Arrhenius-tied.
    strengths : mapping of str to float
        Of the penalties on what is smooth: on squared second differences, the weighted
        residuals' squares counting as they are.
    left_out : tuple of LeftOut
        Spectra that took no part, each with its reason.
    spectra : tuple of Spectrum
        The points used; `inductive` counts those of each spectrum that were left out for Z'' > 0.
    """

    circuit: Circuit
    along: str
    at: Float
    places: tuple[int, ...]
    values: Float
    standard_errors: Float
    coordinate_names: tuple[str, ...]
    coordinate_values: Float
    coordinate_errors: Float
    roles: tuple[Role, ...]
    withheld: NDArray[np.int8]
    coordinate_withheld: NDArray[np.int8]
    covariance_log: Float
    residuals: tuple[Complex, ...]
    chi2: Float
    degrees_of_freedom: float
    converged: bool
    support: Support | None
    activation_energies: Mapping[str, Quantity]
    strengths: Mapping[str, float]
    left_out: tuple[LeftOut, ...]
    spectra: tuple[Spectrum, ...]
    inductive: tuple[int, ...]
    settings: FitSettings
    geometry: Geometry | None
    warnings: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.at)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names, in the order of the columns of `values`."""
        return self.circuit.names

    @property
    def reduced_chi2(self) -> float:
        """Chi square of all spectra over the degrees of freedom."""
        return float(self.chi2.sum()) / self.degrees_of_freedom

    @property
    def aicc(self) -> float:
        """Akaike's corrected criterion; only differences between fits of the same data count."""
        data = 2.0 * sum(map(len, self.spectra))
        return aicc(float(self.chi2.sum()), data, data - self.degrees_of_freedom)

    def values_of(self, name: str) -> Float:
        """Values (m,) of a parameter, or of a quantity of the joint fit, along the series."""
        own, k = self._column(name)
        return (self.values if own else self.coordinate_values)[:, k]

    def errors_of(self, name: str) -> Float:
        """Standard errors (m,) likewise; NaN where none can be stated."""
        own, k = self._column(name)
        return (self.standard_errors if own else self.coordinate_errors)[:, k]

    def interval(self, name: str, level: float = 0.95) -> Float:
        """Confidence intervals (m, 2), symmetric in ln(value) or in the value of an exponent.

        Student's t; (0, inf) where the standard error is withheld.
        """
        log = self.circuit.parameters[self._column(name)[1]].scale == "log"
        value, error = self.values_of(name), self.errors_of(name)
        deviation = error / value if log else error
        freedom = np.asarray(self.degrees_of_freedom)
        found = curvature_interval(value, deviation, log, freedom, level)
        found[np.isnan(error)] = 0.0, np.inf
        return found

    def covariance_of(self, pairs: Sequence[tuple[int, str]]) -> Float:
        """Covariance of ln(value) of parameters of spectra, listed as (spectrum, name)."""
        at = [row * len(self.names) + self.names.index(name) for row, name in pairs]
        return self.covariance_log[np.ix_(at, at)]

    def rows(self) -> tuple[SeriesRow, ...]:
        """Every quantity of every spectrum as a row of a table, spectrum by spectrum."""
        return tuple(self._row(k, j) for k in range(len(self)) for j in range(len(self.names)))

    def __iter__(self) -> Iterator[FitResult]:
        return (self[k] for k in range(len(self)))

    def __getitem__(self, row: int) -> FitResult:
        """One spectrum of the series as a fit, with the errors of the joint fit."""
        if not -len(self) <= row < len(self):
            raise IndexError(f"there are {len(self)} spectra in the series, no number {row}")
        row %= len(self)
        size = len(self.names)
        own = slice(row * size, (row + 1) * size)
        errors = self.standard_errors[row]
        return FitResult(
            circuit=str(self.circuit),
            names=self.names,
            values=self.values[row],
            standard_errors=tuple(float(e) if np.isfinite(e) else None for e in errors),
            units=self.circuit.units,
            notes=tuple(_WORDS[Withheld(w)] for w in self.withheld[row]),
            covariance_log=self.covariance_log[own, own],
            residuals=self.residuals[row],
            chi2=float(self.chi2[row]),
            reduced_chi2=float(self.chi2[row]) / self._own_freedom(row),
            degrees_of_freedom=round(self.degrees_of_freedom),
            n=len(self.spectra[row]),
            converged=self.converged,
            settings=self.settings,
            warnings=self.warnings,
            spectrum=self.spectra[row],
            user_elements=self.circuit.user_elements,
        )

    def order(self) -> Index:
        """Places of the spectra in rising order of `at`."""
        return np.argsort(self.at, kind="stable")

    def _own_freedom(self, row: int) -> float:
        """The share of the degrees of freedom that falls to one spectrum by its points."""
        points = len(self.spectra[row]) / sum(map(len, self.spectra))
        return self.degrees_of_freedom * points

    def _row(self, k: int, j: int) -> SeriesRow:
        error = float(self.coordinate_errors[k, j])
        name = self.coordinate_names[j]
        return SeriesRow(
            at=float(self.at[k]),
            name=name,
            value=float(self.coordinate_values[k, j]),
            standard_error=error if np.isfinite(error) else None,
            unit=_unit(name, self.circuit.units[j]),
            role=self.roles[j],
            note=_WORDS[Withheld(self.coordinate_withheld[k, j])],
        )

    def _column(self, name: str) -> tuple[bool, int]:
        """Whether a name is a parameter of the circuit, and its place."""
        for own, columns in ((True, self.names), (False, self.coordinate_names)):
            if name in columns:
                return own, columns.index(name)
        known = dict.fromkeys((*self.names, *self.coordinate_names))
        raise KeyError(f"{self.circuit} has no {name}; it has {', '.join(known)}")


def _unit(name: str, own: str) -> str:
    kind = name.partition("(")[0] if "(" in name else ""
    return {"C": "F", "tau": "s", "Y": "ohm^-1"}.get(kind, own)
