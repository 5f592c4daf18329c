"""A twin of the Keysight E4990A, byte for byte, before a simulated cell.

After the E4990A Help and the programs named in ``drivers/e4990a_models.py``. A sweep takes the time
of its points on the twin's clock; ``*OPC`` and ``*OPC?`` behind a trigger wait for it, everything
else is answered meanwhile. Assumed, as no page that could be read says so: ``:ABOR`` ends a sweep
and its ``*OPC``; compensation at other frequencies than it was measured at is interpolated; a bias
reaches the cell whole; standards are measured as if somebody had put them in; an overload is told
in the error queue. Not simulated: level control, load compensation, other windows and traces than
the first, equivalent circuits, markers but for their switch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ...clock import Clock
from ..analyser.fixture import OVERFLOW, Corrections, Fixture
from ..analyser.sweeper import Analog, Bias, Sample, Sweeper
from ..scpi.error_queue import OPERATION_COMPLETE, ErrorQueue
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import NumberSetting, Setting, Settings
from ..scpi.syntax import Parameters, ScpiError, Unit
from .compensation import FixtureCompensation
from .numbers import Numbers
from .segments import read_segments
from .settings import KEPT, OPTIONS, point_s, settings_of

SERIAL: Final = "MY54101596"
FIRMWARE: Final = "A.03.00"
MEASURING, WAITING_FOR_TRIGGER = 16, 32
BIAS_MAX_A: Final = 0.1
OPEN_OHM: Final = 1e8  # beyond it nothing can be measured
OVERLOAD: Final = ScpiError(101, "Overload")


class E4990aTwin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``fixture`` is what lies before the cell; ``compensated`` whether open and short compensation
    have been done, at the analyser's own frequencies, and are on.
    """

    def __init__(
        self,
        front_end: Analog,
        clock: Clock,
        model: str = "e4990a-120",
        *,
        fixture: Fixture | None = None,
        compensated: bool = False,
    ) -> None:
        self._option = model.rpartition("-")[2]
        self._settings = Settings(settings_of(OPTIONS[model]))
        self._sweeper = Sweeper(front_end, BIAS_MAX_A)
        self._corrections = Corrections(fixture or Fixture())
        self._compensation = FixtureCompensation(
            self._corrections, self._settings, self._grid_hz, OPTIONS[model], lambda: self._now_s
        )
        if compensated:
            self._compensation.measure_all()
        self._segments: tuple[tuple[float, float, int], ...] = ()
        self._data: list[complex] = []
        self._numbers = Numbers(self._settings)
        self._tells_completion = False
        self._errors = ErrorQueue(depth=100)
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._errors, run_until=self._run_until)

    @property
    def _now_s(self) -> float:
        return self._loop.now_s

    def _run_until(self, now_s: float) -> None:
        if self._sweeper.run_until(now_s):
            self._data = [self._judged(sample) for sample in self._sweeper.samples]
            self._note_completion()

    def _judged(self, sample: Sample) -> complex:
        if not abs(sample.z_ohm) < OPEN_OHM:
            self._errors.add(OVERLOAD, self._now_s)
            return complex(OVERFLOW, OVERFLOW)
        return self._corrections.corrected(sample.z_ohm, sample.frequency_hz)

    def _note_completion(self) -> None:
        if self._tells_completion:
            self._errors.standard_event |= OPERATION_COMPLETE
        self._tells_completion = False

    def _unit(self, unit: Unit) -> Answer | Slow:
        setting = self._settings.find(unit.header)
        if setting is None:
            return self._headers.carry_out(unit)
        if unit.is_query:
            return self._tell(setting, unit.parameters)
        self._settings.change(setting, unit.parameters)
        self._changed(setting.key)
        return None

    def _tell(self, setting: Setting, given: Parameters) -> str:
        if isinstance(setting, NumberSetting) and not len(given):
            value = self._settings.numbers[setting.key]
            whole = setting.key in ("POIN", "APER", "COUN", "SWEEP:COUN")
            return f"{value:+.0f}" if whole else self._numbers.printed(value)
        return self._settings.answer(setting, given)

    def _changed(self, key: str) -> None:
        numbers = self._settings.numbers
        if key == "STAR":
            numbers["STOP"] = max(numbers["STOP"], numbers["STAR"])
        if key == "STOP":
            numbers["STAR"] = min(numbers["STOP"], numbers["STAR"])
        if key.startswith("BIAS"):
            self._sweeper.set_bias(self._now_s, self._bias())

    def _bias(self) -> Bias | None:
        if not self._settings.flags["BIAS"]:
            return None
        if self._settings.words["BIAS:MODE"] == "CURR":
            return Bias("current", self._settings.numbers["BIAS:CURR"])
        return Bias("voltage", self._settings.numbers["BIAS:VOLT"])

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            **self._errors.commands(),
            "*OPC": self._complete,
            "*WAI": lambda _: self._when_done(None),
            "*TRG": lambda _: self._trigger(),
            "SYSTem:PRESet": self._reset,
            "TRIGger[:SEQuence]:SINGle": lambda _: self._trigger(),
            "TRIGger[:SEQuence][:IMMediate]": lambda _: self._trigger(),
            "ABORt": lambda _: self._abort(),
            "SENSe[1]:SEGMent:DATA": self._load_segments,
            "STATus:PRESet": lambda _: None,
            "CALCulate[1]:PARameter1:SELect": lambda _: None,  # both tell the same impedance
            "CALCulate[1]:PARameter2:SELect": lambda _: None,
            "DISPlay:CCLear": lambda _: None,
            "DISPlay:WINDow[1]:TRACe1:Y:AUTO": lambda _: None,
            "DISPlay:WINDow[1]:TRACe2:Y:AUTO": lambda _: None,
            "CALCulate[1]:MARKer[1]:FUNCtion:EXECute": lambda _: None,
            "SENSe[1]:DC:MEASure:CLEar": lambda _: None,
            **self._compensation.commands(),
        }

    def _queried(self) -> dict[str, Command]:
        return {
            "*IDN": lambda _: f"Keysight Technologies,E4990A,{SERIAL},{FIRMWARE}",
            "*OPT": lambda _: self._option,
            "*OPC": lambda _: self._when_done("1"),
            "*TST": lambda _: "+0",
            **self._errors.queries(),
            "STATus:OPERation:CONDition": lambda _: f"{self._condition():+d}",
            "SENSe[1]:FREQuency:DATA": lambda _: self._numbers.told(self._grid_hz()),
            "SENSe[1]:SEGMent:SWEep:POINts": lambda _: f"{sum(n for *_, n in self._segments):+d}",
            "CALCulate[1][:SELected]:DATA:RDATa": lambda _: self._tell_data(),
            "CALCulate[1][:SELected]:DATA:FDATa": lambda _: self._tell_data(),
            "SENSe[1]:FIXTure:SELect": lambda _: "NONE",
            **self._compensation.queries(),
        }

    def _reset(self, given: Parameters) -> None:
        given.end()
        self._sweeper.abort(self._now_s)
        kept = {key: self._settings.words[key] for key in KEPT}
        self._settings.reset()
        self._settings.words.update(kept)
        self._segments, self._data = (), []
        self._sweeper.set_bias(self._now_s, None)

    def _abort(self) -> None:
        self._sweeper.abort(self._now_s)
        self._tells_completion = False

    def _when_done(self, answer: str | None) -> Slow:
        if self._sweeper.is_running:
            yield self._sweeper.end_s
        return answer

    def _complete(self, given: Parameters) -> None:
        given.end()
        self._tells_completion = True
        if not self._sweeper.is_running:
            self._note_completion()

    def _load_segments(self, given: Parameters) -> None:
        highest_hz = OPTIONS[f"e4990a-{self._option}"]
        self._segments = read_segments(given, highest_hz)

    def _grid_hz(self) -> Sequence[float]:
        grid = self._upward_hz()
        return grid if self._settings.words["DIR"] == "UP" else grid[::-1]

    def _upward_hz(self) -> Sequence[float]:
        numbers, kind = self._settings.numbers, self._settings.words["TYPE"]
        if kind == "SEGM":
            return [hz for start, stop, count in self._segments for hz in _even(start, stop, count)]
        start_hz, stop_hz, count = numbers["STAR"], numbers["STOP"], round(numbers["POIN"])
        if kind == "LIN":
            return _even(start_hz, stop_hz, count)
        decades = _even(math.log10(start_hz), math.log10(stop_hz), count)
        return [start_hz, *(10**decade for decade in decades[1:-1]), stop_hz]

    def _trigger(self) -> None:
        if self._settings.words["TRIG"] != "BUS" or not self._settings.flags["CONT"]:
            raise ScpiError(-211, "Trigger ignored")
        if self._sweeper.is_running or not self._grid_hz():
            raise ScpiError(-211, "Trigger ignored")
        numbers, flags = self._settings.numbers, self._settings.flags
        averages = round(numbers["COUN"]) if flags["AVER"] else 1
        if flags["SWEEP:AVER"] and flags["TRIG:AVER"]:
            averages *= round(numbers["SWEEP:COUN"])
        aperture = round(numbers["APER"])
        points = [(hz, point_s(hz, aperture, averages)) for hz in self._grid_hz()]
        self._sweeper.start(self._now_s, points)

    def _tell_data(self) -> Answer:
        if not self._data:
            raise ScpiError(-230, "Data corrupt or stale")
        return self._numbers.told([part for z in self._data for part in (z.real, z.imag)])

    def _condition(self) -> int:
        if self._sweeper.is_running:
            return MEASURING
        return WAITING_FOR_TRIGGER if self._settings.flags["CONT"] else 0


def _even(start: float, stop: float, count: int) -> list[float]:
    if count == 1:
        return [start]
    return [start + (stop - start) * n / (count - 1) for n in range(count)]
