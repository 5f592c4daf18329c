"""What each model of the Keysight B2900A series can source, and how sure we are of it.

Source: Keysight B2900 User's Guide, edition 5 (B2910-90010), tables 2-3 to 2-5; data sheet of the
B2900A series; "Limit/Compliance" of the B2961A/B2962A User's Guide, whose output stage is the same.
"""

from __future__ import annotations

import re
from typing import Final

from .capabilities import Identity
from .errors import WrongInstrumentError
from .scpi_session import identity_in
from .source_models import SourceModel

IDENTITY: Final = re.compile(
    r"^((?:Keysight|Agilent) Technologies),\s*(B2901A|B2902A|B2911A|B2912A)\s*,", re.IGNORECASE
)
CHANNELS: Final = {"B2901A": 1, "B2902A": 2, "B2911A": 1, "B2912A": 2}

_RANGES_A = (1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1.5, 3.0)


def _model(name: str, ranges_a: tuple[float, ...]) -> SourceModel:
    return SourceModel(
        name=name,
        current_ranges_a=ranges_a,
        voltage_ranges_v=(0.2, 2.0, 20.0, 200.0),
        corners=((6.0, 3.03), (21.0, 1.515), (210.0, 0.105)),
        voltage_limit_min_v=0.02,
        current_limit_min_a=1e-9,
        tight_range_a=1.5,
    )


MODELS: Final = (
    _model("B2901A", _RANGES_A),
    _model("B2902A", _RANGES_A),
    _model("B2911A", (1e-8, *_RANGES_A)),
    _model("B2912A", (1e-8, *_RANGES_A)),
)

UNVERIFIED: Final = (
    ("settings of the trigger", "spelling of :TRIG[c]:SOUR AINT, :TRIG[c]:COUN and :ARM[c]:COUN"),
    ("timer of the readings", "spelling of :SYST:TIME:TIM:COUN:RES; it counts from power-on"),
    (":MEAS? while the output is off", "answers; whether the output is on is asked beside it"),
    ("HIZ", "taken to open the output switch; the manual calls it the condition after output off"),
    ("integration times", "0.5 to 10 power line cycles are used, of a wider range"),
    ("time of one reading", "taken as two integrations, of the voltage and of the current"),
    ("digits of a reading", "seven, as in the manual's example; more would be refused"),
    ("both channels at once", "the sum of their currents is limited too, and not checked here"),
    ("limit and level beyond a corner", "refused by the instrument; never asked of it"),
)
"""What could not be read in a manual: (what, where it stands)."""


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("Keysight Technologies,B2902A,MY51140123,3.4.2011.5100").model
    'B2902A'
    """
    found = IDENTITY.match(reply)
    if found is None:
        raise WrongInstrumentError(
            f"expected a Keysight B2901A, B2902A, B2911A or B2912A, and {reply!r} answered"
        )
    return identity_in(reply, found[1], found[2].upper())
