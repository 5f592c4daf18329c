"""A twin of the Keithley 2182A nanovoltmeter, byte for byte; its channel 1 is on the cell.

After 2182A-900-01. A reading takes two integrations (its own zero is measured too) on the twin's
clock. Not simulated: channel 2 and temperatures, filters, relative values, the buffer beyond its
last readings.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TypeAlias

from ...clock import Clock
from ..analog import Analog
from ..scpi.error_queue import OPERATION_COMPLETE, ErrorQueue
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import FlagSetting, NumberSetting, Setting, Settings, WordSetting
from ..scpi.syntax import Parameters, ScpiError, Unit

SERIAL, FIRMWARE = "1193143", "C02  /A02"
RANGES_V = (0.01, 0.1, 1.0, 10.0, 100.0)
OVERFLOW = 9.9e37
LEAST_V = 1e-30  # below any resolution
AUTO_ZERO = 2
Acquiring: TypeAlias = Generator[float, None, Sequence[float]]
STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "MEAN": statistics.fmean,
    "MAX": max,
    "MIN": min,
    "SDEV": lambda values: statistics.stdev(values) if len(values) > 1 else 0.0,
}


def _entry(error: ScpiError, _at_s: float) -> str:
    return f'{error.code},"{error.text}"'


def _settings() -> tuple[Setting, ...]:
    volts = "[SENSe[1]:]VOLTage[:DC]"
    return (
        FlagSetting("CONT", "INITiate:CONTinuous", default=True),
        WordSetting("FUNC", "[SENSe[1]:]FUNCtion", {"VOLTage[:DC]": '"VOLT:DC"'}, '"VOLT:DC"'),
        NumberSetting("CHAN", "[SENSe[1]:]CHANnel", 0, 2, 1),
        NumberSetting("NPLC", f"{volts}:NPLCycles", 0.01, 60.0, 5.0),
        NumberSetting(
            "RANG", f"{volts}[:CHANnel[1]]:RANGe[:UPPer]", RANGES_V[0], 120.0, 100.0, True, True
        ),
        FlagSetting("AUTO", f"{volts}[:CHANnel[1]]:RANGe:AUTO", default=True),
        FlagSetting("LPAS", f"{volts}[:CHANnel[1]]:LPASs[:STATe]"),
        FlagSetting("DFIL", f"{volts}[:CHANnel[1]]:DFILter[:STATe]"),
        FlagSetting("REF", f"{volts}[:CHANnel[1]]:REFerence:STATe"),
        NumberSetting("SAMP", "SAMPle:COUNt", 1, 1024, 1),
        NumberSetting("TRIG:COUN", "TRIGger:COUNt", 1, 9999, 1),
        NumberSetting("TRIG:DEL", "TRIGger:DELay", 0.0, 999999.999, 0.0),
        WordSetting("TRIG:SOUR", "TRIGger:SOURce", {"IMMediate": "IMM", "BUS": "BUS"}, "IMM"),
        WordSetting("FORM", "FORMat[:DATA]", {"ASCii": "ASC"}, "ASC"),
        WordSetting("ELEM", "FORMat:ELEMents", {"READing": "READ"}, "READ"),
        WordSetting("CALC2", "CALCulate2:FORMat", {name: name for name in STATISTICS}, "MEAN"),
        FlagSetting("CALC2:STAT", "CALCulate2:STATe"),
        NumberSetting("LFR", "SYSTem:LFRequency", 50, 60, 50),
        FlagSetting("AZER", "SYSTem:AZERo[:STATe]", default=True),
        FlagSetting("DISP", "DISPlay:ENABle", default=True),
    )


class Keithley2182ATwin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``."""

    def __init__(self, front_end: Analog, clock: Clock) -> None:
        self._identity = f"KEITHLEY INSTRUMENTS INC.,MODEL 2182A,{SERIAL},{FIRMWARE}"
        self._front_end = front_end
        self._settings = Settings(_settings())
        self._errors = ErrorQueue(empty='0,"No error"', entry=_entry)
        self._last: Sequence[float] = ()
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._errors)

    @property
    def reading_s(self) -> float:
        """Time that one reading takes."""
        numbers = self._settings.numbers
        return AUTO_ZERO * numbers["NPLC"] / numbers["LFR"] + numbers["TRIG:DEL"]

    def measure_v(self, at_s: float) -> float:
        """Read channel 1 at ``at_s``; an overflow is 9.9e37."""
        volts = self._front_end.measure(at_s).voltage_v
        fixed = not self._settings.flags["AUTO"]
        return OVERFLOW if fixed and abs(volts) > 1.2 * self._settings.numbers["RANG"] else volts

    def _unit(self, unit: Unit) -> Answer | Slow:
        setting = self._settings.find(unit.header)
        if setting is None:
            return self._headers.carry_out(unit)
        if unit.is_query:
            return self._settings.answer(setting, unit.parameters)
        self._settings.change(setting, unit.parameters)
        if setting.key == "RANG":
            asked_v = self._settings.numbers["RANG"]
            scale_v = next((scale for scale in RANGES_V if asked_v <= 1.2 * scale), RANGES_V[-1])
            self._settings.numbers["RANG"] = scale_v
            self._settings.flags["AUTO"] = False
        return None

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            "*OPC": self._complete,
            "*WAI": lambda _: None,
            **self._errors.commands(),
            "SYSTem:PRESet": self._reset,
            "STATus:PRESet": lambda _: None,
            "STATus:QUEue:CLEar": lambda _: self._errors.clear(),
            "ABORt": lambda _: None,
            "INITiate[:IMMediate]": self._initiate,
        }

    def _queried(self) -> dict[str, Command]:
        return {
            "*IDN": lambda _: self._identity,
            "*OPC": lambda _: "1",
            "*TST": lambda _: "0",
            **self._errors.queries(),
            "SYSTem:VERSion": lambda _: "1991.0",
            "READ": self._read,
            "FETCh": self._fetch,
            "[SENSe[1]:]DATA[:LATest]": self._fetch,
            "MEASure[:VOLTage[:DC]]": self._read,
            "CALCulate2:IMMediate": self._statistic,
        }

    def _reset(self, given: Parameters) -> None:
        given.end()
        self._settings.reset()
        self._settings.flags["CONT"] = False

    def _complete(self, given: Parameters) -> None:
        given.end()
        self._errors.standard_event |= OPERATION_COMPLETE

    def _acquire(self) -> Acquiring:
        if self._settings.flags["CONT"]:
            raise ScpiError(-213, "Init ignored")
        count = int(self._settings.numbers["SAMP"] * self._settings.numbers["TRIG:COUN"])
        start_s, reading_s = self._loop.now_s, self.reading_s
        yield start_s + count * reading_s
        self._last = [self.measure_v(start_s + n * reading_s) for n in range(1, count + 1)]
        return self._last

    def _initiate(self, given: Parameters) -> Slow:
        given.end()
        yield from self._acquire()
        return None

    def _read(self, given: Parameters) -> Slow:
        given.end()
        values = yield from self._acquire()
        return _printed(values)

    def _fetch(self, given: Parameters) -> str:
        given.end()
        if not self._last:
            raise ScpiError(-230, "Data corrupt or stale")
        return _printed(self._last[-1:])

    def _statistic(self, given: Parameters) -> str:
        given.end()
        if not self._last:
            raise ScpiError(-230, "Data corrupt or stale")
        return _printed([STATISTICS[self._settings.words["CALC2"]](self._last)])


def _printed(values: Sequence[float]) -> str:
    return ",".join(f"{value if abs(value) > LEAST_V else 0.0:+.8E}" for value in values)
