"""Lake Shore 335 and 336: output 1 is in closed loop on input A, in kelvin, by the front panel.

Source: Lake Shore Model 336 User's Manual, chapter 6, as ORNL's EPICS protocol and QCoDeS use it.
"""

import re

from .capabilities import Identity, OutputState, TemperatureReading
from .errors import BadReplyError, InstrumentFaultError, OutOfRangeError, WrongInstrumentError
from .link import TextLink
from .scpi_session import ScpiSession

RANGE_K = (1.0, 1000.0)
AGREE_K = 0.5  # between two readings: a line has no checksum
UNVERIFIED = (("range of setpoints", "1 to 1000 K"), ("RAMP 1,0,1", "a setpoint counts at once"))


class LakeShore336:
    """A ``TemperatureController`` that heats with range ``heater``: 1 low, 2 medium, 3 high."""

    def __init__(self, link: TextLink, *, heater: int = 3) -> None:
        self._link, self._heater = link, heater
        self._session = ScpiSession(link, _identity, name="Lake Shore", error_query="")

    def connect(self) -> OutputState:
        """Read who is there, how it regulates and whether it heats; change nothing."""
        return self._session.connect(lambda _: self._greet())

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._session.identity

    @property
    def range_k(self) -> tuple[float, float]:
        """The lowest and the highest setpoint."""
        return RANGE_K

    def check_temperature(self, temperature_k: float) -> None:
        """Raise ``OutOfRangeError`` for a setpoint that it does not take; sends nothing."""
        if not RANGE_K[0] <= temperature_k <= RANGE_K[1]:
            raise OutOfRangeError(f"setpoint: {temperature_k:g} K is not from 1 to 1000 K")

    def set_temperature(self, temperature_k: float) -> None:
        """Regulate to ``temperature_k`` from now on, and read back that it does."""
        self.check_temperature(temperature_k)
        with self._session.conversation():
            self._link.write("RAMP 1,0,1")
            self._set("SETP", round(temperature_k, 3))
            self._set("RANGE", self._heater)

    def read(self) -> TemperatureReading:
        """Ask for the temperature, twice. ``InstrumentFaultError`` for a broken sensor."""
        with self._session.conversation():
            first_k, kelvin = self._ask("KRDG? A"), self._ask("KRDG? A")
            if status := self._ask("RDGST? A"):
                raise InstrumentFaultError(f"input A has no reading: status {status:g}")
            if abs(first_k - kelvin) > AGREE_K:
                raise BadReplyError(f"{first_k:g} K and {kelvin:g} K were read at one time")
            setpoint_k, heats = self._ask("SETP? 1"), self._ask("RANGE? 1") > 0
        return TemperatureReading(temperature_k=kelvin, setpoint_k=setpoint_k, heating=heats)

    def make_safe(self) -> None:
        """Switch the heater off and read back that it is. Checks nothing first."""
        self._session.make_safe(lambda: self._set("RANGE", 0))

    def close(self) -> None:
        """Release the link. May be called twice."""
        self._session.close()

    def _greet(self) -> OutputState:
        loop = self._link.query("OUTMODE? 1")[:3], self._link.query("INTYPE? A")[-1:]
        if loop != ("1,1", "1"):
            raise WrongInstrumentError(f"output 1 is not in closed loop on A in kelvin: {loop}")
        return OutputState.ON if self._ask("RANGE? 1") else OutputState.OFF

    def _set(self, header: str, value: float) -> None:
        self._link.write(f"{header} 1,{value}")
        if (now := self._ask(f"{header}? 1")) != value:
            raise InstrumentFaultError(f"{header}: {value:g} was asked for, {now:g} is in force")

    def _ask(self, query: str) -> float:
        answer = self._link.query(query)
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", answer):
            raise BadReplyError(f"{query} was answered by {answer!r}, which is no number")
        return float(answer)


def _identity(answer: str) -> Identity:
    found = re.fullmatch(r"LSCI,MODEL(335|336),([^,/]+)[^,]*,([\w.]+)", answer)
    if found is None:
        raise WrongInstrumentError(f"expected a Lake Shore 335 or 336, and {answer!r} answered")
    return Identity(manufacturer="Lake Shore", model=found[1], serial=found[2], firmware=found[3])
