"""The current at the instant of a voltage step, extrapolated from the first readings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .arrays import Float
from .mixture import Mixture, akaike_weights, mixture

FEWEST_READINGS = 8
_HIGHEST_ORDER = 4
_FALL = 0.4  # of the whole fall
_MAY_BE_LATE = 3
_OFF = 6.0  # standard errors


def initial_current(time_s: ArrayLike, current_a: ArrayLike, steady_a: float) -> Mixture:
    """Extrapolate to t = 0 as a polynomial in the square root of time.

    While the profile of the salt still spreads from the electrodes as in a half space, the
    current falls with the root of time (H. S. Carslaw, J. C. Jaeger, Conduction of Heat in Solids,
    1959). Polynomials of first to fourth order through 40 % of the fall count by AICc; the
    doubt of the order is part of the result. Charging of the interfaces must be over: leave those
    readings out.

    Parameters
    ----------
    time_s, current_a : array_like, shape (n,)
        Time since the step, > 0 and increasing.
    steady_a : float
        Where the current runs to.

    Returns
    -------
    Mixture
        Of the initial current in A.

    Raises
    ------
    ValueError
        If the shapes differ, times are not > 0 and increasing, or fewer than 8 readings lie in
        the first 40 % of the fall.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(1.0, 400.0)
    >>> noise = np.random.default_rng(2).normal(0, 1e-9, t.size)
    >>> i = 2e-6 + 8e-6 * np.exp(-np.sqrt(t) / 10) + noise
    >>> f"{initial_current(t, i, 2e-6).mean * 1e6:.2f} uA"
    '10.00 uA'
    """
    t = np.asarray(time_s, dtype=np.float64)
    i = np.asarray(current_a, dtype=np.float64)
    if t.ndim != 1 or t.shape != i.shape:
        raise ValueError(f"time_s and current_a must have one shape (n,); got {t.shape}, {i.shape}")
    if not (np.isfinite(t).all() and np.isfinite(i).all()):
        raise ValueError("time_s and current_a must be finite")
    if t.size == 0 or t[0] <= 0 or (np.diff(t) <= 0).any():
        raise ValueError("time_s must increase and be > 0: it counts from the step of the voltage")
    many = _at_first(i, steady_a)
    if many < FEWEST_READINGS:
        raise ValueError(
            f"{many} readings lie in the first 40 % of the current's fall; {FEWEST_READINGS} are "
            "needed to extrapolate to the instant of the step: sample faster at first"
        )
    root, y = np.sqrt(t[:many]), i[:many]
    fits = [_polynomial(root, y, order) for order in range(1, min(_HIGHEST_ORDER, many - 5) + 1)]
    centre, scale, freedom, aicc = (np.array(values) for values in zip(*fits, strict=True))
    return mixture(centre, scale, freedom, akaike_weights(aicc))


def unsettled_readings(time_s: ArrayLike, current_a: ArrayLike, steady_a: float) -> int:
    """Count the first readings, three at most, that are off the curve of all later ones.

    While a potentiostat settles or changes its range a reading or two show less, or more, than
    the cell's current; one of them would bend the whole extrapolation. Off is what lies 6
    standard errors from the curve of the later readings carried back to its time.

    Parameters
    ----------
    time_s, current_a, steady_a
        As for `initial_current`.

    Examples
    --------
    >>> import numpy as np
    >>> t = np.arange(1.0, 400.0)
    >>> i = 2e-6 + 8e-6 * np.exp(-np.sqrt(t) / 10) + np.random.default_rng(2).normal(0, 1e-9, 399)
    >>> unsettled_readings(t, i, 2e-6)
    0
    >>> i[0] -= 1e-7
    >>> unsettled_readings(t, i, 2e-6)
    1
    """
    t, i = np.asarray(time_s, dtype=np.float64), np.asarray(current_a, dtype=np.float64)
    many = _at_first(i, steady_a)
    if many < FEWEST_READINGS + _MAY_BE_LATE:
        return 0
    root = np.sqrt(t[:many])
    for place in reversed(range(_MAY_BE_LATE)):
        # carried back by the root of time, so that the polynomial's value at 0 is that reading's
        later, y = root[place + 1 :] - root[place], i[place + 1 : many]
        orders = range(1, min(_HIGHEST_ORDER, len(y) - 5) + 1)
        value, error, _, _, noise = min(
            ((*_polynomial(later, y, order), _noise(later, y, order)) for order in orders),
            key=lambda fit: fit[3],
        )
        if abs(i[place] - value) > _OFF * np.hypot(error, noise):
            return place + 1
    return 0


def _at_first(i: Float, steady: float) -> int:
    """How many of the first readings to use: until so much of the fall, noise smoothed over."""
    first = float(np.median(i[:3]))
    left = np.abs(i - steady) / max(abs(first - steady), 1e-300)
    beyond = np.flatnonzero(left < 1 - _FALL)
    return int(beyond[0]) if beyond.size else i.size


def _polynomial(root: Float, y: Float, order: int) -> tuple[float, float, float, float]:
    """Value at 0, its standard error, degrees of freedom, AICc."""
    scaled = root / root[-1]
    columns = scaled[:, None] ** np.arange(order + 1)
    found = np.linalg.lstsq(columns, y, rcond=None)[0]
    n, k = len(y), order + 2
    squares = float(np.sum((y - columns @ found) ** 2))
    freedom = n - order - 1
    inverse = np.linalg.inv(columns.T @ columns)
    error = float(np.sqrt(max(squares, 1e-300) / freedom * inverse[0, 0]))
    aicc = n * np.log(max(squares, 1e-300) / n) + 2 * k * n / max(n - k - 1, 1)
    return float(found[0]), error, float(freedom), float(aicc)


def _noise(root: Float, y: Float, order: int) -> float:
    """Standard deviation of a reading about the polynomial."""
    columns = (root / root[-1])[:, None] ** np.arange(order + 1)
    left = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return float(np.sqrt(left @ left / (len(y) - order - 1)))
