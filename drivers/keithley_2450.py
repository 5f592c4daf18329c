"""Keithley 2450, 2460, 2461 and 2470 source meters, SCPI command set, four-wire.

Source: Model 2450 Reference Manual, 2450-901-01, chapters "Output-off state" and "SCPI command
reference"; Model 2461 Reference Manual, 2461-901-01. What differs between models, and what
could not be confirmed, is in ``keithley_2450_models.py``.

The instrument's own "off" is a 0 V source, which discharges a cell. Off is therefore made
"high impedance" before anything else is set, and ``*RST`` is never sent: it would bring the 0 V
source back while the cell is connected.
"""

from __future__ import annotations

from .capabilities import Identity
from .errors import BadReplyError, InstrumentFaultError, WrongInstrumentError
from .keithley_2450_models import MODELS, PROTECTION_WORDS, recognise
from .keithley_2450_readings import DIGITS, READ_COMMAND, parse_reading
from .link import TextLink
from .readings import Reading
from .scpi import Choice, Number
from .scpi import Flag as Switch
from .scpi_source_meter import Dialect, Drive, ScpiSourceMeter, Source
from .source_models import protection_level_v

NPLC_LOWEST, NPLC_HIGHEST = 0.01, 10.0
OFF_STATES = ("NORM", "HIMP", "ZERO", "GUAR")


class Keithley2450(ScpiSourceMeter):
    """A 2450 or one of its larger sisters, which reads back what it sources."""

    current_level_a = Number(":SOUR:CURR", unit="A", low=-7.35, high=7.35)
    current_range_a = Number(":SOUR:CURR:RANG", unit="A", low=1e-8, high=7.0)
    voltage_limit_v = Number(":SOUR:CURR:VLIM", unit="V", low=0.02, high=1050.0)
    voltage_level_v = Number(":SOUR:VOLT", unit="V", low=-1050.0, high=1050.0)
    voltage_range_v = Number(":SOUR:VOLT:RANG", unit="V", low=0.02, high=1000.0)
    current_limit_a = Number(":SOUR:VOLT:ILIM", unit="A", low=1e-9, high=7.35)
    voltage_nplc = Number(":SENS:VOLT:NPLC", unit="PLC", low=NPLC_LOWEST, high=NPLC_HIGHEST)
    current_nplc = Number(":SENS:CURR:NPLC", unit="PLC", low=NPLC_LOWEST, high=NPLC_HIGHEST)
    source_function = Choice(":SOUR:FUNC", ("CURR", "VOLT"))
    off_state_current = Choice(":OUTP:CURR:SMOD", OFF_STATES)
    off_state_voltage = Choice(":OUTP:VOLT:SMOD", OFF_STATES)
    voltage_protection = Choice(":SOUR:VOLT:PROT", PROTECTION_WORDS)
    output_on = Switch(":OUTP")
    dialect = Dialect(
        recognise=recognise,
        models=MODELS,
        nplc=(NPLC_LOWEST, NPLC_HIGHEST),
        current=Source("CURR", current_level_a, current_range_a, voltage_limit_v, "voltage limit"),
        voltage=Source("VOLT", voltage_level_v, voltage_range_v, current_limit_a, "current limit"),
        off_states=(off_state_current, off_state_voltage),
        off_word="HIMP",
        off_means="open relay",
    )

    def __init__(self, link: TextLink, *, nplc: float = 1.0, line_hz: float = 50.0) -> None:
        super().__init__(link, nplc=nplc, line_hz=line_hz)
        self._last: Reading | None = None

    @property
    def reading_time_s(self) -> float:
        """How long one reading integrates."""
        return self._nplc / self._line_hz

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

    def _meet(self, identity: Identity) -> None:
        language = self.link.query("*LANG?").strip()
        if language != "SCPI":
            raise WrongInstrumentError(
                f"the {identity.model} speaks {language}; choose the SCPI command set in its "
                "menu (System, Settings) and restart it"
            )
        self._session.drain_errors()

    def _set_up(self) -> None:
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

    def _enter(self, source: Source, limit: float) -> None:
        # the measure function may change the source function, so it comes first
        self.link.write(f':SENS:FUNC "{"VOLT" if source.function == "CURR" else "CURR"}"')
        self.source_function = source.function
        self._set_off_states()
        self.link.write(f":SOUR:{source.function} 0")
        # a large range would cut the limit that comes next to what may be used with it
        if source.function == "CURR":
            self.current_range_a = self._model.current_ranges_a[0]
        else:
            self.voltage_range_v = self._model.voltage_ranges_v[0]
        self._set_limit(source, limit)

    def _may_follow(self, drive: Drive, limit: float) -> bool:
        """It would cut the limit to what its range allows."""
        corner = (limit, drive.range) if drive.source.function == "CURR" else (drive.range, limit)
        return self._model.reaches(*corner)

    def _read(self, function: str) -> Reading:
        reading = parse_reading(self.link.query(READ_COMMAND), function)
        if self._last == reading:
            raise BadReplyError(f"the answer was given before, it is no new one: {reading}")
        self._last = reading
        return reading
