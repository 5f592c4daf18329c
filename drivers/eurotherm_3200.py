"""Eurotherm 3216, 3208, 32h8 and 3204 temperature controllers, Modbus RTU.

Source: 3200 Series Engineering Handbook, HA028651 issue 7.0, section 15 "Digital communications".
The registers, and what could not be confirmed, are in ``eurotherm_3200_registers.py``.

The setpoint lives in memory that lasts 100,000 writes. So it is written when it changes and at no
other time, and a ramp is the controller's own rate limit, as the handbook asks for; a setpoint
that a program moves step by step would use the memory up in weeks. It is also why the controller
holds its temperature when the program is gone: the remote setpoint would fall back.

No heat is manual mode at 0 % output. A setpoint below ambient would not do: the low limit of the
setpoint may be above it, and a controller with a cooling output would cool.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .byte_session import ByteSession
from .capabilities import Identity, OutputState, TemperatureReading
from .clock import Clock
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    OutOfRangeError,
    WrongInstrumentError,
)
from .eurotherm_3200_registers import (
    AUTOMATIC,
    DECIMALS,
    LOCAL,
    LOOP_MODE,
    MANUAL,
    MANUAL_OUTPUT,
    PROCESS_VALUE,
    PROGRAM_BUSY,
    PROGRAM_STATUS,
    RANGE_LOW,
    RATE_UNIT,
    RATE_UNITS_S,
    REMOTE_SETPOINT_ENABLED,
    SETPOINT_HIGH_LIMIT,
    SETPOINT_RATE,
    STATUS,
    TARGET_SETPOINT,
    VERSION,
    Status,
    in_floats,
    signed,
)
from .link import ByteLink
from .modbus import ModbusRegisters
from .serial_link import SerialLink
from .temperature_units import TEMPERATURE_UNITS

SETTLE_S = 0.3
"""No answer takes longer; after a silence, one that is under way has arrived by then."""
OVER_RANGE_SHARE = 0.05  # of the span, by which the handbook lets the process value exceed it
RATE_SHARE = 0.05  # by which a rate may be rounded; a display of one decimal may round it to none
NO_OUTPUT = 0.05  # %, half of the smallest step that it shows


@dataclass(frozen=True, slots=True)
class _Settings:
    """What does not change while it is connected, in the unit that it shows."""

    decimals: int
    low: float
    high: float
    range_low: float
    range_high: float

    @property
    def half_step(self) -> float:
        """Half of the smallest difference that it can hold."""
        return 0.5005 * 0.1**self.decimals


@dataclass(frozen=True, slots=True)
class _Loop:
    """The loop at one moment, temperatures in the unit that it shows, outputs in %."""

    process_value: float
    target: float
    manual_output: float
    output: float
    working_setpoint: float
    status: Status

    @property
    def heats(self) -> bool:
        """Whether it regulates, or gives a fixed output."""
        return Status.MANUAL not in self.status or self.manual_output > NO_OUTPUT


class Eurotherm3200:
    """One controller, the one with the address ``slave`` on its bus.

    ``unit`` is what it shows: degC, degF or K, set at the controller, which does not tell.
    ``ramp_k_per_min`` is its setpoint rate limit, 0 for none; ``None`` leaves it as it is.
    """

    def __init__(
        self,
        link: ByteLink,
        *,
        clock: Clock,
        slave: int = 1,
        unit: str = "degC",
        ramp_k_per_min: float | None = None,
        baud_rate: int = 0,
        timeout_s: float = 1.0,
    ) -> None:
        if not 1 <= slave <= 254:
            raise OutOfRangeError(f"slave address: {slave} is outside [1, 254]")
        if ramp_k_per_min is not None and not 0 <= ramp_k_per_min < math.inf:
            raise OutOfRangeError(f"ramp: {ramp_k_per_min:g} K/min is not a rate of 0 or more")
        self._registers = ModbusRegisters(link, slave, timeout_s=timeout_s, baud_rate=baud_rate)
        self._session = ByteSession(link, clock, name="temperature controller", settle_s=SETTLE_S)
        self._slave, self._unit = slave, TEMPERATURE_UNITS[unit]
        self._ramp_k_per_min = ramp_k_per_min
        self._identity: Identity | None = None
        self._settings: _Settings | None = None

    def connect(self) -> OutputState:
        """Read who is there, its limits and whether it heats; change nothing.

        Raises ``WrongInstrumentError`` for another firmware than before.
        """
        return self._session.connect(self._greet)

    def _greet(self) -> OutputState:
        identity = self._meet()
        self._settings = self._read_settings()
        loop = self._loop()
        if self._recognise() != identity:
            raise BadReplyError(f"two answers to who is there; the first was {identity}")
        self._identity = identity
        return OutputState.ON if loop.heats else OutputState.OFF

    def _meet(self) -> Identity:
        self._registers.forget()
        # no other question here has an answer of this length, so a late one cannot stand in
        self._registers.words(PROCESS_VALUE, 5)
        return self._recognise()

    def _recognise(self) -> Identity:
        version = self._registers.words(VERSION, 1)[0]
        firmware = f"{version >> 8:x}.{version & 0xFF:02x}"
        if self._identity and self._identity.firmware != firmware:
            raise WrongInstrumentError(
                f"firmware {firmware} answers at slave address {self._slave}, where "
                f"{self._identity.firmware} did before"
            )
        return Identity(
            manufacturer="Eurotherm",
            model="3200",
            serial="",  # none was found on the bus
            firmware=firmware,
        )

    def _read_settings(self) -> _Settings:
        words = [signed(word) for word in self._registers.words(SETPOINT_HIGH_LIMIT, 2)]
        numbers = self._registers.numbers(in_floats(SETPOINT_HIGH_LIMIT), 2)
        range_low, range_high = self._registers.numbers(in_floats(RANGE_LOW), 2)
        high, low = numbers
        if not (low < high and range_low < range_high):
            raise BadReplyError(
                f"setpoint limits {low:g} to {high:g} and input range {range_low:g} to "
                f"{range_high:g}: neither may be empty"
            )
        for decimals in DECIMALS:
            scaled = [number * 10**decimals for number in numbers]
            if all(abs(a - b) <= 0.5 for a, b in zip(words, scaled, strict=True)):
                return _Settings(decimals, low, high, range_low, range_high)
        raise BadReplyError(
            f"the setpoint limits read {words} as integers and {numbers} as numbers, which no "
            f"number of decimals from {DECIMALS[0]} to {DECIMALS[-1]} explains"
        )

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``; controllers have no serial number on the bus."""
        if self._identity is None:
            raise DriverError("the temperature controller is not connected yet")
        return self._identity

    @property
    def range_k(self) -> tuple[float, float]:
        """The limits of the setpoint; known after ``connect``."""
        settings = self._known()
        return self._unit.to_kelvin(settings.low), self._unit.to_kelvin(settings.high)

    def _known(self) -> _Settings:
        if self._settings is None:
            raise DriverError("the temperature controller is not connected yet")
        return self._settings

    def check_temperature(self, temperature_k: float) -> None:
        """Raise ``OutOfRangeError`` for a setpoint that it does not take; sends nothing."""
        low_k, high_k = self.range_k
        if not low_k <= temperature_k <= high_k:
            raise OutOfRangeError(
                f"setpoint: {temperature_k:.2f} K is outside the controller's limits "
                f"[{low_k:.2f}, {high_k:.2f}] K"
            )

    def set_temperature(self, temperature_k: float) -> None:
        """Regulate to ``temperature_k``; what is in force already is not written again."""
        self.check_temperature(temperature_k)
        with self._session.conversation():
            self._require_no_program()
            if self._registers.words(REMOTE_SETPOINT_ENABLED, 1)[0] != LOCAL:
                self._registers.write_word(REMOTE_SETPOINT_ENABLED, LOCAL)
            self._set_ramp()
            wanted = self._unit.from_kelvin(temperature_k)
            half_step = self._known().half_step
            self._write_if_other(TARGET_SETPOINT, wanted, half_step)
            if Status.MANUAL in self._loop().status:
                self._registers.write_word(LOOP_MODE, AUTOMATIC)
            loop = self._loop()
        if Status.MANUAL in loop.status or not abs(loop.target - wanted) <= half_step:
            raise InstrumentFaultError(
                f"setpoint {wanted:g} in automatic mode was asked for, and {loop.target:g} with "
                f"status {loop.status!r} is in force"
            )

    def _require_no_program(self) -> None:
        if (status := self._registers.words(PROGRAM_STATUS, 1)[0]) in PROGRAM_BUSY:
            raise InstrumentFaultError(
                f"a program or timer is under way in the controller (status {status}): reset it "
                "at its front panel"
            )

    def _set_ramp(self) -> None:
        if self._ramp_k_per_min is None:
            return
        unit = self._registers.words(RATE_UNIT, 1)[0]
        if unit not in RATE_UNITS_S:
            raise BadReplyError(f"unit of the setpoint rate: {unit} is none of 0, 1, 2")
        per_minute = self._ramp_k_per_min / self._unit.kelvin_per_degree
        wanted = per_minute * RATE_UNITS_S[unit] / 60.0
        tolerance = RATE_SHARE * wanted
        self._write_if_other(SETPOINT_RATE, wanted, tolerance)
        got = self._registers.numbers(in_floats(SETPOINT_RATE), 1)[0]
        if not abs(got - wanted) <= tolerance:
            raise InstrumentFaultError(
                f"setpoint rate limit: {wanted:g} was asked for and {got:g} is in force; another "
                "unit of time may hold it (register 531)"
            )

    def _write_if_other(self, register: int, wanted: float, tolerance: float) -> None:
        present = self._registers.numbers(in_floats(register), 1)[0]
        if not abs(present - wanted) <= tolerance:
            self._registers.write_number(in_floats(register), wanted)

    def read(self) -> TemperatureReading:
        """Ask for the temperature. Raises ``InstrumentFaultError`` for a broken sensor."""
        with self._session.conversation():
            loop = self._loop()
        self._require_sensor(loop)
        return TemperatureReading(
            temperature_k=self._unit.to_kelvin(loop.process_value),
            setpoint_k=self._unit.to_kelvin(loop.working_setpoint),
            heating=loop.heats,
        )

    def _require_sensor(self, loop: _Loop) -> None:
        settings = self._known()
        margin = OVER_RANGE_SHARE * (settings.range_high - settings.range_low)
        low, high = settings.range_low - margin, settings.range_high + margin
        if Status.SENSOR_BREAK in loop.status:
            raise InstrumentFaultError("the temperature sensor is broken (status bit 5)")
        if Status.OVER_RANGE in loop.status or not low <= loop.process_value <= high:
            raise InstrumentFaultError(
                f"the temperature reads {loop.process_value:g}, outside the sensor's range "
                f"{settings.range_low:g} to {settings.range_high:g}: is the sensor broken?"
            )

    def _loop(self) -> _Loop:
        value, target, manual, output, working = self._registers.numbers(
            in_floats(PROCESS_VALUE), 5
        )
        status = Status(self._registers.words(STATUS, 1)[0])
        return _Loop(value, target, manual, output, working, status)

    def make_safe(self) -> None:
        """Manual mode at 0 %: no heat, whatever it is set to. Checks nothing first."""
        self._session.make_safe(self._switch_off, self._meet)

    def _switch_off(self) -> None:
        self._registers.write_word(LOOP_MODE, MANUAL)
        self._registers.write_number(in_floats(MANUAL_OUTPUT), 0.0)
        loop = self._loop()
        if Status.MANUAL not in loop.status or not abs(loop.output) <= NO_OUTPUT:
            raise InstrumentFaultError(
                f"the output is {loop.output:g} % with status {loop.status!r} after manual mode "
                "and 0 % were set"
            )

    def close(self) -> None:
        """Release the link; the controller goes on. May be called twice."""
        self._session.close()


def open_eurotherm_3200(
    address: str,
    *,
    clock: Clock,
    slave: int = 1,
    baud_rate: int = 9600,
    parity: str = "N",
    unit: str = "degC",
    ramp_k_per_min: float | None = None,
) -> Eurotherm3200:
    """Open the port of a controller that is yet to be connected. Raises ``LinkLostError``."""
    link = SerialLink(address, baud_rate, frame=f"8{parity}1")
    return Eurotherm3200(
        link,
        clock=clock,
        slave=slave,
        unit=unit,
        ramp_k_per_min=ramp_k_per_min,
        baud_rate=0 if address.startswith("socket://") else baud_rate,
    )
