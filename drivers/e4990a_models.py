"""What a Keysight E4990A is fitted with, how long it measures, and how sure we are of it.

Source: Keysight E4990A Impedance Analyzer Help (pages on FORMat, SENSe, SOURce, TRIGger); and the
commands as programs use them on real instruments: ``rjollos/e4990a``, the drivers of D. González
Chávez, of ISR (``CompensateChannelSubsystem``) and two more, which agree on sweep, level, bias and
compensation. Two of them have 2 to 1601 points, 5 mV to 1 V and 40 V of bias either way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .capabilities import Identity
from .errors import WrongInstrumentError
from .impedance_sweeps import Reach

IDENTITY: Final = re.compile(r"(Agilent|Keysight) Technologies,\s*E4990A,", re.IGNORECASE)
HIGHEST_HZ: Final = {"010": 10e6, "020": 20e6, "030": 30e6, "050": 50e6, "120": 120e6}
"""By option; an instrument has one of them."""
FREQUENCY_MIN_HZ: Final = 20.0
LEAST_V: Final = 5e-3
"""The lowest test level; the source cannot be switched off."""
APERTURE_S: Final = {1: 3e-3, 2: 12e-3, 3: 26e-3, 4: 63e-3, 5: 190e-3}
"""Time of a point, by measurement time 1 (fast) to 5 (precise)."""
PERIODS: Final = {1: 1.0, 2: 2.0, 3: 4.0, 4: 6.0, 5: 10.0}
"""At low frequencies a point takes at least so many periods."""

UNVERIFIED: Final = (
    ("`*OPT?` lists 010, 020, 030, 050 or 120", "`highest_hz`: else 10 MHz are taken for the end"),
    ("0.2 mA to 20 mA rms; bias currents to 0.1 A", "`reach_of`"),
    ("`:SOUR1:CURR`, `:SOUR1:BIAS:CURR`", "spelt like those for voltages, which are known"),
    ("time of a point by aperture and frequency", "`point_time_s`; only patience rests on it"),
    (
        "`*OPC` behind `:TRIG:SING` sets bit 0 of `*ESR?` at the end of the sweep",
        "`_is_complete`; programs are known that wait for `*OPC?` behind it",
    ),
    (
        "data and frequencies are told in the same order",
        "each point is taken with the frequency at its place; both are recorded",
    ),
    (
        "an overload is told in the error queue, or as 9.9E37",
        "every point of the sweep is flagged, or the point",
    ),
    (
        "`:FORM:DATA` holds for `:CALC1:DATA:RDAT?`",
        'one program relies on it; or transfer = "ascii"',
    ),
    ("5 mV is as good as no signal", "`switch_off`: the source has no less"),
)
"""What could not be read in a manual: what is assumed, and where it stands."""


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("Keysight Technologies,E4990A,MY54101596,A.01.03").model
    'E4990A'
    """
    found = IDENTITY.match(reply)
    fields = [part.strip() for part in reply.split(",")]
    if found is None or len(fields) != 4:
        raise WrongInstrumentError(f"expected a Keysight E4990A, and {reply!r} answered")
    return Identity(manufacturer=fields[0], model="E4990A", serial=fields[2], firmware=fields[3])


def highest_hz(options: Sequence[str]) -> float:
    """Return the highest frequency with these options; without a known one, the lowest of all.

    >>> highest_hz(("001", "120"))
    120000000.0
    """
    found = [HIGHEST_HZ[option] for option in options if option in HIGHEST_HZ]
    return max(found, default=min(HIGHEST_HZ.values()))


def reach_of(options: Sequence[str]) -> Reach:
    """Return what an instrument with these options can do."""
    end_hz = highest_hz(options)
    return Reach(
        name=f"E4990A to {end_hz / 1e6:g} MHz",
        frequency_hz=(FREQUENCY_MIN_HZ, end_hz),
        points=(2, 1601),
        amplitude_v=(LEAST_V, 1.0),
        amplitude_a=(200e-6, 20e-3),
        bias_v=40.0,
        bias_a=0.1,
    )


def point_time_s(frequency_hz: float, aperture: int, averages: int) -> float:
    """Estimate how long one point takes.

    >>> point_time_s(1e6, 3, 4)
    0.104
    """
    return averages * max(APERTURE_S[aperture], PERIODS[aperture] / frequency_hz)
