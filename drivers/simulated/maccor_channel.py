"""One channel of a simulated Maccor system in direct mode, on its cell."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

AVAILABLE, ACTIVE, PROBLEM, STARTING = 0, 2, 5, 12
START_S: Final = 0.15
COMMANDS_APART_S: Final = 0.1
LOOK_S: Final = 1.0
FULL_SCALES_A: Final = (150e-6, 5e-3, 150e-3, 5.0)
OK: Final = "OK"
NOT_ACTIVE: Final = "The channel is not active"
TOO_FAST: Final = "Command sent too fast"
NOT_READY: Final = "Direct mode is not ready yet"


@dataclass(frozen=True, slots=True)
class Seen:
    """What open terminals without a cell read."""

    voltage_v: float = 0.0
    current_a: float = 0.0


class DirectChannel:
    """Drives its cell as it was told last, within its safety limits; looks once a second.

    ``wire`` connects it to its cell when that is first needed; ``None``: there is none.
    """

    def __init__(self, wire: Callable[[], Any]) -> None:
        self.stat = AVAILABLE
        self.charge_c = 0.0
        self.voltage_min_v, self.voltage_max_v = -math.inf, math.inf
        self.charge_max_a = self.discharge_max_a = math.inf
        self._wire, self._cell, self._is_wired = wire, None, False
        self._began_s = self._looked_s = self._ordered_s = 0.0
        self._current_a = self._limit_v = 0.0  # signed; where it is held back
        self._is_held = False

    def start(
        self, now_s: float, current_a: float, voltage_v: float, number: int, mode: str
    ) -> str:
        """Begin a test in direct mode."""
        self.advance(now_s)
        if self.stat != AVAILABLE:
            return "The channel is busy"
        if (refused := _refused(current_a, number, mode)) is not None:
            return refused
        self.stat, self.charge_c = STARTING, 0.0
        self._began_s = self._looked_s = now_s + START_S
        self._ordered_s = now_s
        self._order(current_a, voltage_v, mode)
        return OK

    def set_output(
        self, now_s: float, current_a: float, voltage_v: float, number: int, mode: str
    ) -> str:
        """Change what is driven."""
        self.advance(now_s)
        if self.stat == STARTING:
            return NOT_READY
        if self.stat != ACTIVE:
            return NOT_ACTIVE
        if now_s - self._ordered_s < COMMANDS_APART_S:
            return TOO_FAST
        if (refused := _refused(current_a, number, mode)) is not None:
            return refused
        self._ordered_s = now_s
        self._order(current_a, voltage_v, mode)
        self._drive(now_s)
        return OK

    def reset(self, now_s: float) -> str:
        """End whatever runs, and open the cell."""
        self.advance(now_s)
        self._open(now_s)
        self.stat = AVAILABLE
        return OK

    def advance(self, now_s: float) -> None:
        """Let everything happen that falls due until ``now_s``."""
        if self.stat == STARTING and self._began_s <= now_s:
            self.stat = ACTIVE
            self._drive(self._began_s)
        while self.stat == ACTIVE and self._looked_s + LOOK_S <= now_s:
            self._looked_s += LOOK_S
            self._look(self._looked_s)

    def measure(self, now_s: float) -> Any:
        """Read the cell now."""
        self.advance(now_s)
        cell = self._wired()
        return Seen() if cell is None else cell.measure(now_s)

    def test_time_s(self, now_s: float) -> float:
        """How long the test has run; 0 without one."""
        return max(0.0, now_s - self._began_s) if self.stat in (ACTIVE, PROBLEM) else 0.0

    def _order(self, current_a: float, voltage_v: float, mode: str) -> None:
        sign = {"C": 1.0, "D": -1.0}.get(mode, 0.0)
        self._current_a, self._limit_v, self._is_held = sign * current_a, voltage_v, False

    def _drive(self, at_s: float) -> None:
        cell = self._wired()
        if cell is None:
            return
        if self._current_a:
            cell.drive_current(at_s, self._current_a, 1e3)
        else:
            cell.open(at_s)

    def _look(self, at_s: float) -> None:
        cell = self._wired()
        if cell is None:
            return
        seen = cell.measure(at_s)
        self.charge_c += abs(seen.current_a) * LOOK_S
        inside = self.voltage_min_v <= seen.voltage_v <= self.voltage_max_v
        if not inside or not -self.discharge_max_a <= seen.current_a <= self.charge_max_a:
            self._open(at_s)
            self.stat = PROBLEM
            return
        ahead_v = (self._limit_v - seen.voltage_v) * math.copysign(1.0, self._current_a)
        if self._current_a and ahead_v <= 0 and not self._is_held:
            cell.drive_voltage(at_s, self._limit_v, abs(self._current_a))
            self._is_held = True

    def _open(self, at_s: float) -> None:
        cell = self._wired()
        if cell is not None:
            cell.open(at_s)

    def _wired(self) -> Any:
        if not self._is_wired:
            self._cell, self._is_wired = self._wire(), True
        return self._cell


def _refused(current_a: float, number: int, mode: str) -> str | None:
    if number not in range(1, 5) or not 0 <= current_a <= FULL_SCALES_A[number - 1]:
        return "Illegal current for this range"
    return None if mode in ("C", "D") else "Illegal mode"
