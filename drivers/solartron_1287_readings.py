"""One reading of a Solartron 1287 or 1286, and the time of day that it bears.

Source: SI 1287 User Guide, 12876000, chapter 4, section 5.3 (compressed ASCII output); the order of
the fields as in ``UNVERIFIED`` of ``solartron_1287.py``.
"""

from __future__ import annotations

import re
from typing import Final

from .errors import BadReplyError
from .readings import Flag, Reading

_VALUE: Final = r"([+-]\d\.\d{5}E[+-]\d\d)"
READING: Final = re.compile(
    rf"{_VALUE},{_VALUE},(\d\d),(\d\d),([01]\d|2[0-3]),([0-5]\d),([0-5]\d),(\d\d)"
)
_DAY_S: Final = 86_400.0


def parse_reading(reply: str) -> Reading:
    """Read voltage, current, an error of each, and the time; ``time_s`` is that of the day.

    Both are turned round, so that a positive current is anodic. Raises ``BadReplyError``.

    >>> parse_reading("-1.50000E-01,+1.00000E-03,00,00,00,00,12,50")
    Reading(time_s=12.5, voltage_v=0.15, current_a=-0.001, flags=<Flag.NONE: 0>)
    """
    found = READING.fullmatch(reply)
    if found is None:
        raise BadReplyError(f"expected two values, two errors and a time, got {reply!r}")
    hours, minutes, seconds, hundredths = (int(found[n]) for n in (5, 6, 7, 8))
    return Reading(
        3600.0 * hours + 60.0 * minutes + seconds + 0.01 * hundredths,
        voltage_v=-float(found[1]),
        current_a=-float(found[2]),
        flags=Flag.NONE if found[3] == found[4] == "00" else Flag.OVERLOAD,
    )


class DayClock:
    """Makes a time that goes on out of a time of day."""

    def __init__(self) -> None:
        self._days_s = 0.0
        self._last_s: float | None = None

    def since_start_s(self, of_day_s: float) -> float:
        """Return seconds from the first midnight. ``BadReplyError`` for the time of before."""
        if self._last_s is not None:
            if of_day_s == self._last_s:
                raise BadReplyError(f"the reading at {of_day_s:.2f} s was given before")
            if of_day_s < self._last_s - _DAY_S / 2:
                self._days_s += _DAY_S
        self._last_s = of_day_s
        return self._days_s + of_day_s
