"""Logarithmic axes whose numbers read as numbers, as far as they are short."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

_PLAIN_FROM: Final = 1e-3
_PLAIN_TO: Final = 1e5
Strings = Callable[[Sequence[float], float, float | None], list[str]]


def write_plainly(axis: Any) -> None:
    """Let a logarithmic axis write 20 and not 2·10¹."""
    axis.logTickStrings = partial(plain_strings, axis.logTickStrings)


def plain_strings(
    powers: Strings, values: Sequence[float], scale: float, spacing: float | None
) -> list[str]:
    """Return what stands at the logarithms ``values``; beyond 0.001 and 100 000 the powers stay.

    >>> plain_strings(lambda values, *_: ["power"] * len(values), [-3.0, 1.30103, 4.0, 6.0], 1, 1)
    ['0.001', '20', '10000', 'power']
    """
    numbers = 10 ** np.asarray(values, dtype=float) * scale
    pairs = zip(numbers.tolist(), powers(values, scale, spacing), strict=True)
    return [_plain(number) or power for number, power in pairs]


def _plain(number: float) -> str:
    if not 0.999 * _PLAIN_FROM <= number < 0.999 * _PLAIN_TO:
        return ""
    return f"{number:.0f}" if number > 999 else f"{number:.3g}"
