"""Keysight B2901A, B2902A, B2911A and B2912A source meters: one channel, four-wire.

Source: Keysight B2900 SCPI Command Reference, B2910-90030 (and B2961-90030, the same commands for
the same output stage): OUTPut, SENSe, SOURce and FORMat subsystems. What differs between models,
and what could not be confirmed, is in ``keysight_b2900_models.py``.

The instrument's own "off" is 0 V, which discharges a cell; off is therefore made "HIZ" (an open
switch) before anything else is set, and ``*RST`` is never sent. By default a measurement switches
the output on, and its own protection would answer a reached limit with 0 V: both are turned off.
A reading is a spot measurement, which leaves the source as it is.
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
from .keysight_b2900_models import CHANNELS, MODELS, current_range_a, model_named, recognise
from .keysight_b2900_readings import ELEMENTS_COMMAND, READ_COMMAND, parse_reading
from .link import TextLink
from .readings import Reading
from .scpi import Choice, Number
from .scpi import Flag as Switch
from .scpi_session import ScpiSession, require_same
from .source_models import require_limit, require_reach, smallest_range
from .stopwatch import Stopwatch

REST_RANGE_A: Final = 1e-6  # a large range would leave its offset current flowing through a rest
NPLC_LOWEST, NPLC_HIGHEST = 0.5, 10.0  # below, two readings could bear the same time stamp
READ_QUANTITIES: Final = 2  # voltage and current are integrated one after the other
STAMP_RESET_S: Final = 9000.0  # beyond 10,000 s, seven digits of a time stamp end at 10 ms
PREPARATIONS: Final = (
    ":OUTP[c]:ON:AUTO OFF",
    ":OUTP[c]:OFF:AUTO OFF",
    ":OUTP[c]:PROT OFF",
    ":FORM ASC",
    ELEMENTS_COMMAND,
    ":TRIG[c]:SOUR AINT",
    ":TRIG[c]:COUN 1",
    ":ARM[c]:COUN 1",
    ':SENS[c]:FUNC "VOLT","CURR"',
    ":SENS[c]:VOLT:RANG:AUTO ON",
    ":SENS[c]:CURR:RANG:AUTO ON",
    ":SYST:TIME:TIM:COUN:RES:AUTO OFF",
    ":SYST:TIME:TIM:COUN:RES",
)
"""What every reading relies on, besides the wiring, which is read back."""


@dataclass(frozen=True, slots=True)
class _Drive:
    """What was last set and confirmed: so that nothing is sent twice."""

    function: str
    level: float
    range: float
    limit: float


class _OfChannel:
    """A link on which ``[c]`` stands for the number of a channel, as in the maker's manual."""

    def __init__(self, link: TextLink, channel: int) -> None:
        self._link, self._channel = link, str(channel)

    def write(self, command: str) -> None:
        self._link.write(command.replace("[c]", self._channel))

    def query(self, command: str) -> str:
        return self._link.query(command.replace("[c]", self._channel))

    def close(self) -> None:
        self._link.close()


class KeysightB2900:
    """One channel of a source meter as a cell sees it: current or voltage in, both back.

    ``nplc`` is the integration time in power line cycles of ``line_hz``, of voltage and current
    each. Out-of-range values are refused before a byte is sent.
    """

    current_level_a = Number(":SOUR[c]:CURR", unit="A", low=-3.03, high=3.03)
    current_range_a = Number(":SOUR[c]:CURR:RANG", unit="A", low=1e-8, high=3.0)
    voltage_limit_v = Number(":SENS[c]:VOLT:PROT", unit="V", low=0.02, high=210.0)
    voltage_level_v = Number(":SOUR[c]:VOLT", unit="V", low=-210.0, high=210.0)
    voltage_range_v = Number(":SOUR[c]:VOLT:RANG", unit="V", low=0.2, high=200.0)
    current_limit_a = Number(":SENS[c]:CURR:PROT", unit="A", low=1e-9, high=3.03)
    voltage_nplc = Number(":SENS[c]:VOLT:NPLC", unit="PLC", low=NPLC_LOWEST, high=NPLC_HIGHEST)
    current_nplc = Number(":SENS[c]:CURR:NPLC", unit="PLC", low=NPLC_LOWEST, high=NPLC_HIGHEST)
    source_function = Choice(":SOUR[c]:FUNC:MODE", ("CURR", "VOLT"))
    off_state = Choice(":OUTP[c]:OFF:MODE", ("NORM", "HIZ", "ZERO"))
    four_wire = Switch(":SENS[c]:REM")
    output_on = Switch(":OUTP[c]")

    def __init__(
        self, link: TextLink, *, channel: int = 1, nplc: float = 1.0, line_hz: float = 50.0
    ) -> None:
        if channel not in (1, 2):
            raise OutOfRangeError(f"channel: {channel} is neither 1 nor 2")
        if not NPLC_LOWEST <= nplc <= NPLC_HIGHEST:
            raise OutOfRangeError(
                f"nplc: {nplc:g} is outside [{NPLC_LOWEST:g}, {NPLC_HIGHEST:g}] power line cycles"
            )
        self.link: TextLink = _OfChannel(link, channel)
        self._session = ScpiSession(self.link, recognise, name="source meter", forget=self._forget)
        self._channel, self._nplc, self._line_hz = channel, nplc, line_hz
        self._model = MODELS[0]
        self._prepared = False
        self._drive: _Drive | None = None
        self._off_is_open = False
        self._stopwatch = Stopwatch()

    def connect(self) -> OutputState:
        """Read who is there and what the output does, then make its off state an open switch.

        Switches nothing on or off. Errors left in the queue from before are read and dropped.
        What fails is tried once more on a new session. Raises ``WrongInstrumentError`` for
        another instrument than before, and for one without the channel.
        """
        output = self._session.connect(self._greet)
        self._off_is_open = True
        return output

    def _greet(self, identity: Identity) -> OutputState:
        self._model = model_named(identity.model)
        if self._channel > CHANNELS[identity.model]:
            raise WrongInstrumentError(f"the {identity.model} has one channel; 2 was asked for")
        self._session.drain_errors()
        output = OutputState.ON if self.output_on else OutputState.OFF
        if self.off_state != "HIZ":
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
        return READ_QUANTITIES * self._nplc / self._line_hz

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
        scale = current_range_a(self._model, current_a or REST_RANGE_A)
        with self._session.conversation():
            if self._drive and not self._model.reaches(voltage_limit_v, self._drive.level):
                self._drive = None
            self._enter("CURR")
            if self._drive is None or self._drive.limit != voltage_limit_v:
                self.voltage_limit_v = voltage_limit_v
                require_same("voltage limit", voltage_limit_v, self.voltage_limit_v, "V")
            if self._drive is None or scale > self._drive.range:
                self.current_range_a = scale
                self.current_level_a = current_a
            else:
                # a level beyond its range is refused, so a smaller range comes after its level
                self.current_level_a = current_a
                if scale < self._drive.range:
                    self.current_range_a = scale
            self._switch_on(_Drive("CURR", current_a, scale, voltage_limit_v))

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
            if self._drive and not self._model.reaches(self._drive.level, current_limit_a):
                self._drive = None
            self._enter("VOLT")
            if self._drive is None or self._drive.limit != current_limit_a:
                self.current_limit_a = current_limit_a
                require_same("current limit", current_limit_a, self.current_limit_a, "A")
            if self._drive is None or scale > self._drive.range:
                self.voltage_range_v = scale
                self.voltage_level_v = voltage_v
            else:
                self.voltage_level_v = voltage_v
                if scale < self._drive.range:
                    self.voltage_range_v = scale
            self._switch_on(_Drive("VOLT", voltage_v, scale, current_limit_a))

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """Drive no current with the output on; ``voltage_limit_v`` must exceed the cell's."""
        self.source_current(0.0, voltage_limit_v=voltage_limit_v)

    def protect_voltage(self, voltage_v: float) -> float | None:
        """Return ``None``: its only protection answers with 0 V, which would discharge the cell."""
        del voltage_v
        return None

    def read(self) -> Reading:
        """Take one reading. ``time_s`` is by the instrument's clock, from any start.

        Raises ``InstrumentFaultError`` if the output went off by itself, ``BadReplyError`` on
        overflow, another source or the reading of before.
        """
        with self._session.conversation():
            if self._drive is None:
                raise DriverError(
                    "the source meter drives nothing yet, so there is nothing to read"
                )
            reading = parse_reading(self.link.query(READ_COMMAND), self._drive.function)
            time_s = self._stopwatch.time_s(reading.time_s)
            if reading.time_s > STAMP_RESET_S:
                self.link.write(":SYST:TIME:TIM:COUN:RES")
                self._stopwatch.started_anew()
            return replace(reading, time_s=time_s)

    def make_safe(self) -> None:
        """Open the output switch and read back that it is. Checks nothing first.

        A link that is dead, or that gives no answer, is opened anew; another instrument there is
        left alone.
        """
        self._drive = None
        self._session.make_safe(self._switch_off)

    def _switch_off(self) -> None:
        if not self._off_is_open:
            self.off_state = "HIZ"  # or "off" would be a 0 V source
        self.link.write(":OUTP[c] OFF")
        if self.output_on:
            raise InstrumentFaultError("the output is still on after :OUTP OFF")
        if not self._off_is_open:
            self._require_off_state()

    def close(self) -> None:
        """Release the link; the output stays as it is. May be called twice."""
        self._session.close()

    def _prepare(self) -> None:
        """Bring everything that this class relies on into a known state, with the switch open."""
        self.link.write(":ABOR:ALL (@[c])")
        self._set_off_state()
        self.link.write(":OUTP[c] OFF")
        self.four_wire = True
        for command in PREPARATIONS:
            self.link.write(command)
        self._stopwatch.started_anew()
        self.voltage_nplc = self._nplc
        self.current_nplc = self._nplc
        self._raise_errors()
        if not self.four_wire:
            raise InstrumentFaultError("the channel stays two-wire; :SENS:REM ON was asked")
        self._prepared = True

    def _enter(self, function: str) -> None:
        """Make ``function`` the one that is sourced."""
        if not self._prepared:
            self._prepare()
        if self._drive is not None and self._drive.function == function:
            return
        self._drive = None
        # with the output on, the other function would drive whatever level it had last
        self.link.write(":OUTP[c] OFF")
        self.source_function = function
        self.link.write(f":SOUR[c]:{function}:MODE FIX")
        self.link.write(f":SOUR[c]:{function} 0")

    def _set_off_state(self) -> None:
        self.off_state = "HIZ"
        self._require_off_state()

    def _require_off_state(self) -> None:
        if (state := self.off_state) != "HIZ":
            raise InstrumentFaultError(f"the off state stays {state}; HIZ (open switch) was asked")

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
