"""Standard errors from the curvature at the minimum, withheld where it does not carry them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..arrays import Float
from .coordinates import Coordinates
from .least_squares import Minimum
from .result import FitSettings

LARGEST_RELATIVE_ERROR = 0.5
LARGEST_EXPONENT_ERROR = 0.25
_SMALLEST_SINGULAR = 1e-7
_AT_BOUND = 1e-9


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """Errors of p parameters: None and a note where there is none to state."""

    covariance_log: Float
    standard_errors: tuple[float | None, ...]
    notes: tuple[str, ...]


def uncertainty(
    coordinates: Coordinates,
    minimum: Minimum,
    row: int,
    settings: FitSettings,
    scale: float,
) -> Uncertainty:
    """Propagate the noise of the data to the parameters at a minimum.

    The covariance is `scale` times (J^T J)^-1. Held parameters take no part. A relative error
    above 50 % (0.25 for an exponent) is beyond what a linear error can say; the Cramer-Rao bound
    then says that the data do not determine the parameter, and no error is given.
    """
    names = coordinates.circuit.names
    lower, upper = coordinates.limits(settings.bounds)
    x = minimum.x[row]
    low = x <= lower + _AT_BOUND
    high = x >= upper - _AT_BOUND
    fixed = np.array([name in settings.fixed for name in names])
    # an exponent on its bound could as well lie inside: its doubt still widens the others'
    free = ~fixed & (~coordinates.log | ~(low | high))
    inner = np.zeros((len(names), len(names)))
    inner[np.ix_(free, free)] = scale * _inverse_normal(minimum.jacobian[row][:, free])
    covariance = coordinates.covariance(inner, row)
    deviation = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    value = coordinates.values(minimum.x[row : row + 1], np.array([row]))[0]
    errors: list[float | None] = []
    notes: list[str] = []
    for k, name in enumerate(names):
        log = bool(coordinates.log[k])
        note = _why_none(name, settings, bool(low[k]), bool(high[k]), float(deviation[k]), log)
        errors.append(None if note else float(deviation[k] * (value[k] if log else 1.0)))
        notes.append(note)
    return Uncertainty(covariance, tuple(errors), tuple(notes))


def _why_none(
    name: str, settings: FitSettings, low: bool, high: bool, deviation: float, log: bool
) -> str:
    if name in settings.fixed:
        return "held fixed"
    if low or high:
        return f"at its {'lower' if low else 'upper'} bound"
    if log and deviation > LARGEST_RELATIVE_ERROR:
        return f"not determined by these data (relative error {deviation:.2g})"
    if not log and deviation > LARGEST_EXPONENT_ERROR:
        return f"not determined by these data (error {deviation:.2g})"
    return ""


def _inverse_normal(jacobian: Float) -> Float:
    """(J^T J)^-1 with columns scaled, directions without information made very uncertain."""
    if jacobian.shape[1] == 0:
        return np.zeros((0, 0))
    length = np.linalg.norm(jacobian, axis=0)
    length = np.maximum(length, _SMALLEST_SINGULAR * length.max() + 1e-300)
    _, singular, directions = np.linalg.svd(jacobian / length, full_matrices=False)
    singular = np.maximum(singular, _SMALLEST_SINGULAR * singular.max() + 1e-300)
    root = directions / singular[:, None] / length
    inverse: Float = root.T @ root
    return inverse
