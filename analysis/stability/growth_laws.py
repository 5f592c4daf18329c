"""Laws by which the resistance of an interphase grows, and their least squares.

``added``: R = R0 + k t^n, a layer that begins at t = 0 beside what is there. ``continued``:
R^(1/n) = R0^(1/n) + k^(1/n) t, one layer that was there and goes on. ``aged``:
R = R0 + k (t + a)^n, a layer that began a time a before, beside what is there: the other two are
its ends. n = 1/2 is growth limited by diffusion through the layer (Wagner, Z. Phys. Chem. B 21
(1933) 25), n = 1 by the reaction.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Law: TypeAlias = Literal["added", "continued", "aged"]
LAWS: Final[tuple[Law, ...]] = ("added", "continued", "aged")
PARAMETERS: Final[Mapping[Law, tuple[str, ...]]] = {
    "added": ("initial", "rate", "exponent"),
    "continued": ("initial", "rate", "exponent"),
    "aged": ("initial", "rate", "exponent", "age"),
}
EXPONENTS: Final = (0.05, 3.0)
_STARTS: Final = (0.3, 0.6, 1.2)
_FAR: Final = 30.0  # of a logarithm: nothing, or everything


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Resistances of shape (n,) over hours, with standard errors, both divided by ``scale``."""

    time_h: Floats
    resistance: Floats
    error: Floats
    scale: float


def resistance_of(
    law: Law, time: Floats, initial: float, rate: float, exponent: float, age: float = 0.0
) -> Floats:
    """Return R at each time, shape (n,), in the unit of ``initial``; ``age`` in that of time.

    >>> resistance_of("added", np.array([0.0, 4.0]), 5.0, 3.0, 0.5)
    array([ 5., 11.])
    >>> resistance_of("continued", np.array([0.0, 4.0]), 5.0, 3.0, 1.0)
    array([ 5., 17.])
    """
    if law != "continued":
        return np.asarray(initial + rate * (time + age) ** exponent)
    inverse = 1 / exponent
    size = max(initial, rate, 1e-300)  # powers of ratios do not overflow
    inside = (initial / size) ** inverse + (rate / size) ** inverse * time
    return np.asarray(size * inside**exponent)


def least_squares(
    law: Law, series: Series, fixed: Mapping[str, float], start: Floats | None = None
) -> tuple[float, Floats]:
    """Return the least chi-squared and the law's parameters, in their order, scaled.

    ``fixed`` holds some of them. Without a ``start`` it begins from several exponents, since
    chi-squared may have more than one minimum.
    """
    from scipy.optimize import leastsq

    names = PARAMETERS[law]
    free = [at for at, name in enumerate(names) if name not in fixed]
    held = np.array([fixed.get(name, 1.0) for name in names])

    def whole(x: Floats) -> Floats:
        """Undo the logarithms of resistance and rate; keep the exponent within its ends."""
        parameters = held.copy()
        parameters[free] = x
        for at in free:
            is_exponent = names[at] == "exponent"
            low, high = EXPONENTS if is_exponent else (-_FAR, _FAR)
            inside = min(max(float(parameters[at]), low), high)
            parameters[at] = inside if is_exponent else math.exp(inside)
        return parameters

    def residuals(x: Floats) -> Floats:
        model = resistance_of(law, series.time_h, *whole(x).tolist())
        return np.asarray((series.resistance - model) / series.error)

    found = []
    for guess in [_guess(law, series, n) for n in _STARTS] if start is None else [start]:
        logs = np.log(np.maximum(guess, math.exp(-_FAR)))
        logs[2] = guess[2]
        solved = leastsq(residuals, logs[free], full_output=True, maxfev=300)[0]
        left = residuals(solved)
        found.append((float(left @ left), whole(solved)))
    return min(found, key=lambda each: each[0])


def _guess(law: Law, series: Series, exponent: float) -> Floats:
    """Return a start: initial and rate by linear least squares at an exponent, kept above zero."""
    power = 1 / exponent if law == "continued" else 1.0
    age = np.ptp(series.time_h) / 10 if law == "aged" else 0.0
    x = series.time_h if law == "continued" else (series.time_h + age) ** exponent
    slope, offset = np.polyfit(x, series.resistance**power, 1)
    initial, rate = (max(float(each), 1e-4) ** (1 / power) for each in (offset, slope))
    return np.array([initial, rate, exponent, age][: len(PARAMETERS[law])])
