"""The analog side of the simulated source meter: what its settings do to the cell."""

from __future__ import annotations

import math

from ..analog import Analog
from ..driven_terminals import OPEN, Drive, DrivenTerminals
from ..scpi.settings import Settings
from ..scpi.syntax import ScpiError
from .buffers import Point
from .settings import ModelLimits

LIMITED, FOUR_WIRE, OUTPUT_ON = 32, 64, 128
OVERFLOW = 9.9e37
OFF_LIMIT = 0.1  # of full scale, when "off" is a source at zero
UNITS = {"CURR": "A", "VOLT": "V", "RES": "Ohm"}


class SourceMeasure:
    """Source, limit and off state, and the readings.

    ``lead_resistance_ohm`` is that of the two leads together, which a two-wire reading includes.
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
        self._relay_closed = self._wants_relay_closed()
        self.trips = {"VLIM": False, "ILIM": False}
        self._terminals = DrivenTerminals(analog, at_s)
        self.apply(at_s)

    @property
    def function(self) -> str:
        """What is sourced: "CURR" or "VOLT"."""
        return self._settings.words["SOUR:FUNC"]

    @property
    def reading_s(self) -> float:
        """Time that one reading takes, at 50 Hz."""
        key = f"SENS:{self._settings.words['SENS:FUNC']}"
        single_s = self._settings.numbers[f"{key}:NPLC"] / 50.0
        repeats = self._settings.flags[f"{key}:AVER"] and (
            self._settings.words[f"{key}:AVER:TCON"] == "REP"
        )
        return single_s * (self._settings.numbers[f"{key}:AVER:COUN"] if repeats else 1)

    def changed(self, key: str, before: Settings, at_s: float) -> None:
        """Follow a change of setting ``key``. Raises ``ScpiError`` where it cannot stand."""
        flags, numbers = self._settings.flags, self._settings.numbers
        if key.endswith(":RANG"):
            self._settings.numbers[key] = self._scale(key)
            flags[key.replace(":RANG", ":AUTO")] = False
        if key.startswith("SOUR:") and key[5:9] in ("CURR", "VOLT"):
            self._require_level_in_range(key[5:9])
        # a change of wiring or of function while the output is on turns it off
        if (key == "TERM" or key == "SOUR:FUNC" or key.endswith(":RSEN")) and flags["OUTP"]:
            flags["OUTP"] = not _differs(key, before, self._settings)
        numbers["VLIM"] = min(numbers["VLIM"], self._protection_v(), self._most_beside("CURR"))
        numbers["ILIM"] = min(numbers["ILIM"], self._most_beside("VOLT"))
        self.apply(at_s)

    def apply(self, at_s: float) -> None:
        """Put the settings on the cell's terminals."""
        closed = self._wants_relay_closed()
        self.relay_operations += closed != self._relay_closed
        self._relay_closed = closed
        self._terminals.put(self._drive(closed), at_s)

    def measure(self, at_s: float) -> Point:
        """Take one reading that is complete at ``at_s``."""
        volts, amps, limited = self._seen(at_s)
        measured = self._settings.words["SENS:FUNC"]
        four_wire = self._settings.flags[f"SENS:{measured}:RSEN"]
        if not four_wire:
            volts += amps * self._lead_resistance_ohm
        on = self._settings.flags["OUTP"]
        self.trips = {
            "VLIM": on and limited and self.function == "CURR",
            "ILIM": on and limited and self.function == "VOLT",
        }
        values = {"VOLT": volts, "CURR": amps, "RES": volts / amps if amps else math.inf}
        source = values[self.function]
        if not self._settings.flags[f"SOUR:{self.function}:READ"]:
            source = self._settings.numbers[f"SOUR:{self.function}"]
        status = (LIMITED if on and limited else 0) | (FOUR_WIRE if four_wire else 0)
        return Point(
            at_s=at_s,
            reading=self._clipped(measured, values[measured]),
            unit=UNITS[measured],
            source=source,
            source_unit=UNITS[self.function],
            source_status=status | (OUTPUT_ON if on else 0),
        )

    def range_in_force(self, key: str) -> float:
        """Return the full scale in force for ``SOUR:CURR:RANG`` or ``SOUR:VOLT:RANG``."""
        level_key = key.removesuffix(":RANG")
        if not self._settings.flags[f"{level_key}:AUTO"]:
            return self._settings.numbers[key]
        return _scale(self._ranges(level_key[5:9]), self._settings.numbers[level_key])

    def _wants_relay_closed(self) -> bool:
        off_state = self._settings.words[f"SMOD:{self.function}"]
        return self._settings.flags["OUTP"] or off_state != "HIMP"

    def _drive(self, closed: bool) -> Drive:
        numbers = self._settings.numbers
        if not closed:
            return OPEN
        if not self._settings.flags["OUTP"]:
            return self._off_drive()
        if self.function == "CURR":
            return "current", numbers["SOUR:CURR"], numbers["VLIM"]
        most_v = self._protection_v()
        return "voltage", max(-most_v, min(most_v, numbers["SOUR:VOLT"])), numbers["ILIM"]

    def _protection_v(self) -> float:
        word = self._settings.words["PROT"]
        return math.inf if word == "NONE" else float(word[4:])

    @property
    def is_protecting(self) -> bool:
        """Whether over-voltage protection keeps the output below the level that was asked for."""
        asked_v = abs(self._settings.numbers["SOUR:VOLT"])
        return self.function == "VOLT" and asked_v > self._protection_v()

    def _off_drive(self) -> Drive:
        """The off states that leave a source on the cell."""
        numbers = self._settings.numbers
        off_limit_a = OFF_LIMIT * self.range_in_force("SOUR:CURR:RANG")
        match self._settings.words[f"SMOD:{self.function}"], self.function:
            case "GUAR", "CURR":
                return "current", 0.0, OFF_LIMIT * numbers["SENS:VOLT:RANG"]
            case "ZERO", "VOLT":
                return "voltage", 0.0, numbers["ILIM"]
            case "ZERO", "CURR":
                return "voltage", 0.0, max(abs(numbers["SOUR:CURR"]), off_limit_a)
            case _:
                return "voltage", 0.0, off_limit_a

    def _seen(self, at_s: float) -> tuple[float, float, bool]:
        if not self._relay_closed:
            return 0.0, 0.0, False
        current_range_a = None
        if self.function == "CURR":
            current_range_a = self.range_in_force("SOUR:CURR:RANG")
        elif not self._settings.flags["SENS:CURR:AUTO"]:
            current_range_a = self._settings.numbers["SENS:CURR:RANG"]
        measured = self._terminals.measure(at_s, current_range_a)
        return measured.voltage_v, measured.current_a, measured.limited

    def _clipped(self, measured: str, value: float) -> float:
        fixed = not self._settings.flags[f"SENS:{measured}:AUTO"] and measured != self.function
        scale = self._settings.numbers[f"SENS:{measured}:RANG"]
        return OVERFLOW if not abs(value) <= (1.05 * scale if fixed else 1e37) else value

    def _require_level_in_range(self, name: str) -> None:
        scale = self._settings.numbers[f"SOUR:{name}:RANG"]
        level = self._settings.numbers[f"SOUR:{name}"]
        if not self._settings.flags[f"SOUR:{name}:AUTO"] and abs(level) > 1.05 * scale:
            raise ScpiError(-222, "Parameter data out of range")

    def _most_beside(self, source: str) -> float:
        """The highest limit that the instrument lets stand beside the range of a source.

        It changes a higher one to this, and warns; a warning is no error of ``:SYST:ERR?``.
        """
        scale = self.range_in_force(f"SOUR:{source}:RANG")
        pairs = self._limits.boundaries
        if source == "CURR":
            fits = [volts for volts, amps in pairs if scale <= amps]
        else:
            fits = [amps for volts, amps in pairs if scale <= volts]
        highest = self._limits.voltage_max_v if source == "CURR" else self._limits.current_max_a
        return min(1.05 * max(fits), highest)

    def _ranges(self, name: str) -> tuple[float, ...]:
        limits = self._limits
        return limits.current_ranges_a if name == "CURR" else limits.voltage_ranges_v

    def _scale(self, key: str) -> float:
        value = self._settings.numbers[key]
        if ":RES:" in key:
            return float(2 * 10 ** math.ceil(math.log10(value / 2.1)))
        return _scale(self._ranges(key[5:9]), value)


def _scale(ranges: tuple[float, ...], value: float) -> float:
    return next((scale for scale in ranges if abs(value) <= 1.05 * scale), ranges[-1])


def _differs(key: str, one: Settings, other: Settings) -> bool:
    return one.words.get(key) != other.words.get(key) or one.flags.get(key) != other.flags.get(key)
