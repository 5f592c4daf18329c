"""A published number beside ours, and the verdict on the two."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

REPRODUCED: Final = "reproduced"
WITHIN_ROUNDING: Final = "within rounding"
WITHIN_STATED: Final = "within stated deviation"
INCONSISTENT: Final = "published value is inconsistent"
RECORDED: Final = "recorded (nothing to compute)"
FAILED: Final = "FAILED"

_PIN = 2e-3
_LARGEST_ROUNDING = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the validation table.

    `item` names the quantity and its unit. `deviation` is ours over published less one, None
    where a number stands beside no number. `verdict` is one of the words above, an inconsistent
    published value with its reason in brackets.
    """

    item: str
    source: str
    published: float | str | None
    ours: float | str | None
    deviation: float | None
    verdict: str

    @property
    def failed(self) -> bool:
        """Whether ours is not what it should be."""
        return self.verdict.startswith(FAILED)


def compare(
    item: str,
    source: str,
    published: str,
    ours: float,
    *,
    allowed: float = 0.0,
    inconsistent: str = "",
    expected: float | None = None,
) -> Check:
    """Judge our number against a published one.

    Parameters
    ----------
    published : str
        As printed, so that its last digit is known.
    ours : float
    allowed : float
        Relative deviation that is stated and accepted beforehand.
    inconsistent : str
        Why the published value cannot come out of the published inputs; empty if it can. Then
        `expected` is what these inputs give, and ours must be that to within 0.2 %.

    Examples
    --------
    >>> compare("E / Wh kg-1", "a table", "83.1", 83.098).verdict
    'reproduced'
    >>> compare("E / Wh kg-1", "a table", "83.1", 83.17).verdict
    'within rounding'
    >>> compare("E / Wh kg-1", "a table", "83.1", 83.7, allowed=0.01).verdict
    'within stated deviation'
    >>> compare("E / Wh kg-1", "a table", "50.7", 46.19, expected=46.2,
    ...         inconsistent="the mass is not the printed one").verdict
    'published value is inconsistent (the mass is not the printed one)'
    >>> compare("E / Wh kg-1", "a table", "83.1", 84.0).verdict
    'FAILED'
    >>> compare("gain / %", "a table", "7", 7.6).verdict
    'FAILED'
    """
    value = float(published)
    deviation = ours / value - 1 if value else None
    off = abs(ours - value)
    last = _last_digit(published)
    if inconsistent:
        if expected is None or not math.isclose(ours, expected, rel_tol=_PIN):
            verdict = FAILED
        else:
            verdict = f"{INCONSISTENT} ({inconsistent})"
    elif off <= last / 2 * (1 + 1e-9):
        verdict = REPRODUCED
    elif off <= last * (1 + 1e-9) and off <= _LARGEST_ROUNDING * abs(value):
        verdict = WITHIN_ROUNDING
    elif allowed and deviation is not None and abs(deviation) <= allowed:
        verdict = WITHIN_STATED
    else:
        verdict = FAILED
    return Check(
        item=item,
        source=source,
        published=value,
        ours=ours,
        deviation=deviation,
        verdict=verdict,
    )


def holds(
    item: str, source: str, published: str | float, ours: str | float, *, good: bool
) -> Check:
    """A statement that holds or does not, where no two numbers are compared."""
    return Check(
        item=item,
        source=source,
        published=published,
        ours=ours,
        deviation=None,
        verdict=REPRODUCED if good else FAILED,
    )


def recorded(
    item: str, source: str, published: str | float, ours: str | float | None = None
) -> Check:
    """A published value that nothing here computes, or a number of ours that nobody published."""
    return Check(
        item=item,
        source=source,
        published=published,
        ours=ours,
        deviation=None,
        verdict=RECORDED,
    )


def _last_digit(printed: str) -> float:
    """Place value of the last printed digit.

    >>> _last_digit("83.1"), _last_digit("120"), _last_digit("1.2e-10")
    (0.1, 1.0, 1e-11)
    """
    mantissa, _, power = printed.lower().partition("e")
    _, _, decimals = mantissa.partition(".")
    return float(f"1e{int(power or 0) - len(decimals)}")
