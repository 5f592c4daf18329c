"""Keithley 6220 and 6221 current sources, with a 2182A nanovoltmeter, for low resistances.

Source: Model 6220/6221 Reference Manual, 622X-901-01: SOURce and OUTPut subsystems, figure 11-6
(measurement condition register); Models 2182 and 2182A User's Manual, 2182A-900-01.

A pair that drives a current and measures the voltage, to nanovolts; it holds no voltage. The source
does not measure its current: a reading bears the level that was set, and is flagged when the source
says that it does not reach it.

In delta mode a current that is not zero alternates, and no constant voltage, thermal or of the
cell, is in the reading. Nothing is plated then. So the readings alternate too, +V with +I and -V
with -I: their quotient is the resistance, and the charge that they sum up to is none.
"""

from __future__ import annotations

import re
from typing import Final

from .capabilities import Envelope, Identity, OutputState
from .clock import Clock
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from .keithley_2182a import VOLTAGE_MAX_V, Keithley2182A, Tags
from .keithley_6221_delta import DeltaMode, DeltaReading
from .link import TextLink
from .readings import Flag, Reading
from .scpi import Flag as Switch
from .scpi import Number
from .scpi_session import ScpiSession, identity_in, require_same
from .source_models import smallest_range

IDENTITY: Final = re.compile(r"^(KEITHLEY INSTRUMENTS(?: INC\.)?),\s*MODEL (6220|6221)\s*,")
RANGES_A: Final = (2e-9, 2e-8, 2e-7, 2e-6, 2e-5, 2e-4, 2e-3, 2e-2, 1e-1)
CURRENT_MAX_A: Final = 0.105
COMPLIANCE_V: Final = (0.1, 105.0)
DELTA_DELAY_S: Final = (1e-3, 1.0)
REST_RANGE_A: Final = 2e-6  # a large range would leave its offset current flowing through a rest
NPLC_RANGE: Final = (0.1, 50.0)
AUTO_ZERO: Final = 2  # the nanovoltmeter integrates its own zero with every reading
HOT, LIMITED = 1 << 2, 1 << 3
CONDITION_TRIES: Final = 3  # it may change between two looks at it

UNVERIFIED: Final = (
    ("output off", "taken to leave the cell open; no manual page that could be read says so"),
    (
        "answers through the 6221's serial port",
        "without a line feed (terminator CR), empty while nothing has come; anything else is "
        "refused: the 2182A needs an address of its own then (option voltmeter)",
    ),
    ("ranges of the source", "2 nA to 20 mA in decades, and 100 mA; each with 5 % more"),
    ("readings of the 2182A", "nine digits, as recorded ones have; more would be refused"),
    ("time of a reading", "the host's; taken as two integrations"),
    ("several queries in one message", "answered in one line, parted by semicolons"),
    ("delta: limit of the voltage", ":SOUR:CURR:COMP holds there too"),
    ("delta: :STAT:MEAS:COND? and :OUTP? while it runs", "answered, as at any time"),
    ("delta: how a reading is printed", "two numbers; 9.9e37 before there is one"),
)
"""What could not be read in a manual: (what, where it stands)."""


class Keithley6221:
    """A current source and a nanovoltmeter as a cell sees them: current in, voltage back.

    ``voltmeter`` is the link to the 2182A: its own, or a ``Relay`` through ``link``. ``nplc`` is
    the integration time of a voltage in power line cycles of ``line_hz``. Times of readings are
    those of ``clock``. ``delta_delay_s`` above 0 chooses delta mode, and is how long a current
    flows before its voltage is taken; the 2182A must be on the 6221's serial port and trigger
    link then. Out-of-range values are refused before a byte is sent.
    """

    current_level_a = Number(":SOUR:CURR", unit="A", low=-CURRENT_MAX_A, high=CURRENT_MAX_A)
    current_range_a = Number(":SOUR:CURR:RANG", unit="A", low=2e-9, high=0.1)
    voltage_limit_v = Number(":SOUR:CURR:COMP", unit="V", low=0.1, high=105.0)
    output_on = Switch(":OUTP")

    def __init__(
        self,
        link: TextLink,
        voltmeter: TextLink,
        clock: Clock,
        *,
        nplc: float = 1.0,
        line_hz: float = 50.0,
        delta_delay_s: float = 0.0,
    ) -> None:
        if not NPLC_RANGE[0] <= nplc <= NPLC_RANGE[1]:
            raise OutOfRangeError(
                f"nplc: {nplc:g} is outside [{NPLC_RANGE[0]:g}, {NPLC_RANGE[1]:g}] power line "
                "cycles"
            )
        self.link = link
        self._voltmeter = Keithley2182A(voltmeter, nplc=nplc)
        self._session = ScpiSession(link, recognise, name="current source", forget=self._forget)
        self._clock, self._tags = clock, Tags()
        self._reading_time_s = AUTO_ZERO * nplc / line_hz
        self._delta: DeltaMode | None = None
        if delta_delay_s:
            lowest_s, highest_s = DELTA_DELAY_S
            if not lowest_s <= delta_delay_s <= highest_s:
                raise OutOfRangeError(
                    f"delta_delay_s: {delta_delay_s:g} s is outside [{lowest_s:g}, {highest_s:g}] s"
                )
            self._delta = DeltaMode(
                link, clock, delay_s=delta_delay_s, reading_s=self._reading_time_s
            )
        self._alternates, self._direction = False, 1.0
        self._prepared = False
        self._level_a: float | None = None
        self._scale_a, self._limit_v = 0.0, 0.0

    def connect(self) -> OutputState:
        """Read who both are and what the output does; switch nothing and set nothing.

        Errors left in the queues from before are read and dropped. What fails is tried once more
        on new links. Raises ``WrongInstrumentError`` for another instrument than before.
        """
        return self._session.connect(self._greet)

    def _greet(self, identity: Identity) -> OutputState:
        del identity
        self._session.drain_errors()
        output = OutputState.ON if self.output_on else OutputState.OFF
        self._voltmeter.greet()
        self._session.raise_errors()
        return output

    def _forget(self) -> None:
        """Take nothing that was set before for granted any more."""
        self._prepared = self._alternates = False
        self._level_a = None
        self._voltmeter.close()

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``: the current source."""
        return self._session.identity

    @property
    def envelope(self) -> Envelope:
        """The limits of the pair; a source meter carries out no whole segment by itself."""
        return Envelope(
            voltage_max_v=COMPLIANCE_V[1], current_max_a=CURRENT_MAX_A, segments=frozenset()
        )

    @property
    def reading_time_s(self) -> float:
        """How long one reading takes at least."""
        return self._reading_time_s if self._delta is None else self._delta.period_s

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        if not abs(current_a) <= CURRENT_MAX_A:
            raise OutOfRangeError(
                f"{current_a:g} A is beyond the 6221, which sources up to {CURRENT_MAX_A:g} A "
                "either way"
            )
        lowest_v, highest_v = COMPLIANCE_V
        if not lowest_v <= voltage_limit_v <= min(highest_v, VOLTAGE_MAX_V):
            raise OutOfRangeError(
                f"voltage limit: {voltage_limit_v:g} V is outside [{lowest_v:g}, {highest_v:g}] V"
            )

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Raise ``UnsupportedError``: a current source holds no voltage."""
        raise UnsupportedError(
            f"{voltage_v:g} V within {current_limit_a:g} A: a current source with a nanovoltmeter "
            "holds no voltage; the channel needs a source meter or a potentiostat for this"
        )

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive ``current_a`` within +-``voltage_limit_v``; the output is on afterwards.

        The limit is in force and read back before the level, and the level before the output.
        """
        self.check_current(current_a, voltage_limit_v)
        with self._session.conversation():
            if not self._prepared:
                self._prepare()
            alternates = self._delta is not None and current_a != 0
            if alternates and (current_a, voltage_limit_v) == (self._level_a, self._limit_v):
                return
            if alternates or self._alternates:
                self._turn_off()
            is_on, self._level_a = self._level_a is not None, None
            if not is_on or voltage_limit_v != self._limit_v:
                self.voltage_limit_v = voltage_limit_v
                require_same("voltage limit", voltage_limit_v, self.voltage_limit_v, "V")
            scale_a = smallest_range(RANGES_A, current_a or REST_RANGE_A)
            if self._delta is not None and alternates:
                self.current_range_a = scale_a
                self._alternates, self._direction = True, 1.0
                self._delta.start(current_a)
            else:
                self._set_level(current_a, scale_a, is_on)
            self._session.raise_errors()
            self._level_a, self._scale_a, self._limit_v = current_a, scale_a, voltage_limit_v

    def _set_level(self, current_a: float, scale_a: float, is_on: bool) -> None:
        if not is_on or scale_a > self._scale_a:
            self.current_range_a = scale_a
            self.current_level_a = current_a
        else:
            # a level beyond its range is refused, so a smaller range comes after its level
            self.current_level_a = current_a
            if scale_a < self._scale_a:
                self.current_range_a = scale_a
        require_same("current", current_a, self.current_level_a, "A")
        if not is_on:
            self.output_on = True

    def _turn_off(self) -> None:
        """Turn the output off at 0 A, and end delta if it runs."""
        if self._delta is not None:
            self._delta.stop()
        self.link.write(":OUTP OFF")
        self.link.write(":SOUR:CURR 0")
        self._level_a, self._alternates = None, False

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Raise ``UnsupportedError``."""
        del span_v
        self.check_voltage(voltage_v, current_limit_a)

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive no current with the output on; ``voltage_limit_v`` must exceed the cell's."""
        self.source_current(0.0, voltage_limit_v=voltage_limit_v)

    def protect_voltage(self, voltage_v: float) -> float | None:
        """Return ``None``: its only limit is the compliance, which comes with every current."""
        del voltage_v
        return None

    def read(self) -> Reading:
        """Take one reading. ``time_s`` is by the host's clock; the current is the one that was set.

        Raises ``InstrumentFaultError`` if the output went off by itself, ``BadReplyError`` on
        overflow or an answer to another question.
        """
        with self._session.conversation():
            if self._level_a is None:
                raise DriverError(
                    "the current source drives nothing yet, so there is nothing to read"
                )
            if self._delta is not None and self._alternates:
                return self._alternating(self._delta.read(), self._level_a)
            voltage_v = self._voltmeter.read_v()
            time_s = self._clock.now_s()
            flags = _flags(self._condition())
            return Reading(time_s, voltage_v, self._level_a, flags)

    def _alternating(self, delta: DeltaReading, level_a: float) -> Reading:
        if not delta.is_on:
            raise InstrumentFaultError(f"the output went off by itself: {delta}")
        sign, self._direction = self._direction, -self._direction
        # the reading is that of a positive current, whichever sign was asked for
        voltage_v = sign * delta.voltage_v if level_a > 0 else -sign * delta.voltage_v
        return Reading(self._clock.now_s(), voltage_v, sign * level_a, _flags(delta.condition))

    def _condition(self) -> int:
        """Ask for the source's condition, twice: a digit of it that was lost would show."""
        for _ in range(CONDITION_TRIES):
            reply = self._tags.ask(self.link, ":OUTP?;:STAT:MEAS:COND?;:STAT:MEAS:COND?")
            found = re.fullmatch(r"([01]);\+?(\d{1,5});\+?(\d{1,5})", reply.strip())
            if found is None:
                raise BadReplyError(f"expected the output and twice the condition, got {reply!r}")
            if found[1] == "0":
                raise InstrumentFaultError(f"the output went off by itself: {reply!r}")
            if found[2] == found[3]:
                return int(found[2])
        raise BadReplyError(f"the condition of the source is told in two ways: {reply!r}")

    def make_safe(self) -> None:
        """Turn the output off and read back that it is. Checks nothing first.

        A link that is dead, or that gives no answer, is opened anew; another instrument there is
        left alone. The nanovoltmeter is not asked.
        """
        self._level_a = None
        self._session.make_safe(self._switch_off)

    def _switch_off(self) -> None:
        if self._delta is not None:
            self._delta.stop()
        self.link.write(":OUTP OFF")
        if self.output_on:
            raise InstrumentFaultError("the output is still on after :OUTP OFF")

    def close(self) -> None:
        """Release both links; the output stays as it is. May be called twice."""
        self._voltmeter.close()
        self._session.close()

    def _prepare(self) -> None:
        """Bring everything that this class relies on into a known state, with the output off."""
        self.link.write(":SOUR:CLE")  # output off, level 0; ends a sweep or a waveform
        self._turn_off()
        self._voltmeter.prepare()
        self._session.raise_errors()
        self._prepared = True


def _flags(condition: int) -> Flag:
    flags = Flag.COMPLIANCE if condition & LIMITED else Flag.NONE
    return flags | (Flag.OVERLOAD if condition & HOT else Flag.NONE)


def recognise(reply: str) -> Identity:
    """Read the answer to ``*IDN?``. Raises ``WrongInstrumentError`` for anything else.

    >>> recognise("KEITHLEY INSTRUMENTS INC.,MODEL 6221,4559777,D04  /700x ").model
    '6221'
    """
    found = IDENTITY.match(reply)
    if found is None:
        raise WrongInstrumentError(f"expected a Keithley 6220 or 6221, and {reply!r} answered")
    return identity_in(reply, found[1], found[2])
