"""A twin of the Solartron 1260 and 1255B frequency response analysers on a GPIB bus.

Source: 1260 Operating Manual, 12600012, chapter 7, sections 2.3 (switches), 2.4 (ASCII output) and
2.7 (IEEE 488 protocol); recorded readings in vtipy2 (A. Alderton). Assumed, because no page that
could be read says so: a measurement lasts whole periods, and 50 ms for the ranges; BREAK takes the
generator off the cell, and the next measurement puts it on; an overloaded input is reported with
error 2 (voltage) or 3 (current). Not simulated: sweeps, files, plotting, the binary port.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Protocol

from ...clock import Clock
from ..front_end import FrontEnd
from .commands import OUT_OF_RANGE, CommandError, CommandLines, Setting

IDENTITIES: Final = MappingProxyType(
    {
        "1260": "1260 IMPEDANCE ANALYZER, SOLARTRON, 0, 0",
        "1260-schlumberger": "SCHLUMBERGER TECHNOLOGIES, 1260 IMPEDANCE ANALYZER, 0, 0",
        "1255B": "1255B FREQUENCY RESPONSE ANALYZER, SOLARTRON,0,0",
    }
)
HIGHEST_HZ: Final = MappingProxyType({"1260": 32e6, "1260-schlumberger": 32e6, "1255B": 1e6})
FULL_GENERATOR_UP_TO_HZ: Final = 1e7
ABOVE_V, ABOVE_A = 1.0, 0.02
RANGING_S: Final = 0.05
CURRENT_MAX_A: Final = 0.1
VOLTAGE_OVERLOAD, CURRENT_OVERLOAD = 2, 3

_SETTINGS: Final = {
    "AU": Setting(0, 5, whole=True),
    "BP": Setting(0, 1, 1, whole=True),
    "CV": Setting(0, 3, whole=True),
    "CY": Setting(0, 3, whole=True),
    "CZ": Setting(0, 3, whole=True),
    "DC": Setting(0, 1, whole=True, channels=3),
    "GT": Setting(0, 1, whole=True),
    "IA": Setting(0, 0.06),
    "IB": Setting(-0.1, 0.1),
    "IP": Setting(0, 1, whole=True, channels=2),
    "IS": Setting(0.01, 1e5, 0.2),
    "ME": Setting(0, 1, whole=True),
    "MS": Setting(0, 1e5),
    "OP": Setting(0, 3, whole=True, channels=3),
    "OS": Setting(0, 1, whole=True),
    "OT": Setting(0, 3, whole=True),
    "OU": Setting(0, 1, whole=True, channels=2),
    "RA": Setting(0, 5, whole=True, channels=3),
    "UW": Setting(0, 1, whole=True),
    "VA": Setting(0, 3),
    "VB": Setting(-40.95, 40.95),
}


class Terminals(Protocol):
    """What generator and inputs of an analyser are connected to."""

    def generate(self, at_s: float, *, voltage_v: float | None, current_a: float | None) -> None:
        """Put a dc level out, beside the signal; neither: the generator is off."""
        ...

    def compare(
        self, source: str, began_s: float, frequency_hz: float, lasted_s: float, signal: float
    ) -> tuple[complex, int]:
        """Return the quotient of two inputs (such as "1,3"), and the number of an error or 0."""
        ...


class OnCell:
    """A 1260 whose generator, V1 and current input are connected to the cell itself."""

    def __init__(self, front_end: FrontEnd) -> None:
        self._front_end = front_end

    def generate(self, at_s: float, *, voltage_v: float | None, current_a: float | None) -> None:
        """Drive the cell."""
        if voltage_v is not None:
            self._front_end.drive_voltage(at_s, voltage_v, CURRENT_MAX_A)
        elif current_a is not None:
            self._front_end.drive_current(at_s, current_a, 3.0)
        else:
            self._front_end.open(at_s)

    def compare(
        self, source: str, began_s: float, frequency_hz: float, lasted_s: float, signal: float
    ) -> tuple[complex, int]:
        """Return the impedance: V1 by current. Another quotient has nothing at its input."""
        z_ohm = self._front_end.impedance(began_s, frequency_hz, lasted_s)
        if source != "1,3":
            return complex(1.0), VOLTAGE_OVERLOAD
        too_much = signal / abs(z_ohm) > CURRENT_MAX_A if z_ohm else True
        return z_ohm, CURRENT_OVERLOAD if too_much else 0


class FraTwin:
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``. Put it behind an adapter."""

    def __init__(self, terminals: Terminals, clock: Clock, model: str = "1260") -> None:
        self._terminals, self._clock, self._model = terminals, clock, model
        settings = {**_SETTINGS, "FR": Setting(1e-5, HIGHEST_HZ[model], 100.0)}
        self._lines = CommandLines(
            clock, settings, self._actions(), identity=IDENTITIES[model], changed=self._changed
        )
        self._source = "1,3"
        self._is_generating = False
        self._last = ""

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        return self._lines.receive(data)

    def poll(self) -> bytes:
        """Return the readings that are due."""
        return self._lines.poll()

    def due_s(self) -> float | None:
        """When the measurement under way is done."""
        return self._lines.due_s()

    def hang_up(self) -> None:
        """Forget half a command; a measurement goes on."""
        self._lines.hang_up()

    def _actions(self) -> Mapping[str, Callable[[list[float]], None]]:
        return {"BK": self._break, "DO": self._repeat, "SI": self._measure, "SO": self._choose}

    def _value(self, name: str) -> float:
        return self._lines.values[name]

    def _choose(self, numbers: list[float]) -> None:
        pair = ",".join(f"{number:.0f}" for number in numbers)
        if pair not in ("1,0", "2,0", "3,0", "1,2", "2,1", "1,3", "2,3"):
            raise CommandError(OUT_OF_RANGE)
        self._source = pair

    def _changed(self, name: str) -> None:
        is_high = self._value("FR") > FULL_GENERATOR_UP_TO_HZ
        if is_high and (self._value("VA") > ABOVE_V or self._value("IA") > ABOVE_A):
            self._lines.values["VA"] = min(self._value("VA"), ABOVE_V)
            self._lines.values["IA"] = min(self._value("IA"), ABOVE_A)
            raise CommandError(OUT_OF_RANGE)
        if self._is_generating and name in ("VB", "IB", "GT"):
            self._generate()

    def _generate(self) -> None:
        self._is_generating = True
        of_current = self._value("GT") == 1
        self._terminals.generate(
            self._clock.now_s(),
            voltage_v=None if of_current else self._value("VB"),
            current_a=self._value("IB") if of_current else None,
        )

    def _break(self, numbers: list[float]) -> None:
        del numbers
        self._lines.stop_saying()
        self._is_generating = False
        self._terminals.generate(self._clock.now_s(), voltage_v=None, current_a=None)

    def _repeat(self, numbers: list[float]) -> None:
        del numbers
        self._lines.say_at(self._clock.now_s(), lambda: self._last)

    def _measure(self, numbers: list[float]) -> None:
        del numbers
        self._lines.stop_saying()
        self._generate()
        frequency_hz = self._value("FR")
        periods = max(1, math.ceil(self._value("IS") * frequency_hz - 1e-9))
        began_s = self._clock.now_s()
        lasts_s = RANGING_S + self._value("MS") + periods / frequency_hz
        signal = self._value("IA") if self._value("GT") else self._value("VA")
        self._lines.say_at(
            began_s + lasts_s, lambda: self._reading(began_s, frequency_hz, lasts_s, signal)
        )

    def _reading(self, began_s: float, frequency_hz: float, lasts_s: float, signal: float) -> str:
        ratio, error = self._terminals.compare(self._source, began_s, frequency_hz, lasts_s, signal)
        is_polar = self._value("CZ" if self._source.endswith("3") else "CV") == 1
        first, second = ratio.real, ratio.imag
        if is_polar:
            first, second = abs(ratio), math.degrees(math.atan2(second, first))
        self._last = f"{frequency_hz:+.7E},{first:+.4E},{second:+.4E},{error},00"
        return self._last if self._value("OP2") == 1 else ""
