"""How noisy is a spectrum at each frequency? An error model out of replicates or residuals.

The noise of an impedance grows with the impedance in a few ways, and which of them matter depends
on the instrument: M. E. Orazem's group found the standard deviation to be a sum of terms in
abs(Z''), abs(Z'), abs(Z)^2 and a constant (P. Agarwal, O. D. Crisalle, M. E. Orazem, L. H.
Garcia-Rubio, J. Electrochem. Soc. 142 (1995) 4149 and 4159). Here their squares are added, as
independent sources do, so that the variance is linear in what is sought.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
from scipy.optimize import nnls

from ..arrays import Complex, Float
from ..spectrum import Spectrum

_SMALLEST_PART = 0.01
_ITERATIONS = 50
_SETTLED = 1e-6
_PRECISION = 1e-9

_Terms: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ErrorModel:
    """Standard deviations of an impedance, as a function of the impedance.

    The variance of a part x (real or imaginary) is ``(proportional x)^2 + (modulus abs(Z))^2 +
    (per_ohm abs(Z)^2)^2 + absolute_ohm^2``; terms that the data do not ask for are 0.
    `covariance` (4, 4) is that of the squares of the four, in this order; `degrees_of_freedom`
    how many independent squares the estimate rests on; `source` says where it is from.

    Examples
    --------
    >>> model = ErrorModel(0.0, 0.01, 0.0, 0.0, np.zeros((4, 4)), 100.0, "assumed")
    >>> model.deviation_ohm(Spectrum([3, 2, 1], [100, 200, 300 - 400j]))[0]
    array([1., 2., 5.])
    """

    proportional: float
    modulus: float
    per_ohm: float
    absolute_ohm: float
    covariance: Float
    degrees_of_freedom: float
    source: str

    def deviation_ohm(self, spectrum: Spectrum) -> Float:
        """Return the standard deviations of real and imaginary parts, shape (2, n), in ohm."""
        modulus = np.abs(spectrum.z_ohm)
        variance = modulus**2 * (_relative_terms(spectrum.z_ohm) @ self._squares())
        least = _SMALLEST_PART * (self.proportional + self.modulus) * modulus
        deviation: Float = np.maximum(np.sqrt(variance), least)
        return deviation

    def standard_errors_ohm(self, spectrum: Spectrum) -> Float:
        """Return the standard errors of `deviation_ohm`, shape (2, n), in ohm."""
        terms = _relative_terms(spectrum.z_ohm)
        of_variance = np.sqrt(np.einsum("pni,ij,pnj->pn", terms, self.covariance, terms))
        modulus = np.abs(spectrum.z_ohm)
        errors: Float = modulus**2 * of_variance / (2 * self.deviation_ohm(spectrum))
        return errors

    def _squares(self) -> Float:
        return np.array([self.proportional, self.modulus, self.per_ohm, self.absolute_ohm]) ** 2


def _relative_terms(z: Complex) -> Float:
    """Return what multiplies the four squares in the variance over abs(Z)^2, shape (2, n, 4)."""
    modulus = np.abs(z)
    own = np.stack([z.real, z.imag]) / modulus
    ones = np.ones_like(own)
    return np.stack([own**2, ones, ones * modulus**2, ones / modulus**2], axis=-1)


def fitted_error_model(
    z: Complex, squares: Float, freedom: Float, mixing: Float, source: str
) -> ErrorModel:
    """Fit the variance model to squares of relative residuals by maximum likelihood.

    Parameters
    ----------
    z : array, shape (n,)
        Impedance, in ohm, that the model is a function of.
    squares : array, shape (2n,)
        Mean squares of residuals over abs(Z), real parts first.
    freedom : array, shape (2n,)
        Degrees of freedom of each of them.
    mixing : array, shape (2n, 2n)
        What the variances of all data contribute to the expectation of each square, as a fit
        that was subtracted mixes them.
    source : str
        Where the residuals are from.
    """
    design = mixing @ _relative_terms(z).reshape(-1, 4)
    scale = np.maximum(design.max(axis=0), _PRECISION**2)
    tried = [
        (terms, *_fit_terms(design[:, terms] / scale[list(terms)], squares, freedom))
        for size in range(1, 5)
        for terms in combinations(range(4), size)
    ]
    terms, found, _, information = min(tried, key=lambda each: each[2])
    place = list(terms)
    variances, covariance = np.zeros(4), np.zeros((4, 4))
    variances[place] = found / scale[place]
    inverse = np.linalg.pinv(information)
    covariance[np.ix_(place, place)] = inverse / np.outer(scale[place], scale[place])
    proportional, modulus, per_ohm, absolute_ohm = np.sqrt(variances).tolist()
    return ErrorModel(
        proportional=proportional,
        modulus=modulus,
        per_ohm=per_ohm,
        absolute_ohm=absolute_ohm,
        covariance=covariance,
        degrees_of_freedom=float(freedom.sum()) - len(place),
        source=source,
    )


def _fit_terms(design: Float, squares: Float, freedom: Float) -> tuple[Float, float, Float]:
    """Return the variances of some terms, Bayes' criterion of the fit, and the information.

    Mean squares of normal noise follow a gamma distribution; its likelihood is maximised by
    weighted least squares with the weights of the last round.
    """
    expected = np.full(len(squares), max(float(squares.mean()), _PRECISION**2))
    found = np.zeros(design.shape[1])
    for _ in range(_ITERATIONS):
        weight = np.sqrt(freedom / 2) / expected
        before = found
        found = nnls(design * weight[:, None], squares * weight)[0]
        expected = np.maximum(design @ found, _PRECISION**2)
        if np.abs(found - before).max() <= _SETTLED * np.abs(found).max():
            break
    weighted = design * (np.sqrt(freedom / 2) / expected)[:, None]
    misfit = float((freedom * (np.log(expected) + squares / expected)).sum())
    criterion = misfit + len(found) * float(np.log(freedom.sum()))
    return found, criterion, weighted.T @ weighted
