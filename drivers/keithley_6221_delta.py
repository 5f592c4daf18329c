"""Delta measurements of a Keithley 6221 with its 2182A: a current that alternates.

Source: Model 6220/6221 Reference Manual, 622X-901-01, section 5 (delta; "Read commands", 5-15) and
``:FORMat:ELEMents`` (13-7). The 6221 turns its current after every voltage and makes one reading
out of three voltages in a row, so that a constant voltage and its steady drift have no part in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .clock import Clock
from .errors import BadReplyError, InstrumentFaultError
from .keithley_2182a import Tags
from .link import TextLink
from .scpi import Flag as Switch
from .scpi import Number, parse_number
from .scpi_session import require_same

READ_QUERIES: Final = ":SENS:DATA:LAT?;:SENS:DATA:LAT?;:OUTP?;:STAT:MEAS:COND?;:STAT:MEAS:COND?"
NOTHING_YET: Final = 9.8e37
ARMING_STEP_S: Final = 0.2
LOOKS: Final = 100  # looks, not seconds: a clock that runs fast leaves the machine no time
LOOKS_A_READING: Final = 2
PREPARATIONS: Final = (
    ":FORM:ELEM READ,TST",
    ":UNIT V",
    ":SOUR:DELT:COUN INF",
    ":SOUR:DELT:CAB OFF",
    ":SOUR:DELT:CSW OFF",
)


@dataclass(frozen=True, slots=True)
class DeltaReading:
    """One reading: half the difference between both directions, and the source's condition."""

    voltage_v: float
    stamp_s: float
    is_on: bool
    condition: int


class DeltaMode:
    """Arms, reads and ends delta measurements; its owner cares for limits and for a lost link.

    ``delay_s`` is how long a current flows before its voltage is taken, ``reading_s`` how long
    that takes.
    """

    high_a = Number(":SOUR:DELT:HIGH", unit="A", low=0.0, high=0.105)
    low_a = Number(":SOUR:DELT:LOW", unit="A", low=-0.105, high=0.0)
    delay_s = Number(":SOUR:DELT:DEL", unit="s", low=1e-3, high=9999.0)
    is_armed = Switch(":SOUR:DELT:ARM")

    def __init__(self, link: TextLink, clock: Clock, *, delay_s: float, reading_s: float) -> None:
        self.link, self._clock = link, clock
        self._delay_s, self.period_s = delay_s, delay_s + reading_s
        self._tags = Tags()
        self._last_s = -1.0

    def start(self, current_a: float) -> None:
        """Alternate between +-``current_a``; the output is on afterwards.

        Raises ``InstrumentFaultError`` if it does not become ready.
        """
        for command in PREPARATIONS:
            self.link.write(command)
        self.delay_s = self._delay_s
        self.high_a = abs(current_a)
        self.low_a = -abs(current_a)
        require_same("delta current", abs(current_a), self.high_a, "A")
        require_same("delta current", -abs(current_a), self.low_a, "A")
        self.link.write(":SOUR:DELT:ARM")
        self._wait_until_armed()
        self._last_s = -1.0
        self.link.write(":INIT:IMM")

    def _wait_until_armed(self) -> None:
        for _ in range(LOOKS):
            if self.is_armed:
                return
            self._clock.sleep_until(self._clock.now_s() + ARMING_STEP_S)
        raise InstrumentFaultError(
            f"delta is not armed {LOOKS * ARMING_STEP_S:g} s after :SOUR:DELT:ARM; is the 2182A "
            "on the 6221's serial port and trigger link?"
        )

    def stop(self) -> None:
        """End it, which turns the output off."""
        self.link.write(":SOUR:SWE:ABOR")

    def read(self) -> DeltaReading:
        """Wait for the next reading and return it.

        Raises ``BadReplyError`` if none comes, or for an answer that contradicts itself.
        """
        for _ in range(LOOKS):
            reading = parse_delta(self._tags.ask(self.link, READ_QUERIES))
            if reading is not None and (not reading.is_on or reading.stamp_s > self._last_s):
                self._last_s = reading.stamp_s
                return reading
            self._clock.sleep_until(self._clock.now_s() + self.period_s / LOOKS_A_READING)
        raise BadReplyError(f"no new delta reading after {self._last_s:g} s")


def parse_delta(reply: str) -> DeltaReading | None:
    """Read the answer to ``READ_QUERIES``; ``None`` if something changed between its two halves.

    Reading and condition are asked for twice, since their digits are not known: a lost one would
    show. Before the first reading there is none: its voltage is 9.9e37, and its time stamp may be.

    >>> parse_delta("+1.0E-04,+2.0E+00;+1.0E-04,+2.0E+00;1;2;2").voltage_v
    0.0001
    """
    found = re.fullmatch(r"([^;]+);([^;]+);([01]);\+?(\d{1,5});\+?(\d{1,5})", reply.strip())
    if found is None:
        raise BadReplyError(f"expected 'reading;reading;output;condition;condition', got {reply!r}")
    stamps_s = _stamp_s(found[1], reply), _stamp_s(found[2], reply)
    if found[1] != found[2] and stamps_s[0] == stamps_s[1]:
        raise BadReplyError(f"one reading was told in two ways: {reply!r}")
    is_on, condition = found[3] == "1", int(found[4])
    if not is_on:
        return DeltaReading(0.0, 0.0, is_on, condition)
    if found[1] != found[2] or found[4] != found[5] or stamps_s[0] < 0:
        return None
    return DeltaReading(parse_number(found[1].partition(",")[0]), stamps_s[0], is_on, condition)


def _stamp_s(field: str, reply: str) -> float:
    """The time stamp of a reading in s, below 0 if it is none yet."""
    voltage, comma, stamp = field.partition(",")
    try:
        is_nothing = float(voltage) >= NOTHING_YET
    except ValueError:
        raise BadReplyError(f"expected a reading and its time stamp, got {reply!r}") from None
    if not comma:
        raise BadReplyError(f"expected a reading and its time stamp, got {reply!r}")
    return -1.0 if is_nothing else parse_number(stamp)
