"""What comes of each fault of the wire, under each driver: a promise that the tests hold.

``tests/drivers/test_faults.py`` plays every fault to every driver and finds these words, no more
and no fewer. Whatever the word, no wrong value is taken for a reading, and nothing is driven.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from .faults import Kind

HARMLESS, RETRIED, FLAGGED, ERROR = "harmless", "retried", "flagged", "error"
PHASES = ("connecting", "measuring", "making safe")
"""What the driver was doing; the three places of a row below stand for these."""

Row: TypeAlias = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""What may come of a fault, by where it strikes; empty where nothing said can suffer it."""

# fmt: off
OUTCOMES: Mapping[str, Mapping[Kind, Row]] = MappingProxyType(
    {
        "methodscript": {
            Kind.SPLIT: ((HARMLESS,), (HARMLESS,), (HARMLESS,)),
            Kind.LATE: ((HARMLESS,), (HARMLESS,), (HARMLESS,)),
            Kind.VERY_LATE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.DUPLICATED: ((HARMLESS, RETRIED), (HARMLESS, ERROR), (HARMLESS,)),
            Kind.LOST: ((HARMLESS, RETRIED), (FLAGGED, ERROR), (HARMLESS,)),
            Kind.TRUNCATED: ((RETRIED,), (ERROR,), (HARMLESS,)),
            Kind.BITTEN: ((RETRIED,), (ERROR,), (HARMLESS,)),
            Kind.GARBAGE: ((HARMLESS, RETRIED), (ERROR,), (HARMLESS,)),
            Kind.FOREIGN_LINE: ((HARMLESS, RETRIED), (ERROR,), (HARMLESS,)),
            Kind.ENDLESS: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.WRONG_UNIT: ((), (ERROR,), ()),
            Kind.OVERFLOW: ((), (ERROR,), ()),
            Kind.NOT_A_NUMBER: ((), (FLAGGED,), ()),
            Kind.DISCONNECT: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.RENAMED: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.REPLACED: ((RETRIED, ERROR), (ERROR,), (ERROR,)),
            Kind.SILENCE: ((RETRIED,), (ERROR,), (RETRIED,)),
        },
        "keithley_2450 in lines": {
            Kind.SPLIT: ((HARMLESS,), (HARMLESS,), (HARMLESS,)),
            Kind.LATE: ((HARMLESS,), (HARMLESS,), (HARMLESS,)),
            Kind.VERY_LATE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.DUPLICATED: ((HARMLESS, RETRIED), (HARMLESS, ERROR), (HARMLESS,)),
            Kind.LOST: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.TRUNCATED: ((RETRIED, ERROR), (ERROR,), (RETRIED,)),
            Kind.BITTEN: ((RETRIED, ERROR), (ERROR,), (RETRIED,)),
            Kind.GARBAGE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.FOREIGN_LINE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.ENDLESS: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.WRONG_UNIT: ((), (ERROR,), ()),
            Kind.OVERFLOW: ((), (ERROR,), ()),
            Kind.NOT_A_NUMBER: ((), (ERROR,), ()),
            Kind.DISCONNECT: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.RENAMED: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.REPLACED: ((RETRIED, ERROR), (ERROR,), (ERROR,)),
            Kind.SILENCE: ((RETRIED,), (ERROR,), (RETRIED,)),
        },
        "keithley_2450 over VISA": {
            Kind.SPLIT: ((HARMLESS,), (HARMLESS,), (HARMLESS,)),
            Kind.LATE: ((HARMLESS,), (HARMLESS,), (HARMLESS,)),
            Kind.VERY_LATE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.DUPLICATED: ((HARMLESS, RETRIED, ERROR), (HARMLESS, ERROR), (HARMLESS,)),
            Kind.LOST: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.TRUNCATED: ((RETRIED, ERROR), (ERROR,), (RETRIED,)),
            Kind.BITTEN: ((RETRIED, ERROR), (ERROR,), (RETRIED,)),
            Kind.GARBAGE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.FOREIGN_LINE: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.ENDLESS: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.WRONG_UNIT: ((), (ERROR,), ()),
            Kind.OVERFLOW: ((), (ERROR,), ()),
            Kind.NOT_A_NUMBER: ((), (ERROR,), ()),
            Kind.DISCONNECT: ((RETRIED,), (ERROR,), (RETRIED,)),
            Kind.RENAMED: ((ERROR,), (ERROR,), (ERROR,)),
            Kind.REPLACED: ((RETRIED, ERROR), (ERROR,), (ERROR,)),
            Kind.SILENCE: ((RETRIED,), (ERROR,), (RETRIED,)),
        },
    }
)
