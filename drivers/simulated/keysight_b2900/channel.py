"""One channel of the simulated Keysight B2900A: its settings, and what they do to the cell.

After B2910-90030 and B2961-90030: "Source Output Ranges" (2-36 f.), OUTPut, SENSe and SOURce
subsystems, table 1-2. Accepted without any effect: waits, filters, speed of the output.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from ..analog import Analog
from ..driven_terminals import OPEN, Drive, DrivenTerminals
from ..scpi.settings import FlagSetting, NumberSetting, Setting, Settings, WordSetting
from ..scpi.syntax import ScpiError

FUNCTIONS: Final = {"CURRent": "CURR", "VOLTage": "VOLT"}
CURRENT_RANGES_A: Final = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1.5, 3.0)
VOLTAGE_RANGES_V: Final = (0.2, 2.0, 20.0, 200.0)
CORNERS: Final = ((6.0, 3.03), (21.0, 1.515), (210.0, 0.105))
CURRENT_SOURCE, LIMITED, HOT, OVER_RANGE = 1, 2, 32, 8192
OVERFLOW: Final = 9.9e37
OFF_LIMIT_A: Final = 1e-4  # of the 0 V source that it is when its off is not HIZ
OTHER: Final = {"VOLT": "CURR", "CURR": "VOLT"}


def settings_of(channel: int, lowest_a: float) -> tuple[Setting, ...]:
    """Return everything that can be set on one channel; ``lowest_a`` is its lowest range."""
    suffix = "[1]" if channel == 1 else "2"
    source = f"[SOURce{suffix}:]" if channel == 1 else "SOURce2:"
    output, sense = f"OUTPut{suffix}", f"SENSe{suffix}:"
    ranges_a = CURRENT_RANGES_A[CURRENT_RANGES_A.index(lowest_a) :]
    return (
        WordSetting("FUNC", f"{source}FUNCtion:MODE", FUNCTIONS, "VOLT"),
        FlagSetting("OUTP", f"{output}[:STATe]"),
        WordSetting(
            "OFF",
            f"{output}:OFF:MODE",
            {"NORMal": "NORM", "HIZ": "HIZ", "ZERO": "ZERO"},
            "NORM",
        ),
        FlagSetting("OFF:AUTO", f"{output}:OFF:AUTO"),
        FlagSetting("ON:AUTO", f"{output}:ON:AUTO", default=True),
        FlagSetting("PROT", f"{output}:PROTection[:STATe]"),
        FlagSetting("REM", f"{sense}REMote"),
        NumberSetting("TRIG:COUN", f"TRIGger{suffix}[:ALL]:COUNt", 1, 100_000, 1),
        NumberSetting("ARM:COUN", f"ARM{suffix}[:ALL][:LAYer]:COUNt", 1, 100_000, 1),
        WordSetting("TRIG:SOUR", f"TRIGger{suffix}[:ALL]:SOURce", {"AINT": "AINT"}, "AINT"),
        *_function("CURR", "CURRent", source, sense, ranges_a, 3.03, 1e-9, 1e-4),
        *_function("VOLT", "VOLTage", source, sense, VOLTAGE_RANGES_V, 210.0, 0.02, 2.0),
    )


def _function(
    key: str,
    name: str,
    source: str,
    sense: str,
    ranges: tuple[float, ...],
    most: float,
    least_limit: float,
    limit: float,
) -> Iterator[Setting]:
    level = f"{source}{name}[:LEVel][:IMMediate][:AMPLitude]"
    measured = f"{sense}{name}[:DC]"
    yield NumberSetting(key, level, -most, most, 0.0)
    yield NumberSetting(
        f"{key}:RANG", f"{source}{name}:RANGe", ranges[0], most, ranges[2], True, True
    )
    yield FlagSetting(f"{key}:AUTO", f"{source}{name}:RANGe:AUTO", default=True)
    yield WordSetting(
        f"{key}:MODE", f"{source}{name}:MODE", {"FIXed": "FIX", "SWEep": "SWE"}, "FIX"
    )
    yield NumberSetting(
        f"LIM:{key}", f"{measured}:PROTection[:LEVel]", least_limit, most, limit, True
    )
    yield NumberSetting(f"NPLC:{key}", f"{measured}:NPLCycles", 4e-4, 100.0, 0.1)
    yield FlagSetting(f"MEAS:{key}:AUTO", f"{measured}:RANGe:AUTO", default=True)
    yield NumberSetting(
        f"MEAS:{key}:RANG", f"{measured}:RANGe[:UPPer]", ranges[0], most, ranges[2], True, True
    )


class Channel:
    """Source, limit and off state, and the readings.

    ``lead_resistance_ohm`` is that of the two leads together, which a two-wire reading includes.
    """

    def __init__(
        self, analog: Analog, settings: Settings, at_s: float, lead_resistance_ohm: float
    ) -> None:
        self.settings = settings
        self._lead_resistance_ohm = lead_resistance_ohm
        self._terminals = DrivenTerminals(analog, at_s)
        self.apply(at_s)

    @property
    def is_on(self) -> bool:
        """Whether the output is on."""
        return self.settings.flags["OUTP"]

    @property
    def function(self) -> str:
        """What is sourced: "CURR" or "VOLT"."""
        return self.settings.words["FUNC"]

    @property
    def reading_s(self) -> float:
        """Time that one reading takes, at 50 Hz: each quantity is integrated on its own."""
        return (self.settings.numbers["NPLC:CURR"] + self.settings.numbers["NPLC:VOLT"]) / 50.0

    def changed(self, key: str, before: Settings, at_s: float) -> None:
        """Follow a change of setting ``key``. Raises ``ScpiError`` where it cannot stand."""
        flags, numbers, words = self.settings.flags, self.settings.numbers, self.settings.words
        if key.endswith(":RANG"):
            numbers[key] = _scale(_ranges(key), numbers[key])
            flags[key.replace(":RANG", ":AUTO")] = False
        if key in ("CURR", "VOLT", "CURR:RANG", "VOLT:RANG"):
            self._check_range(key[:4])
        if key in ("CURR", "VOLT", "LIM:CURR", "LIM:VOLT") and not self._reaches():
            raise ScpiError(-221, "Settings conflict")
        if key == "FUNC" and words[key] != before.words[key]:
            flags["OUTP"] = False
        self.apply(at_s)

    def apply(self, at_s: float) -> None:
        """Put the settings on the cell's terminals."""
        self._terminals.put(self._drive(), at_s)

    def switch(self, on: bool, at_s: float) -> None:
        """Switch the output."""
        self.settings.flags["OUTP"] = on
        self.apply(at_s)

    def measure(self, at_s: float) -> tuple[float, float, int]:
        """Take one reading that is complete at ``at_s``: voltage in V, current in A, status."""
        ammeter_a = self._source_range() if self.function == "CURR" else None
        seen = self._terminals.measure(at_s, ammeter_a)
        volts, amps = seen.voltage_v, seen.current_a
        if not self.settings.flags["REM"]:
            volts += amps * self._lead_resistance_ohm
        status = CURRENT_SOURCE if self.function == "CURR" else 0
        status |= LIMITED if self.is_on and seen.limited else 0
        for name, value in (("VOLT", volts), ("CURR", amps)):
            if not abs(value) <= self._readable(name):
                status |= OVER_RANGE
        if self.settings.flags["PROT"] and seen.limited and self.is_on:
            self._terminals.put(("voltage", 0.0, OFF_LIMIT_A), at_s)
            self.switch(False, at_s)
        volts = volts if abs(volts) <= self._readable("VOLT") else OVERFLOW
        return volts, amps if abs(amps) <= self._readable("CURR") else OVERFLOW, status

    def _drive(self) -> Drive:
        numbers = self.settings.numbers
        if self.is_on:
            if self.function == "CURR":
                return "current", numbers["CURR"], numbers["LIM:VOLT"]
            return "voltage", numbers["VOLT"], numbers["LIM:CURR"]
        if self.settings.words["OFF"] == "HIZ":
            return OPEN
        return "voltage", 0.0, OFF_LIMIT_A

    def _reaches(self) -> bool:
        numbers = self.settings.numbers
        if self.function == "CURR":
            pair = numbers["LIM:VOLT"], abs(numbers["CURR"])
        else:
            pair = abs(numbers["VOLT"]), numbers["LIM:CURR"]
        return any(pair[0] <= volts and pair[1] <= amps for volts, amps in CORNERS)

    def _check_range(self, name: str) -> None:
        fixed = not self.settings.flags[f"{name}:AUTO"]
        scale = self.settings.numbers[f"{name}:RANG"]
        if fixed and abs(self.settings.numbers[name]) > _most(scale):
            raise ScpiError(-222, "Data out of range")

    def _source_range(self) -> float:
        if not self.settings.flags["CURR:AUTO"]:
            return self.settings.numbers["CURR:RANG"]
        return _scale(CURRENT_RANGES_A, self.settings.numbers["CURR"])

    def _readable(self, name: str) -> float:
        if name == self.function or self.settings.flags[f"MEAS:{name}:AUTO"]:
            return math.inf
        return 1.06 * self.settings.numbers[f"MEAS:{name}:RANG"]


def _ranges(key: str) -> tuple[float, ...]:
    return CURRENT_RANGES_A if "CURR" in key else VOLTAGE_RANGES_V


def _most(scale: float) -> float:
    return (1.01 if scale in (1.5, 3.0) else 1.05) * scale * (1 + 1e-9)


def _scale(ranges: tuple[float, ...], value: float) -> float:
    return next((scale for scale in ranges if abs(value) <= _most(scale)), ranges[-1])
