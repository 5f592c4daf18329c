"""One reading of a Keithley 2450, 2460, 2461 or 2470: how it is asked for, and read with suspicion.

Source: Model 2450 Reference Manual, 2450-901-01, ``:READ?`` and its elements. The line carries no
checksum. Both units are therefore asked for with the values, and a number must have all its digits.
"""

from .errors import BadReplyError, InstrumentFaultError
from .readings import Flag, Reading
from .scpi import parse_printed

READ_COMMAND = ':READ? "defbuffer1", REL, SOUR, SOURUNIT, READ, UNIT, SOURSTAT'
DIGITS = 10
"""What ``:FORM:ASC:PREC`` is set to; a reading's precision is single, so none is lost."""

OVER_TEMPERATURE, LIMITED, FOUR_WIRE, OUTPUT_ON = 16, 32, 64, 128


def parse_reading(reply: str, function: str) -> Reading:
    """Read the answer to ``READ_COMMAND`` while ``function``, "CURR" or "VOLT", is sourced.

    Raises ``InstrumentFaultError`` if the output went off by itself or the reading was not
    four-wire, ``BadReplyError`` for overflow, a number without all its digits, another quantity.

    >>> parse_reading("1.000000000E+00,1.000000000E-03,A,3.700000000E+00,V,192", "CURR").voltage_v
    3.7
    """
    fields = reply.split(",")
    if len(fields) != 6:
        raise BadReplyError(f"expected 'time, source, unit, reading, unit, status', got {reply!r}")
    time_s, sourced, measured = (parse_printed(fields[n], DIGITS) for n in (0, 1, 3))
    units = "".join(fields[n].strip()[:1].upper() for n in (2, 4))
    if units != ("VA" if function == "VOLT" else "AV"):
        raise BadReplyError(f"expected a {function} source and the other measured, got {reply!r}")
    flags = _flags(fields[5].strip(), reply)
    if function == "VOLT":
        return Reading(time_s, voltage_v=sourced, current_a=measured, flags=flags)
    return Reading(time_s, voltage_v=measured, current_a=sourced, flags=flags)


def _flags(status_text: str, reply: str) -> Flag:
    if not (status_text.isascii() and status_text.isdecimal() and len(status_text) <= 5):
        raise BadReplyError(f"expected a whole number as status, got {status_text!r} in {reply!r}")
    status = int(status_text)
    if not status & OUTPUT_ON:
        raise InstrumentFaultError(f"the output went off by itself: {reply!r}")
    if not status & FOUR_WIRE:
        raise InstrumentFaultError(f"the reading was not taken four-wire: {reply!r}")
    flags = Flag.COMPLIANCE if status & LIMITED else Flag.NONE
    return flags | (Flag.OVERLOAD if status & OVER_TEMPERATURE else Flag.NONE)
