"""The doubt of a number that is computed from doubtful numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from ..geometry import Quantity


def propagated(
    function: Callable[..., float], inputs: Mapping[str, Quantity], unit: str
) -> Quantity:
    """Value of a function of independent quantities with its standard uncertainty.

    The law of propagation of uncertainty to first order (JCGM 100:2008, equation 10), with each
    slope taken across one standard uncertainty to either side, so that it is the mean slope over
    the range that matters. Quantities whose uncertainty is None count as exact; where all are,
    the result has none.

    Raises whatever `function` raises, at the values or one standard uncertainty beside them.

    Examples
    --------
    >>> inputs = {"a": Quantity(3.0, 0.03, "m"), "b": Quantity(4.0, 0.04, "m")}
    >>> area = propagated(lambda a, b: a * b, inputs, "m2")
    >>> f"{area.value:.2f} +- {area.standard_error:.3f}"
    '12.00 +- 0.170'
    """
    values = {name: quantity.value for name, quantity in inputs.items()}
    parts = [
        (
            function(**values | {name: q.value + q.standard_error})
            - function(**values | {name: q.value - q.standard_error})
        )
        / 2
        for name, q in inputs.items()
        if q.standard_error
    ]
    known = any(q.standard_error is not None for q in inputs.values())
    return Quantity(function(**values), math.hypot(*parts) if known else None, unit)


def exact(value: float, unit: str) -> Quantity:
    """A quantity without a stated uncertainty."""
    return Quantity(value, None, unit)


def require_positive(**named: float) -> None:
    """Raise ``ValueError`` that names the first value that is not finite and above zero.

    Examples
    --------
    >>> require_positive(thickness_m=-1.0)
    Traceback (most recent call last):
    ValueError: thickness_m is -1; it must be finite and above 0
    """
    for name, value in named.items():
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"{name} is {value:g}; it must be finite and above 0")
