"""The bench file: which instruments sit on which channel, and what that position may do.

The whole file is checked before anything is opened, and a driver is imported only when one of its
instruments is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..instruments.addresses import SERIAL, VISA, host_of, is_this_machine, port_of
from ..instruments.channels import ChannelSpec
from ..instruments.options import checked_options
from ..instruments.roles import Role, with_article
from ..instruments.specs import DeviceSpec, OvenSpec
from ..instruments.table import DRIVERS
from ..notify.settings import Notify
from .bench_tables import BenchFile, ChannelTable, DeviceTable, OvenTable
from .schema import checked, nearest
from .units import ZERO_CELSIUS_K
from .yaml_lines import Document, FileError, Key, Problem, read_document

_QUOTED: Final = r"""(?:\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\]|\\.)*"|'[^']*')"""  # as TOML has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A checked bench file. ``text`` is as it was read, without what is to be kept secret."""

    file: str
    text: str = field(repr=False)
    channels: Mapping[str, ChannelSpec]
    ovens: Mapping[str, OvenSpec] = field(default_factory=dict)
    notify: Notify = field(default_factory=Notify)

    def channel(self, name: str) -> ChannelSpec:
        """Return one channel. Raises ``FileError`` if the bench has none of that name."""
        if name not in self.channels:
            text = f"has no channel {name!r}: {nearest(name, list(self.channels))}"
            raise FileError(Problem(self.file, 0, text))
        return self.channels[name]

    def oven(self, name: str) -> OvenSpec:
        """Return one oven. Raises ``FileError`` if the bench has none of that name."""
        if name not in self.ovens:
            known = nearest(name, list(self.ovens)) if self.ovens else "it has none"
            raise FileError(Problem(self.file, 0, f"has no oven {name!r}: {known}"))
        return self.ovens[name]


def load_bench(path: Path) -> Bench:
    """Read and check a whole bench file; open nothing. Raises ``FileError``."""
    document = read_document(path)
    settings = checked(document, BenchFile)
    ovens = {name: _oven(document, name, table) for name, table in settings.oven.items()}
    channels = {
        name: _channel(document, name, table, ovens) for name, table in settings.channel.items()
    }
    _refuse_shared_addresses(document, channels, ovens)
    return Bench(
        file=str(path),
        text=_without_secrets(document.text, settings),
        channels=channels,
        ovens=ovens,
        notify=settings.notify.notify() if settings.notify else Notify(),
    )


def _oven(document: Document, name: str, table: OvenTable) -> OvenSpec:
    key = ("oven", name)
    device = _device(document, key, Role.OVEN, name, table)
    _check_speed(document, key, table.clock_speed, device)
    return OvenSpec(
        name=name,
        device=device,
        temperature_min_k=table.temperature_min_c + ZERO_CELSIUS_K,
        temperature_max_k=table.temperature_max_c + ZERO_CELSIUS_K,
        clock_speed=table.clock_speed,
        when_idle=table.when_idle,
    )


def _channel(
    document: Document, name: str, table: ChannelTable, ovens: Mapping[str, OvenSpec]
) -> ChannelSpec:
    key = ("channel", name)
    devices = []
    for role, of_name, settings in table.devices():
        devices.append(_device(document, _key_of(name, role, of_name), role, of_name, settings))
        _check_speed(document, key, table.clock_speed, devices[-1])
    oven = None
    if table.oven is not None:
        oven = ovens.get(table.oven)
        if oven is None:
            known = nearest(table.oven, list(ovens)) if ovens else "write an [oven.NAME] table"
            raise document.error((*key, "oven"), f"{table.oven!r} is not an oven: {known}")
        if oven.clock_speed != table.clock_speed:
            text = f"{table.clock_speed:g} is not that of its oven, {oven.clock_speed:g}"
            raise document.error((*key, "clock_speed"), text)
    return ChannelSpec(
        name=name,
        clock_speed=table.clock_speed,
        limits=table.limits("bench"),
        devices=tuple(devices),
        oven=oven,
    )


def _device(document: Document, key: Key, role: Role, name: str, device: DeviceTable) -> DeviceSpec:
    driver = DRIVERS.get(device.driver)
    if driver is None:
        text = f"{device.driver!r} is not a driver: {nearest(device.driver, list(DRIVERS))}"
        raise document.error((*key, "driver"), text)
    if role not in driver.roles:
        tables = " or ".join(_table_of(each, key[1]) for each in driver.roles)
        words = " or ".join(with_article(each) for each in driver.roles)
        text = f"{device.driver!r} is {words}: name the table {tables}"
        raise document.error((*key, "driver"), text)
    if driver.address.fullmatch(device.address) is None:
        text = f"{device.address!r} is not an address for {device.driver}: write {driver.examples}"
        raise document.error((*key, "address"), text)
    port = port_of(device.address, driver.address)
    if port is not None and not 1 <= port <= 65535:
        text = f"port {port} is not allowed: must be from 1 to 65535"
        raise document.error((*key, "address"), text)
    try:
        options = checked_options(driver.options, device.options)
    except ValueError as error:
        raise document.error((*key, "options"), f"{device.driver}: {error}") from None
    return DeviceSpec(
        role=role, driver=device.driver, address=device.address, options=options, name=name
    )


def _key_of(channel: str, role: Role, name: str) -> Key:
    return ("channel", channel, role.value, *((name,) if name else ()))


def _table_of(role: Role, place: object) -> str:
    if role is Role.OVEN:
        return "[oven.NAME]"
    return f"[channel.{place}.{role.value}{'.NAME' if role is Role.AUXILIARY else ''}]"


def _check_speed(document: Document, key: Key, speed: float, device: DeviceSpec) -> None:
    if speed != 1.0 and not is_loopback(device.address, device.driver):
        raise document.error(
            (*key, "clock_speed"),
            f"{speed:g} is not allowed in front of {device.address}: a clock faster "
            "than real time is for a twin on this machine (127.0.0.1, ::1 or localhost)",
        )


def is_loopback(address: str, driver: str | None = None) -> bool:
    """Say whether an address is a network port of this very machine.

    ``driver`` says which form of address it has; without it, it is a serial or a VISA one.

    >>> is_loopback("socket://127.0.0.1:5025"), is_loopback("/dev/ttyACM0")
    (True, False)
    """
    forms = (SERIAL, VISA) if driver is None else (DRIVERS[driver].address,)
    return is_this_machine(host_of(address, *forms))


def _refuse_shared_addresses(
    document: Document, channels: Mapping[str, ChannelSpec], ovens: Mapping[str, OvenSpec]
) -> None:
    """One instrument has one owner: a role on a channel, or an oven."""
    placed: list[tuple[DeviceSpec, Key, str]] = [
        (oven.device, ("oven", name), f"oven {name}") for name, oven in ovens.items()
    ]
    for channel in channels.values():
        for device in channel.devices:
            key = _key_of(channel.name, device.role, device.name)
            placed.append((device, key, f"channel {channel.name}"))
    owners: dict[str, tuple[DeviceSpec, str]] = {}
    for device, key, place in placed:
        owner, where = owners.setdefault(device.address.lower(), (device, place))
        if owner is not device:
            raise document.error(
                (*key, "address"),
                f"{device.address} already belongs to {where}: one instrument has one owner",
            )


def _without_secrets(text: str, settings: BenchFile) -> str:
    """Return the text of the file with stars for what its drivers call secret."""
    tables: list[DeviceTable] = [*settings.oven.values()]
    for channel in settings.channel.values():
        tables += [table for *_, table in channel.devices()]
    for table in tables:
        for name in DRIVERS[table.driver].secret & set(table.options):
            text = re.sub(rf"(\b{re.escape(name)}\s*=\s*){_QUOTED}", r'\1"***"', text)
    return text
