"""Keithley Series 2400 source meters (2400, 2401, 2410, 2420, 2425, 2430, 2440), four-wire.

Source: Series 2400 SourceMeter User's Manual, 2400S-900-01 Rev. K, section 18 "SCPI command
reference" and section 13 "Output-off states". What differs between models, and what could not be
confirmed, is in ``keithley_2400_models.py``. On RS-232 the terminator must be LF.

The instrument's own "off" is a 0 V source, which discharges a cell. Off is therefore made "high
impedance" before anything else is set, and ``*RST`` is never sent. A compliance may not be less
than 0.1 % of the range on which it is measured, nor reach beyond a corner together with the range
of the source; so a function is entered on the lowest ranges, then comes its compliance, then the
range that is wanted. Voltage and current are both measured in every reading.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from .capabilities import Envelope, Identity, OutputState
from .errors import (
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from .keithley_2400_models import MODELS, model_named, recognise
from .keithley_2400_readings import (
    ELEMENTS_COMMAND,
    READ_COMMAND,
    TIMER_RANGE_S,
    TIMER_STEP_S,
    parse_reading,
)
from .link import TextLink
from .readings import Reading
from .scpi import Choice, Number
from .scpi import Flag as Switch
from .scpi_session import ScpiSession, require_same
from .source_models import protection_level_v, require_limit, require_reach, smallest_range
from .stopwatch import Stopwatch

OFF_STATES: Final = ("NORM", "HIMP", "ZERO", "GUAR")
REST_RANGE_A: Final = 1e-6  # a large range would leave its offset current flowing through a rest
NPLC_LOWEST, NPLC_HIGHEST = 0.5, 10.0  # below, two readings could bear the same time stamp
READ_QUANTITIES: Final = 2  # voltage and current are integrated one after the other
LEAST_LIMIT: Final = 1e-3  # of the range on which what it limits is measured
PREPARATIONS: Final = (
    ":SOUR:CLE:AUTO OFF",
    ":SYST:RSEN ON",
    ":SYST:AZER ON",
    ":FORM:DATA ASC",
    ELEMENTS_COMMAND,
    ":ARM:SOUR IMM",
    ":ARM:COUN 1",
    ":TRIG:SOUR IMM",
    ":TRIG:COUN 1",
    ":TRIG:DEL 0",
    ":SENS:AVER OFF",
    ":SENS:FUNC:CONC ON",
    ":SENS:FUNC:OFF:ALL",
    ':SENS:FUNC "VOLT","CURR"',
)
"""What every reading relies on; changing the wiring turns the output off, so it is off for it."""


@dataclass(frozen=True, slots=True)
class _Drive:
    """What was last set and confirmed: so that nothing is sent twice."""

    function: str
    range: float
    limit: float


class Keithley2400:
    """A source meter as a cell sees it: current or voltage in, both back.

    ``nplc`` is the integration time in power line cycles of ``line_hz``, of voltage and current
    each. Out-of-range values are refused before a byte is sent.
    """

    current_level_a = Number(":SOUR:CURR", unit="A", low=-5.25, high=5.25)
    current_range_a = Number(":SOUR:CURR:RANG", unit="A", low=1e-6, high=5.0)
    voltage_limit_v = Number(":SENS:VOLT:PROT", unit="V", low=2e-4, high=1100.0)
    voltage_measured_range_v = Number(":SENS:VOLT:RANG", unit="V", low=0.2, high=1000.0)
    voltage_level_v = Number(":SOUR:VOLT", unit="V", low=-1100.0, high=1100.0)
    voltage_range_v = Number(":SOUR:VOLT:RANG", unit="V", low=0.2, high=1000.0)
    current_limit_a = Number(":SENS:CURR:PROT", unit="A", low=1e-9, high=5.25)
    current_measured_range_a = Number(":SENS:CURR:RANG", unit="A", low=1e-6, high=5.0)
    voltage_protection_v = Number(":SOUR:VOLT:PROT", unit="V", low=4.0, high=500.0)
    nplc = Number(":SENS:VOLT:NPLC", unit="PLC", low=NPLC_LOWEST, high=NPLC_HIGHEST)
    source_function = Choice(":SOUR:FUNC", ("CURR", "VOLT"))
    source_shape = Choice(":SOUR:FUNC:SHAP", ("DC", "PULS"))
    off_state = Choice(":OUTP:SMOD", OFF_STATES)
    output_on = Switch(":OUTP")

    def __init__(self, link: TextLink, *, nplc: float = 1.0, line_hz: float = 50.0) -> None:
        if not NPLC_LOWEST <= nplc <= NPLC_HIGHEST:
            raise OutOfRangeError(
                f"nplc: {nplc:g} is outside [{NPLC_LOWEST:g}, {NPLC_HIGHEST:g}] power line cycles"
            )
        self.link = link
        self._session = ScpiSession(link, recognise, name="source meter", forget=self._forget)
        self._nplc, self._line_hz = nplc, line_hz
        self._model = MODELS[0]
        self._prepared = False
        self._drive: _Drive | None = None
        self._off_is_open = False
        self._stopwatch = Stopwatch(TIMER_RANGE_S)

    def connect(self) -> OutputState:
        """Read who is there and what the output does, then make its off state an open relay.

        Switches nothing on or off. Errors left in the queue from before are read and dropped.
        What fails is tried once more on a new session. Raises ``WrongInstrumentError`` for
        another instrument than before, and for a 2430 that pulses.
        """
        output = self._session.connect(self._greet)
        self._off_is_open = True
        return output

    def _greet(self, identity: Identity) -> OutputState:
        self._model = model_named(identity.model)
        self._stopwatch = Stopwatch(TIMER_RANGE_S)
        self._session.drain_errors()
        if self._model.name == "2430" and self.source_shape != "DC":
            raise WrongInstrumentError(
                "the 2430 is in its pulse mode, in which off is always a 0 V source; choose DC "
                "(CONFIG, SOURCE, SHAPE)"
            )
        output = OutputState.ON if self.output_on else OutputState.OFF
        if self.off_state != "HIMP":
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
        """How long one reading integrates; never so short that two could bear one time stamp."""
        return max(READ_QUANTITIES * self._nplc / self._line_hz, TIMER_STEP_S)

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
        scale = smallest_range(self._model.current_ranges_a, current_a or REST_RANGE_A)
        with self._session.conversation():
            self._enter("CURR", voltage_limit_v)
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
        widest_v = max(abs(voltage_v), abs(span_v))
        scale = smallest_range(self._model.voltage_ranges_v, widest_v)
        with self._session.conversation():
            self._enter("VOLT", current_limit_a)
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
        with self._session.conversation():
            self.voltage_protection_v = level_v
            self._raise_errors()
            require_same("over-voltage protection", level_v, self.voltage_protection_v, "V")
        return float(level_v)

    def read(self) -> Reading:
        """Take one reading. ``time_s`` is by the instrument's clock, from any start.

        Raises ``InstrumentFaultError`` if the output went off by itself or the reading was not
        four-wire, ``BadReplyError`` on overflow, another source or the reading of before.
        """
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(
                    "the source meter drives nothing yet, so there is nothing to read"
                )
            reading = parse_reading(self.link.query(READ_COMMAND), self._drive.function)
            return replace(reading, time_s=self._stopwatch.time_s(reading.time_s))

    def make_safe(self) -> None:
        """Open the relay and read back that it is. Checks nothing first.

        A link that is dead, or that gives no answer, is opened anew; another instrument there is
        left alone.
        """
        self._drive = None
        self._session.make_safe(self._switch_off)

    def _switch_off(self) -> None:
        if not self._off_is_open:
            self.off_state = "HIMP"  # or "off" would be a 0 V source
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
        for command in PREPARATIONS:
            self.link.write(command)
        self.nplc = self._nplc
        self._raise_errors()
        self._prepared = True

    def _enter(self, function: str, limit: float) -> None:
        """Make ``function`` the one that is sourced and ``limit`` the compliance in force."""
        if not self._prepared:
            self._prepare()
        drive = self._drive
        if drive is not None and drive.function == function:
            if limit == drive.limit:
                return
            if self._may_follow(drive, limit):
                self._set_limit(function, limit)
                return
        self._drive = None
        # with the output on, the other function would drive whatever level it had last
        self.link.write(":OUTP OFF")
        self.source_function = function
        self.link.write(f":SOUR:{function}:MODE FIX")
        self.link.write(f":SOUR:{function} 0")
        if function == "CURR":
            self.current_range_a = self._model.current_ranges_a[0]
            self.voltage_measured_range_v = self._model.voltage_ranges_v[0]
        else:
            self.voltage_range_v = self._model.voltage_ranges_v[0]
            self.current_measured_range_a = self._model.current_ranges_a[0]
        self._set_limit(function, limit)
        self.link.write(f":SENS:{'VOLT' if function == 'CURR' else 'CURR'}:RANG:AUTO ON")

    def _may_follow(self, drive: _Drive, limit: float) -> bool:
        """Whether the instrument takes another compliance with the output on."""
        if drive.function == "CURR":
            ranges, corner = self._model.voltage_ranges_v, (limit, drive.range)
        else:
            ranges, corner = self._model.current_ranges_a, (drive.range, limit)
        measured = smallest_range(ranges, drive.limit)
        return limit >= LEAST_LIMIT * measured and self._model.reaches(*corner)

    def _set_limit(self, function: str, limit: float) -> None:
        if function == "CURR":
            self.voltage_limit_v = limit
            require_same("voltage limit", limit, self.voltage_limit_v, "V")
        else:
            self.current_limit_a = limit
            require_same("current limit", limit, self.current_limit_a, "A")

    def _set_off_state(self) -> None:
        self.off_state = "HIMP"
        self._require_off_state()

    def _require_off_state(self) -> None:
        if (state := self.off_state) != "HIMP":
            raise InstrumentFaultError(f"the off state stays {state}; HIMP (open relay) was asked")

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
