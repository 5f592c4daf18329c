"""A channel of a bench: the devices on it, the oven it stands in, and the limits of its position.

Nothing here has been opened. What is kept in the head of a run file is read back from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from ..limits.limits import Limits
from .roles import GAUGES, ON_THE_CELL, Role
from .specs import DeviceSpec, OvenSpec, Position
from .table import DRIVERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec:
    """One channel as the bench file describes it.

    ``devices`` are those on its cell, the source of current first, and then the gauges; the oven
    is shared with other channels, and no device of this one.
    """

    name: str
    clock_speed: float
    limits: Limits
    devices: tuple[DeviceSpec, ...]
    oven: OvenSpec | None = None

    @property
    def on_the_cell(self) -> tuple[DeviceSpec, ...]:
        """The one or two devices that carry out segments."""
        return tuple(device for device in self.devices if device.role in ON_THE_CELL)

    @property
    def gauges(self) -> tuple[DeviceSpec, ...]:
        """The devices that are only read."""
        return tuple(device for device in self.devices if device.role in GAUGES)

    @property
    def main(self) -> DeviceSpec:
        """The device that a person means by the instrument of the channel."""
        return self.on_the_cell[0]

    @property
    def role(self) -> str:
        """The role of the main device."""
        return self.main.role.value

    @property
    def driver(self) -> str:
        """The driver of the main device."""
        return self.main.driver

    @property
    def address(self) -> str:
        """The address of the main device."""
        return self.main.address

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of all its devices, which no other channel may use; not of the oven."""
        return tuple(dict.fromkeys(device.address for device in self.devices))

    @property
    def position(self) -> Position:
        """What a driver is told of where its instrument sits."""
        return Position(name=self.name, limits=self.limits)

    def in_words(self) -> str:
        """Say in a line what is on it: each device with its address, and the oven."""
        told = [f"{device.driver} at {device.address}" for device in self.devices]
        if self.oven is not None:
            told.append(f"in oven {self.oven.name}")
        return ", ".join(told)

    @property
    def has_secrets(self) -> bool:
        """Whether a driver of it has options that are never recorded."""
        return any(_secret(device) for device in self.devices)

    def of_role(self, role: Role) -> DeviceSpec | None:
        """Return the device of a role, ``None`` if there is none."""
        return next((device for device in self.devices if device.role is role), None)

    def as_json(self) -> dict[str, Any]:
        """Return the channel in SI, for the head of a run file; secret options are left out."""
        limits = {name: getattr(self.limits, name) for name in self.limits.origins}
        oven = self.oven
        return {
            "name": self.name,
            "role": self.role,
            "driver": self.driver,
            "address": self.address,
            "clock_speed": self.clock_speed,
            "limits": limits,
            "devices": [device.as_json(_secret(device)) for device in self.devices],
            "oven": None if oven is None else oven.as_json(_secret(oven.device)),
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the channel that ``as_json`` gave, by this or an earlier version.

        Raises ``ValueError`` for anything else.
        """
        try:
            oven = stored.get("oven")
            channel = cls(
                name=str(stored["name"]),
                clock_speed=float(stored["clock_speed"]),
                limits=Limits.of("bench", stored["limits"]),
                devices=_devices(stored),
                oven=None if oven is None else OvenSpec.from_json(oven),
            )
            return channel.at(channel.address)
        except (AttributeError, IndexError, KeyError, TypeError) as error:
            raise ValueError(f"this is no channel of a bench: {error}") from None

    def at(self, address: str) -> Self:
        """Return the same channel with its main device at another address.

        Raises ``ValueError`` for an address that its driver does not take.
        """
        driver = DRIVERS.get(self.driver)
        if driver is None:
            raise ValueError(f"{self.driver!r} is not a driver: {', '.join(DRIVERS)}")
        if driver.address.fullmatch(address) is None:
            raise ValueError(
                f"{address!r} is not an address for {self.driver}: write {driver.examples}"
            )
        main = self.main
        moved = tuple(replace(d, address=address) if d is main else d for d in self.devices)
        return replace(self, devices=moved)

    def with_secrets_of(self, other: "ChannelSpec") -> Self:
        """Return the same channel with the secret options of the same devices of another one.

        A run file has none of them; the bench file may still have.
        """
        theirs = {(d.role, d.name, d.driver): d for d in other.devices}

        def completed(device: DeviceSpec) -> DeviceSpec:
            known = theirs.get((device.role, device.name, device.driver), device)
            told = {name: known.options[name] for name in _secret(device) & set(known.options)}
            return replace(device, options={**device.options, **told})

        return replace(self, devices=tuple(map(completed, self.devices)))


def _devices(stored: Mapping[str, Any]) -> tuple[DeviceSpec, ...]:
    """The devices of a stored channel; an earlier version knew of one and no options."""
    if "devices" not in stored:
        bare = {name: stored[name] for name in ("role", "driver", "address")}
        return (DeviceSpec.from_json({**bare, "options": {}, "name": ""}),)
    return tuple(map(DeviceSpec.from_json, stored["devices"]))


def _secret(device: DeviceSpec) -> frozenset[str]:
    driver = DRIVERS.get(device.driver)
    return frozenset() if driver is None else driver.secret
