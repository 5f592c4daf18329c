"""The bench file: which instrument sits on which channel, and what that position may do.

This is the only module that names concrete drivers. The whole file is checked before anything is
opened, and a driver is imported only when one of its instruments is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, model_validator

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from ..limits.limits import Limits
from ..notify.settings import Notify
from .limit_settings import LimitSettings
from .notify_settings import NotifyTable
from .schema import Positive, Settings, Text, checked, nearest
from .yaml_lines import Document, FileError, Problem, read_document


class DeviceTable(Settings):
    """A ``[channel.NAME.ROLE]`` table."""

    driver: Text
    """Name of the driver."""
    address: Text
    """Where the instrument is: socket://host:port, COM3, /dev/ttyACM0 or a VISA resource."""


class ChannelTable(LimitSettings):
    """A ``[channel.NAME]`` table: the limits of the position, and one instrument."""

    voltage_min_v: float
    """Lowest cell voltage."""
    voltage_max_v: float
    """Highest cell voltage."""
    current_max_ma: Positive
    """Largest current, either way."""
    clock_speed: Annotated[float, Field(ge=1, le=1e6)] = 1.0
    """Experiment seconds per second; other than 1 only in front of a twin on this machine."""
    potentiostat: DeviceTable | None = None
    """An instrument that does everything, impedance included."""
    galvanostat: DeviceTable | None = None
    """A source meter: current and voltage, no impedance."""

    @model_validator(mode="after")
    def _one_instrument(self) -> Self:
        if (self.potentiostat is None) == (self.galvanostat is None):
            raise ValueError("needs exactly one instrument: a potentiostat or a galvanostat table")
        return self


class BenchFile(Settings):
    """A whole bench file."""

    channel: Annotated[dict[Text, ChannelTable], Field(min_length=1)]
    """One table per channel."""
    notify: NotifyTable | None = None
    """Who is told when a run ends; nobody if it is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """One channel as the bench file describes it. Nothing has been opened."""

    name: str
    role: str
    driver: str
    address: str
    clock_speed: float
    limits: Limits

    def as_json(self) -> dict[str, Any]:
        """Return the channel in SI, for the head of a run file."""
        limits = {name: getattr(self.limits, name) for name in self.limits.origins}
        return {
            "name": self.name,
            "role": self.role,
            "driver": self.driver,
            "address": self.address,
            "clock_speed": self.clock_speed,
            "limits": limits,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the channel that ``as_json`` gave; ``ValueError`` for anything else."""
        try:
            return cls(
                name=str(stored["name"]),
                role=str(stored["role"]),
                driver=str(stored["driver"]),
                address=str(stored["address"]),
                clock_speed=float(stored["clock_speed"]),
                limits=Limits.of("bench", stored["limits"]),
            ).at(stored["address"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"this is no channel of a bench: {error}") from None

    def at(self, address: str) -> Self:
        """Return the same channel with its instrument at another address.

        Raises ``ValueError`` for an address that its driver does not take.
        """
        driver = DRIVERS.get(self.driver)
        if driver is None:
            raise ValueError(f"{self.driver!r} is not a driver: {', '.join(DRIVERS)}")
        if driver.address.fullmatch(address) is None:
            raise ValueError(
                f"{address!r} is not an address for {self.driver}: write {driver.examples}"
            )
        return replace(self, address=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A checked bench file."""

    file: str
    text: str = field(repr=False)
    channels: Mapping[str, ChannelSpec]
    notify: Notify = field(default_factory=Notify)

    def channel(self, name: str) -> ChannelSpec:
        """Return one channel. Raises ``FileError`` if the bench has none of that name."""
        if name not in self.channels:
            text = f"has no channel {name!r}: {nearest(name, list(self.channels))}"
            raise FileError(Problem(self.file, 0, text))
        return self.channels[name]


_REST_LIMIT_V: Final = 6.0  # above any cell, so that a rest at 0 A is never held by its limit


def _open_methodscript(channel: ChannelSpec, clock: Clock) -> SegmentDevice:
    from ...drivers.methodscript.potentiostat import open_methodscript

    return open_methodscript(channel.address, clock=clock)


def _open_keithley_2450(channel: ChannelSpec, clock: Clock) -> SegmentDevice:
    from ...drivers.keithley_2450 import Keithley2450
    from ...drivers.visa_link import VisaLink
    from ..sequencer.host_sequencer import HostSequencer

    widest_v = max(abs(channel.limits.voltage_min_v), abs(channel.limits.voltage_max_v))
    return HostSequencer(
        Keithley2450(VisaLink(channel.address)),
        clock,
        rest_voltage_limit_v=min(_REST_LIMIT_V, widest_v),
    )


@dataclass(frozen=True, slots=True)
class _Driver:
    role: str
    address: re.Pattern[str]
    examples: str
    open: Callable[[ChannelSpec, Clock], SegmentDevice]


_SERIAL: Final = re.compile(
    r"socket://(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\]):(?P<port>\d+)|COM\d+|/dev/[\w./-]+"
)
_VISA: Final = re.compile(
    r"TCPIP\d*::(?P<host>[^:]+)::(?P<port>\d+)::SOCKET|TCPIP\d*::[^:]+(::\w+)?::INSTR"
    r"|USB\d*(::\w+){3}(::\d+)?::INSTR|GPIB\d*::\d+(::\d+)?::INSTR|ASRL[^:]+::INSTR",
    re.IGNORECASE,
)
DRIVERS: Final[Mapping[str, _Driver]] = {
    "methodscript": _Driver(
        "potentiostat",
        _SERIAL,
        "socket://127.0.0.1:5025, COM3 or /dev/ttyACM0",
        _open_methodscript,
    ),
    "keithley_2450": _Driver(
        "galvanostat",
        _VISA,
        "TCPIP0::192.168.0.7::5025::SOCKET or USB0::0x05E6::0x2450::04412345::INSTR",
        _open_keithley_2450,
    ),
}


def load_bench(path: Path) -> Bench:
    """Read and check a whole bench file; open nothing. Raises ``FileError``."""
    document = read_document(path)
    settings = checked(document, BenchFile)
    channels = {name: _channel(document, name, table) for name, table in settings.channel.items()}
    _refuse_shared_addresses(document, channels)
    notify = settings.notify.notify() if settings.notify else Notify()
    return Bench(file=str(path), text=document.text, channels=channels, notify=notify)


def open_device(channel: ChannelSpec, clock: Clock) -> SegmentDevice:
    """Return the channel's instrument, which is yet to be connected.

    May raise ``LinkLostError`` if the address does not answer.
    """
    return DRIVERS[channel.driver].open(channel, clock)


def _channel(document: Document, name: str, table: ChannelTable) -> ChannelSpec:
    role = "potentiostat" if table.potentiostat else "galvanostat"
    device = table.potentiostat or table.galvanostat
    if device is None:  # refused by the schema
        raise document.error(("channel", name), "needs an instrument")
    _check_device(document, ("channel", name, role), device)
    if table.clock_speed != 1.0 and not is_loopback(device.address):
        raise document.error(
            ("channel", name, "clock_speed"),
            f"{table.clock_speed:g} is not allowed in front of {device.address}: a clock faster "
            "than real time is for a twin on this machine (127.0.0.1, ::1 or localhost)",
        )
    return ChannelSpec(
        name=name,
        role=role,
        driver=device.driver,
        address=device.address,
        clock_speed=table.clock_speed,
        limits=table.limits("bench"),
    )


def _check_device(document: Document, key: tuple[str, str, str], device: DeviceTable) -> None:
    driver = DRIVERS.get(device.driver)
    if driver is None:
        text = f"{device.driver!r} is not a driver: {nearest(device.driver, list(DRIVERS))}"
        raise document.error((*key, "driver"), text)
    if driver.role != key[-1]:
        table = f"[channel.{key[1]}.{driver.role}]"
        text = f"{device.driver!r} is a {driver.role}: name the table {table}"
        raise document.error((*key, "driver"), text)
    found = driver.address.fullmatch(device.address)
    if found is None:
        text = f"{device.address!r} is not an address for {device.driver}: write {driver.examples}"
        raise document.error((*key, "address"), text)
    if found["port"] is not None and not 1 <= int(found["port"]) <= 65535:
        text = f"port {found['port']} is not allowed: must be from 1 to 65535"
        raise document.error((*key, "address"), text)


def is_loopback(address: str) -> bool:
    """Say whether an address is a network port of this very machine.

    >>> is_loopback("socket://127.0.0.1:5025"), is_loopback("/dev/ttyACM0")
    (True, False)
    """
    found = _SERIAL.fullmatch(address) or _VISA.fullmatch(address)
    if found is None or found["host"] is None:
        return False
    host = found["host"].strip("[]")
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_shared_addresses(document: Document, channels: Mapping[str, ChannelSpec]) -> None:
    owners: dict[str, ChannelSpec] = {}
    for channel in channels.values():
        owner = owners.setdefault(channel.address.lower(), channel)
        if owner is not channel:
            raise document.error(
                ("channel", channel.name, channel.role, "address"),
                f"{channel.address} already belongs to channel {owner.name}: "
                "one instrument has one owner",
            )
