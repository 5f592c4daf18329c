"""Whether a resistance falls: no law of growth is for that, and it must not pass for a steady one.

Contacts that creep into place, and a cell that warms up, lower the resistance of an interface.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from .growth_laws import Floats, Series

CHANCE: Final = 0.005  # of calling a steady resistance a falling one


def falling_resistance(series: Series) -> Floats | None:
    """Return R of shape (n,) on the weighted straight line of ln R over time, if it falls.

    ``None`` unless its slope is below zero by Student's t at 99.5 %, with the scatter about it for
    its error. In units of the series.

    Examples
    --------
    >>> hours = np.arange(10.0)
    >>> fallen = 2 * np.exp(-0.1 * hours)
    >>> falling_resistance(Series(hours, fallen, 0.01 * fallen, 1.0)).round(3)[[0, -1]]
    array([2.   , 0.813])
    >>> falling_resistance(Series(hours, fallen[::-1], 0.01 * fallen, 1.0)) is None
    True
    """
    from scipy.special import stdtrit

    weight = (series.resistance / series.error) ** 2
    weight = weight / weight.sum()
    logs = np.log(series.resistance)
    x = series.time_h - float(weight @ series.time_h)
    mean, sxx = float(weight @ logs), float(weight @ x**2)
    slope = float(weight @ (x * logs)) / sxx
    left = logs - mean - slope * x
    free = logs.size - 2
    error = math.sqrt(float(weight @ left**2) / free / sxx)
    if slope >= float(stdtrit(free, CHANCE)) * error:
        return None
    return np.asarray(np.exp(mean + slope * x))
