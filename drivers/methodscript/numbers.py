"""Numbers as MethodSCRIPT writes them: integer digits and one SI letter, never a point.

Source: PalmSens MethodSCRIPT, "literal arguments"; letters a f p n u m (none) k M G T P E.
"""

import math
from decimal import ROUND_HALF_EVEN, Decimal

from ..errors import OutOfRangeError

RELATIVE_TOLERANCE = Decimal("1e-6")
_LETTERS = (
    ("E", 18), ("P", 15), ("T", 12), ("G", 9), ("M", 6), ("k", 3), ("", 0),
    ("m", -3), ("u", -6), ("n", -9), ("p", -12), ("f", -15), ("a", -18),
)  # fmt: skip
_LARGEST_DIGITS = 2**31 - 1


def si_number(value: float, rounding: str = ROUND_HALF_EVEN) -> str:
    """Write ``value`` in its own SI unit as integer digits and an SI letter.

    Of the letters that keep the value within 1e-6 of itself the largest is chosen, so that round
    values stay readable (0.1 is ``100m``) and the digits fit 32 bits; below 1e-12 the finest
    letter, 1e-18, sets the error. ``rounding`` is one of the ``decimal`` module's. Raises
    ``OutOfRangeError`` for values that are not finite or above 2e27 in size.

    >>> [si_number(v) for v in (0.0, 0.1, -4.2, 1 / 3, 200_000.0, 79_621.424)]
    ['0', '100m', '-4200m', '333333u', '200k', '79621424m']
    """
    if not math.isfinite(value):
        raise OutOfRangeError(f"a script argument must be finite, got {value:g}")
    if value == 0:
        return "0"
    exact = Decimal(repr(value))
    text = "0"
    for letter, exponent in _LETTERS:
        digits = exact.scaleb(-exponent).to_integral_value(rounding)
        if abs(digits) > _LARGEST_DIGITS:
            raise OutOfRangeError(f"a script argument must be below 2e27 in size, got {value:g}")
        text = f"{digits:f}{letter}" if digits else "0"
        if abs(digits.scaleb(exponent) - exact) <= RELATIVE_TOLERANCE * abs(exact):
            break
    return text
