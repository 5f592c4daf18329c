"""A twin of the Keithley 6220 and 6221 current sources, with a 2182A on its serial port.

After 622X-901-01: SOURce, OUTPut and STATus subsystems, section 5 (delta), figure 11-6. Assumed,
because no manual page that could be read says so: an output that is off leaves the cell open; a
level beyond a fixed range is -222. Not simulated: waves, sweeps, pulses, differential conductance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from ...clock import Clock
from ..analog import Analog
from ..scpi.error_queue import OPERATION_COMPLETE, ErrorQueue
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import FlagSetting, NumberSetting, Setting, Settings, WordSetting
from ..scpi.syntax import Parameters, ScpiError, Unit
from .delta import NO_READING, DeltaRun
from .nanovoltmeter import Keithley2182ATwin

SERIAL, FIRMWARE = "4559777", "D04  /700x "
RANGES_A: Final = (2e-9, 2e-8, 2e-7, 2e-6, 2e-5, 2e-4, 2e-3, 2e-2, 1e-1)
INTERLOCK, LIMITED = 1 << 1, 1 << 3
COMMAND_S: Final = 1e-4  # the least time between two changes of the output
VOLTAGE_DIGITS: Final = 8


def _entry(error: ScpiError, _at_s: float) -> str:
    return f'{error.code},"{error.text}"'


def _settings() -> Iterator[Setting]:
    yield NumberSetting("CURR", "[SOURce[1]:]CURRent[:AMPLitude]", -0.105, 0.105, 0.0)
    yield NumberSetting("RANG", "[SOURce[1]:]CURRent:RANGe", RANGES_A[0], 0.105, 0.1, True, True)
    yield FlagSetting("AUTO", "[SOURce[1]:]CURRent:RANGe:AUTO")
    yield NumberSetting("COMP", "[SOURce[1]:]CURRent:COMPliance", 0.1, 105.0, 10.0)
    yield FlagSetting("FILT", "[SOURce[1]:]CURRent:FILTer[:STATe]")
    yield NumberSetting("DEL", "[SOURce[1]:]DELay", 1e-3, 999999.999, 1.0)
    yield FlagSetting("OUTP", "OUTPut[:STATe]")
    yield FlagSetting("LTE", "OUTPut:LTEarth")
    yield WordSetting("ISH", "OUTPut:ISHield", {"OLOW": "OLOW", "GUARd": "GUAR"}, "OLOW")
    yield WordSetting("RESP", "OUTPut:RESPonse", {"FAST": "FAST", "SLOW": "SLOW"}, "FAST")
    yield NumberSetting("DELT:HIGH", "[SOURce[1]:]DELTa:HIGH", 0.0, 0.105, 1e-6)
    yield NumberSetting("DELT:LOW", "[SOURce[1]:]DELTa:LOW", -0.105, 0.0, -1e-6)
    yield NumberSetting("DELT:DEL", "[SOURce[1]:]DELTa:DELay", 0.0, 9999.999, 2e-3)
    yield FlagSetting("DELT:CAB", "[SOURce[1]:]DELTa:CABort")
    yield FlagSetting("DELT:CSW", "[SOURce[1]:]DELTa:CSWitch")
    yield NumberSetting("SWE:COUN", "[SOURce[1]:]SWEep:COUNt", 1, 9999, 1)
    yield NumberSetting("TRAC:POIN", "TRACe:POINts", 1, 65536, 100)
    yield WordSetting("UNIT", "UNIT[:VOLTage[:DC]]", {"V": "V", "OHMS": "OHMS"}, "V")
    yield NumberSetting("MEAS:ENAB", "STATus:MEASurement:ENABle", 0, 65535, 0)


class Keithley6221Twin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``nanovoltmeter`` is what stands on its serial port: both are wired to the same cell.
    """

    def __init__(self, front_end: Analog, clock: Clock, model: str = "6221") -> None:
        self._identity = f"KEITHLEY INSTRUMENTS INC.,MODEL {model},{SERIAL},{FIRMWARE}"
        self._front_end = front_end
        self.nanovoltmeter = Keithley2182ATwin(front_end, clock)
        self._settings = Settings(tuple(_settings()))
        self._errors = ErrorQueue(empty='0,"No error"', entry=_entry)
        self._from_serial = bytearray()
        self._delta: DeltaRun | None = None
        self._count = math.inf
        self._acted_s = clock.now_s()
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._errors, run_until=self._run_until)
        front_end.open(self._acted_s)

    @property
    def output_is_on(self) -> bool:
        """Whether the output is on, as its lamp would show."""
        return self._settings.flags["OUTP"]

    def _unit(self, unit: Unit) -> Answer | Slow:
        setting = self._settings.find(unit.header)
        if setting is None:
            return self._headers.carry_out(unit)
        if unit.is_query:
            return self._settings.answer(setting, unit.parameters)
        with self._settings.all_or_nothing():
            self._settings.change(setting, unit.parameters)
            self._changed(setting.key)
        return None

    def _changed(self, key: str) -> None:
        numbers, flags = self._settings.numbers, self._settings.flags
        if key == "RANG":
            numbers["RANG"] = _scale(numbers["RANG"])
            flags["AUTO"] = False
        if key == "AUTO" and flags["AUTO"]:
            numbers["RANG"] = _scale(numbers["CURR"])
        if key == "CURR" and flags["AUTO"]:
            numbers["RANG"] = _scale(numbers["CURR"])
        if key in ("CURR", "RANG") and abs(numbers["CURR"]) > 1.05 * numbers["RANG"] * (1 + 1e-9):
            raise ScpiError(-222, "Parameter data out of range")
        if key == "DELT:HIGH":
            numbers["DELT:LOW"] = -numbers["DELT:HIGH"]
        if key in ("CURR", "OUTP", "COMP"):
            self._apply()

    def _apply(self) -> None:
        if self.output_is_on:
            self._drive(self._loop.now_s, self._settings.numbers["CURR"])
        else:
            self._delta = None
            self._acted_s = max(self._loop.now_s, self._acted_s + COMMAND_S)
            self._front_end.open(self._acted_s)

    def _drive(self, at_s: float, current_a: float) -> None:
        # commands that come in one breath still act one after the other
        self._acted_s = max(at_s, self._acted_s + COMMAND_S)
        self._front_end.drive_current(self._acted_s, current_a, self._settings.numbers["COMP"])

    def _run_until(self, now_s: float) -> None:
        self._from_serial += self.nanovoltmeter.poll()
        if self._delta is not None:
            self._delta.run_until(now_s)

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            "*OPC": self._complete,
            "*WAI": lambda _: None,
            **self._errors.commands(),
            "STATus:PRESet": lambda _: None,
            "STATus:QUEue:CLEar": lambda _: self._errors.clear(),
            "[SOURce[1]:]CLEar[:IMMediate]": self._clear,
            "[SOURce[1]:]DELTa:ARM": self._arm,
            "[SOURce[1]:]DELTa:COUNt": self._choose_count,
            "FORMat:ELEMents": self._choose_elements,
            "[SOURce[1]:]SWEep:ABORt": self._abort,
            "INITiate[:IMMediate]": self._initiate,
            "TRACe:CLEar": lambda _: None,
            "SYSTem:COMMunicate:SERial:SEND": self._send,
        }

    def _queried(self) -> dict[str, Command]:
        return {
            "*IDN": lambda _: self._identity,
            "*OPC": lambda _: "1",
            "*TST": lambda _: "0",
            **self._errors.queries(),
            "SYSTem:VERSion": lambda _: "1999.0",
            "STATus:MEASurement:CONDition": lambda _: str(self._condition()),
            "STATus:MEASurement[:EVENt]": lambda _: str(self._condition()),
            "OUTPut:INTerlock:TRIPped": lambda _: "0",
            "[SOURce[1]:]DELTa:NVPResent": lambda _: "1",
            "[SOURce[1]:]DELTa:COUNt": lambda _: f"{self._count:.6E}",
            "[SOURce[1]:]DELTa:ARM": lambda _: "0" if self._delta is None else "1",
            "[SENSe[1]:]DATA[:LATest]": lambda _: self._latest(),
            "[SENSe[1]:]DATA:FRESh": lambda _: self._latest(),
            "TRACe:DATA": lambda _: self._trace(),
            "SYSTem:COMMunicate:SERial:ENTer": self._enter,
        }

    def _reset(self, given: Parameters) -> None:
        given.end()
        self._settings.reset()
        self._apply()

    def _complete(self, given: Parameters) -> None:
        given.end()
        self._errors.standard_event |= OPERATION_COMPLETE

    def _clear(self, given: Parameters) -> None:
        given.end()
        self._settings.flags["OUTP"] = False
        self._settings.numbers["CURR"] = 0.0
        self._apply()

    def _condition(self) -> int:
        limited = self.output_is_on and self._front_end.measure(self._now_s()).limited
        return INTERLOCK | (LIMITED if limited else 0)

    def _now_s(self) -> float:
        return max(self._loop.now_s, self._acted_s)

    def _send(self, given: Parameters) -> None:
        text = given.name()
        given.end()
        self._from_serial += self.nanovoltmeter.receive(text.encode("latin-1") + b"\n")

    def _enter(self, given: Parameters) -> str:
        given.end()
        self._from_serial += self.nanovoltmeter.poll()
        said = self._from_serial.decode("latin-1").replace("\n", "")
        self._from_serial.clear()
        return said

    def _choose_count(self, given: Parameters) -> None:
        text = given.take()
        self._count = math.inf if text.upper() == "INF" else Parameters(text).whole(1, 65536, 1)
        given.end()

    def _choose_elements(self, given: Parameters) -> None:
        words = [given.word({"READing": "READ", "TSTamp": "TST"}) for _ in range(len(given))]
        if words != ["READ", "TST"]:
            raise ScpiError(-224, "Illegal parameter value")  # others are not simulated

    def _arm(self, given: Parameters) -> None:
        given.end()
        numbers = self._settings.numbers
        self._delta = DeltaRun(
            self._drive,
            self.nanovoltmeter.measure_v,
            (numbers["DELT:HIGH"], numbers["DELT:LOW"]),
            numbers["DELT:DEL"] + self.nanovoltmeter.reading_s,
            self._count,
        )
        self._settings.flags["OUTP"] = True
        self._drive(self._loop.now_s, 0.0)

    def _initiate(self, given: Parameters) -> None:
        given.end()
        if self._delta is None:
            raise ScpiError(-200, "Execution error")
        self._delta.start(self._now_s())

    def _abort(self, given: Parameters) -> None:
        given.end()
        self._settings.flags["OUTP"] = False
        self._apply()

    def _latest(self) -> str:
        if self._delta is None or not self._delta.readings:
            return f"{NO_READING:+.1E},{NO_READING:+.1E}"
        return self._told(self._delta.readings[-1].voltage_v, self._delta.readings[-1].stamp_s)

    def _trace(self) -> str:
        if self._delta is None or not self._delta.readings:
            raise ScpiError(-230, "Data corrupt or stale")
        kept = self._delta.readings[: int(self._settings.numbers["TRAC:POIN"])]
        return ",".join(self._told(reading.voltage_v, reading.stamp_s) for reading in kept)

    def _told(self, voltage_v: float, stamp_s: float) -> str:
        value = voltage_v
        if self._settings.words["UNIT"] == "OHMS":
            value = voltage_v / self._settings.numbers["DELT:HIGH"]
        return f"{value:+.{VOLTAGE_DIGITS}E},{stamp_s:+.6E}"


def _scale(value: float) -> float:
    return next(
        (scale for scale in RANGES_A if abs(value) <= 1.05 * scale * (1 + 1e-9)), RANGES_A[-1]
    )
