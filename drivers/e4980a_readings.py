"""The points of a list sweep of an E4980A, as text or as a block, read with suspicion.

Source: Keysight E4980A/AL User's Guide, E4980-90230, "Save/Recall": data A and data B with a fixed
number of digits, the status of the measurement, and for a list whether it is within limits. In a
block all four are doubles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .blocks import doubles
from .errors import BadReplyError
from .readings import Flag
from .scpi import parse_printed

FIELDS: Final = 4
"""Of each point of a list: data A, data B, status, and whether it is within limits."""
DIGITS: Final = 10
"""Of a number while ``:FORM:ASC:LONG`` is on."""
STATUS: Final = {
    0: Flag.NONE,
    1: Flag.OVERLOAD,
    3: Flag.COMPLIANCE,  # the source's own limit
    4: Flag.COMPLIANCE,  # the level control cannot keep the level
}


def points_of_text(reply: str, count: int) -> list[tuple[complex, Flag]]:
    """Read ``count`` points; ``BadReplyError`` for a number without all its digits.

    >>> points_of_text("+1.200000000E+03,-5.000000000E+01,+0,+0", 1)
    [((1200-50j), <Flag.NONE: 0>)]
    """
    texts = reply.split(",")
    if len(texts) != FIELDS * count:
        raise BadReplyError(f"expected {count} points of {FIELDS} fields, got {len(texts)} fields")
    return [_printed_point(texts[n : n + FIELDS]) for n in range(0, len(texts), FIELDS)]


def points_of_block(block: bytes, count: int) -> list[tuple[complex, Flag]]:
    """Read ``count`` points; ``BadReplyError`` for a block of another length."""
    numbers = doubles(block, FIELDS * count)
    rows = (numbers[n : n + FIELDS] for n in range(0, len(numbers), FIELDS))
    return [_point(row[0], row[1], row[2]) for row in rows]


def _printed_point(fields: Sequence[str]) -> tuple[complex, Flag]:
    if not re.fullmatch(r"[+-]\d", fields[2]):
        raise BadReplyError(f"expected a sign and a digit as status, got {fields[2]!r}")
    if int(fields[2]) == 1:
        return _point(0.0, 0.0, 1)
    real_ohm, imaginary_ohm = (parse_printed(text, DIGITS) for text in fields[:2])
    return _point(real_ohm, imaginary_ohm, int(fields[2]))


def _point(real_ohm: float, imaginary_ohm: float, status: float) -> tuple[complex, Flag]:
    """Join the fields of a point; what was overloaded is not a number."""
    if status not in STATUS:
        raise BadReplyError(f"expected one of the statuses {sorted(STATUS)}, got {status:g}")
    flags = STATUS[int(status)]
    if Flag.OVERLOAD in flags:
        return complex("nan+nanj"), flags
    return complex(real_ohm, imaginary_ohm), flags
