"""How a resistance follows the stack pressure, loading and unloading apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..geometry import Quantity
from ..impedance import PressureSeries, pressure_series
from .arrays import Float

_NEAR = 0.1


@dataclass(frozen=True, eq=False)
class PressureDependence:
    """R proportional to p^-n on the way up and on the way down.

    `loading` and `unloading` are None where they are refused: `reasons` says why. `is_loading`
    (m,) marks the points of the way up, the highest pressure included. `kept` is the share of the
    resistance's fall that is left when the first pressure is reached again: 1 where the contact
    keeps all that pressing gave it, None where the way down does not come near it, or nothing
    fell by more than its error.
    """

    loading: PressureSeries | None
    unloading: PressureSeries | None
    is_loading: NDArray[np.bool_]
    kept: Quantity | None
    reasons: tuple[str, ...]


def pressure_dependence(
    pressure_pa: ArrayLike, resistance_ohm: ArrayLike, standard_error_ohm: ArrayLike
) -> PressureDependence:
    """Fit exponents to the ways up and down of a pressure series, in the order of measurement.

    The way down begins at the highest pressure, whose point belongs to both: a contact that has
    grown under pressure does not shrink at once, so that one line through both ways means nothing.

    Parameters
    ----------
    pressure_pa, resistance_ohm, standard_error_ohm : array_like, shape (m,)
        In the order in which they were measured.

    Raises
    ------
    ValueError
        If the shapes differ, or a value is not finite and positive.

    Notes
    -----
    n of about 0.5 is known of Li6PS5Cl pellets; 0 of an electrolyte that is dense already.

    Examples
    --------
    >>> found = pressure_dependence(
    ...     [1e6, 4e6, 9e6, 4e6, 1e6], [60.0, 30.0, 20.0, 22.0, 28.0], [0.3] * 5
    ... )
    >>> round(found.loading.exponent.value, 2), round(found.unloading.exponent.value, 2)
    (0.5, 0.16)
    """
    p = np.asarray(pressure_pa, dtype=np.float64)
    r = np.asarray(resistance_ohm, dtype=np.float64)
    error = np.asarray(standard_error_ohm, dtype=np.float64)
    if p.ndim != 1 or p.shape != r.shape or p.shape != error.shape:
        raise ValueError(
            f"pressures, resistances and errors must have one shape (m,); got {p.shape}, "
            f"{r.shape}, {error.shape}"
        )
    for name, values in (("pressure_pa", p), ("resistance_ohm", r), ("standard_error_ohm", error)):
        bad = ~(np.isfinite(values) & (values > 0))
        if bad.any():
            at = int(np.argmax(bad))
            raise ValueError(f"{name}[{at}] is {values[at]:g}; it must be finite and > 0")
    top = int(np.argmax(p))
    reasons: list[str] = []

    def branch(word: str, rows: slice) -> PressureSeries | None:
        try:
            return pressure_series(p[rows], r[rows], error[rows])
        except ValueError as refused:
            reasons.append(f"{word}: {refused}")
            return None

    up, down = branch("loading", slice(0, top + 1)), branch("unloading", slice(top, None))
    kept = None
    try:
        kept = _kept(p, r, error)
    except ValueError as refused:
        reasons.append(f"kept: {refused}")
    return PressureDependence(up, down, np.arange(p.size) <= top, kept, tuple(reasons))


def _kept(p: Float, r: Float, error: Float) -> Quantity:
    """(R_first - R_last) / (R_first - R_top), if the last pressure is within 10 % of the first."""
    top = int(np.argmax(p))
    if top in (0, p.size - 1) or abs(p[-1] / p[0] - 1) > _NEAR:
        raise ValueError("the pressure does not come back to where it began")
    fall = float(r[0] - r[top])
    if fall <= 2 * float(np.hypot(error[0], error[top])):
        raise ValueError("the resistance falls by no more than its error")
    share = float(r[0] - r[-1]) / fall
    doubt = np.array([(1 - share) * error[0], -error[-1], share * error[top]]) / fall
    return Quantity(share, float(np.linalg.norm(doubt)), "")
