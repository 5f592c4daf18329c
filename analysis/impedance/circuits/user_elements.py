"""Elements of one's own: a function for the impedance and, if at hand, its derivatives."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from ..arrays import Complex
from .elements import ELEMENTS, FARAD, HENRY, OHM, SIGMA, TAU, Element, Parameter
from .frequencies import Frequencies

UserLaw: TypeAlias = Callable[..., ArrayLike]
UserDerivative: TypeAlias = Callable[..., Sequence[ArrayLike]]

_KNOWN_UNITS = {parameter.unit: parameter for parameter in (OHM, FARAD, HENRY, SIGMA, TAU)}
_RADIUS = 0.01
_CIRCLE = _RADIUS * np.exp(2j * np.pi * np.arange(8) / 8)
_NOT_ANALYTIC = 1e-6


def user_element(
    symbol: str,
    parameters: Sequence[str | Parameter],
    law: UserLaw,
    *,
    derivative: UserDerivative | None = None,
    lower: Sequence[float] | None = None,
    upper: Sequence[float] | None = None,
    meaning: str = "user element",
) -> Element:
    """Make an element for :func:`parse_circuit` from a function.

    Parameters
    ----------
    symbol : str
        Letters only, not the symbol of an element that exists, not ``p``.
    parameters : sequence of str or Parameter
        For each parameter its unit; such a parameter is positive and fitted in its logarithm.
        A :class:`Parameter` says more: an exponent is ``Parameter("", "linear", 0.2, 1.0)``.
    law : callable
        ``law(s, p0, p1, ...)`` gives Z in ohm for ``s = j omega`` in rad/s, shape (n,), and
        parameters of shape (..., 1), by NumPy's rules for whole arrays.
    derivative : callable, optional
        Called likewise, gives (dZ/dp0, dZ/dp1, ...). Without it the law is also called with
        complex parameters near the real ones, and must be analytic in each of them.
    lower, upper : sequence of float, optional
        Bounds of the parameters.
    meaning : str
        A few words for people.

    Raises
    ------
    ValueError
        If the symbol is taken or not made of letters, or the bounds do not fit. On evaluation:
        if the law is not analytic in a parameter, or a shape is wrong.

    Notes
    -----
    The complex step needs a real function; Z is complex. An analytic function's derivative is
    also its mean over a small circle, weighted by the inverse direction: eight points on a
    circle of 0.01 leave an error near 1e-13 without any difference of close numbers (J. N.
    Lyness, C. B. Moler, SIAM J. Numer. Anal. 4 (1967) 202). The same mean with the direction
    itself vanishes for an analytic function, and shows one that is not.

    Examples
    --------
    >>> from solidcell.analysis.impedance import parse_circuit
    >>> leaky = user_element("X", ("ohm", "s"), lambda s, r, tau: r / (1 + s * tau))
    >>> circuit = parse_circuit("R0-X1", elements=[leaky])
    >>> circuit.names
    ('R0', 'X1_0', 'X1_1')
    >>> z, slopes = circuit.impedance_and_slopes([1 / (2 * np.pi)], [1.0, 10.0, 1.0])
    >>> complex(z[0].round(9)), float(slopes[2, 0].real.round(9))
    ((6-5j), -5.0)
    """
    if not re.fullmatch("[A-Za-z]+", symbol) or symbol == "p":
        raise ValueError(f"a symbol is made of letters and is not 'p', got {symbol!r}")
    if symbol in ELEMENTS:
        raise ValueError(f"{symbol} is {ELEMENTS[symbol].meaning}; take another symbol")
    known = [_parameter(p) if isinstance(p, str) else p for p in parameters]
    bounded = _bounded(symbol, known, lower, upper)
    letters = tuple(f"p{k}" for k in range(len(bounded)))
    return Element(symbol, meaning, letters, bounded, _AnyLaw(symbol, bounded, law, derivative))


def _parameter(unit: str) -> Parameter:
    return _KNOWN_UNITS.get(unit, Parameter(unit, "log", 1e-30, 1e30))


def _bounded(
    symbol: str,
    parameters: Sequence[Parameter],
    lower: Sequence[float] | None,
    upper: Sequence[float] | None,
) -> tuple[Parameter, ...]:
    if not parameters:
        raise ValueError(f"{symbol} has no parameter")
    lows = [p.lower for p in parameters] if lower is None else lower
    highs = [p.upper for p in parameters] if upper is None else upper
    if not len(lows) == len(highs) == len(parameters):
        raise ValueError(
            f"{symbol} has {len(parameters)} parameters but {len(lows)} lower "
            f"and {len(highs)} upper bounds"
        )
    for k, (p, low, high) in enumerate(zip(parameters, lows, highs, strict=True)):
        if not low < high or (p.scale == "log" and low <= 0):
            wanted = "0 < low < high" if p.scale == "log" else "low < high"
            raise ValueError(
                f"bounds of {symbol}'s parameter {k} must be {wanted}: {low:g}, {high:g}"
            )
    return tuple(
        replace(p, lower=float(low), upper=float(high))
        for p, low, high in zip(parameters, lows, highs, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _AnyLaw:
    """A user's functions as a law of :mod:`.elements`."""

    symbol: str
    parameters: tuple[Parameter, ...]
    function: UserLaw
    derivative: UserDerivative | None

    def __call__(self, w: Frequencies, *values: Any) -> tuple[Complex, tuple[Complex, ...]]:
        shape = np.broadcast_shapes(w.s.shape, *(np.shape(value) for value in values))
        z = self._fitting(self.function(w.s, *values), shape)
        if self.derivative is None:
            return z, tuple(self._around(w, values, k, shape) for k in range(len(values)))
        given = self.derivative(w.s, *values)
        if len(given) != len(values):
            raise ValueError(
                f"the derivative of {self.symbol} gives {len(given)} arrays "
                f"for {len(values)} parameters"
            )
        slopes = []
        for parameter, value, slope in zip(self.parameters, values, given, strict=True):
            scale = value if parameter.scale == "log" else 1.0
            slopes.append(scale * self._fitting(slope, shape))
        return z, tuple(slopes)

    def _fitting(self, result: ArrayLike, shape: tuple[int, ...]) -> Complex:
        array = np.asarray(result, dtype=np.complex128)
        try:
            return np.broadcast_to(array, shape)
        except ValueError:
            raise ValueError(
                f"the law of {self.symbol} gives shape {array.shape} where {shape} is due"
            ) from None

    def _around(
        self, w: Frequencies, values: tuple[Any, ...], k: int, shape: tuple[int, ...]
    ) -> Complex:
        """Derivative by parameter k from a circle about its value."""
        away = _CIRCLE.reshape(-1, *[1] * len(shape))
        there = list(values)
        there[k] = values[k] * np.exp(away) if self._is_log(k) else values[k] + away
        z = self._fitting(self.function(w.s, *there), (len(_CIRCLE), *shape))
        slope: Complex = np.mean(z / away, axis=0)
        odd = np.abs(np.mean(z * away, axis=0)) / _RADIUS**2
        if np.any(odd > _NOT_ANALYTIC * (np.abs(slope) + np.abs(z[0]))):
            raise ValueError(
                f"the law of {self.symbol} is not analytic in parameter {k} (it takes a real "
                "part, a size or a conjugate of it): give its derivative"
            )
        return slope

    def _is_log(self, k: int) -> bool:
        return self.parameters[k].scale == "log"
