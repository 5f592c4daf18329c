"""A twin of a Julabo bath: lines that end with CR in, lines that end with CR LF out.

What sets something gets no answer, is heeded in remote mode only, and leaves the bath deaf for a
quarter of a second. Errors of a command show in STATUS until the next command that sets.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ..clock import Clock
from .oven import SimulatedOven

DEAF_S: Final = 0.2  # the manual asks for 0.25
"""On a clock that goes faster than time a host's pause is shorter than its way here, so the bath
hears at once.
"""
ZERO_K: Final = 273.15
FULL: Final = 100.0
VERSIONS: Final[Mapping[str, str]] = {
    "HL": "JULABO HIGHTECH FL HL/SL VERSION 4.0",
    "MAGIO": "JULABO MAGIO MS 200-230V 50/60Hz VERSION 2.2.1",
    "FP50-MH": "JULABO FP50-MH VERSION 5.3",
    "CF31": "JULABO CRYOCOMPACT CF31 VERSION 5.0",
}
_SETPOINT_WINDOW: Final = (-95.0, 300.0)
_ERRORS: Final = {
    "invalid": "-08 INVALID COMMAND",
    "local": "-09 COMMAND NOT ALLOWED IN CURRENT OPERATING MODE",
    "small": "-10 VALUE TOO SMALL",
    "large": "-11 VALUE TOO LARGE",
    "limits": "-13 VALUE EXCEEDS TEMPERATURE LIMITS",
}


class JulaboTwin:
    """A bath around ``oven``; it rests at first. ``is_remote`` is chosen at its panel.

    ``line_end`` is CR LF, on some models LF; ``chatter`` is put before every answer, as baths with
    software handshake do with XON.
    """

    def __init__(
        self,
        oven: SimulatedOven,
        clock: Clock,
        *,
        model: str = "HL",
        is_remote: bool = True,
        line_end: bytes = b"\r\n",
        chatter: bytes = b"",
    ) -> None:
        self._oven, self._clock, self._model = oven, clock, model
        self.is_remote = is_remote
        self._line_end, self._chatter = line_end, chatter
        self._heard = b""
        self._deaf_until_s = 0.0
        self._deaf_s = DEAF_S if getattr(clock, "speed", 1.0) <= 1.0 else 0.0
        self._error = ""
        self._setpoints = [25.0, 37.0, 56.0]
        self._selected = 0
        self._low, self._high = -90.0, 250.0
        self._queries = self._tabled()

    def receive(self, data: bytes) -> bytes:
        """Take bytes, split anywhere; return the answers to the questions among them."""
        *lines, self._heard = (self._heard + data).replace(b"\n", b"").split(b"\r")
        return b"".join(self._answer(line) for line in lines)

    def poll(self) -> bytes:
        """Say nothing: a bath speaks when it is asked."""
        return b""

    def due_s(self) -> float | None:
        """Never: a bath speaks when it is asked."""
        return None

    def hang_up(self) -> None:
        """Go on as before: a bath does not notice."""
        self._heard = b""

    def _answer(self, line: bytes) -> bytes:
        now_s = self._clock.now_s()
        if now_s < self._deaf_until_s:
            return b""
        command = line.decode("ascii", "replace").strip().upper()
        if command.startswith("OUT_"):
            self._deaf_until_s = now_s + self._deaf_s
            self._error = self._set(command, now_s)
            return b""
        answer = self._queries.get(command)
        if answer is None:
            self._error = _ERRORS["invalid"]
            return b""
        return self._chatter + answer(now_s).encode("ascii") + self._line_end

    def _set(self, command: str, now_s: float) -> str:
        """Carry out a command; return the status that it leaves, if it went wrong."""
        found = re.fullmatch(r"OUT_(SP_0[0-2]|MODE_0[15]) (-?\d+(?:\.\d+)?)", command)
        if found is None:
            return _ERRORS["invalid"]
        if not self.is_remote:
            return _ERRORS["local"]
        name, value = found[1], float(found[2])
        if name.startswith("SP_"):
            return self._set_setpoint(int(name[-1]), value, now_s)
        highest = 2 if name == "MODE_01" else 1
        if value not in range(highest + 1):
            return _ERRORS["large"]
        if name == "MODE_01":
            self._selected = int(value)
            self._oven.set_setpoint(now_s, self._setpoints[self._selected] + ZERO_K)
        else:
            self._oven.set_setpoint(now_s, self._setpoints[self._selected] + ZERO_K)
            self._oven.switch(now_s, value == 1)
        return ""

    def _set_setpoint(self, number: int, value: float, now_s: float) -> str:
        lowest, highest = _SETPOINT_WINDOW
        if not lowest <= value <= highest:
            return _ERRORS["small" if value < lowest else "large"]
        if not self._low <= value <= self._high:
            return _ERRORS["limits"]
        self._setpoints[number] = round(value, 2)
        if number == self._selected:
            self._oven.set_setpoint(now_s, self._setpoints[number] + ZERO_K)
        return ""

    def _tabled(self) -> dict[str, Callable[[float], str]]:
        """The questions that this model knows."""
        table: dict[str, Callable[[float], str]] = {
            "VERSION": lambda _: VERSIONS[self._model],
            "STATUS": lambda _: self._status(),
            "IN_PV_00": self._bath_temperature,
            "IN_SP_00": lambda _: f"{self._setpoints[0]:.2f}",
            "IN_MODE_05": lambda _: "1" if self._oven.is_on else "0",
        }
        if self._model == "FP50-MH":
            table |= {
                "IN_PV_01": lambda _: "---.--",
                "IN_SP_01": lambda _: f"{self._high:.2f}",
                "IN_SP_02": lambda _: f"{self._low:.2f}",
            }
        elif self._model != "CF31":
            table |= {
                "IN_PV_01": lambda now_s: f"{FULL * self._oven.output(now_s):.0f}",
                "IN_PV_02": lambda _: "---.--",
                "IN_PV_03": self._bath_temperature,
                "IN_SP_01": lambda _: f"{self._setpoints[1]:.2f}",
                "IN_SP_02": lambda _: f"{self._setpoints[2]:.2f}",
                "IN_SP_03": lambda _: f"{self._high:.2f}",
                "IN_SP_04": lambda _: f"{self._low:.2f}",
                "IN_MODE_01": lambda _: str(self._selected),
                "IN_MODE_04": lambda _: "0",
            }
        else:
            table["IN_PV_01"] = lambda now_s: f"{FULL * self._oven.output(now_s):.0f}"
        return table

    def _bath_temperature(self, now_s: float) -> str:
        if self._oven.sensor_broken:
            return "---.--"
        return f"{self._oven.temperature_k(now_s) - ZERO_K:.2f}"

    def _status(self) -> str:
        if self._oven.sensor_broken:
            self._oven.switch(self._clock.now_s(), False)
            return "-05 WORKING SENSOR ALARM"
        if self._error:
            return self._error
        where = "REMOTE" if self.is_remote else "MANUAL"
        does = "START" if self._oven.is_on else "STOP"
        number = 2 * self.is_remote + self._oven.is_on
        return f"{number:02d} {where} {does}"
