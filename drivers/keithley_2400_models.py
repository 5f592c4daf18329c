"""What each model of the Keithley Series 2400 can source, and how sure we are of it.

Source: Series 2400 SourceMeter User's Manual, 2400S-900-01 Rev. K: "V-source protection" (3-12),
"Compliance limit" (6-2), "Operating boundaries" (6-10 ff.), "Select measurement range" (18-62),
``:SOURce:<function>:RANGe`` (18-74 f.), ``[:SENSe]:<function>:PROTection`` (18-67 f.). The pulse
mode of the 2430 is not used. In the sink quadrants a 2420, 2425, 2430 or 2440 that is warmer than
30 degC may be held to a duty cycle; it opens its output then, which is reported as a fault.
"""

from __future__ import annotations

import re
from typing import Final

from .capabilities import Identity
from .errors import WrongInstrumentError
from .scpi_session import identity_in
from .source_models import SourceModel

IDENTITY: Final = re.compile(
    r"^(KEITHLEY INSTRUMENTS(?: INC\.)?),\s*MODEL (24(?:00|01|10|20|25|30|40)|2400-LV)(?:-C)?\s*,"
)
NEWER: Final = re.compile(r"MODEL (2450|2460|2461|2470)\b")

_LOW_A = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_HIGH_A = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0)
_HIGH_LIMIT_A = 1e-8
_LIMIT_V = 2e-4


def _low_voltage(name: str) -> SourceModel:
    return SourceModel(
        name=name,
        current_ranges_a=_LOW_A,
        voltage_ranges_v=(0.2, 2.0, 20.0),
        corners=((21.0, 1.05),),
        voltage_limit_min_v=_LIMIT_V,
        current_limit_min_a=1e-9,
        protection_levels_v=(20,),
    )


def _hundred_volts(name: str) -> SourceModel:
    return SourceModel(
        name=name,
        current_ranges_a=(*_HIGH_A, 3.0),
        voltage_ranges_v=(0.2, 2.0, 20.0, 100.0),
        corners=((21.0, 3.15), (105.0, 1.05)),
        voltage_limit_min_v=_LIMIT_V,
        current_limit_min_a=_HIGH_LIMIT_A,
        protection_levels_v=(10, 20, 30, 40, 50, 60, 80),
    )


MODELS: Final = (
    SourceModel(
        name="2400",
        current_ranges_a=_LOW_A,
        voltage_ranges_v=(0.2, 2.0, 20.0, 200.0),
        corners=((21.0, 1.05), (210.0, 0.105)),
        voltage_limit_min_v=_LIMIT_V,
        current_limit_min_a=1e-9,
        protection_levels_v=(20, 40, 60, 80, 100, 120, 160),
    ),
    _low_voltage("2400-LV"),
    _low_voltage("2401"),
    SourceModel(
        name="2410",
        current_ranges_a=(1e-6, 1e-5, 1e-4, 1e-3, 2e-2, 1e-1, 1.0),
        voltage_ranges_v=(0.2, 2.0, 20.0, 1000.0),
        corners=((21.0, 1.05), (1100.0, 0.021)),
        voltage_limit_min_v=_LIMIT_V,
        current_limit_min_a=1e-9,
        protection_levels_v=(20, 40, 100, 200, 300, 400, 500),
    ),
    SourceModel(
        name="2420",
        current_ranges_a=(*_HIGH_A, 3.0),
        voltage_ranges_v=(0.2, 2.0, 20.0, 60.0),
        corners=((21.0, 3.15), (63.0, 1.05)),
        voltage_limit_min_v=_LIMIT_V,
        current_limit_min_a=_HIGH_LIMIT_A,
        protection_levels_v=(6, 12, 18, 24, 30, 36, 48),
    ),
    _hundred_volts("2425"),
    _hundred_volts("2430"),
    SourceModel(
        name="2440",
        current_ranges_a=(*_HIGH_A, 5.0),
        voltage_ranges_v=(0.2, 2.0, 10.0, 40.0),
        corners=((10.5, 5.25), (42.0, 1.05)),
        voltage_limit_min_v=_LIMIT_V,
        current_limit_min_a=_HIGH_LIMIT_A,
        protection_levels_v=(4, 8, 12, 16, 20, 24, 32),
    ),
)

UNVERIFIED: Final = (
    ("answer to :OUTP?;:READ? while the output is off", "assumed to be the 0 alone, with +803"),
    ("spelling of the 2400-LV in *IDN?", "assumed to be MODEL 2400-LV"),
    ("time of one reading", "taken as two integrations, of the voltage and of the current"),
    ("digits of a reading", "seven, as in the manual's example; more would be refused"),
    ("a 2450 in its SCPI2400 mode", "refused: its differences (2450-901-01, appendix D) are many"),
)
"""What could not be read in a manual: (what, where it stands)."""


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> reply = "KEITHLEY INSTRUMENTS INC.,MODEL 2410,1207317,C30   Mar 17 2006 09:29:29/A02  /K/J"
    >>> recognise(reply).model, recognise(reply).serial
    ('2410', '1207317')
    """
    found = IDENTITY.match(reply)
    if found is None:
        raise WrongInstrumentError(_refusal(reply))
    return identity_in(reply, found[1], found[2])


def _refusal(reply: str) -> str:
    newer = NEWER.search(reply)
    if newer is None:
        return f"expected a Keithley of the Series 2400, and {reply!r} answered"
    return (
        f"a Keithley {newer[1]} answered: its driver is keithley_2450, for which the SCPI command "
        "set is to be chosen in its menu (System, Settings), not SCPI2400"
    )
