"""What each model of the Keithley 2450 family can source, and how sure we are of it.

Source: reference manuals 2450-901-01 Rev. B, 2461-901-01 Rev. A and 2470-901-01 Rev. A,
chapter "SCPI command reference", pages of ``:SOURce[1]:<function>:RANGe``, ``[:LEVel]`` and
``:<x>LIMit``: a limit that does not fit the range of the source is changed by the instrument, with
a warning that no error query tells. What these pages do not say stands in ``UNVERIFIED``; confirm
it against the manual of your firmware before you rely on it near a limit.
"""

from __future__ import annotations

import re
from typing import Final

from .capabilities import Identity
from .errors import WrongInstrumentError
from .scpi_session import identity_in
from .source_models import SourceModel

IDENTITY = re.compile(r"^(KEITHLEY INSTRUMENTS(?: INC\.)?),\s*MODEL (2450|2460|2461|2470)\b")


_HIGH_CURRENT_A = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 4.0, 5.0, 7.0)
_HIGH_CURRENT_V = (0.2, 2.0, 7.0, 10.0, 20.0, 100.0)
_HIGH_CURRENT_CORNERS = ((7.35, 7.35), (10.5, 5.25), (21.0, 4.2), (105.0, 1.05))

MODELS = (
    SourceModel(
        name="2450",
        current_ranges_a=(1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0),
        voltage_ranges_v=(0.02, 0.2, 2.0, 20.0, 200.0),
        corners=((21.0, 1.05), (210.0, 0.105)),
        voltage_limit_min_v=0.02,
        current_limit_min_a=1e-9,
        protection_levels_v=(2, 5, 10, 20, 40, 60, 80, 100, 120, 140, 160, 180),
    ),
    SourceModel(
        name="2460",
        current_ranges_a=_HIGH_CURRENT_A,
        voltage_ranges_v=_HIGH_CURRENT_V,
        corners=_HIGH_CURRENT_CORNERS,
        voltage_limit_min_v=0.2,
        current_limit_min_a=1e-6,
    ),
    SourceModel(
        name="2461",
        current_ranges_a=_HIGH_CURRENT_A,
        voltage_ranges_v=_HIGH_CURRENT_V,
        corners=_HIGH_CURRENT_CORNERS,
        voltage_limit_min_v=0.2,
        current_limit_min_a=1e-6,
    ),
    SourceModel(
        name="2470",
        current_ranges_a=(1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0),
        voltage_ranges_v=(0.2, 2.0, 20.0, 200.0, 1000.0),
        corners=((21.0, 1.05), (210.0, 0.105), (1050.0, 0.021)),
        voltage_limit_min_v=0.02,
        current_limit_min_a=1e-9,
    ),
)

UNVERIFIED = {
    "2450 corners": "210 V at 105 mA; 20 W is known, the exact corner is not",
    "2450 current_limit_min_a": "assumed a tenth of the lowest range",
    "2460": "every figure is taken over from the 2461",
    "2461": "the pairing of 7, 5, 4 and 1 A with 7, 10, 20 and 100 V; the ends of both are known",
    "2470": "corners (1050 V is kept to, 1100 V are known) and smallest limits; 10 nA to 1 A and "
    "0.2 to 1000 V are known as ranges",
    "limits beside a range": "that a limit too high is cut to 1.05 times the range's partner",
    "protection_levels_v": "read for the 2450 only; the others' protection is not used",
    "relative time": "whether it starts anew once the reading buffer wraps",
    "digits of a reading": "time and both values are printed alike, by :FORM:ASC:PREC",
    "units of a reading": "begin with V for volts and with A for amperes",
    "error queue": "the exact text when it is empty; only the number 0 is relied on",
}
"""What could not be read in a manual, and what was assumed instead."""


PROTECTION_WORDS: Final = (
    # the longest first, as PROT20 begins like PROT2
    *(f"PROT{level_v}" for model in MODELS for level_v in reversed(model.protection_levels_v)),
    "NONE",
)


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else."""
    found = IDENTITY.match(reply)
    if found is None:
        raise WrongInstrumentError(
            f"expected a Keithley 2450, 2460, 2461 or 2470, and {reply!r} answered"
        )
    return identity_in(reply, found[1], found[2])
