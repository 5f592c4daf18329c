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

from dataclasses import replace
from typing import Final

from .capabilities import Identity
from .errors import InstrumentFaultError, OutOfRangeError, WrongInstrumentError
from .keysight_b2900_models import CHANNELS, MODELS, recognise
from .keysight_b2900_readings import ELEMENTS_COMMAND, READ_COMMAND, parse_reading
from .link import TextLink
from .readings import Reading
from .scpi import Choice, Number
from .scpi import Flag as Switch
from .scpi_source_meter import Dialect, Drive, ScpiSourceMeter, Source
from .stopwatch import Stopwatch

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


class KeysightB2900(ScpiSourceMeter):
    """One channel of a B2900A; ``nplc`` is the integration time of voltage and of current each."""

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
    dialect = Dialect(
        recognise=recognise,
        models=MODELS,
        nplc=(NPLC_LOWEST, NPLC_HIGHEST),
        current=Source("CURR", current_level_a, current_range_a, voltage_limit_v, "voltage limit"),
        voltage=Source("VOLT", voltage_level_v, voltage_range_v, current_limit_a, "current limit"),
        off_states=(off_state,),
        off_word="HIZ",
        off_means="open switch",
        abort=":ABOR:ALL (@[c])",
    )

    def __init__(
        self, link: TextLink, *, channel: int = 1, nplc: float = 1.0, line_hz: float = 50.0
    ) -> None:
        if channel not in (1, 2):
            raise OutOfRangeError(f"channel: {channel} is neither 1 nor 2")
        super().__init__(_OfChannel(link, channel), nplc=nplc, line_hz=line_hz)
        self._channel = channel
        self._stopwatch = Stopwatch()

    @property
    def reading_time_s(self) -> float:
        """How long one reading integrates."""
        return READ_QUANTITIES * self._nplc / self._line_hz

    def protect_voltage(self, voltage_v: float) -> float | None:
        """Return ``None``: its only protection answers with 0 V, which would discharge the cell."""
        del voltage_v
        return None

    def _meet(self, identity: Identity) -> None:
        if self._channel > CHANNELS[identity.model]:
            raise WrongInstrumentError(f"the {identity.model} has one channel; 2 was asked for")
        self._session.drain_errors()

    def _set_up(self) -> None:
        self.four_wire = True
        for command in PREPARATIONS:
            self.link.write(command)
        self._stopwatch.started_anew()
        self.voltage_nplc = self._nplc
        self.current_nplc = self._nplc
        self._raise_errors()
        if not self.four_wire:
            raise InstrumentFaultError("the channel stays two-wire; :SENS:REM ON was asked")

    def _enter(self, source: Source, limit: float) -> None:
        self.source_function = source.function
        self.link.write(f":SOUR[c]:{source.function}:MODE FIX")
        self.link.write(f":SOUR[c]:{source.function} 0")
        self._set_limit(source, limit)

    def _may_follow(self, drive: Drive, limit: float) -> bool:
        corner = (limit, drive.level) if drive.source.function == "CURR" else (drive.level, limit)
        return self._model.reaches(*corner)

    def _read(self, function: str) -> Reading:
        reading = parse_reading(self.link.query(READ_COMMAND), function)
        time_s = self._stopwatch.time_s(reading.time_s)
        if reading.time_s > STAMP_RESET_S:
            self.link.write(":SYST:TIME:TIM:COUN:RES")
            self._stopwatch.started_anew()
        return replace(reading, time_s=time_s)
