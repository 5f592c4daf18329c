"""A twin of the Keithley Series 2400 source meters, byte for byte.

After 2400S-900-01 Rev. K. A reading takes its integration times on the twin's clock; commands
that follow it wait. Assumed, because no manual page that could be read says so: a change of the
source function while the output is on turns it off; a level beyond a fixed range is -222. Not
simulated: sweeps and lists, source memory, limit tests, math, auto ohms, the pulse mode.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeAlias

from ...clock import Clock
from ..analog import Analog
from ..scpi.error_queue import MASTER_SUMMARY, OPERATION_COMPLETE, ErrorQueue
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import Setting, Settings
from ..scpi.syntax import Parameters, ScpiError, Unit
from .readings import Readings, named_functions
from .settings import LONGEST_RUN, MODELS, settings_of
from .source import Point, SourceMeasure

SERIAL, FIRMWARE = "01207317", "C32   Oct  4 2010 14:20:11/A02  /T/K"
MEASUREMENT_SUMMARY = 1
Acquiring: TypeAlias = Generator[float, None, Sequence[Point]]
MEASURED = {"VOLTage[:DC]": "VOLT", "CURRent[:DC]": "CURR", "RESistance": "RES"}


def _entry(error: ScpiError, _at_s: float) -> str:
    return f'{error.code:+d},"{error.text}"' if error.code > 0 else f'{error.code},"{error.text}"'


class Keithley2400Twin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``relay_operations`` counts the clicks of the output relay that somebody beside the instrument
    would hear.
    """

    def __init__(
        self,
        front_end: Analog,
        clock: Clock,
        model: str = "2400",
        *,
        lead_resistance_ohm: float = 0.1,
    ) -> None:
        self._identity = f"KEITHLEY INSTRUMENTS INC.,MODEL {model},{SERIAL},{FIRMWARE}"
        self._model = model
        self._settings = Settings(settings_of(MODELS[model]))
        self._source = SourceMeasure(
            front_end, MODELS[model], self._settings, clock.now_s(), lead_resistance_ohm
        )
        overflow = ScpiError(-350, "Queue overflow")
        self._errors = ErrorQueue(empty='0,"No error"', entry=_entry, overflow=overflow)
        self._readings = Readings(self._settings)
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._errors)

    @property
    def relay_operations(self) -> int:
        """How often the output relay has opened or closed."""
        return self._source.relay_operations

    @property
    def output_is_on(self) -> bool:
        """Whether the output is on, as its lamp would show."""
        return self._settings.flags["OUTP"]

    def _unit(self, unit: Unit) -> Answer | Slow:
        if setting := self._settings.find(unit.header):
            return self._set_or_tell(setting, unit)
        return self._headers.carry_out(unit)

    def _set_or_tell(self, setting: Setting, unit: Unit) -> str | None:
        if unit.is_query:
            if setting.key in ("SOUR:CURR:RANG", "SOUR:VOLT:RANG") and not len(unit.parameters):
                return f"{self._source.range_in_force(setting.key):.6E}"
            return self._settings.answer(setting, unit.parameters)
        with self._settings.all_or_nothing() as before:
            self._settings.change(setting, unit.parameters)
            self._source.changed(setting.key, before, self._loop.now_s)
        return None

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            "SYSTem:PRESet": self._reset,
            "*OPC": self._complete,
            "*WAI": lambda _: None,
            **self._errors.commands(),
            "STATus:PRESet": lambda _: None,
            "STATus:QUEue:CLEar": lambda _: self._errors.clear(),
            "SYSTem:CLEar": lambda _: self._errors.clear(),
            "SYSTem:BEEPer[:IMMediate]": self._beep,
            "SYSTem:TIME:RESet": self._reset_timer,
            "SYSTem:LOCal": lambda _: None,
            "SYSTem:REMote": lambda _: None,
            "SOURce[1]:CLEar[:IMMediate]": lambda _: self._switch(False),
            "SOURce[1]:FUNCtion:SHAPe": self._choose_shape,
            "[SENSe[1]:]FUNCtion[:ON]": self._measure_also,
            "[SENSe[1]:]FUNCtion[:ON]:ALL": lambda _: self._measure({"VOLT", "CURR", "RES"}),
            "[SENSe[1]:]FUNCtion:OFF": self._measure_not,
            "[SENSe[1]:]FUNCtion:OFF:ALL": lambda _: self._measure(set()),
            **{f"CONFigure:{name}": self._configurer(key) for name, key in MEASURED.items()},
            **self._readings.commands(),
            "INITiate[:IMMediate]": self._initiate,
            "ABORt": lambda _: None,  # a run under way cannot be reached: see the loop
            "TRIGger:CLEar": lambda _: None,
        }

    def _queried(self) -> dict[str, Command]:
        return {
            "*IDN": lambda _: self._identity,
            "*OPC": lambda _: "1",
            "*TST": lambda _: "0",
            **self._errors.queries(),
            "*STB": lambda _: str(self._status_byte()),
            "STATus:QUEue[:NEXT]": lambda _: self._errors.next(),
            "SYSTem:VERSion": lambda _: "1996.0",
            "SYSTem:TIME": lambda _: f"{self._loop.now_s - self._source.timer_start_s:.3f}",
            "SOURce[1]:FUNCtion:SHAPe": self._tell_shape,
            "[SENSe[1]:]FUNCtion[:ON]": lambda _: self._tell_functions(),
            "[SENSe[1]:]CURRent[:DC]:PROTection:TRIPped": lambda _: self._tripped("VOLT"),
            "[SENSe[1]:]VOLTage[:DC]:PROTection:TRIPped": lambda _: self._tripped("CURR"),
            "READ": self._read,
            **{f"MEASure:{name}": self._measurer(key) for name, key in MEASURED.items()},
            **self._readings.queries(),
        }

    def _reset(self, given: Parameters) -> None:
        given.end()
        self._settings.reset()
        self._readings.reset()
        self._source.measured = {"CURR"}
        self._source.apply(self._loop.now_s)

    def _complete(self, given: Parameters) -> None:
        given.end()
        self._errors.standard_event |= OPERATION_COMPLETE

    def _status_byte(self) -> int:
        value = self._errors.status_byte() & ~MASTER_SUMMARY
        value |= MEASUREMENT_SUMMARY if self._readings.event & self._readings.enable else 0
        return value | (MASTER_SUMMARY if value & self._errors.service_enable else 0)

    def _beep(self, given: Parameters) -> None:
        given.number(65, 2e6, 1000)
        given.number(0, 7.9, 0.1)
        given.end()

    def _reset_timer(self, given: Parameters) -> None:
        given.end()
        self._source.timer_start_s = self._loop.now_s

    def _switch(self, on: bool) -> None:
        self._settings.flags["OUTP"] = on
        self._source.apply(self._loop.now_s)

    def _choose_shape(self, given: Parameters) -> None:
        self._require_2430()
        given.word({"DC": "DC"})
        given.end()

    def _tell_shape(self, given: Parameters) -> str:
        self._require_2430()
        given.end()
        return "DC"

    def _require_2430(self) -> None:
        if self._model != "2430":
            raise ScpiError(-113, "Undefined header")

    def _measure(self, names: set[str]) -> None:
        self._source.measured = names

    def _measure_also(self, given: Parameters) -> None:
        names = named_functions(given)
        if self._settings.flags["CONC"]:
            names |= self._source.measured
        elif len(names) > 1:
            raise ScpiError(-221, "Settings conflict")
        self._measure(names)

    def _measure_not(self, given: Parameters) -> None:
        self._measure(self._source.measured - named_functions(given))

    def _tell_functions(self) -> str:
        told = {"VOLT": '"VOLT:DC"', "CURR": '"CURR:DC"', "RES": '"RES"'}
        return ",".join(text for key, text in told.items() if key in self._source.measured)

    def _tripped(self, source: str) -> str:
        return str(int(self._source.in_compliance and self._source.function == source))

    def _configurer(self, key: str) -> Command:
        def configure(given: Parameters) -> None:
            given.end()
            self._configure(key)

        return configure

    def _configure(self, key: str) -> None:
        """One function alone, measured once with the output on."""
        self._settings.flags["CONC"] = False
        self._measure({key})
        self._settings.numbers.update({"ARM:COUN": 1, "TRIG:COUN": 1})
        self._switch(True)

    def _measurer(self, key: str) -> Command:
        def measure(given: Parameters) -> Slow:
            given.end()
            self._configure(key)
            points = yield from self._acquire()
            return self._readings.tell(points)

        return measure

    def _read(self, given: Parameters) -> Slow:
        given.end()
        points = yield from self._acquire()
        return self._readings.tell(points)

    def _initiate(self, given: Parameters) -> Slow:
        given.end()
        yield from self._acquire()
        return None

    def _acquire(self) -> Acquiring:
        """Take all readings that the two layers of the trigger model ask for."""
        numbers, clears = self._settings.numbers, self._settings.flags["CLE:AUTO"]
        if not self.output_is_on and not clears:
            raise ScpiError(803, "Not permitted with OUTPUT off")
        count = int(numbers["ARM:COUN"] * numbers["TRIG:COUN"])
        if count > LONGEST_RUN:
            raise ScpiError(-222, "Parameter data out of range")
        if clears:
            self._switch(True)
        start_s, reading_s = self._loop.now_s, self._source.reading_s
        yield start_s + count * reading_s
        points = [self._source.measure(start_s + n * reading_s) for n in range(1, count + 1)]
        if clears:
            self._switch(False)
        self._readings.keep(points)
        return points
