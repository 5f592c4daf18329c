"""Which resistances of a fit stand for themselves, and which are known only as a sum.

Two that the data can exchange for one another have errors of opposite sign: each may be unknown
while their sum is known well. Beyond a standard error of 20 % of its own a resistance is not
separable, and is joined with the neighbour with which it is known best, if that mends it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry import Quantity
from ..arrays import Float
from ..fitting.result import FitResult
from ..structure import independent_share

LARGEST_ERROR_ALONE = 0.2
_LARGEST_STATED = 0.5
_MENDED = 0.9
"""A sum must be known so much better, in ohm, than the part that was not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """Resistances in series, fastest first: the leads' and contacts', then those of the arcs.

    `ohm` (k + 1,) and `covariance` (k + 1, k + 1) in ohm^2; the first is 0 ohm where the circuit
    has no R0. Every cell has one: what it could be still counts in the errors of the others.
    """

    ohm: Float
    covariance: Float

    def relative_error(self, members: Sequence[int]) -> float:
        """One sigma of a sum over the sum; infinite for what is 0."""
        whole = float(self.ohm[list(members)].sum())
        return self.error(members) / whole if whole > 0 else math.inf

    def sum_of(self, members: Sequence[int]) -> Quantity:
        """Return a sum with its error, none where it is beyond 50 %."""
        whole = float(self.ohm[list(members)].sum())
        relative = self.relative_error(members)
        return Quantity(whole, relative * whole if relative < _LARGEST_STATED else None, "ohm")

    def error(self, members: Sequence[int]) -> float:
        """One sigma of a sum in ohm."""
        return math.sqrt(max(float(self.covariance[np.ix_(members, members)].sum()), 0.0))

    def is_known(self, members: Sequence[int]) -> bool:
        """Whether a sum is known to 20 %; what leads and contacts have is not asked."""
        return list(members) == [0] or self.relative_error(members) <= LARGEST_ERROR_ALONE

    def groups(self) -> list[list[int]]:
        """Join neighbours that the data exchange for one another until each sum is known.

        What stays unknown with either neighbour stays alone.
        """
        groups = [[k] for k in range(len(self.ohm))]
        while (pair := self._next_pair(groups)) is not None:
            groups[pair : pair + 2] = [groups[pair] + groups[pair + 1]]
        return groups

    def _next_pair(self, groups: list[list[int]]) -> int | None:
        """The first of two neighbours to join: the worst known that a neighbour can mend."""
        unknown = [k for k, group in enumerate(groups) if not self.is_known(group)]
        for worst in sorted(unknown, key=lambda k: -self.relative_error(groups[k])):
            pairs = [k for k in (worst - 1, worst) if 0 <= k < len(groups) - 1]
            pairs = [
                k
                for k in pairs
                if self.error(groups[k] + groups[k + 1]) < _MENDED * self.error(groups[worst])
            ]
            if pairs:
                return min(pairs, key=lambda k: self.relative_error(groups[k] + groups[k + 1]))
        return None


def row_of(fit: FitResult, series: Sequence[int], arcs: Sequence[int]) -> Row:
    """Return the row of a fit whose plain resistors and arcs have their resistances at places."""
    places = [*series, *arcs]
    r = fit.values[places]
    if series:
        covariance = np.outer(r, r) * fit.covariance_log[np.ix_(places, places)]
        join = np.zeros((len(arcs) + 1, len(places)))
        join[0, : len(series)] = 1.0
        join[1:, len(series) :] = np.eye(len(arcs))
        return Row(join @ r, join @ covariance @ join.T)
    ohm = np.concatenate([[0.0], r])
    size = np.concatenate([[1.0], r])
    keep = [0, *(place + 1 for place in places)]
    return Row(ohm, np.outer(size, size) * _with_series_free(fit)[np.ix_(keep, keep)])


def _with_series_free(fit: FitResult) -> Float:
    """Covariance of a series resistance of 0 ohm in ohm, then of ln values, (p + 1, p + 1)."""
    f = fit.spectrum.frequency_hz
    _, slopes = fit.parsed().impedance_and_slopes(f, fit.values[None, :])
    columns = np.vstack([np.ones(f.size), slopes[0]]) / np.abs(fit.spectrum.z_ohm)
    rows = np.concatenate([columns.real, columns.imag], axis=1)
    length = np.linalg.norm(rows, axis=1) + 1e-300
    scaled = rows / length[:, None]
    scale = _variance(fit) / independent_share(f, fit.residuals)
    inverse = np.linalg.pinv(scaled @ scaled.T, rcond=1e-13, hermitian=True)
    covariance: Float = scale * inverse / np.outer(length, length)
    return covariance


def _variance(fit: FitResult) -> float:
    """Of a part of the residuals over abs(Z)."""
    off = fit.spectrum.z_ohm - fit.impedance_ohm(fit.spectrum.frequency_hz)
    relative = off / np.abs(fit.spectrum.z_ohm)
    return float((relative.real**2 + relative.imag**2).sum()) / fit.degrees_of_freedom


def sum_of(fit: FitResult, places: Sequence[int]) -> Quantity:
    """Return a sum of resistances of a fit; its error is from the full covariance."""
    r = fit.values[list(places)]
    value = float(r.sum())
    covariance = fit.covariance_log[np.ix_(places, places)]
    deviation = math.sqrt(max(float(r @ covariance @ r), 0.0))
    known = deviation < _LARGEST_STATED * value and fit.converged
    return Quantity(value, deviation if known else None, "ohm")
