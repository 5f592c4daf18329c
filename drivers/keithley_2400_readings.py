"""One reading of a Keithley Series 2400: how it is asked for, and read with suspicion.

Source: Series 2400 SourceMeter User's Manual, 2400S-900-01 Rev. K, ``:FORMat:ELEMents`` (18-49 ff.)
and the status word (18-50 f.). Whether the output is on is asked with every reading: without an
output the instrument answers none, and the silence would not say why.
"""

from __future__ import annotations

from typing import Final

from .errors import BadReplyError, InstrumentFaultError
from .readings import Flag, Reading
from .scpi import parse_flag, parse_printed

ELEMENTS_COMMAND: Final = ":FORM:ELEM VOLT,CURR,TIME,STAT"
READ_COMMAND: Final = ":OUTP?;:READ?"
DIGITS: Final = 7
"""Of every value, the time and the status word included."""
TIMER_RANGE_S: Final = 100_000.0
"""The time stamp starts anew after 99,999.999 s."""
TIMER_STEP_S: Final = 0.01
"""The least that two time stamps can differ by: above 10,000 s, seven digits end here."""

LIMITED, PROTECTED, VOLTAGE_READ, CURRENT_READ = 1 << 3, 1 << 4, 1 << 11, 1 << 12
VOLTAGE_SOURCE, CURRENT_SOURCE, RANGE_LIMITED, FOUR_WIRE = 1 << 14, 1 << 15, 1 << 16, 1 << 22
PULSE_MODE: Final = 1 << 23


def parse_reading(reply: str, function: str) -> Reading:
    """Read the answer to ``READ_COMMAND`` while ``function``, "CURR" or "VOLT", is sourced.

    ``time_s`` is the time stamp as it is. Raises ``InstrumentFaultError`` if the output went off
    by itself or the reading was not four-wire, ``BadReplyError`` for overflow, a number without
    all its digits, another source.

    >>> parse_reading("1;+3.700000E+00,+1.000000E-03,+1.250000E+00,+4.233216E+06", "CURR").time_s
    1.25
    """
    output, semicolon, values = reply.partition(";")
    if not parse_flag(output):
        raise InstrumentFaultError(f"the output went off by itself: {reply!r}")
    fields = values.split(",")
    if not semicolon or len(fields) != 4:
        raise BadReplyError(f"expected 'output;voltage,current,time,status', got {reply!r}")
    voltage_v, current_a, time_s, status = (parse_printed(field, DIGITS) for field in fields)
    if status != int(status) or not 0 <= status < PULSE_MODE:
        raise BadReplyError(f"expected a status word, got {fields[3]!r} in {reply!r}")
    return Reading(
        time_s, voltage_v=voltage_v, current_a=current_a, flags=_flags(int(status), function, reply)
    )


def _flags(status: int, function: str, reply: str) -> Flag:
    expected = VOLTAGE_READ | CURRENT_READ | (CURRENT_SOURCE if function == "CURR" else 0)
    expected |= VOLTAGE_SOURCE if function == "VOLT" else 0
    mask = VOLTAGE_READ | CURRENT_READ | CURRENT_SOURCE | VOLTAGE_SOURCE
    if status & mask != expected:
        raise BadReplyError(f"expected a {function} source and both measured, got {reply!r}")
    if not status & FOUR_WIRE:
        raise InstrumentFaultError(f"the reading was not taken four-wire: {reply!r}")
    return Flag.COMPLIANCE if status & (LIMITED | PROTECTED | RANGE_LIMITED) else Flag.NONE
