"""A twin of the Keithley 2450, 2460, 2461 and 2470 (SCPI command set), byte for byte.

A reading takes its integration time on the twin's clock; commands that follow it wait, as do
``*OPC?`` and ``*WAI`` for a running trigger loop. Assumed, because no manual page that could be
read says so: ``:READ?`` during a trigger loop is an execution error; a change of the source
function while the output is on turns it off. Not simulated: configuration lists, source sweeps,
digitizer, the Series 2400 dialect.
"""

from __future__ import annotations

from ...clock import Clock
from ..analog import Analog
from ..scpi.error_queue import OPERATION_COMPLETE
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import Setting, Settings
from ..scpi.syntax import Parameters, ScpiError, Unit
from .buffers import Buffer, take_elements
from .events import event_log
from .readings import Readings
from .settings import FUNCTIONS, MODELS, settings_of
from .source import SourceMeasure
from .trigger import TriggerModel

SERIAL, FIRMWARE = "04400001", "1.7.12b"
MANUFACTURERS = {"short": "KEITHLEY INSTRUMENTS", "long": "KEITHLEY INSTRUMENTS INC."}


class Keithley2450Twin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``spelling`` chooses between the two ways in which these instruments spell their maker's
    name, ``language`` the command set that ``*LANG?`` reports, ``separator`` what stands between
    the values of a reading ("," or ", "). ``relay_operations`` counts the clicks of the output
    relay that somebody beside the instrument would hear.
    """

    def __init__(
        self,
        front_end: Analog,
        clock: Clock,
        model: str = "2450",
        *,
        spelling: str = "short",
        language: str = "SCPI",
        separator: str = ",",
        lead_resistance_ohm: float = 0.1,
    ) -> None:
        self._identity = f"{MANUFACTURERS[spelling]},MODEL {model},{SERIAL},{FIRMWARE}"
        self._language = language
        self._settings = Settings(settings_of(MODELS[model]))
        self._source = SourceMeasure(
            front_end, MODELS[model], self._settings, clock.now_s(), lead_resistance_ohm
        )
        self._events = event_log()
        self._trigger = TriggerModel(self._source.measure, lambda: self._source.reading_s)
        self._readings = Readings(self._settings, separator)
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._events, run_until=self._trigger.run_until)

    @property
    def relay_operations(self) -> int:
        """How often the output relay has opened or closed."""
        return self._source.relay_operations

    @property
    def output_is_on(self) -> bool:
        """Whether the output is on, as its lamp would show."""
        return self._settings.flags["OUTP"]

    @property
    def _now_s(self) -> float:
        return self._loop.now_s

    def _unit(self, unit: Unit) -> Answer | Slow:
        if self._language != "SCPI" and not unit.header.startswith("*"):
            raise ScpiError(-285, "TSP Syntax error at line 1: unexpected symbol")
        if setting := self._settings.find(unit.header):
            return self._set_or_tell(setting, unit)
        return self._headers.carry_out(unit)

    def _set_or_tell(self, setting: Setting, unit: Unit) -> str | None:
        if unit.is_query:
            if setting.key in ("SOUR:CURR:RANG", "SOUR:VOLT:RANG") and not len(unit.parameters):
                return f"{self._source.range_in_force(setting.key):.9G}"
            return self._settings.answer(setting, unit.parameters)
        with self._settings.all_or_nothing() as before:
            self._settings.change(setting, unit.parameters)
            self._source.changed(setting.key, before, self._now_s)
        return None

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            **self._events.commands(),
            "*OPC": self._complete,
            "*WAI": self._wait,
            "*LANG": self._choose_language,
            "SYSTem:CLEar": lambda _: self._events.clear(),
            "SYSTem:BEEPer[:IMMediate]": self._beep,
            "STATus:PRESet": lambda _: None,
            "OUTPut[1]:SMODe": self._set_off_state,
            **self._readings.commands(),
            "TRACe:TRIGger": self._fill_buffer,
            "TRIGger:LOAD": lambda given: self._trigger.load(given, self._readings.named),
            "INITiate[:IMMediate]": lambda _: self._trigger.start(self._now_s),
            "ABORt": lambda _: self._trigger.abort(self._now_s),
        }

    def _queried(self) -> dict[str, Command]:
        return {
            "*IDN": lambda _: self._identity,
            "*LANG": lambda _: self._language,
            "*OPC": self._answer_when_complete,
            **self._events.queries(),
            "*TST": lambda _: "0",
            "SYSTem:EVENtlog:NEXT": lambda _: self._events.next(),
            "SYSTem:VERSion": lambda _: "1996.0",
            "OUTPut[1]:SMODe": lambda _: self._settings.words[f"SMOD:{self._source.function}"],
            "SOURce[1]:CURRent:VLIMit[:LEVel]:TRIPped": lambda _: self._tripped("VLIM"),
            "SOURce[1]:VOLTage:ILIMit[:LEVel]:TRIPped": lambda _: self._tripped("ILIM"),
            "SOURce[1]:VOLTage:PROTection[:LEVel]:TRIPped": lambda _: str(
                int(self._source.is_protecting)
            ),
            "READ": self._read,
            **{f"MEASure:{name}": self._measurer(key) for name, key in FUNCTIONS.items()},
            **self._readings.queries(),
            "TRIGger:STATe": lambda _: self._trigger.answer(),
        }

    def _reset(self, given: Parameters) -> None:
        given.end()
        self._trigger.abort(self._now_s)
        self._settings.reset()
        self._readings.clear()
        self._source.apply(self._now_s)

    def _wait(self, given: Parameters) -> Slow:
        given.end()
        if self._trigger.is_running:
            yield self._trigger.end_s
        return None

    def _complete(self, given: Parameters) -> Slow:
        yield from self._wait(given)
        self._events.standard_event |= OPERATION_COMPLETE
        return None

    def _answer_when_complete(self, given: Parameters) -> Slow:
        yield from self._wait(given)
        return "1"

    def _choose_language(self, given: Parameters) -> None:
        given.word({"SCPI": "SCPI", "TSP": "TSP", "SCPI2400": "SCPI2400"})  # after a restart only

    def _beep(self, given: Parameters) -> None:
        given.number(20, 8000, 1000)
        given.number(0.001, 100, 0.1)
        given.end()

    def _set_off_state(self, given: Parameters) -> None:
        unit = Unit(f"OUTP:{self._source.function}:SMOD", False, given)
        self._unit(unit)

    def _tripped(self, limit: str) -> str:
        return "1" if self._source.trips[limit] else "0"

    def _read(self, given: Parameters) -> Slow:
        buffer = self._readings.buffer(given)
        elements = take_elements(given)
        yield from self._acquire(buffer)
        return self._readings.tell(buffer, [buffer.points[-1]], elements)

    def _measurer(self, key: str) -> Command:
        def measure(given: Parameters) -> Slow:
            before = self._settings.copy()
            self._settings.words["SENS:FUNC"] = key
            self._source.changed("SENS:FUNC", before, self._now_s)
            return self._read(given)

        return measure

    def _acquire(self, buffer: Buffer) -> Slow:
        if self._trigger.is_running:
            raise ScpiError(-200, "Execution error; the trigger model is running")
        start_s, reading_s = self._now_s, self._source.reading_s
        count = int(self._settings.numbers["SENS:COUN"])
        yield start_s + count * reading_s
        for number in range(1, count + 1):
            buffer.add(self._source.measure(start_s + number * reading_s))
        return None

    def _fill_buffer(self, given: Parameters) -> Slow:
        buffer = self._readings.buffer(given)
        given.end()
        return self._acquire(buffer)
