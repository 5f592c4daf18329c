"""A MethodSCRIPT twin on a jumping clock, before a resistor and one Debye element."""

import math
from dataclasses import dataclass

from solidcell.drivers.clock import JumpClock
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin


@dataclass(frozen=True)
class Measured:
    voltage_v: float
    current_a: float
    limited: bool


class DebyeCell:
    """R0 in series with R1 parallel to C1; exact in time for a held current or voltage."""

    def __init__(
        self,
        r0_ohm: float = 50.0,
        r1_ohm: float = 100.0,
        c1_f: float = 1e-4,
        charged_v: float = 0.0,
    ) -> None:
        self.r0_ohm, self.r1_ohm, self.c1_f = r0_ohm, r1_ohm, c1_f
        self.output = "open"
        self.ranges_a: list[float] = []
        self._v1 = charged_v
        self._level = self._limit = self._time_s = 0.0

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        self._switch(at_s, "current", current_a, voltage_limit_v)

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        self._switch(at_s, "voltage", voltage_v, current_limit_a)

    def open(self, at_s: float) -> None:
        self._switch(at_s, "open", 0.0, 0.0)

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        self._live_until(at_s)
        if current_range_a is not None:
            self.ranges_a.append(current_range_a)
        current_a, limited = self._current()
        return Measured(self._v1 + current_a * self.r0_ohm, current_a, limited)

    def impedance(self, at_s: float, frequency_hz: float, duration_s: float) -> complex:
        self._live_until(at_s)
        self._live_until(at_s + duration_s)
        omega = 2 * math.pi * frequency_hz
        return self.r0_ohm + self.r1_ohm / (1 + 1j * omega * self.r1_ohm * self.c1_f)

    def _switch(self, at_s: float, output: str, level: float, limit: float) -> None:
        self._live_until(at_s)
        self.output, self._level, self._limit = output, level, limit

    def _current(self) -> tuple[float, bool]:
        if self.output == "open":
            return 0.0, False
        if self.output == "voltage":
            wanted_a = (self._level - self._v1) / self.r0_ohm
            current_a = max(-self._limit, min(wanted_a, self._limit))
            return current_a, current_a != wanted_a
        voltage_v = self._v1 + self._level * self.r0_ohm
        if abs(voltage_v) <= self._limit:
            return self._level, False
        return (math.copysign(self._limit, voltage_v) - self._v1) / self.r0_ohm, True

    def _live_until(self, at_s: float) -> None:
        elapsed_s = at_s - self._time_s
        if elapsed_s < -1e-9:
            raise AssertionError(f"time ran back from {self._time_s} s to {at_s} s")
        self._time_s = max(self._time_s, at_s)
        current_a, limited = self._current()
        if self.output == "voltage" and not limited:
            share = self.r1_ohm / (self.r0_ohm + self.r1_ohm)
            tau_s, end_v = self.c1_f * self.r0_ohm * share, self._level * share
        else:
            tau_s, end_v = self.c1_f * self.r1_ohm, current_a * self.r1_ohm
        self._v1 = end_v + (self._v1 - end_v) * math.exp(-elapsed_s / tau_s)


class Bench:
    """The twin, its cell and its clock, with what a host does to them."""

    def __init__(self, model: str = "nexus", cell: DebyeCell | None = None, **kind: bool) -> None:
        self.clock = JumpClock()
        self.cell = cell or DebyeCell()
        self.twin = MethodScriptTwin(self.cell, self.clock, model, **kind)

    def say(self, text: str) -> str:
        """Send, and return what is answered at once."""
        return self.twin.receive(text.encode("latin-1")).decode("latin-1")

    def listen(self, until_s: float = math.inf) -> str:
        """Leap from one thing said to the next, until the clock time or silence."""
        heard = []
        while (due_s := self.twin.due_s()) is not None and due_s <= until_s:
            self.clock.sleep_until(due_s)
            heard.append(self.twin.poll())
        if until_s < math.inf:
            self.clock.sleep_until(until_s)
        return b"".join(heard).decode("latin-1")

    def run(self, *lines: str) -> str:
        """Run a script to its end and return all that was said."""
        return self.say(script(*lines)) + self.listen()


def script(*lines: str, command: str = "e") -> str:
    """Lay lines out as they are sent."""
    return "\n".join((command, *lines, "", ""))


_EXPONENT = dict(zip("afpnum kMGTPE", range(18, -19, -3), strict=True))


def decode(eight: str) -> float:
    """The published rule for a value in a package, read backwards."""
    if eight == "     nan":
        return math.nan
    count = int(eight[:7], 16) - 2**27
    return count / 10 ** _EXPONENT[eight[7]] if eight[7] != "i" else count


def packages(output: str) -> list[list[tuple[str, float, str]]]:
    """Type, value and metadata of every variable of every package."""
    found = []
    for line in output.split("\n"):
        if line.startswith("P"):
            parts = [(part[:2], decode(part[2:10]), part[10:]) for part in line[1:].split(";")]
            found.append(parts)
    return found


def column(output: str, vartype: str) -> list[float]:
    """All values of one type, in order."""
    return [value for package in packages(output) for kind, value, _ in package if kind == vartype]
