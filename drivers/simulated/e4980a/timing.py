"""How long the simulated LCR meter takes for one point.

After the data sheet of the E4980A (5989-4435EN), table "Measurement time", from memory of it: time
in ms at 20 Hz, 100 Hz, 1 kHz, 10 kHz, 100 kHz, 1 MHz and 2 MHz. Between them a point takes what
lies between.
"""

from __future__ import annotations

import math

import numpy as np

_AT_HZ = (20.0, 100.0, 1e3, 1e4, 1e5, 1e6, 2e6)
_TAKES_MS = {
    "SHOR": (330.0, 100.0, 20.0, 7.7, 5.7, 5.6, 5.6),
    "MED": (380.0, 180.0, 110.0, 92.0, 89.0, 88.0, 88.0),
    "LONG": (480.0, 300.0, 240.0, 230.0, 220.0, 220.0, 220.0),
}


def point_s(frequency_hz: float, aperture: str, averages: int) -> float:
    """Return the time of one point.

    >>> point_s(1e3, "SHOR", 4)
    0.08
    """
    takes_ms = np.interp(
        math.log(frequency_hz), [math.log(at_hz) for at_hz in _AT_HZ], _TAKES_MS[aperture]
    )
    return averages * round(float(takes_ms), 6) / 1e3
