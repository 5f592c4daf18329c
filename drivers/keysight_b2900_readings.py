"""One reading of a Keysight B2900A: how it is asked for, and read with suspicion.

Source: Keysight B2900 SCPI Command Reference, B2910-90030, "Data Output Format" with table 1-2
(bit definitions of status data), ``:FORMat:ELEMents:SENSe`` and ``:MEASure?``.
"""

from __future__ import annotations

from typing import Final

from .errors import BadReplyError, InstrumentFaultError
from .readings import Flag, Reading
from .scpi import parse_flag, parse_printed

ELEMENTS_COMMAND: Final = ":FORM:ELEM:SENS VOLT,CURR,TIME,STAT"
READ_COMMAND: Final = ":OUTP[c]?;:MEAS? (@[c])"
DIGITS: Final = 7
CURRENT_SOURCE, LIMITED, OVER_VOLTAGE, OVER_CURRENT, HOT, OVER_RANGE = 1, 6, 8, 16, 32, 8192
LIMIT_TESTS: Final = 1 << 16
"""Bits from here on are results of limit tests."""


def parse_reading(reply: str, function: str) -> Reading:
    """Read the answer to ``READ_COMMAND`` while ``function``, "CURR" or "VOLT", is sourced.

    ``time_s`` is the time stamp as it is. Raises ``InstrumentFaultError`` if the output went off
    by itself, ``BadReplyError`` for overflow, a number without all its digits, another source.

    >>> parse_reading("1;+3.700000E+00,+1.000000E-03,+1.250000E+00,+1.000000E+00", "CURR").time_s
    1.25
    """
    output, semicolon, values = reply.partition(";")
    if not parse_flag(output):
        raise InstrumentFaultError(f"the output went off by itself: {reply!r}")
    fields = values.split(",")
    if not semicolon or len(fields) != 4:
        raise BadReplyError(f"expected 'output;voltage,current,time,status', got {reply!r}")
    voltage_v, current_a, time_s, status = (parse_printed(field, DIGITS) for field in fields)
    if status != int(status) or not 0 <= status < LIMIT_TESTS:
        raise BadReplyError(f"expected a status word, got {fields[3]!r} in {reply!r}")
    return Reading(time_s, voltage_v, current_a, _flags(int(status), function, reply))


def _flags(status: int, function: str, reply: str) -> Flag:
    if bool(status & CURRENT_SOURCE) != (function == "CURR"):
        raise BadReplyError(f"expected a {function} source, got {reply!r}")
    if status & OVER_RANGE:
        raise BadReplyError(f"the instrument reports overflow of a measurement range: {reply!r}")
    flags = Flag.COMPLIANCE if status & (LIMITED | OVER_VOLTAGE | OVER_CURRENT) else Flag.NONE
    return flags | (Flag.OVERLOAD if status & HOT else Flag.NONE)
