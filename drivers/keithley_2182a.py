"""Keithley 2182A nanovoltmeter, at an address of its own or behind the serial port of a 6221.

Source: Models 2182 and 2182A User's Manual, 2182A-900-01, SCPI subsystems SENSe, TRIGger and
FORMat; for the way through another instrument: Model 6220/6221 Reference Manual, 622X-901-01,
``:SYSTem:COMMunicate:SERial``. Its readings bear no time, and two may be alike; so each is asked
for together with a number, which stands at the end of the answer to this question and of no other.
"""

from __future__ import annotations

import re
from typing import Final

from .capabilities import Identity
from .clock import Clock
from .errors import BadReplyError, InstrumentFaultError, LinkLostError, WrongInstrumentError
from .link import TextLink
from .scpi import parse_printed
from .scpi_session import identity_in

IDENTITY: Final = re.compile(r"^(KEITHLEY INSTRUMENTS(?: INC\.)?),\s*MODEL (2182A?)\s*,")
DIGITS: Final = 9
VOLTAGE_MAX_V: Final = 120.0  # channel 1, on its largest range
RELAY_STEP_S: Final = 0.05
RELAY_LOOKS: Final = 200  # looks, not seconds: a clock that runs fast leaves the machine no time
ERRORS_AT_MOST: Final = 20
PREPARATIONS: Final = (
    ":ABOR",
    ":INIT:CONT OFF",
    ":FORM:DATA ASC",
    ":FORM:ELEM READ",
    ":SENS:CHAN 1",
    ":SENS:FUNC 'VOLT'",
    ":SENS:VOLT:CHAN1:RANG:AUTO ON",
    ":SENS:VOLT:CHAN1:LPAS OFF",
    ":SENS:VOLT:CHAN1:DFIL OFF",
    ":SENS:VOLT:CHAN1:REF:STAT OFF",
    ":TRIG:SOUR IMM",
    ":TRIG:COUN 1",
    ":TRIG:DEL 0",
    ":SAMP:COUN 1",
)
"""What every reading relies on."""


class Tags:
    """Numbers that tell an answer from every other of the last 156 questions.

    A tag is written to the standard event enable register, of which nothing else depends, and
    read back at the end of the same message.
    """

    def __init__(self) -> None:
        self._last = 99

    def ask(self, link: TextLink, queries: str) -> str:
        """Ask ``queries`` and return their answers. Raises ``BadReplyError`` for an old answer."""
        self._last = self._last + 1 if self._last < 255 else 100
        reply = link.query(f"*ESE {self._last};{queries};*ESE?")
        answers, semicolon, tag = reply.rpartition(";")
        if not semicolon or tag.strip() != str(self._last):
            raise BadReplyError(
                f"expected the answer to {queries!r} and the number {self._last}, got {reply!r}"
            )
        return answers


class Relay:
    """A ``TextLink`` through the serial port of a Keithley 6220 or 6221.

    What the instrument there says is fetched in pieces, until no more comes.
    """

    def __init__(self, link: TextLink, clock: Clock) -> None:
        self._link, self._clock = link, clock

    def write(self, command: str) -> None:
        """Send a command that has no answer."""
        self._link.write(f':SYST:COMM:SER:SEND "{command}"')

    def query(self, command: str) -> str:
        """Send a command and return its answer. Raises ``LinkLostError`` on silence."""
        self._fetch()  # what was said before is no answer to this
        self.write(command)
        heard = ""
        for _ in range(RELAY_LOOKS):
            self._clock.sleep_until(self._clock.now_s() + RELAY_STEP_S)
            piece = self._fetch()
            if heard and not piece:
                return heard.strip()
            heard += piece
        raise LinkLostError(
            f"no whole answer to {command!r} within {RELAY_LOOKS * RELAY_STEP_S:g} s through the "
            "serial port of the current source; is the 2182A switched to RS-232, with the same "
            "baud rate?"
        )

    def close(self) -> None:
        """Do nothing: the link is that of the current source, which closes it."""

    def _fetch(self) -> str:
        return self._link.query(":SYST:COMM:SER:ENT?")


class Keithley2182A:
    """A nanovoltmeter on its channel 1; whoever owns it cares for the link and for its loss.

    ``nplc`` is the integration time in power line cycles, from 0.01 to 50.
    """

    def __init__(self, link: TextLink, *, nplc: float) -> None:
        self.link = link
        self._nplc = nplc
        self._tags = Tags()
        self._serial: str | None = None

    def greet(self) -> Identity:
        """Ask who is there, and drop the errors of an earlier user.

        Raises ``WrongInstrumentError`` for another instrument, also than before.
        """
        identity = recognise(self.link.query("*IDN?"))
        if self._serial not in (None, identity.serial):
            raise WrongInstrumentError(
                f"nanovoltmeter: serial number {identity.serial!r} answers where "
                f"{self._serial!r} did before"
            )
        self._errors()
        self._serial = identity.serial
        return identity

    def prepare(self) -> None:
        """Bring everything that a reading relies on into a known state."""
        for command in PREPARATIONS:
            self.link.write(command)
        self.link.write(f":SENS:VOLT:NPLC {self._nplc:g}")
        if errors := self._errors():
            raise InstrumentFaultError("nanovoltmeter: " + "; ".join(errors))

    def read_v(self) -> float:
        """Take one reading. Raises ``BadReplyError`` for an overflow and for an old answer."""
        return parse_printed(self._tags.ask(self.link, ":READ?"), DIGITS)

    def close(self) -> None:
        """Release the link. May be called twice."""
        self.link.close()

    def _errors(self) -> list[str]:
        errors: list[str] = []
        while len(errors) < ERRORS_AT_MOST:
            reply = self._tags.ask(self.link, ":SYST:ERR?")
            if not re.match(r'[+-]?\d+,"', reply):
                raise BadReplyError(f"expected an error's number and text, got {reply!r}")
            if int(reply.partition(",")[0]) == 0:
                break
            errors.append(reply)
        return errors


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("KEITHLEY INSTRUMENTS INC.,MODEL 2182A,1193143,C02  /A02").serial
    '1193143'
    """
    found = IDENTITY.match(reply)
    if found is None:
        raise WrongInstrumentError(
            f"expected a Keithley 2182A nanovoltmeter, and {reply!r} answered"
        )
    return identity_in(reply, found[1], found[2])
