"""A twin of the Keysight B2901A, B2902A, B2911A and B2912A source meters, byte for byte.

After B2910-90030. A reading takes its integration times on the twin's clock; commands that follow
it wait. Assumed, because no manual page that could be read says so: a change of the source
function while the output is on turns it off; a limit that does not go with the level is -221. Not
simulated: sweeps, lists, pulses, the trace buffer, limit tests, the sum of both channels' currents.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from ...clock import Clock
from ..analog import Analog
from ..scpi.error_queue import OPERATION_COMPLETE, ErrorQueue
from ..scpi.message_loop import Answer, Command, Headers, LoopedTwin, MessageLoop, Slow
from ..scpi.settings import FlagSetting, Setting, Settings, WordSetting
from ..scpi.syntax import Parameters, ScpiError, Unit
from .channel import Channel, settings_of

SERIAL, FIRMWARE = "MY51140123", "3.4.2011.5100"
ELEMENTS: Final = ("VOLT", "CURR", "RES", "TIME", "STAT", "SOUR")
NOT_A_NUMBER: Final = 9.91e37
LEAST: Final = 1e-30  # below any resolution
LOWEST_RANGE_A: Final = {"B2901A": 1e-7, "B2902A": 1e-7, "B2911A": 1e-8, "B2912A": 1e-8}
_CHANNELS = re.compile(r"\(@([12])(?:[,:]([12]))?\)")


class KeysightB2900Twin(LoopedTwin):
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``front_ends`` are what its channels are wired to: one for each.
    """

    def __init__(
        self,
        front_ends: Sequence[Analog],
        clock: Clock,
        model: str = "B2901A",
        *,
        lead_resistance_ohm: float = 0.1,
    ) -> None:
        self._identity = f"Keysight Technologies,{model},{SERIAL},{FIRMWARE}"
        self._channels = [
            Channel(
                front_end,
                Settings(settings_of(number, LOWEST_RANGE_A[model])),
                clock.now_s(),
                lead_resistance_ohm,
            )
            for number, front_end in enumerate(front_ends, start=1)
        ]
        self._general = Settings(
            (
                WordSetting("FORM", "FORMat[:DATA]", {"ASCii": "ASC"}, "ASC"),
                FlagSetting("RES:AUTO", "SYSTem:TIME:TIMer:COUNt:RESet:AUTO"),
            )
        )
        self._elements = list(ELEMENTS)
        self._timer_start_s = clock.now_s()
        self._last: dict[int, list[float]] = {}
        self._errors = ErrorQueue()
        self._headers = Headers(self._commanded(), self._queried())
        self._loop = MessageLoop(clock, self._unit, self._errors)

    def output_is_on(self, channel: int = 1) -> bool:
        """Whether the output of a channel is on, as its lamp would show."""
        return self._channels[channel - 1].is_on

    def _unit(self, unit: Unit) -> Answer | Slow:
        for channel in self._channels:
            if setting := channel.settings.find(unit.header):
                return self._set_or_tell(channel, setting, unit)
        if setting := self._general.find(unit.header):
            if unit.is_query:
                return self._general.answer(setting, unit.parameters)
            self._general.change(setting, unit.parameters)
            return None
        return self._headers.carry_out(unit)

    def _set_or_tell(self, channel: Channel, setting: Setting, unit: Unit) -> str | None:
        if unit.is_query:
            return channel.settings.answer(setting, unit.parameters)
        with channel.settings.all_or_nothing() as before:
            channel.settings.change(setting, unit.parameters)
            channel.changed(setting.key, before, self._loop.now_s)
        return None

    def _commanded(self) -> dict[str, Command]:
        return {
            "*RST": self._reset,
            "*OPC": self._complete,
            "*WAI": lambda _: None,
            **self._errors.commands(),
            "FORMat:ELEMents:SENSe[1]": self._choose_elements,
            "SYSTem:TIME:TIMer:COUNt:RESet[:IMMediate]": self._reset_timer,
            "SENSe[1]:FUNCtion[:ON]": self._choose_functions,
            "SENSe2:FUNCtion[:ON]": self._choose_functions,
            "ABORt[:ALL]": lambda given: self._ignore(self._take_channels(given)),
        }

    def _queried(self) -> dict[str, Command]:
        return {
            "*IDN": lambda _: self._identity,
            "*OPC": lambda _: "1",
            "*TST": lambda _: "0",
            **self._errors.queries(),
            "SYSTem:VERSion": lambda _: "1999.0",
            "FORMat:ELEMents:SENSe[1]": lambda _: ",".join(self._elements),
            "MEASure": self._measure,
            "READ[:SCALar]": self._measure,
            "FETCh[:SCALar]": self._fetch,
        }

    @staticmethod
    def _ignore(_numbers: list[int]) -> None:
        return None

    def _reset(self, given: Parameters) -> None:
        given.end()
        for channel in self._channels:
            channel.settings.reset()
            channel.apply(self._loop.now_s)
        self._general.reset()
        self._elements = list(ELEMENTS)

    def _complete(self, given: Parameters) -> None:
        given.end()
        self._errors.standard_event |= OPERATION_COMPLETE

    def _choose_elements(self, given: Parameters) -> None:
        words = {"VOLTage": "VOLT", "CURRent": "CURR", "RESistance": "RES", "TIME": "TIME"}
        wanted = set()
        while len(given):
            wanted.add(given.word({**words, "STATus": "STAT", "SOURce": "SOUR"}))
        if not wanted:
            raise ScpiError(-109, "Missing parameter")
        self._elements = [name for name in ELEMENTS if name in wanted]

    def _choose_functions(self, given: Parameters) -> None:
        while len(given):  # voltage and current are always measured here
            given.word({"VOLTage[:DC]": "", "CURRent[:DC]": "", "RESistance": ""})

    def _reset_timer(self, given: Parameters) -> None:
        given.end()
        self._timer_start_s = self._loop.now_s

    def _take_channels(self, given: Parameters) -> list[int]:
        text = ",".join(given.take() for _ in range(len(given))) or "(@1)"
        found = _CHANNELS.fullmatch(text)
        if found is None:
            raise ScpiError(-171, "Invalid expression")
        numbers = sorted({int(number) for number in found.groups() if number})
        if numbers[-1] > len(self._channels):
            raise ScpiError(-222, "Data out of range")
        return numbers

    def _measure(self, given: Parameters) -> Slow:
        numbers = self._take_channels(given)
        channels = [self._channels[number - 1] for number in numbers]
        for channel in channels:
            if channel.settings.flags["ON:AUTO"]:
                channel.switch(True, self._loop.now_s)
        yield self._loop.now_s + max(channel.reading_s for channel in channels)
        for number, channel in zip(numbers, channels, strict=True):
            self._last[number] = self._values(channel)
            if channel.settings.flags["OFF:AUTO"]:
                channel.switch(False, self._loop.now_s)
        return self._tell(numbers)

    def _fetch(self, given: Parameters) -> str:
        return self._tell(self._take_channels(given))

    def _values(self, channel: Channel) -> list[float]:
        now_s = self._loop.now_s
        volts, amps, status = channel.measure(now_s)
        source = channel.settings.numbers[channel.function]
        ohms = volts / amps if amps else NOT_A_NUMBER
        values = (volts, amps, ohms, now_s - self._timer_start_s, status, source)
        told = dict(zip(ELEMENTS, values, strict=True))
        return [told[name] for name in self._elements]

    def _tell(self, numbers: list[int]) -> str:
        missing = [NOT_A_NUMBER] * len(self._elements)
        values = [value for number in numbers for value in self._last.get(number, missing)]
        return ",".join(f"{value if abs(value) > LEAST else 0.0:+.6E}" for value in values)
