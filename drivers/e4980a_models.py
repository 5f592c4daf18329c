"""What a Keysight E4980A or E4980AL is fitted with, how long it measures, and how sure we are.

Source: Keysight E4980A/AL User's Guide, E4980-90230; levels and options by QCoDeS (driver
``keysight_e4980a``) and PyMeasure (``agilentE4980``), which agree; correction, its 201 spots and
level control by five more programs, one of which names the pages of the guide (338 to 342).
"""

from __future__ import annotations

import math
import re
from bisect import bisect
from collections.abc import Sequence
from typing import Final

from .capabilities import Identity
from .errors import WrongInstrumentError
from .impedance_sweeps import Reach

IDENTITY: Final = re.compile(r"(Agilent|Keysight) Technologies,\s*(E4980AL?),")
LIST_POINTS_AT_MOST: Final = 201
SWEEP_POINTS_AT_MOST: Final = 10_000
FREQUENCY_MIN_HZ: Final = 20.0
POWER_AND_BIAS: Final = "001"
HIGHEST_HZ: Final = {"030": 300e3, "050": 500e3, "100": 1e6}
"""Of the E4980AL, by option; without one of them it is an E4980A."""
E4980A_HIGHEST_HZ: Final = 2e6
APERTURES: Final = ("SHOR", "MED", "LONG")

_TIMED_HZ: Final = (20.0, 100.0, 1e3, 1e4, 1e5, 1e6)
_TIME_S: Final = {
    "SHOR": (0.330, 0.100, 0.020, 0.0077, 0.0057, 0.0056),
    "MED": (0.380, 0.180, 0.110, 0.092, 0.089, 0.088),
    "LONG": (0.480, 0.300, 0.240, 0.230, 0.220, 0.220),
}

UNVERIFIED: Final = (
    ("a list has 201 points at most", "`LIST_POINTS_AT_MOST`: longer sweeps are done in parts"),
    ("time of a point by aperture and frequency", "`point_time_s`; only patience rests on it"),
    (
        "an E4980AL without the option 030, 050 or 100 ends at 300 kHz",
        "`highest_hz`: the least that is sold",
    ),
    ("`:FORM:BORD` and big-endian by `NORM`", 'not relied on with the option transfer = "ascii"'),
    ("a level of 0 V leaves the cell without a signal", "`switch_off`; it is read back"),
    ("spots are told within the patience of the link, 5 s", "`_spots`; spots = 0 asks for none"),
    ("1 mV and 10 µA are the least test levels", "`reach_of`: chosen, with noise in mind"),
    ("`:BIAS:CURR` takes up to 0.1 A either way with the option 001", "`reach_of`"),
)
"""What could not be read in a manual: what is assumed, and where it stands."""


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("Keysight Technologies,E4980A,MY46618801,B.07.05").serial
    'MY46618801'
    """
    found = IDENTITY.match(reply)
    fields = [part.strip() for part in reply.split(",")]
    if found is None or len(fields) != 4:
        raise WrongInstrumentError(f"expected a Keysight E4980A or E4980AL, and {reply!r} answered")
    return Identity(manufacturer=fields[0], model=found[2], serial=fields[2], firmware=fields[3])


def highest_hz(model: str, options: Sequence[str]) -> float:
    """Return the highest frequency of a model with these options.

    An E4980AL may call itself E4980A; its option tells.

    >>> highest_hz("E4980A", ("030",)), highest_hz("E4980A", ("001",))
    (300000.0, 2000000.0)
    """
    for option, frequency_hz in HIGHEST_HZ.items():
        if option in options:
            return frequency_hz
    return min(HIGHEST_HZ.values()) if model == "E4980AL" else E4980A_HIGHEST_HZ


def reach_of(model: str, options: Sequence[str]) -> Reach:
    """Return what a model with these options can do.

    Without option 001 its bias is 1.5 V or 2 V and never a current, and its levels are smaller.
    """
    fitted = POWER_AND_BIAS in options
    return Reach(
        name=f"{model} with option 001" if fitted else f"{model} without option 001",
        frequency_hz=(FREQUENCY_MIN_HZ, highest_hz(model, options)),
        points=(1, SWEEP_POINTS_AT_MOST),
        amplitude_v=(1e-3, 20.0 if fitted else 2.0),
        amplitude_a=(10e-6, 0.1 if fitted else 0.02),
        bias_v=40.0 if fitted else 2.0,
        bias_a=0.1 if fitted else 0.0,
        bias_steps_v=() if fitted else (1.5, 2.0),
    )


def point_time_s(frequency_hz: float, aperture: str, averages: int) -> float:
    """Estimate how long one point takes; straight between the tabulated ones on log axes.

    >>> round(point_time_s(100.0, "MED", 2), 3)
    0.36
    """
    times_s = _TIME_S[aperture]
    after = bisect(_TIMED_HZ, frequency_hz)
    if after in (0, len(_TIMED_HZ)):
        return averages * times_s[min(after, len(times_s) - 1)]
    low_hz, high_hz = _TIMED_HZ[after - 1 : after + 1]
    share = math.log(frequency_hz / low_hz) / math.log(high_hz / low_hz)
    log_time = (1 - share) * math.log(times_s[after - 1]) + share * math.log(times_s[after])
    return averages * math.exp(log_time)
