"""Registers of the Eurotherm 3200 series, what its status word says, and what is unverified.

Source: 3200 Series Engineering Handbook, HA028651 issue 7.0, section 15.5 "Parameter Modbus
Addresses" (registers 1 to 88 and 12745 on were seen); ACS 3216 Operators Manual, section 9.3
(register 107). Where it says "drivers", at least two independent programs agree: NUPyLab and
eurothermlib (both used on real controllers), QEurotherm, and the furnace drivers of two
laboratories.
"""

from __future__ import annotations

import struct
from enum import IntFlag
from typing import Final

PROCESS_VALUE: Final = 1
TARGET_SETPOINT: Final = 2
"""Writes whichever of SP1 and SP2 is selected, to memory that lasts 100,000 writes."""
MANUAL_OUTPUT: Final = 3
WORKING_OUTPUT: Final = 4
WORKING_SETPOINT: Final = 5
RANGE_LOW, RANGE_HIGH = 11, 12
PROGRAM_STATUS: Final = 23
SETPOINT_RATE: Final = 35
STATUS: Final = 75
VERSION: Final = 107
SETPOINT_HIGH_LIMIT: Final = 111
SETPOINT_LOW_LIMIT: Final = 112
LOOP_MODE: Final = 273
REMOTE_SETPOINT_ENABLED: Final = 276
RATE_UNIT: Final = 531

AUTOMATIC, MANUAL = 0, 1
LOCAL, REMOTE = 0, 1
PROGRAM_BUSY: Final = frozenset({1, 2})
"""Running or held: the program, not the setpoint, says what is regulated to."""
RATE_UNITS_S: Final = {0: 60.0, 1: 3600.0, 2: 1.0}
"""How long the unit of time of the setpoint rate limit is."""

DECIMALS: Final = (0, 1, 2)
"""Digits behind the point that the controller may be set to; its resolution in numbers, too."""


class Status(IntFlag):
    """The bits of the status word that matter here."""

    MANUAL = 1 << 4
    SENSOR_BREAK = 1 << 5
    OVER_RANGE = 1 << 10


def in_floats(register: int) -> int:
    """Return where a register stands in the image of IEEE 754 numbers.

    >>> hex(in_floats(PROCESS_VALUE))
    '0x8002'
    """
    return 0x8000 + 2 * register


def signed(word: int) -> int:
    """Return a word as the signed number that the integer registers hold.

    >>> signed(0xFFF6)
    -10
    """
    return int(struct.unpack(">h", struct.pack(">H", word))[0])


UNVERIFIED: Final = (
    (
        "register 273: 0 automatic, 1 manual; in manual, register 3 is the output in %",
        "three independent drivers; what was set is read back from status bit B4 and register 4",
    ),
    (
        "registers 111 and 112 are the high and low limit of the setpoint",
        "two independent drivers; the page of the handbook was not seen",
    ),
    ("register 276: 1 enables the remote setpoint", "handbook p. 81 names it; two drivers"),
    ("register 531: unit of the rate, 0 per minute, 1 per hour, 2 per second", "one driver"),
    (
        "numbers of two words at 32768 + 2 x register, high word first",
        "two independent drivers; checked against the integer registers at every connect",
    ),
    (
        "what the process value reads when the sensor is broken",
        "not found; bits B5 and B10 of the status word (handbook p. 82) decide, and the range",
    ),
    (
        "no register tells one controller from another of the same firmware",
        "no serial number was found; the slave address and the firmware are compared",
    ),
)
"""What was assumed, and where it stands otherwise."""
