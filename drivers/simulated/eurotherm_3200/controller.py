"""What is behind the registers of the twin: the loop, its setpoints and its memory.

Temperatures here are in degrees Celsius, as the display has them. The oven regulates by itself
towards the working setpoint; in manual mode a fixed output is taken for the temperature that it
would hold.
"""

import math
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from ..oven import FULL_POWER_K, SimulatedOven

ZERO_K: Final = 273.15
SENSOR_RANGE: Final = (-200.0, 1372.0)  # type K
BURN_OUT: Final = 1.06  # of the span, up scale
LASTING: Final = frozenset({24, 25, 15, 35, 111, 112, 273, 276, 531})
"""Registers that are kept in memory which lasts a limited number of writes."""
REMOTE_WINDOW_S: Final = 5.0
"""A remote setpoint that was not written for so long falls back to the selected one."""
_PROGRAM_STATES: Final = 4


class RefusedError(Exception):
    """A value that the controller does not take, or a register that it has not; see ``code``."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code}")
        self.code = code


class Controller:
    """The registers' meanings. ``decimals`` is how its display is set."""

    def __init__(self, oven: SimulatedOven, *, decimals: int, version: int) -> None:
        self.oven, self.decimals = oven, decimals
        self.lasting_writes: Counter[int] = Counter()
        self._version = version
        ambient = oven.ambient_k - ZERO_K
        self._values: dict[int, float] = {
            3: 0.0,
            6: 20.0,
            8: 360.0,
            9: 60.0,
            11: SENSOR_RANGE[0],
            12: SENSOR_RANGE[1],
            15: 0.0,
            23: 0.0,
            24: round(ambient, decimals),
            25: round(ambient, decimals),
            26: 0.0,
            30: 100.0,
            35: 0.0,
            111: 400.0 if decimals < 2 else 300.0,
            112: -100.0,
            273: 1.0,
            276: 0.0,
            531: 0.0,
        }
        self._remote_at_s = -math.inf

    def is_manual(self) -> bool:
        """Whether the loop is in manual mode."""
        return self._values[273] == 1

    def read(self, register: int, at_s: float) -> float:
        """Return a register's value, in its unit."""
        if register in _COMPUTED:
            return _COMPUTED[register](self, at_s)
        if register not in self._values:
            raise RefusedError(2)
        return self._values[register]

    def write(self, register: int, value: float, at_s: float) -> None:
        """Take a value, in its unit, or raise ``RefusedError``."""
        register = self._selected() if register == 2 else register
        if register not in _WRITABLE:
            raise RefusedError(2)
        low, high = self._window(register)
        if not low <= value <= high:
            raise RefusedError(3)
        if register in _DECIMALS_OF_DISPLAY:
            value = round(value, self.decimals)
        if register in LASTING:
            self.lasting_writes[register] += 1
        if register == 26:
            self._remote_at_s = at_s
        if register == 273 and value == 1 and not self.is_manual():
            self._values[3] = self.output(at_s)  # bumpless: it takes over what the loop gave
        self._values[register] = value
        self._command(at_s)

    def output(self, at_s: float) -> float:
        """Return the working output in %."""
        if self.is_manual():
            return min(self._values[3], self._values[30])
        if self.oven.sensor_broken:
            return 0.0
        return 100.0 * self.oven.output(at_s)

    def process_value(self, at_s: float) -> float:
        """Return what its sensor reads; up scale, beyond the range, where that is broken."""
        if self.oven.sensor_broken:
            low, high = SENSOR_RANGE
            return low + BURN_OUT * (high - low)
        return self.oven.temperature_k(at_s) - ZERO_K

    def target(self, at_s: float) -> float:
        """Return the setpoint that is in force, wherever a ramp to it stands."""
        if self._values[276] == 1 and at_s - self._remote_at_s <= REMOTE_WINDOW_S:
            return self._values[26]
        return self._values[self._selected()]

    def status(self, at_s: float) -> int:
        """Return the status word."""
        broken = self.oven.sensor_broken
        low, high = SENSOR_RANGE
        over = self.process_value(at_s) > high + 0.05 * (high - low)
        fallen_back = self._values[276] == 1 and at_s - self._remote_at_s > REMOTE_WINDOW_S
        ramping = not self.is_manual() and abs(self.working(at_s) - self.target(at_s)) > 1e-6
        bits = {4: self.is_manual(), 5: broken, 10: over, 13: ramping, 14: fallen_back}
        return sum(1 << bit for bit, is_set in bits.items() if is_set)

    def working(self, at_s: float) -> float:
        """Return what it regulates to at this moment; follows the temperature in manual mode."""
        if self.is_manual():
            return self.target(at_s)
        return self.oven.working_setpoint_k(at_s) - ZERO_K

    def follow(self, at_s: float) -> None:
        """Let the oven know what time alone has changed: a setpoint that fell back, a sensor."""
        self._command(at_s)

    def _selected(self) -> int:
        return 25 if self._values[15] == 1 else 24

    def _window(self, register: int) -> tuple[float, float]:
        if register in (24, 25, 26):
            return self._values[112], self._values[111]
        return _WRITABLE[register]

    def _command(self, at_s: float) -> None:
        oven = self.oven
        if oven.sensor_broken and not self.is_manual():
            oven.switch(at_s, False)
        elif not self.is_manual():
            rate = self._values[35] / _SECONDS[int(self._values[531])]
            oven.set_ramp(at_s, rate or None)
            oven.switch(at_s, True)
            oven.set_setpoint(at_s, self.target(at_s) + ZERO_K)
        elif share := self._values[3] / 100.0:
            oven.set_ramp(at_s, None)
            oven.switch(at_s, True)
            oven.set_setpoint(at_s, oven.ambient_k + share * FULL_POWER_K)
        else:
            oven.switch(at_s, False)


_SECONDS: Final = (60.0, 3600.0, 1.0)
_DECIMALS_OF_DISPLAY: Final = frozenset({24, 25, 26})
_OUTPUTS: Final = frozenset({3, 4, 30, 35, 37})
_WHOLE: Final = frozenset({15, 23, 75, 107, 273, 276, 531})
_WRITABLE: Final[Mapping[int, tuple[float, float]]] = {
    3: (0.0, 100.0),
    6: (0.1, 9999.0),
    8: (0.0, 9999.0),
    9: (0.0, 9999.0),
    15: (0, 1),
    23: (0, _PROGRAM_STATES - 1),
    24: SENSOR_RANGE,
    25: SENSOR_RANGE,
    26: SENSOR_RANGE,
    30: (0.0, 100.0),
    35: (0.0, 3000.0),
    111: SENSOR_RANGE,
    112: SENSOR_RANGE,
    273: (0, 1),
    276: (0, 1),
    531: (0, 2),
}
_COMPUTED: Final[Mapping[int, Callable[[Controller, float], float]]] = {
    1: Controller.process_value,
    2: Controller.target,
    4: Controller.output,
    5: Controller.working,
    39: lambda self, at_s: self.process_value(at_s) - self.working(at_s),
    75: Controller.status,
    107: lambda self, _: self._version,
}


def as_word(register: int, value: float, decimals: int) -> int:
    """Return a value as its integer register holds it: scaled, signed, held at the ends."""
    if register in _WHOLE:
        return int(value) & 0xFFFF
    scale = 10 if register in _OUTPUTS else 10**decimals
    return min(max(round(value * scale), -0x8000), 0x7FFF) & 0xFFFF


def from_word(register: int, word: int, decimals: int) -> float:
    """Return the value that an integer register was written with."""
    if register in _WHOLE:
        return word
    number = word - 0x10000 if word & 0x8000 else word
    return number / (10 if register in _OUTPUTS else 10**decimals)


def as_number(value: float) -> tuple[int, int]:
    """Return a value as two words of an IEEE 754 number, the high one first."""
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    return high, low


def from_number(high: int, low: int) -> float:
    """Return the IEEE 754 number of two words."""
    return float(struct.unpack(">f", struct.pack(">HH", high, low))[0])
