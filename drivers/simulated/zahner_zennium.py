"""A twin of a Zahner Zennium behind Term and Thales, on the TCP port of its PC.

Source: telegrams as thales_remote 1.2.8 sends and reads them, byte by byte; the form of a setup
from its documentation, errors as ``ERROR;number;place``. Assumed, because no manual could be read:
texts of acknowledgements; a value takes 0.3 s, an impedance its periods and 0.2 s; ``0,OFF`` breaks
it off, and nothing else is done before it has ended; a mode that is set takes the amplitude away
and leaves the potentiostat as it is. Not simulated: EIS, CV, IE, sequences, files, EPC, PAD4.
"""

from __future__ import annotations

import math
import struct
from collections import deque
from collections.abc import Callable
from typing import Final

from ..clock import Clock
from .front_end import FrontEnd

REMOTE2, BYE, TERM = 2, 4, 128
REGISTRATION: Final = b"\x12\xd0\xff\xff\xff\xff"
LONGEST_NAME: Final = 64
VERSION, SERIAL, NAME = "5.9.3", "33021", "ZENNIUM"
VALUE_S, IMPEDANCE_S = 0.3, 0.2
CURRENT_MAX_A, VOLTAGE_MAX_V = 3.0, 5.2377
OUT_OF_RANGE, UNKNOWN = 100, 1
_HEADER: Final = struct.Struct("<HB")
_RANGES: Final = {
    "Pset": (-VOLTAGE_MAX_V, VOLTAGE_MAX_V),
    "Cset": (-CURRENT_MAX_A, CURRENT_MAX_A),
    "Frq": (1e-5, 4e6),
    "Ampl": (0.0, 3000.0),
    "Nw": (1, 100),
    "Pot": (-1, 0),
    "Gal": (-1, 0),
    "GAL": (-1, 1),
}
_LIMITS: Final = (
    f"Cmin={-CURRENT_MAX_A:.4e};Cmax={CURRENT_MAX_A:.4e};"
    f"Pmin={-VOLTAGE_MAX_V:.4e};Pmax={VOLTAGE_MAX_V:.4e};DEV=0;EPC=0;MAXDEV=4;ENDSETUP"
)


class ZenniumTwin:
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``."""

    def __init__(self, front_end: FrontEnd, clock: Clock) -> None:
        self._front_end, self._clock = front_end, clock
        self._values = {"Pset": 1e-5, "Cset": 1e-6, "Frq": 1e3, "Ampl": 0.0, "Nw": 1.0}
        self._values |= {"Pot": 0.0, "Gal": 0.0, "GAL": 0.0}
        self._heard, self._said = b"", bytearray()
        self._connection = ""
        self._waiting: deque[str] = deque()
        self._under_way: tuple[float, Callable[[], str]] | None = None

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        self._heard += data
        self._speak()
        if not self._connection:
            self._register()
        while self._connection and len(self._heard) >= _HEADER.size:
            length, kind = _HEADER.unpack_from(self._heard)
            end = _HEADER.size + length
            if len(self._heard) < end:
                break
            payload, self._heard = self._heard[_HEADER.size : end], self._heard[end:]
            self._take(kind, payload)
        return self.poll()

    def poll(self) -> bytes:
        """Return everything that it says by now."""
        self._speak()
        said = bytes(self._said)
        self._said.clear()
        return said

    def due_s(self) -> float | None:
        """When a measurement that is under way is done."""
        return self._under_way[0] if self._under_way else None

    def hang_up(self) -> None:
        """Forget the connection; the cell stays as it is, and a measurement goes on unheard."""
        self._heard, self._connection = b"", ""
        self._said.clear()
        self._waiting.clear()

    def _register(self) -> None:
        if len(self._heard) < 2:
            return
        (length,) = struct.unpack(">H", self._heard[:2])
        start = 2 + len(REGISTRATION)
        if length > LONGEST_NAME or (
            len(self._heard) >= start and self._heard[2:start] != REGISTRATION
        ):
            self._heard = b""  # Term knows nobody of this kind
        elif len(self._heard) >= start + length:
            self._connection = self._heard[start : start + length].decode("latin-1")
            self._heard = self._heard[start + length :]

    def _say(self, kind: int, text: str) -> None:
        self._said += _HEADER.pack(len(text), kind) + text.encode("ascii")

    def _take(self, kind: int, payload: bytes) -> None:
        text = payload.decode("latin-1")
        if kind == TERM:
            self._ask_term(text)
        elif kind == REMOTE2:
            self._waiting.append(text)
            self._go_on()

    def _ask_term(self, text: str) -> None:
        wanted = text.removeprefix(f"3,{self._connection},")
        if wanted == "7":
            self._say(TERM, f"3,{self._connection},{VERSION}")
        elif wanted == "6":
            self._say(TERM, f"3,{self._connection},{SERIAL}")
        elif text == f"1,{self._connection}":
            self._say(TERM, f"1,{self._connection},{self._clock.now_s() % 1 * 1000:.0f}")
        else:
            if wanted == "0,OFF":
                self._under_way = None
                self._waiting.clear()
            self._say(TERM, text)

    def _speak(self) -> None:
        while self._under_way and self._clock.now_s() >= self._under_way[0]:
            _, answer = self._under_way
            self._under_way = None
            text = answer()
            if self._connection:
                self._say(REMOTE2, text + "\r")
            self._go_on()

    def _go_on(self) -> None:
        """Do what waits, until something takes its time."""
        while self._waiting and self._under_way is None:
            text = self._waiting.popleft()
            commands = [part for part in text.removeprefix("1:").split(":") if part]
            if not text.startswith("1:") or not commands:
                self._say(REMOTE2, f"ERROR;{UNKNOWN};1\r")
            elif commands == ["POTENTIAL"]:
                self._later(VALUE_S, self._potential)
            elif commands == ["CURRENT"]:
                self._later(VALUE_S, self._current)
            elif commands == ["IMPEDANCE"]:
                self._measure_impedance()
            else:
                self._say(REMOTE2, self._carry_out(commands) + "\r")

    def _later(self, lasts_s: float, answer: Callable[[], str]) -> None:
        self._under_way = (self._clock.now_s() + lasts_s, answer)

    def _carry_out(self, commands: list[str]) -> str:
        if commands == ["SENDSETUP"]:
            return self._setup()
        if commands == ["ALLNUM"]:
            return f"0;{SERIAL};{NAME}"
        if commands == ["DEVINF"]:
            return f"0;0;{NAME};{SERIAL}"
        for place, command in enumerate(commands, start=1):
            name, equals, text = command.partition("=")
            if not equals or name not in _RANGES:
                return f"ERROR;{UNKNOWN};{place}"
            if not self._set(name, text):
                return f"ERROR;{OUT_OF_RANGE};{place}"
        return "OK"

    def _set(self, name: str, text: str) -> bool:
        try:
            value = float(text)
        except ValueError:
            return False
        low, high = _RANGES[name]
        if not low <= value <= high:
            return False
        self._values[name] = value
        if name in ("Gal", "GAL"):
            self._values["Ampl"] = 0.0
        self._drive()
        return True

    def _setup(self) -> str:
        of = self._values
        levels = ";".join(f"{name}={of[name]:.4e}" for name in ("Pset", "Cset", "Frq", "Ampl"))
        flags = ";".join(f"{name}={of[name]:.0f}" for name in ("Nw", "Pot", "Gal", "GAL"))
        return f"OK;SETUP;{levels};{flags};{_LIMITS}"

    def _is_galvanostat(self) -> bool:
        return self._values["Gal"] == -1 and self._values["GAL"] == 1

    def _drive(self) -> None:
        now_s = self._clock.now_s()
        if not self._values["Pot"]:
            self._front_end.open(now_s)
        elif self._is_galvanostat():
            self._front_end.drive_current(now_s, self._values["Cset"], VOLTAGE_MAX_V)
        else:
            self._front_end.drive_voltage(now_s, self._values["Pset"], CURRENT_MAX_A)

    def _potential(self) -> str:
        return f"potential={self._front_end.measure(self._clock.now_s()).voltage_v: .6e}V"

    def _current(self) -> str:
        return f"current={self._front_end.measure(self._clock.now_s()).current_a: .6e}A"

    def _measure_impedance(self) -> None:
        frequency_hz, began_s = self._values["Frq"], self._clock.now_s()
        lasts_s = IMPEDANCE_S + self._values["Nw"] / frequency_hz

        def result() -> str:
            z_ohm = self._front_end.impedance(began_s, frequency_hz, lasts_s)
            if not self._values["Pot"] or not math.isfinite(abs(z_ohm)):
                return "Potentiostatic loop interrupted!"
            return f"impedance={z_ohm.real: .6e},{z_ohm.imag: .6e}"

        self._later(lasts_s, result)
