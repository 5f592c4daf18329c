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

from dataclasses import replace
from typing import Final

from .capabilities import Identity
from .errors import WrongInstrumentError
from .keithley_2400_models import MODELS, recognise
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
from .scpi_session import require_same
from .scpi_source_meter import Dialect, Drive, ScpiSourceMeter, Source
from .source_models import protection_level_v
from .stopwatch import Stopwatch

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


class Keithley2400(ScpiSourceMeter):
    """A Series 2400; ``nplc`` is the integration time of voltage and of current each."""

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
    off_state = Choice(":OUTP:SMOD", ("NORM", "HIMP", "ZERO", "GUAR"))
    output_on = Switch(":OUTP")
    dialect = Dialect(
        recognise=recognise,
        models=MODELS,
        nplc=(NPLC_LOWEST, NPLC_HIGHEST),
        current=Source("CURR", current_level_a, current_range_a, voltage_limit_v, "voltage limit"),
        voltage=Source("VOLT", voltage_level_v, voltage_range_v, current_limit_a, "current limit"),
        off_states=(off_state,),
        off_word="HIMP",
        off_means="open relay",
    )

    def __init__(self, link: TextLink, *, nplc: float = 1.0, line_hz: float = 50.0) -> None:
        super().__init__(link, nplc=nplc, line_hz=line_hz)
        self._stopwatch = Stopwatch(TIMER_RANGE_S)

    @property
    def reading_time_s(self) -> float:
        """How long one reading integrates; never so short that two could bear one time stamp."""
        return max(READ_QUANTITIES * self._nplc / self._line_hz, TIMER_STEP_S)

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

    def _meet(self, identity: Identity) -> None:
        self._stopwatch = Stopwatch(TIMER_RANGE_S)
        self._session.drain_errors()
        if identity.model == "2430" and self.source_shape != "DC":
            raise WrongInstrumentError(
                "the 2430 is in its pulse mode, in which off is always a 0 V source; choose DC "
                "(CONFIG, SOURCE, SHAPE)"
            )

    def _set_up(self) -> None:
        for command in PREPARATIONS:
            self.link.write(command)
        self.nplc = self._nplc
        self._raise_errors()

    def _enter(self, source: Source, limit: float) -> None:
        function = source.function
        self.source_function = function
        self.link.write(f":SOUR:{function}:MODE FIX")
        self.link.write(f":SOUR:{function} 0")
        if function == "CURR":
            self.current_range_a = self._model.current_ranges_a[0]
            self.voltage_measured_range_v = self._model.voltage_ranges_v[0]
        else:
            self.voltage_range_v = self._model.voltage_ranges_v[0]
            self.current_measured_range_a = self._model.current_ranges_a[0]
        self._set_limit(source, limit)
        self.link.write(f":SENS:{'VOLT' if function == 'CURR' else 'CURR'}:RANG:AUTO ON")

    def _may_follow(self, drive: Drive, limit: float) -> bool:
        if limit == drive.limit:
            return True
        if drive.source.function == "CURR":
            measured = self._model.voltage_range_v(drive.limit)
            return limit >= LEAST_LIMIT * measured and self._model.reaches(limit, drive.range)
        measured = self._model.current_range_a(drive.limit)
        return limit >= LEAST_LIMIT * measured and self._model.reaches(drive.range, limit)

    def _read(self, function: str) -> Reading:
        reading = parse_reading(self.link.query(READ_COMMAND), function)
        return replace(reading, time_s=self._stopwatch.time_s(reading.time_s))
