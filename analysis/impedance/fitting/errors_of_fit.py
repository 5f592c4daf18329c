"""Standard errors from the curvature at the minimum, withheld where it does not carry them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from ..arrays import Float, Index
from .search import Found
from .settings import FitSettings

LARGEST_RELATIVE_ERROR = 0.5
LARGEST_EXPONENT_ERROR = 0.25
_SMALLEST_SINGULAR = 1e-7
_AT_BOUND = 1e-9


class Withheld(IntEnum):
    """Why a parameter has no standard error."""

    NO = 0
    FIXED = 1
    LOWER_BOUND = 2
    UPPER_BOUND = 3
    UNDETERMINED = 4


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Errors of the p parameters of m fits.

    `covariance_log` (m, p, p) of ln(value), of the value itself for an exponent; `deviation`
    (m, p) its square-rooted diagonal; `standard_errors` (m, p) in the parameter's unit, NaN where
    `withheld` (m, p) has a reason.
    """

    covariance_log: Float
    deviation: Float
    standard_errors: Float
    withheld: NDArray[np.int8]

    def in_order(self, order: Index) -> Uncertainty:
        """Return the errors with the parameters of each fit in another order, shape (m, p)."""
        rows, columns = order[:, :, None], order[:, None, :]
        return Uncertainty(
            np.take_along_axis(np.take_along_axis(self.covariance_log, rows, 1), columns, 2),
            np.take_along_axis(self.deviation, order, 1),
            np.take_along_axis(self.standard_errors, order, 1),
            np.take_along_axis(self.withheld, order, 1),
        )


def uncertainty(found: Found, settings: FitSettings, scale: Float) -> Uncertainty:
    """Propagate the noise of the data to the parameters at the minima.

    The covariance is `scale`, shape (m,), times (J^T J)^-1. Held parameters take no part. A
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
    inner = scale[:, None, None] * _inverse_normal(found.minimum.jacobian * free[:, None, :])
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
    return Uncertainty(covariance, deviation, errors, withheld)


def _inverse_normal(jacobian: Float) -> Float:
    """(J^T J)^-1 with columns scaled, directions without information made very uncertain."""
    length = np.linalg.norm(jacobian, axis=1)
    longest = length.max(axis=1, keepdims=True)
    length = np.maximum(length, _SMALLEST_SINGULAR * longest + 1e-300)
    _, singular, directions = np.linalg.svd(jacobian / length[:, None, :], full_matrices=False)
    largest = singular.max(axis=1, keepdims=True)
    singular = np.maximum(singular, _SMALLEST_SINGULAR * largest + 1e-300)
    root = directions / singular[:, :, None] / length[:, None, :]
    inverse: Float = np.swapaxes(root, 1, 2) @ root
    return inverse
