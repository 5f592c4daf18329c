"""Standard errors from the curvature at the minimum, withheld where it does not carry them."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..arrays import Bool, Float, Index
from .search import Found
from .settings import FitSettings

LARGEST_RELATIVE_ERROR = 0.5
LARGEST_EXPONENT_ERROR = 0.25
_SMALLEST_SINGULAR = 1e-7
_LARGEST_INFLATION = 1e8
_RIDGE = 1e-15
_AT_BOUND = 1e-9


class Withheld(IntEnum):
    """Why a parameter has no standard error."""

    NO = 0
    FIXED = 1
    LOWER_BOUND = 2
    UPPER_BOUND = 3
    UNDETERMINED = 4
    NOT_FITTED = 5


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Errors of the p parameters of m fits.

    `variance` (m,) is what a residual's square is expected to be, in which every rise of chi
    square is measured. `covariance_log` (m, p, p) of ln(value), of the value itself for an
    exponent; `deviation` (m, p) its square-rooted diagonal; `standard_errors` (m, p) in the
    parameter's unit, NaN where `withheld` (m, p) has a reason.
    """

    variance: Float
    covariance_log: Float
    deviation: Float
    standard_errors: Float
    withheld: NDArray[np.int8]

    def in_order(self, order: Index) -> Uncertainty:
        """Return the errors with the parameters of each fit in another order, shape (m, p)."""
        rows, columns = order[:, :, None], order[:, None, :]
        return Uncertainty(
            self.variance,
            np.take_along_axis(np.take_along_axis(self.covariance_log, rows, 1), columns, 2),
            np.take_along_axis(self.deviation, order, 1),
            np.take_along_axis(self.standard_errors, order, 1),
            np.take_along_axis(self.withheld, order, 1),
        )

    def only(self, followed: Bool) -> Uncertainty:
        """Withhold every error of the fits that are not `followed`, shape (m,)."""
        kept = followed[:, None]
        return replace(
            self,
            standard_errors=np.where(kept, self.standard_errors, np.nan),
            withheld=np.where(kept, self.withheld, np.int8(Withheld.NOT_FITTED)),
        )

    def take(self, rows: Index) -> Uncertainty:
        """Return the errors of some of the fits."""
        return Uncertainty(*(getattr(self, field.name)[rows] for field in fields(self)))


def uncertainty(found: Found, settings: FitSettings, variance: Float) -> Uncertainty:
    """Propagate the noise of the data to the parameters at the minima.

    The covariance is `variance`, shape (m,), times (J^T J)^-1. Held parameters take no part. A
    relative error above 50 % (0.25 for an exponent) is beyond what a linear error can say; the
    Cramer-Rao bound then says that the data do not determine the parameter, and none is given.
    """
    coordinates, x = found.coordinates, found.minimum.x
    names, log = coordinates.circuit.names, coordinates.log
    lower, upper = coordinates.limits(settings.bounds)
    low, high = x <= lower + _AT_BOUND, x >= upper - _AT_BOUND
    fixed = np.array([name in settings.fixed for name in names])
    tied = np.array([name in settings.tied for name in names])
    # an exponent on its bound could as well lie inside: its doubt still widens the others'
    free = ~(fixed | tied) & (~log | ~(low | high))
    inner = variance[:, None, None] * _inverse_normal(found.minimum.jacobian * free[:, None, :])
    inner *= free[:, :, None] & free[:, None, :]
    covariance = coordinates.covariance(inner)
    deviation = np.sqrt(np.maximum(np.einsum("bpp->bp", covariance), 0.0))
    for follower, leader in coordinates.ties:
        low[:, follower], high[:, follower] = low[:, leader], high[:, leader]
    unknown = deviation > np.where(log, LARGEST_RELATIVE_ERROR, LARGEST_EXPONENT_ERROR)
    withheld = np.select(
        [np.broadcast_to(fixed, x.shape), low, high, unknown],
        [Withheld.FIXED, Withheld.LOWER_BOUND, Withheld.UPPER_BOUND, Withheld.UNDETERMINED],
        Withheld.NO,
    ).astype(np.int8)
    errors = np.where(withheld == Withheld.NO, deviation * np.where(log, found.values, 1.0), np.nan)
    return Uncertainty(variance, covariance, deviation, errors, withheld)


def _inverse_normal(jacobian: Float) -> Float:
    """(J^T J)^-1 of Jacobians (m, r, p), with columns scaled to length 1.

    Out of the normal matrix, and where this loses half of the digits out of the Jacobian itself.
    """
    length = np.sqrt(np.einsum("mrp,mrp->mp", jacobian, jacobian))
    longest = length.max(axis=1, keepdims=True)
    length = np.maximum(length, _SMALLEST_SINGULAR * longest + 1e-300)
    scaled = jacobian / length[:, None, :]
    eye = np.eye(length.shape[1])
    normal = np.swapaxes(scaled, 1, 2) @ scaled
    # a column of zeros, as of what is held, is a direction of its own
    normal = normal + np.where(np.einsum("mpp->mp", normal) > 0, _RIDGE, 1.0)[:, :, None] * eye
    inverse: Float = np.linalg.inv(normal)
    size = np.einsum("mpp->mp", inverse)
    poor = ~((size > 0) & (size < _LARGEST_INFLATION)).all(axis=1)
    inverse[poor] = _pseudo_inverse(scaled[poor])
    inverse /= length[:, :, None] * length[:, None, :]
    return inverse


def _pseudo_inverse(scaled: Float) -> Float:
    """(J^T J)^-1 with directions without information made very uncertain."""
    _, singular, directions = np.linalg.svd(scaled, full_matrices=False)
    largest = singular.max(axis=1, keepdims=True)
    singular = np.maximum(singular, _SMALLEST_SINGULAR * largest + 1e-300)
    root = directions / singular[:, :, None]
    inverse: Float = np.swapaxes(root, 1, 2) @ root
    return inverse
