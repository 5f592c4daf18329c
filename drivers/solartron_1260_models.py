"""What a Solartron 1260 or 1255 reaches, what it prints, and how sure we are of it.

Source: as in ``solartron_1260.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .capabilities import Identity
from .errors import BadReplyError, WrongInstrumentError
from .impedance_sweeps import Reach
from .readings import Flag
from .segments import ImpedanceMode, ImpedanceSweep

ASKED: Final = "?{}"
NO_ERROR: Final = 0.0
RANGING_S: Final = 0.3
RESOLUTION: Final = 1e-9  # of a level that is zero
FULL_SIGNAL_UP_TO_HZ: Final = 1e7
SIGNAL_V, SIGNAL_ABOVE_V = 3.0, 1.0
SIGNAL_A, SIGNAL_ABOVE_A = 60e-3, 20e-3

REACH_1260: Final = Reach(
    name="1260",
    frequency_hz=(1e-5, 32e6),
    points=(1, 10_000),
    amplitude_v=(1e-4, SIGNAL_V),
    amplitude_a=(1e-6, SIGNAL_A),
    bias_v=40.95,
    bias_a=0.1,
)

UNVERIFIED: Final = (
    ("a setting is asked for with `?` before its two letters", "1250 manual; `ASKED`"),
    ("`?ER` answers the last error, 00 if there is none; `CE` clears it", "1287 program; `Fra`"),
    ("`BK` stops generator and measurement", "`*RST` is named as its equal; `Fra.switch_off`"),
    (
        "`IP 1,1` and `OU 1,0` are right for a cell",
        "sent by vtipy; two sources name them otherwise",
    ),
    ("`SO 1,3` is V1 by current, `SO 1,2` V1 by V2", "vtipy and the 1255B script; `ON_THE_CELL`"),
    ("error digits 1 to 9 of a reading all mean that it is not to be trusted", "`parse_point`"),
    ("least amplitudes 0.1 mV and 1 µA", "`REACH_1260`"),
    ("60 mA and 3 V up to 10 MHz, 20 mA and 1 V above", "one program for it"),
    ("bias up to 40.95 V and 100 mA; integration 0.01 s to 1e5 s", "one program for it"),
    ("1255: up to 1 MHz", "the model 1255B; `solartron_1287_1260`"),
    ("exponents of two digits are taken", "vtipy sends them; one program says one digit"),
)
"""What no manual page could be read for: (what is assumed, where it stands)."""

_IDENTITY: Final = re.compile(r"\b(1260|1255)([AB]?)\b[^,]*ANALY[SZ]ER", re.IGNORECASE)
_PARAMETER: Final = r"([+-]\d\.\d{4}E[+-]\d\d)"
_POINT: Final = re.compile(
    rf"(\+\d\.\d{{7}}E[+-]\d\d),{_PARAMETER},{_PARAMETER},(\d)(?:,[+-]?\d\d?)?"
)


@dataclass(frozen=True, slots=True)
class FraPoint:
    """One reading: the quotient of two inputs, in ohm where the second one is the current."""

    frequency_hz: float
    ratio: complex
    flags: Flag


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("SCHLUMBERGER TECHNOLOGIES, 1260 IMPEDANCE ANALYZER, 0, 0").model
    '1260'
    """
    found = _IDENTITY.search(reply)
    if found is None:
        raise WrongInstrumentError(f"expected a Solartron 1260 or 1255, and {reply!r} answered")
    return Identity(
        manufacturer="Solartron", model=found[1] + found[2].upper(), serial="", firmware=""
    )


def parse_point(reply: str) -> FraPoint:
    """Read one reading: frequency, two parameters, error, limits.

    >>> parse_point("+1.0000000E+06,+3.8510E+00,-7.5417E+01,0,00").ratio
    (3.851-75.417j)
    """
    found = _POINT.fullmatch(reply)
    if found is None:
        raise BadReplyError(f"expected a frequency, two numbers and an error, got {reply!r}")
    flags = Flag.NONE if found[4] == "0" else Flag.OVERLOAD
    return FraPoint(float(found[1]), complex(float(found[2]), float(found[3])), flags)


def highest_signal(sweep: ImpedanceSweep) -> tuple[float, str]:
    """Return the largest signal (rms) that the generator has in a sweep, and its unit."""
    is_high = sweep.frequency_max_hz > FULL_SIGNAL_UP_TO_HZ
    if sweep.mode is ImpedanceMode.GALVANOSTATIC:
        return SIGNAL_ABOVE_A if is_high else SIGNAL_A, "A"
    return SIGNAL_ABOVE_V if is_high else SIGNAL_V, "V"
