"""A twin of a Novocontrol Alpha-A with a ZG4 interface, as it answers on a GPIB bus.

It takes and says lines that end with LF, which stands for EOI on the bus: put it behind an adapter
(``prologix.py``) as an instrument that ``ends_with_eoi``. Assumed, because no manual could be read:
answers end with NUL and CR; an answer that nobody fetched is kept; a reference measurement takes as
long as that of the cell; while it measures, settings are refused with MR. Not simulated: other
modes than MODE=IMP, calibrations, service requests.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from ..clock import Clock
from .front_end import FrontEnd

LONGEST_LINE_BYTES: Final = 1 << 12
SETTLING_S: Final = 0.05
CURRENT_MAX_A: Final = 0.1
FULL_SIGNAL_UP_TO_HZ, SIGNAL_ABOVE_V = 1e7, 1.0
HIGHEST_HZ: Final = MappingProxyType({"AT": 4e7, "AN": 2e7, "AK": 3e6, "AL": 3e5})
SERIAL: Final = "400_40_736_{model}BF_16012018_G3"
NONE_YET, BROKEN_OFF, DONE, RUNNING = 0, 1, 3, 5
_START: Final = {
    "ACV": 0.0,
    "DCV": 0.0,
    "DCE": 0.0,
    "GFR": 1e3,
    "MTM": 0.5,
    "FRS": 4.0,
    "ZREFMODE": -3.0,
    "ZLLCOR": 1.0,
    "ZSLCAL": 0.0,
    "ZCONSPL": 1.0,
}
_WHOLE: Final = frozenset({"DCE", "FRS", "ZREFMODE", "ZLLCOR", "ZSLCAL", "ZCONSPL"})
_BIAS: Final = frozenset({"DCV", "DCE"})
_RANGES: Final = {
    "ACV": (0.0, 3.0),
    "DCV": (-40.0, 40.0),
    "DCE": (0, 1),
    "MTM": (0.0, 1e5),
    "FRS": (2, 4),
    "ZREFMODE": (-3, 3),
    "ZLLCOR": (0, 1),
    "ZSLCAL": (0, 1),
    "ZCONSPL": (0, 1),
}


class NovocontrolAlphaTwin:
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``.

    ``acknowledges_trigger`` is whether MST is answered at once, ``has_bias`` whether the mainframe
    has a dc source.
    """

    def __init__(
        self,
        front_end: FrontEnd,
        clock: Clock,
        model: str = "AT",
        *,
        acknowledges_trigger: bool = True,
        has_bias: bool = True,
    ) -> None:
        self._front_end, self._clock, self._model = front_end, clock, model
        self._acknowledges, self._has_bias = acknowledges_trigger, has_bias
        self._values = dict(_START)
        self._shields = "0 0"
        self._heard = b""
        self._state = NONE_YET
        self._began_s = self._done_s = clock.now_s()
        self._result = (0.0, 0.0, 0.0, 0)

    @property
    def status_byte(self) -> int:
        """Bit 0: the measurement is done and its result was not fetched."""
        return int(self._state == DONE)

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        self.poll()
        *lines, self._heard = (self._heard + data).split(b"\n")
        self._heard = self._heard[-LONGEST_LINE_BYTES:]
        answers = [self._carry_out(line.decode("latin-1").strip()) for line in lines]
        return b"".join(answer.encode() + b"\0\r\n" for answer in answers if answer)

    def poll(self) -> bytes:
        """Finish the measurement that is due; it says nothing of its own accord."""
        if self._state == RUNNING and self._clock.now_s() >= self._done_s:
            self._finish()
        return b""

    def due_s(self) -> float | None:
        """Nothing comes unasked."""
        return None

    def hang_up(self) -> None:
        """Forget half a command."""
        self._heard = b""

    def _carry_out(self, line: str) -> str:
        if not line:
            return ""
        name, equals, text = line.partition("=")
        if equals:
            return self._set(name.strip().upper(), text.strip())
        if line.endswith("?"):
            return self._asked(line[:-1].strip().upper())
        action = self._actions().get(line.upper())
        return "UC" if action is None else action()

    def _actions(self) -> dict[str, Callable[[], str]]:
        return {"MST": self._trigger, "MBK": self._break, "*RST": self._reset}

    def _asked(self, name: str) -> str:
        if name == "*IDN":
            serial = SERIAL.format(model=self._model)
            return f"ALPHA Analyzer, Novocontrol Technologies, 6.54_{serial}"
        if name == "ZTSTAT":
            return f"ZTSTAT={int(self._state != NONE_YET)} {self._state}"
        if name == "ZRE":
            return "ZRE=" + self._printed_result()
        if name in _BIAS and not self._has_bias:
            return "II"
        if name in self._values:
            value = self._values[name]
            return f"{name}={value:.0f}" if name in _WHOLE else f"{name}={value:.6e}"
        others = {"MODE": "IMP", "INTTYP": "5 311", "ZCON_TO_CHECK": "0", "DRS": self._shields}
        return f"{name}={others[name]}" if name in others else "UC"

    def _printed_result(self) -> str:
        real, imaginary, frequency_hz, status = self._result
        if self._state == RUNNING:
            status = 1
        reference = int(self._values["ZREFMODE"] != 0)
        return f"{real:.6e} {imaginary:.6e} {frequency_hz:.6e} {status} {reference}"

    def _set(self, name: str, text: str) -> str:
        if self._state == RUNNING:
            return "MR"
        if name == "MODE":
            return "OK" if text == "IMP" else "IP"
        if name == "DRS":
            self._shields = text
            return "OK" if text in ("0 0", "0 1", "1 0", "1 1") else "IP"
        if name not in self._values:
            return "UC"
        if name in _BIAS and not self._has_bias:
            return "II"
        try:
            value = float(text)
        except ValueError:
            return "IP"
        if name in _WHOLE and value != int(value):
            return "IP"
        return self._take(name, value)

    def _take(self, name: str, value: float) -> str:
        low, high = _RANGES.get(name, (3e-6, HIGHEST_HZ[self._model]))
        if name == "ACV" and self._values["GFR"] > FULL_SIGNAL_UP_TO_HZ:
            high = SIGNAL_ABOVE_V
        if not low <= value <= high:
            return "RE"
        self._values[name] = value
        self._drive()
        return "OK"

    def _drive(self) -> None:
        """Put signal and bias on the cell, or let go of it."""
        now_s = self._clock.now_s()
        has_signal = self._values["ACV"] > 0 or self._values["DCE"] > 0
        if has_signal and self._values["ZCONSPL"]:
            bias_v = self._values["DCV"] if self._values["DCE"] else 0.0
            self._front_end.drive_voltage(now_s, bias_v, CURRENT_MAX_A)
        else:
            self._front_end.open(now_s)

    def _trigger(self) -> str:
        if self._state == RUNNING:
            return "MR"
        once_s = max(self._values["MTM"], 1 / self._values["GFR"])
        self._began_s = self._clock.now_s()
        self._done_s = self._began_s + SETTLING_S + once_s * (2 if self._values["ZREFMODE"] else 1)
        self._state = RUNNING
        return "OK" if self._acknowledges else ""

    def _break(self) -> str:
        if self._state == RUNNING:
            self._state = BROKEN_OFF
        return "OK"

    def _reset(self) -> str:
        self._values, self._state = dict(_START), NONE_YET
        self._drive()
        return ""

    def _finish(self) -> None:
        frequency_hz, signal_v = self._values["GFR"], self._values["ACV"]
        lasted_s = self._done_s - self._began_s
        z_ohm = self._front_end.impedance(self._began_s, frequency_hz, lasted_s)
        current_a = signal_v / abs(z_ohm) if abs(z_ohm) > 0 else math.inf
        status = 4 if current_a > CURRENT_MAX_A else 2
        self._result = (z_ohm.real, z_ohm.imag, frequency_hz, status)
        self._state = DONE
