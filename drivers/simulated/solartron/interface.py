"""A twin of the Solartron 1287 electrochemical interface on a GPIB bus.

Source: SI 1287 User Guide, 12876000: chapter 3, section 2; chapter 4, sections 3.4, 5.3 and 6.1 to
6.3. Assumed, because no page that could be read says so: a reading takes 0.2 s with all digits; a
current limit that is reached holds (OL 1) or cuts out (OL 0); a current beyond the range is
reported with error 32, a voltage beyond the voltmeter with 31; with another mode than before the
level of that mode counts. Not simulated: sweeps, files, averaging, compensation, the binary port.

Its signs are its own: positive current into the counter electrode, RE1 against RE2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from ...clock import Clock
from ..front_end import FrontEnd
from .commands import CommandLines, Setting

READING_S: Final = 0.2
VOLTAGE_MAX_V: Final = 14.5
DVM_OVERLOAD, CURRENT_OVERLOAD = 31, 32
FULL_SCALE_V: Final = 0.2
OHM: Final = MappingProxyType({n: 10.0 ** (n - 2) for n in range(1, 9)})
OVERRANGE: Final = 1.1
DATA_READY: Final = 128

_SETTINGS: Final = {
    "AV": Setting(0, 5, whole=True),
    "BR": Setting(0, 1, whole=True),
    "BY": Setting(0, 1, whole=True),
    "CC": Setting(0, 3, whole=True),
    "DG": Setting(0, 5, whole=True),
    "EB": Setting(0, 1, whole=True),
    "FI": Setting(0, 1, whole=True),
    "GB": Setting(0, 2, whole=True),
    "GP": Setting(0, 4, whole=True),
    "IL": Setting(0, 6, 6, whole=True),
    "IX": Setting(0, 1, whole=True),
    "NU": Setting(0, 1, whole=True),
    "OL": Setting(0, 2, whole=True),
    "ON": Setting(0, 1, whole=True),
    "OS": Setting(0, 1, whole=True),
    "OT": Setting(0, 3, whole=True),
    "PB": Setting(0, 3, whole=True),
    "PC": Setting(-2.0, 2.0),
    "PI": Setting(0, 1, whole=True),
    "PO": Setting(0, 1, whole=True),
    "PV": Setting(-14.5, 14.5),
    "PW": Setting(0, 1, whole=True),
    "PX": Setting(0, 12, 3, whole=True),
    "PY": Setting(0, 12, 5, whole=True),
    "RG": Setting(0, 4, whole=True),
    "RR": Setting(0, 8, whole=True),
    "TR": Setting(0, 4, whole=True),
    "VX": Setting(0, 1, whole=True),
}
_ACT_ON_THE_CELL: Final = frozenset({"IL", "OL", "ON", "PC", "PO", "PV", "PW", "RR"})


class InterfaceTwin:
    """Bytes in, bytes out; see ``drivers/simulated/twin.py``. Put it behind an adapter."""

    def __init__(self, front_end: FrontEnd, clock: Clock) -> None:
        self.front_end, self._clock = front_end, clock
        self._lines = CommandLines(clock, _SETTINGS, self._actions(), changed=self._changed)

    @property
    def is_polarized(self) -> bool:
        """Whether the cell is driven."""
        return self._value("PW") == 1

    @property
    def status_byte(self) -> int:
        """What a serial poll finds: whether a reading is ready."""
        return DATA_READY * bool(self._lines.is_busy)

    @property
    def resistor_ohm(self) -> float:
        """The standard resistor; the largest while it ranges by itself."""
        return OHM[int(self._value("RR")) or max(OHM)]

    @property
    def full_scale_a(self) -> float:
        """The current that develops 200 mV."""
        return FULL_SCALE_V / self.resistor_ohm

    @property
    def analyser_gain(self) -> float:
        """What of an analyser's signal is added to the polarization."""
        return 0.01 if self._value("PI") else 1.0

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        return self._lines.receive(data)

    def poll(self) -> bytes:
        """Return the readings that are due."""
        return self._lines.poll()

    def due_s(self) -> float | None:
        """When the reading under way is done."""
        return self._lines.due_s()

    def hang_up(self) -> None:
        """Forget half a command; the cell stays as it is."""
        self._lines.hang_up()

    def _actions(self) -> Mapping[str, Callable[[list[float]], None]]:
        return {"RU": self._run, "BK": self._break, "TM": lambda _: None}

    def _value(self, name: str) -> float:
        return self._lines.values[name]

    def _changed(self, name: str) -> None:
        if name in _ACT_ON_THE_CELL:
            self._polarize()

    def _polarize(self) -> None:
        now_s = self._clock.now_s()
        if not self.is_polarized:
            self.front_end.open(now_s)
        elif self._value("PO") == 1 or self._value("ON") == 1:
            level_a = 0.0 if self._value("ON") == 1 else self._value("PC")
            self.front_end.drive_current(now_s, -level_a, VOLTAGE_MAX_V)
        else:
            self.front_end.drive_voltage(now_s, -self._value("PV"), self._current_limit_a())

    def _current_limit_a(self) -> float:
        if self._value("OL") == 2:
            return 2.5
        own_a = 2e-6 * 10 ** self._value("IL")
        return min(own_a, OVERRANGE * self.full_scale_a) if self._value("RR") else own_a

    def _break(self, numbers: list[float]) -> None:
        del numbers
        self._lines.stop_saying()
        self._lines.values["PW"] = 0.0
        self._polarize()

    def _run(self, numbers: list[float]) -> None:
        self._lines.stop_saying()
        if numbers == [1.0]:
            self._lines.say_at(self._clock.now_s() + READING_S, self._reading)

    def _reading(self) -> str:
        now_s = self._clock.now_s()
        range_a = self.full_scale_a if self._value("RR") else None
        seen = self.front_end.measure(now_s, range_a)
        is_over = self._value("RR") and abs(seen.current_a) > OVERRANGE * self.full_scale_a
        errors = (
            DVM_OVERLOAD if abs(seen.voltage_v) > VOLTAGE_MAX_V else 0,
            CURRENT_OVERLOAD if is_over else 0,
        )
        if self._value("OL") == 0 and seen.limited:
            self._lines.values["PW"] = 0.0  # cut out
            self._polarize()
        if not self._value("GP"):
            return ""
        text = f"{-seen.voltage_v:+.5E},{-seen.current_a:+.5E},{errors[0]:02d},{errors[1]:02d}"
        return text + (self._time_of_day() if self._value("GP") == 1 else "")

    def _time_of_day(self) -> str:
        hundredths = round(self._clock.now_s() * 100)
        seconds, hundredths = divmod(hundredths, 100)
        minutes, seconds = divmod(seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f",{hours % 24:02d},{minutes:02d},{seconds:02d},{hundredths:02d}"


class BehindInterface:
    """An analyser whose generator and inputs V1 and V2 are connected to a 1287, as terminals.

    V1 is the voltage at the cell, V2 the voltage at the standard resistor.
    """

    def __init__(self, interface: InterfaceTwin) -> None:
        self._interface = interface

    def generate(self, at_s: float, *, voltage_v: float | None, current_a: float | None) -> None:
        """Do nothing: the analyser's dc level is zero, or the interface's business."""

    def compare(
        self, source: str, began_s: float, frequency_hz: float, lasted_s: float, signal: float
    ) -> tuple[complex, int]:
        """Return V1 by V2, if the cell is polarized."""
        interface = self._interface
        if source != "1,2" or not interface.is_polarized:
            return complex(1.0), 2
        z_ohm = interface.front_end.impedance(began_s, frequency_hz, lasted_s)
        peak_a = 2**0.5 * signal * interface.analyser_gain / abs(z_ohm)
        is_over = peak_a > OVERRANGE * interface.full_scale_a
        return z_ohm / interface.resistor_ohm, 3 if is_over else 0
