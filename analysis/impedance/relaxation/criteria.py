"""How strongly to regularise: four ways to choose lambda, all on the ridge problem.

* evidence: the most probable data, the terms without penalty and the level of the noise
  integrated out (restricted maximum likelihood; D. J. C. MacKay, Neural Comput. 4 (1992) 415);
* GCV: generalised cross validation, P. Craven, G. Wahba, Numer. Math. 31 (1979) 377;
* L-curve: the corner of penalty against residual, P. C. Hansen, SIAM Rev. 34 (1992) 561;
* re-im: each part of Z predicted from the other, M. Saccoccio, T. H. Wan, C. Chen, F. Ciucci,
  Electrochim. Acta 147 (2014) 470.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from ..arrays import Float
from .ridge import FINEST, Profile, Ridge, deviance, grams, profile

Criterion: TypeAlias = Callable[[Ridge, Float], Float]
"""From a ridge and the columns (2n, p + 1), data last, to a value for each lambda: lowest wins."""


def evidence(ridge: Ridge, columns: Float, finest: float = FINEST) -> Float:
    """Return -2 ln(restricted likelihood) for each lambda, but for a constant.

    `finest` is the least level of the noise that is believed.
    """
    found = profile(grams(ridge, columns))
    points, terms = columns.shape[0], columns.shape[1] - 1
    _, log_terms = np.linalg.slogdet(found.normal)
    return np.asarray(
        deviance(found.objective, points - terms, finest) + ridge.log_volume + log_terms
    )


def generalised_cross_validation(ridge: Ridge, columns: Float) -> Float:
    """Return residual sum of squares over the square of the degrees of freedom left."""
    squares, freedom = residual(ridge, columns)
    return np.asarray((squares + columns.shape[0] * FINEST**2) / freedom**2)


def residual(ridge: Ridge, columns: Float) -> tuple[Float, Float]:
    """Return the residual sum of squares and the degrees of freedom left, at each lambda."""
    found = profile(grams(ridge, columns))
    twice = grams(ridge, columns, power=2)
    mix = _mix(found)
    squares = np.einsum("li,lij,lj->l", mix, twice, mix)
    by_terms = np.linalg.solve(found.normal, twice[:, :-1, :-1])
    freedom = columns.shape[0] - ridge.kept.sum(axis=1) - np.trace(by_terms, axis1=1, axis2=2)
    return np.maximum(squares, 0.0), freedom


def _mix(found: Profile) -> Float:
    """Return what to multiply the columns with: minus the terms, plus the data."""
    ones = np.ones((*found.coefficients.shape[:-1], 1))
    return np.concatenate([-found.coefficients, ones], axis=-1)


def l_curve(ridge: Ridge, columns: Float) -> Float:
    """Return minus the curvature of ln(penalty) over ln(residual)."""
    mix = _mix(profile(grams(ridge, columns)))
    along = (mix @ columns.T) @ ridge.directions
    size = ridge.eigenvalues / (ridge.eigenvalues + ridge.penalties[:, None]) ** 2
    x = np.log(residual(ridge, columns)[0] + columns.shape[0] * FINEST**2)
    y = np.log((size * along**2).sum(axis=1))
    dx, dy = np.gradient(x), np.gradient(y)
    bend = dx * np.gradient(dy) - dy * np.gradient(dx)
    return np.asarray(-bend / (dx**2 + dy**2) ** 1.5)


def real_imaginary(ridge: Ridge, columns: Float) -> Float:
    """Return the squared error of each part predicted from the other."""
    half = columns.shape[0] // 2
    model = ridge.directions * np.sqrt(ridge.eigenvalues)
    real, imaginary = slice(0, half), slice(half, None)
    return _predicted(model, columns, real, imaginary, ridge.penalties) + _predicted(
        model, columns, imaginary, real, ridge.penalties
    )


def _predicted(model: Float, columns: Float, seen: slice, hidden: slice, lambdas: Float) -> Float:
    """Squared error in the hidden rows; a term that only they see is fitted there."""
    terms, data = columns[:, :-1], columns[:, -1]
    here = np.abs(terms[seen]).max(axis=0) > 0
    u, size, v = np.linalg.svd(model[seen], full_matrices=False)
    only = terms[hidden][:, ~here]
    errors = []
    for strength in lambdas:
        left = 1.0 - size**2 / (size**2 + strength)
        within = terms[seen][:, here], data[seen]
        rest = [each - u @ ((1.0 - left) * (u.T @ each).T).T for each in within]
        share, *_ = np.linalg.lstsq(within[0].T @ rest[0], within[0].T @ rest[1], rcond=None)
        amount = v.T @ (size / (size**2 + strength) * (u.T @ (within[1] - within[0] @ share)))
        off = data[hidden] - terms[hidden][:, here] @ share - model[hidden] @ amount
        if only.shape[1]:
            off = off - only @ np.linalg.lstsq(only, off, rcond=None)[0]
        errors.append(float(off @ off))
    return np.array(errors)


CRITERIA: Mapping[str, Criterion] = MappingProxyType(
    {
        "evidence": evidence,
        "gcv": generalised_cross_validation,
        "l-curve": l_curve,
        "re-im": real_imaginary,
    }
)
"""Every criterion by the name that a caller gives it."""
