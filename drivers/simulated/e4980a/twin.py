"""A twin of the Keysight E4980A and E4980AL, byte for byte, before a simulated cell.

After the E4980A/AL User's Guide, E4980-90230. A list sweep takes the time of its points on the
twin's clock; ``:FETC?`` meanwhile waits for its end. Assumed, as no page that could be read says
so: the other level's query (``:CURR?`` in voltage mode) has no answer and a settings conflict in
the queue; a bias reaches the cell whole, not less by 100 ohm; correction data are taken as if
somebody had put the standard in. Not simulated: comparator, scanner, load correction, deviation
measurement, the data buffer.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Final

from ...clock import Clock
from ..analyser.fixture import Corrections, Fixture
from ..analyser.sweeper import Analog, Bias, Sample, Sweeper
from ..scpi.error_queue import OPERATION_COMPLETE, ErrorQueue
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import NumberSetting, Setting, Settings
from ..scpi.syntax import Parameters, ScpiError, Unit
from .data import Data, Point, Source, judged
from .settings import MODELS, settings_of
from .spots import Spots
from .timing import point_s

SERIAL: Final = "MY46618801"
FIRMWARE: Final = "B.07.05"
LIST_SIZE: Final = 201
CORRECTING, LIST_SWEEPING, MEASURING = 1, 8, 16
CORRECTION_S: Final = 75.0
APERTURES: Final = {"SHORt": "SHOR", "MEDium": "MED", "LONG": "LONG"}
CORRECTION_GRID_HZ: Final = tuple(20.0 * 10 ** (n / 10) for n in range(51))


class E4980aTwin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``fixture`` is what lies before the cell; ``corrected`` whether open and short correction have
    been done and are on.
    """

    def __init__(
        self,
        front_end: Analog,
        clock: Clock,
        model: str = "e4980a",
        *,
        fixture: Fixture | None = None,
        corrected: bool = False,
    ) -> None:
        self._model = MODELS[model]
        self._settings = Settings(settings_of(self._model))
        self._sweeper = Sweeper(front_end, max(self._model.bias_max_a, self._model.level_max_a))
        self._corrections = Corrections(fixture or Fixture())
        self._spots = Spots(self._corrections.fixture, self._model.frequency_max_hz)
        if corrected:
            self._corrections.measure_open(CORRECTION_GRID_HZ)
            self._corrections.measure_short(CORRECTION_GRID_HZ)
        self._aperture, self._averages = "MED", 1
        self._is_current = False
        self._biases_current = False
        self._list_hz: tuple[float, ...] = ()
        self._data: Data | None = None
        self._is_list = False
        self._operation_event = 0
        self._errors = ErrorQueue()
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._errors, run_until=self._run_until)

    @property
    def _now_s(self) -> float:
        return self._loop.now_s

    def _run_until(self, now_s: float) -> None:
        measured = len(self._sweeper.samples)
        is_over = self._sweeper.run_until(now_s)
        if len(self._sweeper.samples) > measured:
            self._operation_event |= MEASURING
        if is_over:
            self._operation_event |= LIST_SWEEPING if self._is_list else 0
            self._data = Data(
                [self._judge(sample) for sample in self._sweeper.samples], self._is_list
            )

    def _unit(self, unit: Unit) -> Answer | Slow:
        setting = self._settings.find(unit.header)
        if setting is None:
            of_spot = self._spots.carry_out(unit)
            return self._headers.carry_out(unit) if of_spot is None else of_spot[0]
        if unit.is_query:
            return self._tell(setting, unit.parameters)
        if self._sweeper.is_running and setting.key not in ("BIAS", "TRIG"):
            raise ScpiError(-213, "Init ignored")
        self._settings.change(setting, unit.parameters)
        self._changed(setting.key)
        return None

    def _tell(self, setting: Setting, given: Parameters) -> str | None:
        if setting.key == ("VOLT" if self._is_current else "CURR"):
            self._errors.add(ScpiError(-221, "Settings conflict"), self._now_s)
            return None
        if isinstance(setting, NumberSetting) and not len(given):
            value = self._settings.numbers[setting.key]
            return f"{value:+.0f}" if setting.key == "LENG" else f"{value:+.5E}"
        return self._settings.answer(setting, given)

    def _changed(self, key: str) -> None:
        if key in ("VOLT", "CURR"):
            self._is_current = key == "CURR"
        if key in ("BIAS:VOLT", "BIAS:CURR"):
            self._biases_current = key == "BIAS:CURR"
        if key.startswith("BIAS"):
            self._sweeper.set_bias(self._now_s, self._bias())

    def _bias(self) -> Bias | None:
        if not self._settings.flags["BIAS"]:
            return None
        if self._biases_current:
            return Bias("current", self._settings.numbers["BIAS:CURR"])
        return Bias("voltage", self._settings.numbers["BIAS:VOLT"])

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            **self._errors.commands(),
            "*CLS": self._clear,
            "*OPC": self._complete,
            "*WAI": lambda _: self._when_done(None),
            "*TRG": self._trigger_and_tell,
            "SYSTem:PRESet": self._reset,
            "TRIGger[:IMMediate]": lambda _: self._trigger(),
            "INITiate[:IMMediate]": lambda _: None,
            "ABORt": lambda _: self._sweeper.abort(self._now_s),
            "APERture": self._set_aperture,
            "LIST:FREQuency[:TVALue]": self._load_list,
            "LIST:CLEar:ALL": lambda _: self._forget_list(),
            "CORRection:OPEN[:EXECute]": lambda _: self._correct("OPEN"),
            "CORRection:SHORt[:EXECute]": lambda _: self._correct("SHOR"),
            "CORRection:OPEN:STATe": self._switch_open,
            "CORRection:SHORt:STATe": self._switch_short,
            "STATus:PRESet": lambda _: None,
        }

    def _queried(self) -> dict[str, Command]:
        identity = f"Keysight Technologies,{self._model.name},{SERIAL},{FIRMWARE}"
        return {
            "*IDN": lambda _: identity,
            "*OPT": lambda _: self._model.options,
            "*OPC": lambda _: self._when_done("1"),
            "*TST": lambda _: "+0",
            **self._errors.queries(),
            "APERture": lambda _: f"{self._aperture},{self._averages}",
            "LIST:FREQuency[:TVALue]": self._tell_list,
            "FETCh[:IMPedance][:FORMatted]": lambda _: self._fetch(),
            "STATus:OPERation:CONDition": lambda _: f"{self._condition():+d}",
            "STATus:OPERation[:EVENt]": lambda _: self._take_event(),
            **self._spots.queries(),
            "CORRection:OPEN:STATe": lambda _: str(int(self._corrections.open_on)),
            "CORRection:SHORt:STATe": lambda _: str(int(self._corrections.short_on)),
        }

    def _reset(self, given: Parameters) -> None:
        given.end()
        self._sweeper.abort(self._now_s)
        self._settings.reset()
        self._aperture, self._averages = "MED", 1
        self._is_current = self._biases_current = False
        self._forget_list()
        self._sweeper.set_bias(self._now_s, None)

    def _forget_list(self) -> None:
        self._list_hz = ()

    def _clear(self, given: Parameters) -> None:
        given.end()
        self._errors.clear()
        self._operation_event = 0

    def _when_done(self, answer: str | None) -> Slow:
        if self._sweeper.is_running:
            yield self._sweeper.end_s
        return answer

    def _complete(self, given: Parameters) -> Slow:
        given.end()
        yield from self._when_done(None)
        self._errors.standard_event |= OPERATION_COMPLETE
        return None

    def _set_aperture(self, given: Parameters) -> None:
        aperture = given.word(APERTURES)
        averages = given.whole(1, 256, 1) if len(given) else 1
        given.end()
        self._aperture, self._averages = aperture, averages

    def _load_list(self, given: Parameters) -> None:
        if len(given) > LIST_SIZE:
            raise ScpiError(-223, "Too much data")
        self._list_hz = tuple(
            given.number(20.0, self._model.frequency_max_hz, 1e3) for _ in range(len(given))
        )

    def _tell_list(self, given: Parameters) -> str:
        given.end()
        return ",".join(f"{frequency_hz:+.5E}" for frequency_hz in self._list_hz)

    def _trigger(self) -> None:
        if self._settings.words["TRIG"] != "BUS" or not self._settings.flags["CONT"]:
            raise ScpiError(-211, "Trigger ignored")
        if self._sweeper.is_running:
            raise ScpiError(-211, "Trigger ignored")
        self._is_list = self._settings.words["PAGE"] == "LIST"
        if self._is_list and not self._list_hz:
            raise ScpiError(-211, "Trigger ignored")
        self._measure(self._list_hz if self._is_list else (self._settings.numbers["FREQ"],))

    def _measure(self, frequencies_hz: Sequence[float]) -> None:
        points = [(hz, point_s(hz, self._aperture, self._averages)) for hz in frequencies_hz]
        self._sweeper.start(self._now_s, points)

    def _trigger_and_tell(self, given: Parameters) -> Slow:
        given.end()
        self._trigger()
        return self._fetch()

    def _fetch(self) -> Generator[float, None, Answer]:
        """Wait for what is being measured, and tell it; a meter that runs free measures anew."""
        if self._settings.words["TRIG"] == "INT" and not self._sweeper.is_running:
            self._is_list = False
            self._measure((self._settings.numbers["FREQ"],))
        yield from self._when_done(None)
        if self._data is None:
            raise ScpiError(-230, "Data corrupt or stale")
        return self._data.told(self._settings)

    def _judge(self, sample: Sample) -> Point:
        corrections = self._spots.ruling(sample.frequency_hz) or self._corrections
        source = Source(self._model, self._is_current, self._biases_current)
        return judged(sample, self._settings, source, corrections)

    def _condition(self) -> int:
        if not self._sweeper.is_running:
            return 0
        return MEASURING | (LIST_SWEEPING if self._is_list else 0)

    def _take_event(self) -> str:
        event, self._operation_event = self._operation_event, 0
        return f"{event:+d}"

    def _correct(self, standard: str) -> Slow:
        yield self._now_s + CORRECTION_S
        if standard == "OPEN":
            self._corrections.measure_open(CORRECTION_GRID_HZ)
        else:
            self._corrections.measure_short(CORRECTION_GRID_HZ)
        self._operation_event |= CORRECTING
        return None

    def _switch_open(self, given: Parameters) -> None:
        self._corrections.open_on = given.flag()
        given.end()

    def _switch_short(self, given: Parameters) -> None:
        self._corrections.short_on = given.flag()
        given.end()
