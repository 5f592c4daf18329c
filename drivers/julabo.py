"""Julabo baths and circulators: lines of text over a serial line.

Source: JULABO HL/SL heating circulators, operating manual 1.951 series, chapter 12 "Remote
control" (the same chapter in the manuals of CF40, FL601, Magnum 91, MAGIO). What differs between
families, and what could not be confirmed, is in ``julabo_models.py``.

A command that sets something gets no answer at all, and is heeded only in remote mode, which can
only be chosen at the bath's own panel. So everything that is set is read back. An answer carries
neither a checksum nor the question, so numbers are asked for twice and must agree. The bath wants
250 ms after a command that sets, and 10 ms after an answer.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from .byte_session import ByteSession
from .capabilities import Identity, OutputState, TemperatureReading
from .clock import Clock
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    WrongInstrumentError,
)
from .julabo_models import COMMAND_ERRORS, BathStatus, JulaboFamily, family_of, parse_status
from .link import ByteLink
from .serial_link import SerialLink
from .temperature_units import TEMPERATURE_UNITS

AFTER_SETTING_S = 0.25
AFTER_ANSWER_S = 0.010
SETTLE_S = 0.5
SAME = 0.5  # degrees of the display by which two readings a moment apart may differ
FASTEST_PER_S = 1.0  # degrees by which a bath can change in the meantime; none is so quick
HALF_STEP = 0.0051  # of a setpoint, which has two decimals
LONGEST_LINE: Final = 200
_FLOW_CONTROL: Final = b"\x11\x13"  # mixed in by baths with software handshake
_LINE_ENDS: Final = b"\r\n"


@dataclass(frozen=True, slots=True)
class _Bath:
    """Who answered, and what does not change while it is connected; limits as displayed."""

    version: str
    family: JulaboFamily
    low: float
    high: float


class Julabo:
    """One bath. ``unit`` is what its display is set to; the bath does not tell.

    ``family`` is "auto", or the name of a list of commands. ``sensor`` is what ``read`` tells: the
    bath's own, or the external Pt100. ``setpoint_low`` and ``setpoint_high``, in ``unit``, narrow
    the limits of the bath; where it has none to tell they are needed.
    """

    def __init__(
        self,
        link: ByteLink,
        *,
        clock: Clock,
        family: str = "auto",
        unit: str = "degC",
        sensor: str = "internal",
        setpoint_low: float = -math.inf,
        setpoint_high: float = math.inf,
        timeout_s: float = 2.0,
    ) -> None:
        self._session = ByteSession(link, clock, name="bath", settle_s=SETTLE_S)
        self._link, self._clock, self._timeout_s = link, clock, timeout_s
        self._named_family, self._sensor = family, sensor
        self._unit = TEMPERATURE_UNITS[unit]
        self._declared = (setpoint_low, setpoint_high)
        self._heard = b""
        self._ready_s = -math.inf
        self._bath: _Bath | None = None

    def connect(self) -> OutputState:
        """Read who is there, its limits and whether it runs; change nothing.

        Raises ``WrongInstrumentError`` for another bath than before.
        """
        return self._session.connect(self._greet)

    def _greet(self) -> OutputState:
        bath = self._meet()
        is_running = self._is_running()
        self._status()
        if self._ask("VERSION") != bath.version:
            raise BadReplyError(f"two answers to VERSION; the first was {bath.version!r}")
        self._bath = bath
        return OutputState.ON if is_running else OutputState.OFF

    def _meet(self) -> _Bath:
        self._heard = b""
        version = self._ask("VERSION")
        if self._bath is not None and self._bath.version != version:
            raise WrongInstrumentError(
                f"{version!r} answers where {self._bath.version!r} did before"
            )
        family = family_of(version, self._named_family)
        low, high = self._limits(family)
        return _Bath(version, family, low, high)

    def _limits(self, family: JulaboFamily) -> tuple[float, float]:
        low, high = self._declared
        if family.low_limit:
            low = max(low, self._set_number(family.low_limit))
            high = min(high, self._set_number(family.high_limit))
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise OutOfRangeError(
                f"setpoints from {low:g} to {high:g}: a bath of family {family.name} "
                f"{'has these limits set' if family.low_limit else 'tells no limits'}; declare "
                "setpoint_low below setpoint_high"
            )
        return low, high

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``; baths have no serial number on the wire."""
        model, _, firmware = self._known().version.partition(" VERSION ")
        return Identity(
            manufacturer="JULABO",
            model=model.removeprefix("JULABO "),
            serial="",
            firmware=firmware,
        )

    @property
    def range_k(self) -> tuple[float, float]:
        """The limits of the setpoint; known after ``connect``."""
        bath = self._known()
        return self._unit.to_kelvin(bath.low), self._unit.to_kelvin(bath.high)

    def _known(self) -> _Bath:
        if self._bath is None:
            raise DriverError("the bath is not connected yet")
        return self._bath

    def check_temperature(self, temperature_k: float) -> None:
        """Raise ``OutOfRangeError`` for a setpoint that it does not take; sends nothing."""
        low_k, high_k = self.range_k
        if not low_k <= temperature_k <= high_k:
            raise OutOfRangeError(
                f"setpoint: {temperature_k:.2f} K is outside the bath's limits "
                f"[{low_k:.2f}, {high_k:.2f}] K"
            )

    def set_temperature(self, temperature_k: float) -> None:
        """Set the temperature, start the bath, and read back both.

        Raises ``InstrumentFaultError`` if remote mode is not chosen at the bath.
        """
        self.check_temperature(temperature_k)
        wanted = self._unit.from_kelvin(temperature_k)
        with self._session.conversation():
            self._require_remote()
            if self._known().family.selects_setpoint and self._ask("IN_MODE_01") != "0":
                self._tell("OUT_MODE_01 0")
            if abs(self._set_number("IN_SP_00") - wanted) > HALF_STEP:
                self._tell(f"OUT_SP_00 {wanted:.2f}")
            in_force = self._set_number("IN_SP_00")
            if not abs(in_force - wanted) <= HALF_STEP:
                raise InstrumentFaultError(
                    f"setpoint: {wanted:.2f} was asked for and {in_force:.2f} is in force"
                )
            if not self._is_running():
                self._tell("OUT_MODE_05 1")
                if not self._is_running():
                    raise InstrumentFaultError("the bath is still at rest after it was started")

    def _require_remote(self) -> None:
        status = self._status()
        if status.number in COMMAND_ERRORS:  # of an earlier command; the state stands behind it
            status = self._status()
        if status.is_alarm:
            raise InstrumentFaultError(f"the bath has an alarm: {status}")
        if status.number >= 0 and not status.is_remote:
            raise InstrumentFaultError(
                f"the bath says {status}: choose remote control at its panel, or it heeds nothing"
            )

    def _tell(self, command: str) -> None:
        """Set something, which has no answer, and ask whether it was understood."""
        self._send(command)
        self._ready_s = self._clock.now_s() + AFTER_SETTING_S
        if (status := self._status()).number in COMMAND_ERRORS:
            raise InstrumentFaultError(f"{command}: the bath says {status}")

    def read(self) -> TemperatureReading:
        """Ask for the temperature. Raises ``InstrumentFaultError`` for an alarm."""
        with self._session.conversation():
            if (status := self._status()).is_alarm:
                raise InstrumentFaultError(f"the bath has an alarm: {status}")
            shown = self._number(self._sensor_command())
            setpoint = self._set_number("IN_SP_00")
            is_running = self._is_running()
        return TemperatureReading(
            temperature_k=self._unit.to_kelvin(shown),
            setpoint_k=self._unit.to_kelvin(setpoint),
            heating=is_running,
        )

    def _sensor_command(self) -> str:
        if self._sensor == "internal":
            return "IN_PV_00"
        if not (command := self._known().family.external):
            raise InstrumentFaultError(
                f"a bath of family {self._known().family.name} has no external sensor to tell of"
            )
        return command

    def make_safe(self) -> None:
        """Stop the bath: it neither heats nor cools nor pumps. Checks nothing first."""
        self._session.make_safe(self._switch_off, self._meet)

    def _switch_off(self) -> None:
        self._send("OUT_MODE_05 0")
        self._ready_s = self._clock.now_s() + AFTER_SETTING_S
        if self._is_running():
            raise InstrumentFaultError(
                f"the bath runs on after it was stopped and says {self._status()}: is remote "
                "control chosen at its panel?"
            )

    def close(self) -> None:
        """Release the link; the bath goes on. May be called twice."""
        self._session.close()

    def _is_running(self) -> bool:
        reply = self._ask("IN_MODE_05")
        if reply not in ("0", "1") or self._ask("IN_MODE_05") != reply:
            raise BadReplyError(f"IN_MODE_05: expected 0 or 1, twice the same, got {reply!r}")
        return reply == "1"

    def _status(self) -> BathStatus:
        return parse_status(self._ask("STATUS"))

    def _set_number(self, command: str) -> float:
        """A number that does not change by itself."""
        return self._number(command, tolerance=0.0, fastest_per_s=0.0)

    def _number(
        self, command: str, tolerance: float = SAME, fastest_per_s: float = FASTEST_PER_S
    ) -> float:
        began_s = self._clock.now_s()
        first, second = (_parse_number(command, self._ask(command)) for _ in range(2))
        taken_s = self._clock.now_s() - began_s
        if not abs(first - second) <= tolerance + fastest_per_s * taken_s:
            raise BadReplyError(f"{command} answered {first:g} and then {second:g}")
        return second

    def _ask(self, command: str) -> str:
        self._clock.sleep_until(self._ready_s)
        if early := _text(self._heard + self._link.read(0.0)):
            self._heard = b""
            raise LinkLostError(f"{early[:40]!r} came before {command} was asked")
        self._heard = b""
        self._send(command)
        while not (line := self._line()):
            piece = self._link.read(self._timeout_s)
            if not piece or len(self._heard) > LONGEST_LINE:
                raise LinkLostError(f"no answer to {command}, but {self._heard[:40]!r}")
            self._heard += piece
        self._ready_s = self._clock.now_s() + AFTER_ANSWER_S
        try:
            return line.decode("ascii")
        except UnicodeDecodeError:
            raise BadReplyError(f"{command} answered {line[:40]!r}, which is no text") from None

    def _line(self) -> bytes:
        """Take a whole line off what was heard; empty if there is none yet."""
        heard = self._heard.translate(None, _FLOW_CONTROL).lstrip(_LINE_ENDS)
        line, end, rest = heard.replace(b"\r", b"\n").partition(b"\n")
        if not end:
            return b""
        self._heard = rest
        return line

    def _send(self, command: str) -> None:
        self._clock.sleep_until(self._ready_s)
        self._link.write(command.encode("ascii") + b"\r")


def _text(heard: bytes) -> bytes:
    """What is there besides line ends and flow control."""
    return heard.translate(None, _FLOW_CONTROL + _LINE_ENDS)


def _parse_number(command: str, reply: str) -> float:
    if re.fullmatch(r"-{2,}\.?-*", reply):
        raise InstrumentFaultError(f"{command}: the sensor is not connected, the bath says {reply}")
    if not re.fullmatch(r"-?\d{1,3}(\.\d{1,2})?", reply):
        raise BadReplyError(f"{command}: expected a number like 25.00, got {reply!r}")
    return float(reply)


def open_julabo(
    address: str,
    *,
    clock: Clock,
    baud_rate: int = 4800,
    frame: str = "7E1",
    handshake: bool = True,
    family: str = "auto",
    unit: str = "degC",
    sensor: str = "internal",
    setpoint_low: float = -math.inf,
    setpoint_high: float = math.inf,
) -> Julabo:
    """Open the port of a bath that is yet to be connected. Raises ``LinkLostError``."""
    link = SerialLink(address, baud_rate, frame=frame, handshake=handshake)
    return Julabo(
        link,
        clock=clock,
        family=family,
        unit=unit,
        sensor=sensor,
        setpoint_low=setpoint_low,
        setpoint_high=setpoint_high,
    )
