"""The analog side of the simulated Series 2400: what its settings do to the cell.

After 2400S-900-01 Rev. K: "Types of compliance" (6-2 ff.), "Select measurement range" (18-62),
"Set compliance parameters" (18-67 f.), ``:OUTPut:SMODe`` (18-56 f.), appendix B (errors).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from ..analog import Analog
from ..driven_terminals import OPEN, Drive, DrivenTerminals
from ..scpi.settings import Settings
from ..scpi.syntax import ScpiError
from .settings import ModelLimits

OVERFLOW, NOT_MEASURED = 9.9e37, 9.91e37
OFF_LIMIT: Final = 0.005  # of full scale, when "off" is a source at zero
LEAST_LIMIT: Final = 1e-3  # of the measurement range
TIMER_RANGE_S: Final = 1e5
OVER_RANGE, FILTERED, FRONT, LIMITED, PROTECTED = 1, 2, 4, 8, 16
AUTO_OHMS, RANGE_LIMITED, FOUR_WIRE = 1 << 10, 1 << 16, 1 << 22
MEASURED_BITS: Final = {"VOLT": 1 << 11, "CURR": 1 << 12, "RES": 1 << 13}
SOURCE_BITS: Final = {"VOLT": 1 << 14, "CURR": 1 << 15}
OTHER: Final = {"VOLT": "CURR", "CURR": "VOLT"}


@dataclass(frozen=True, slots=True)
class Point:
    """One reading; a value that was not measured is 9.91e37."""

    voltage_v: float
    current_a: float
    resistance_ohm: float
    stamp_s: float
    status: int

    def values(self) -> dict[str, float]:
        """The five data elements, in the order in which they are always sent."""
        return {
            "VOLT": self.voltage_v,
            "CURR": self.current_a,
            "RES": self.resistance_ohm,
            "TIME": self.stamp_s,
            "STAT": self.status,
        }


class SourceMeasure:
    """Source, compliance and off state, and the readings.

    ``lead_resistance_ohm`` is that of the two leads together, which a two-wire reading includes.
    ``measured`` holds the functions that are measured.
    """

    def __init__(
        self,
        analog: Analog,
        limits: ModelLimits,
        settings: Settings,
        at_s: float,
        lead_resistance_ohm: float,
    ) -> None:
        self._limits, self._settings = limits, settings
        self._lead_resistance_ohm = lead_resistance_ohm
        self.relay_operations = 0
        self.timer_start_s = at_s
        self.in_compliance = False
        self.measured = {"CURR"}
        self._auto_range = {"CURR": 1e-4, "VOLT": limits.voltage_ranges_v[2]}
        self._relay_closed = self._wants_relay_closed()
        self._terminals = DrivenTerminals(analog, at_s)
        self.apply(at_s)

    @property
    def function(self) -> str:
        """What is sourced: "CURR" or "VOLT"."""
        return self._settings.words["SOUR:FUNC"]

    @property
    def reading_s(self) -> float:
        """Time that one reading takes: each measured quantity is integrated on its own."""
        numbers, flags = self._settings.numbers, self._settings.flags
        single_s = numbers["NPLC:CURR"] / numbers["LFR"] * max(1, len(self.measured))
        repeats = flags["AVER"] and self._settings.words["AVER:TCON"] == "REP"
        return single_s * (numbers["AVER:COUN"] if repeats else 1) + numbers["TRIG:DEL"]

    def changed(self, key: str, before: Settings, at_s: float) -> None:
        """Follow a change of setting ``key``. Raises ``ScpiError`` where it cannot stand."""
        flags, numbers = self._settings.flags, self._settings.numbers
        kind, _, name = key.partition(":")
        if key.endswith(":RANG"):
            numbers[key] = _scale(self._ranges(key[5:9]), numbers[key])
            flags[key.replace(":RANG", ":AUTO")] = False
        if kind == "SENS":
            self._check_measuring(key[5:9], before)
        elif kind == "PROT":
            self._check_limit(name)
        elif kind == "NPLC":
            numbers.update({f"NPLC:{each}": numbers[key] for each in ("CURR", "VOLT", "RES")})
        elif kind == "OVP":
            numbers["OVP"] = self._protection_v(numbers["OVP"])
        if kind in ("SOUR", "PROT") and key != "SOUR:FUNC":
            self._check_source()
        differs = key in before.words and before.words[key] != self._settings.words[key]
        differs |= key == "RSEN" and before.flags[key] != flags[key]
        if differs and key in ("TERM", "SOUR:FUNC", "RSEN"):
            flags["OUTP"] = False
        self.apply(at_s)

    def apply(self, at_s: float) -> None:
        """Put the settings on the cell's terminals."""
        closed = self._wants_relay_closed()
        self.relay_operations += closed != self._relay_closed
        self._relay_closed = closed
        self._terminals.put(self._drive(closed), at_s)

    def measure(self, at_s: float) -> Point:
        """Take one reading that is complete at ``at_s``."""
        ammeter_a = self.range_in_force("SOUR:CURR:RANG") if self.function == "CURR" else None
        seen = self._terminals.measure(at_s, ammeter_a)
        volts, amps = seen.voltage_v, seen.current_a
        if not self._settings.flags["RSEN"]:
            volts += amps * self._lead_resistance_ohm
        self._auto_range["VOLT"] = _scale(self._limits.voltage_ranges_v, volts)
        self._auto_range["CURR"] = _scale(self._limits.current_ranges_a, amps)
        self.in_compliance = seen.limited
        values = {"VOLT": volts, "CURR": amps, "RES": volts / amps if amps else math.inf}
        over = [name for name in self.measured if not abs(values[name]) <= self._readable(name)]
        told = {name: self._told(name, values[name]) for name in values}
        told.update(dict.fromkeys(over, OVERFLOW))
        stamp_s = (at_s - self.timer_start_s) % TIMER_RANGE_S
        status = self._status(seen.limited, bool(over))
        return Point(told["VOLT"], told["CURR"], told["RES"], stamp_s, status)

    def range_in_force(self, key: str) -> float:
        """Return the full scale in force for ``SOUR:CURR:RANG`` or ``SOUR:VOLT:RANG``."""
        level_key = key.removesuffix(":RANG")
        if not self._settings.flags[f"{level_key}:AUTO"]:
            return self._settings.numbers[key]
        return _scale(self._ranges(level_key[5:9]), self._settings.numbers[level_key])

    def _told(self, name: str, value: float) -> float:
        if name in self.measured:
            return value
        if name == self.function:
            return self._settings.numbers[f"SOUR:{name}"]
        return NOT_MEASURED

    def _status(self, limited: bool, over: bool) -> int:
        settings = self._settings
        status = SOURCE_BITS[self.function] | sum(MEASURED_BITS[name] for name in self.measured)
        status |= OVER_RANGE if over else 0
        status |= FILTERED if settings.flags["AVER"] else 0
        status |= FRONT if settings.words["TERM"] == "FRON" else 0
        status |= FOUR_WIRE if settings.flags["RSEN"] else 0
        status |= AUTO_OHMS if settings.words["RES:MODE"] == "AUTO" else 0
        if not limited:
            return status
        if self.function == "CURR" and settings.numbers["OVP"] < settings.numbers["PROT:VOLT"]:
            return status | PROTECTED
        limit = settings.numbers[f"PROT:{OTHER[self.function]}"]
        return status | (
            LIMITED if limit <= self._readable(OTHER[self.function]) else RANGE_LIMITED
        )

    def _wants_relay_closed(self) -> bool:
        return self._settings.flags["OUTP"] or self._settings.words["SMOD"] != "HIMP"

    def _drive(self, closed: bool) -> Drive:
        numbers = self._settings.numbers
        if not closed:
            return OPEN
        if not self._settings.flags["OUTP"]:
            return self._off_drive()
        most_v = numbers["OVP"] if numbers["OVP"] < self._limits.voltage_max_v else math.inf
        if self.function == "CURR":
            limit_v = min(numbers["PROT:VOLT"], self._readable("VOLT"), most_v)
            return "current", numbers["SOUR:CURR"], limit_v
        limit_a = min(numbers["PROT:CURR"], self._readable("CURR"))
        return "voltage", max(-most_v, min(most_v, numbers["SOUR:VOLT"])), limit_a

    def _off_drive(self) -> Drive:
        """The off states that leave a source on the cell."""
        numbers = self._settings.numbers
        off_limit_a = OFF_LIMIT * self.range_in_force("SOUR:CURR:RANG")
        match self._settings.words["SMOD"], self.function:
            case "GUAR", _:
                return "current", 0.0, OFF_LIMIT * self.range_in_force("SOUR:VOLT:RANG")
            case "ZERO", "VOLT":
                return "voltage", 0.0, numbers["PROT:CURR"]
            case "ZERO", _:
                return "voltage", 0.0, max(abs(numbers["SOUR:CURR"]), off_limit_a)
            case _:
                return "voltage", 0.0, off_limit_a

    def _readable(self, name: str) -> float:
        """The largest value that can be read, and be reached, on the measurement range."""
        if name == self.function or name == "RES" or self._settings.flags[f"SENS:{name}:AUTO"]:
            return math.inf
        return 1.05 * self._settings.numbers[f"SENS:{name}:RANG"]

    def _check_measuring(self, name: str, before: Settings) -> None:
        numbers, flags = self._settings.numbers, self._settings.flags
        if name not in OTHER:
            return
        if name == self.function and flags["OUTP"]:
            raise ScpiError(-221, "Settings conflict")
        compliance = _scale(self._ranges(name), before.numbers[f"PROT:{name}"])
        if not flags[f"SENS:{name}:AUTO"] and numbers[f"SENS:{name}:RANG"] > compliance:
            raise ScpiError(824, "Cannot exceed compliance range")

    def _check_limit(self, name: str) -> None:
        numbers, flags = self._settings.numbers, self._settings.flags
        measured = numbers[f"SENS:{name}:RANG"]
        if flags[f"SENS:{name}:AUTO"]:
            measured = self._auto_range[name]
        if numbers[f"PROT:{name}"] < LEAST_LIMIT * measured * (1 - 1e-9):
            raise ScpiError(822, "Too small for sense range")

    def _check_source(self) -> None:
        name = self.function
        if name not in OTHER:
            return
        scale, level = self._settings.numbers[f"SOUR:{name}:RANG"], self._settings.numbers
        fixed = not self._settings.flags[f"SOUR:{name}:AUTO"]
        if fixed and abs(level[f"SOUR:{name}"]) > self._most(name, scale):
            raise ScpiError(-222, "Parameter data out of range")
        sources = self._limits.current_source if name == "CURR" else self._limits.voltage_source
        in_force = self.range_in_force(f"SOUR:{name}:RANG")
        if level[f"PROT:{OTHER[name]}"] > dict(sources)[in_force]:
            raise ScpiError(826, "Attempt to exceed power limit")

    def _most(self, name: str, scale: float) -> float:
        """The largest level on a range: 5 % more, and what the model can at most on its last."""
        if scale < self._ranges(name)[-1]:
            return 1.05 * scale * (1 + 1e-9)
        return self._limits.current_max_a if name == "CURR" else self._limits.voltage_max_v

    def _ranges(self, name: str) -> tuple[float, ...]:
        match name:
            case "CURR":
                return self._limits.current_ranges_a
            case "VOLT":
                return self._limits.voltage_ranges_v
            case _:
                return tuple(2.1 * 10.0**n for n in range(9))

    def _protection_v(self, asked_v: float) -> float:
        levels = [level for level in self._limits.protection_v if level <= asked_v]
        none_above_v = self._limits.protection_v[-1]
        return self._limits.voltage_max_v if asked_v > none_above_v else levels[-1]


def _scale(ranges: tuple[float, ...], value: float) -> float:
    return next((scale for scale in ranges if abs(value) <= 1.05 * scale * (1 + 1e-9)), ranges[-1])
