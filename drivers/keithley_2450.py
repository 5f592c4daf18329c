"""Keithley 2450, 2460, 2461 and 2470 source meters, SCPI command set, four-wire.

Source: Model 2450 Reference Manual, 2450-901-01, chapters "Output-off state" and "SCPI command
reference"; Model 2461 Reference Manual, 2461-901-01. What differs between models, and what
could not be confirmed, is in ``keithley_2450_models.py``.

The instrument's own "off" is a 0 V source, which discharges a cell. Off is therefore made
"high impedance" before anything else is set, and ``*RST`` is never sent: it would bring the 0 V
source back while the cell is connected.
"""

from __future__ import annotations

from dataclasses import dataclass

from .capabilities import Envelope, Identity, OutputState
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from .keithley_2450_models import (
    MODELS,
    PROTECTION_WORDS,
    model_named,
    recognise,
)
from .keithley_2450_readings import DIGITS, READ_COMMAND, parse_reading
from .link import TextLink
from .readings import Reading
from .scpi import Choice, Number
from .scpi import Flag as Switch
from .scpi_session import ScpiSession, require_same
from .source_models import protection_level_v, require_limit, require_reach, smallest_range

OFF_STATES = ("NORM", "HIMP", "ZERO", "GUAR")
REST_RANGE_A = 1e-6  # a large range would leave its offset current flowing through a rest


@dataclass(frozen=True, slots=True)
class _Drive:
    """What was last set and confirmed: so that nothing is sent twice."""

    function: str
    range: float
    limit: float


class Keithley2450:
    """A source meter as a cell sees it: current or voltage in, the other one back.

    ``nplc`` is the integration time in power line cycles of ``line_hz``. Out-of-range values
    are refused before a byte is sent.
    """

    current_level_a = Number(":SOUR:CURR", unit="A", low=-7.35, high=7.35)
    current_range_a = Number(":SOUR:CURR:RANG", unit="A", low=1e-8, high=7.0)
    voltage_limit_v = Number(":SOUR:CURR:VLIM", unit="V", low=0.02, high=1050.0)
    voltage_level_v = Number(":SOUR:VOLT", unit="V", low=-1050.0, high=1050.0)
    voltage_range_v = Number(":SOUR:VOLT:RANG", unit="V", low=0.02, high=1000.0)
    current_limit_a = Number(":SOUR:VOLT:ILIM", unit="A", low=1e-9, high=7.35)
    voltage_nplc = Number(":SENS:VOLT:NPLC", unit="PLC", low=0.01, high=10.0)
    current_nplc = Number(":SENS:CURR:NPLC", unit="PLC", low=0.01, high=10.0)
    source_function = Choice(":SOUR:FUNC", ("CURR", "VOLT"))
    off_state_current = Choice(":OUTP:CURR:SMOD", OFF_STATES)
    off_state_voltage = Choice(":OUTP:VOLT:SMOD", OFF_STATES)
    voltage_protection = Choice(":SOUR:VOLT:PROT", PROTECTION_WORDS)
    output_on = Switch(":OUTP")

    def __init__(self, link: TextLink, *, nplc: float = 1.0, line_hz: float = 50.0) -> None:
        if not 0.01 <= nplc <= 10.0:
            raise OutOfRangeError(f"nplc: {nplc:g} is outside [0.01, 10] power line cycles")
        self.link = link
        self._session = ScpiSession(link, recognise, name="source meter", forget=self._forget)
        self._nplc, self._line_hz = nplc, line_hz
        self._model = MODELS[0]
        self._prepared = False
        self._drive: _Drive | None = None
        self._off_is_open = False
        self._last: Reading | None = None

    def connect(self) -> OutputState:
        """Read who is there and what the output does, then make its off state an open relay.

        Switches nothing on or off. Errors left in the queue from before are read and dropped.
        What fails is tried once more on a new session. Raises ``WrongInstrumentError`` for
        another instrument than before, or another command set.
        """
        output = self._session.connect(self._greet)
        self._off_is_open = True
        return output

    def _greet(self, identity: Identity) -> OutputState:
        self._model = model_named(identity.model)
        language = self.link.query("*LANG?").strip()
        if language != "SCPI":
            raise WrongInstrumentError(
                f"the {self._model.name} speaks {language}; choose the SCPI command set in its "
                "menu (System, Settings) and restart it"
            )
        self._session.drain_errors()
        output = OutputState.ON if self.output_on else OutputState.OFF
        if self.off_state_current != "HIMP" or self.off_state_voltage != "HIMP":
            self._set_off_state()
        self._raise_errors()
        return output

    def _forget(self) -> None:
        """Take nothing that was set before for granted any more."""
        self._prepared = self._off_is_open = False
        self._drive = None

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._session.identity

    @property
    def envelope(self) -> Envelope:
        """The limits of the model; a source meter carries out no whole segment by itself."""
        return Envelope(
            voltage_max_v=self._model.voltage_max_v,
            current_max_a=self._model.current_max_a,
            segments=frozenset(),
        )

    @property
    def reading_time_s(self) -> float:
        """How long one reading integrates."""
        return self._nplc / self._line_hz

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        require_reach(self._model, voltage_limit_v, current_a)
        require_limit("voltage limit", voltage_limit_v, self._model.voltage_limit_min_v, "V")

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Raise ``OutOfRangeError`` if it cannot source this; sends nothing."""
        require_reach(self._model, voltage_v, current_limit_a)
        require_limit("current limit", current_limit_a, self._model.current_limit_min_a, "A")

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive ``current_a`` within +-``voltage_limit_v``; the output is on afterwards.

        The limit is in force and read back before the level, and the level before the output.
        """
        self.check_current(current_a, voltage_limit_v)
        with self._session.conversation():
            self._source_current(current_a, voltage_limit_v)

    def _source_current(self, current_a: float, voltage_limit_v: float) -> None:
        scale = smallest_range(self._model.current_ranges_a, current_a or REST_RANGE_A)
        if self._drive and not self._model.reaches(voltage_limit_v, self._drive.range):
            self._drive = None  # the instrument would cut the limit to what its range allows
        self._enter("CURR")
        self._set_voltage_limit(voltage_limit_v)
        if self._drive is None or scale > self._drive.range:
            self.current_range_a = scale
            self.current_level_a = current_a
        else:
            # a level beyond its range is refused, so a smaller range comes after its level
            self.current_level_a = current_a
            if scale < self._drive.range:
                self.current_range_a = scale
        self._switch_on(_Drive("CURR", scale, voltage_limit_v))

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Hold ``voltage_v`` within +-``current_limit_a``; the output is on afterwards.

        ``span_v`` is the largest voltage to come, so that a sweep stays on one range.
        """
        self.check_voltage(voltage_v, current_limit_a)
        self.check_voltage(span_v, current_limit_a)
        with self._session.conversation():
            self._source_voltage(voltage_v, current_limit_a, max(abs(voltage_v), abs(span_v)))

    def _source_voltage(self, voltage_v: float, current_limit_a: float, span_v: float) -> None:
        scale = smallest_range(self._model.voltage_ranges_v, span_v)
        if self._drive and not self._model.reaches(self._drive.range, current_limit_a):
            self._drive = None
        self._enter("VOLT")
        self._set_current_limit(current_limit_a)
        if self._drive is None or scale > self._drive.range:
            self.voltage_range_v = scale
            self.voltage_level_v = voltage_v
        else:
            self.voltage_level_v = voltage_v
            if scale < self._drive.range:
                self.voltage_range_v = scale
        self._switch_on(_Drive("VOLT", scale, current_limit_a))

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive no current with the output on; ``voltage_limit_v`` must exceed the cell's."""
        self.source_current(0.0, voltage_limit_v=voltage_limit_v)

    def protect_voltage(self, voltage_v: float) -> float | None:
        """Set the over-voltage protection to its lowest level that leaves +-``voltage_v`` free, and
        read it back; return the level in V, ``None`` where there is none so high.

        It acts within the instrument, whatever the program does, and stays until it is changed.
        """
        level_v = protection_level_v(self._model, voltage_v)
        if level_v is None:
            return None
        word = f"PROT{level_v}"
        with self._session.conversation():
            self.voltage_protection = word
            self._raise_errors()
            if (in_force := self.voltage_protection) != word:
                raise InstrumentFaultError(
                    f"over-voltage protection: {word} was asked for and {in_force} is in force"
                )
        return float(level_v)

    def read(self) -> Reading:
        """Take one reading. ``time_s`` is the instrument's, since its buffer's first reading.

        Raises ``InstrumentFaultError`` if the output went off by itself or the reading was not
        four-wire, ``BadReplyError`` on overflow, another quantity or the reading of before.
        """
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(
                    "the source meter drives nothing yet, so there is nothing to read"
                )
            reading = parse_reading(self.link.query(READ_COMMAND), self._drive.function)
            if self._last == reading:
                raise BadReplyError(f"the answer was given before, it is no new one: {reading}")
            self._last = reading
            return reading

    def make_safe(self) -> None:
        """Open the relay and read back that it is. Checks nothing first.

        A link that is dead, or that gives no answer, is opened anew; another instrument there is
        left alone.
        """
        self._drive = None
        self._session.make_safe(self._switch_off)

    def _switch_off(self) -> None:
        if not self._off_is_open:
            self.off_state_current = "HIMP"  # or "off" would be a 0 V source
            self.off_state_voltage = "HIMP"
        self.link.write(":OUTP OFF")
        if self.output_on:
            raise InstrumentFaultError("the output is still on after :OUTP OFF")
        if not self._off_is_open:
            self._require_off_state()

    def close(self) -> None:
        """Release the link; the output stays as it is. May be called twice."""
        self._session.close()

    def _prepare(self) -> None:
        """Bring everything that this class relies on into a known state, with the relay open."""
        self.link.write(":ABOR")
        self._set_off_state()
        self.link.write(":OUTP OFF")
        self.link.write(":FORM:DATA ASC")
        self.link.write(f":FORM:ASC:PREC {DIGITS}")
        self.link.write(":SENS:COUN 1")
        for function in ("VOLT", "CURR"):
            # changing the wiring turns the output off, so both functions get it now
            self.link.write(f":SENS:{function}:RSEN ON")
            self.link.write(f":SENS:{function}:RANG:AUTO ON")
            self.link.write(f":SENS:{function}:AVER OFF")
            self.link.write(f":SOUR:{function}:READ:BACK ON")
        self.voltage_nplc = self._nplc
        self.current_nplc = self._nplc
        self._raise_errors()
        self._prepared = True

    def _enter(self, function: str) -> None:
        """Make ``function`` the one that is sourced, and measure the other."""
        if not self._prepared:
            self._prepare()
        if self._drive is not None and self._drive.function == function:
            return
        self._drive = None
        # with the output on, the other function would drive whatever level it had last
        self.link.write(":OUTP OFF")
        measured = "VOLT" if function == "CURR" else "CURR"
        # the measure function may change the source function, so it comes first
        self.link.write(f':SENS:FUNC "{measured}"')
        self.source_function = function
        self._set_off_state()
        self.link.write(f":SOUR:{function} 0")
        # a large range would cut the limit that comes next to what may be used with it
        if function == "CURR":
            self.current_range_a = self._model.current_ranges_a[0]
        else:
            self.voltage_range_v = self._model.voltage_ranges_v[0]

    def _set_off_state(self) -> None:
        self.off_state_current = "HIMP"
        self.off_state_voltage = "HIMP"
        self._require_off_state()

    def _require_off_state(self) -> None:
        states = (self.off_state_current, self.off_state_voltage)
        if states != ("HIMP", "HIMP"):
            raise InstrumentFaultError(f"the off states stay {states}; HIMP (open relay) was asked")

    def _set_voltage_limit(self, limit_v: float) -> None:
        if self._drive is None or self._drive.limit != limit_v:
            self.voltage_limit_v = limit_v
            require_same("voltage limit", limit_v, self.voltage_limit_v, "V")

    def _set_current_limit(self, limit_a: float) -> None:
        if self._drive is None or self._drive.limit != limit_a:
            self.current_limit_a = limit_a
            require_same("current limit", limit_a, self.current_limit_a, "A")

    def _switch_on(self, drive: _Drive) -> None:
        if self._drive is None:
            self.output_on = True
        self._raise_errors()
        self._drive = drive

    def _raise_errors(self) -> None:
        try:
            self._session.raise_errors()
        except InstrumentFaultError:
            self._drive = None
            raise
