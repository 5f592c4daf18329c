"""Devices as a bench file describes them, and what a driver is. Nothing here is opened."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from ...drivers.capabilities import Gauge, SegmentDevice, TemperatureController
from ...drivers.clock import Clock
from ..limits.limits import Limits
from .options import Option, OptionValue
from .roles import Role

AnyDevice: TypeAlias = SegmentDevice | TemperatureController | Gauge


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceSpec:
    """One device of a bench file. ``name`` is that of an oven or of an auxiliary line.

    ``options`` have been checked against what the driver declares, its defaults filled in.
    """

    role: Role
    driver: str
    address: str
    options: Mapping[str, OptionValue] = field(default_factory=dict, repr=False)
    name: str = ""

    def as_json(self, secret: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Return the device as it is recorded, without the options that are ``secret``."""
        options = {name: value for name, value in self.options.items() if name not in secret}
        return {
            "role": self.role.value,
            "driver": self.driver,
            "address": self.address,
            "options": options,
            "name": self.name,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the device that ``as_json`` gave; ``KeyError`` or ``ValueError`` otherwise."""
        return cls(
            role=Role(stored["role"]),
            driver=str(stored["driver"]),
            address=str(stored["address"]),
            options=dict(stored["options"]),
            name=str(stored["name"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a device sits: the channel or the oven of this name, within its limits in SI."""

    name: str
    limits: Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class OvenSpec:
    """An oven of a bench. It is one for all channels that name it.

    ``when_idle`` says what it does once no run needs it: ``"off"`` or ``"hold"`` its temperature.
    """

    name: str
    device: DeviceSpec
    temperature_min_k: float
    temperature_max_k: float
    clock_speed: float = 1.0
    when_idle: str = "off"

    @property
    def position(self) -> Position:
        """What its driver is told of where it sits."""
        window = {
            "temperature_min_k": self.temperature_min_k,
            "temperature_max_k": self.temperature_max_k,
        }
        return Position(name=self.name, limits=Limits.of("bench", window))

    def as_json(self, secret: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Return the oven as it is recorded, without the options that are ``secret``."""
        return {
            "name": self.name,
            "device": self.device.as_json(secret),
            "temperature_min_k": self.temperature_min_k,
            "temperature_max_k": self.temperature_max_k,
            "clock_speed": self.clock_speed,
            "when_idle": self.when_idle,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the oven that ``as_json`` gave; ``KeyError`` or ``ValueError`` otherwise."""
        return cls(
            name=str(stored["name"]),
            device=DeviceSpec.from_json(stored["device"]),
            temperature_min_k=float(stored["temperature_min_k"]),
            temperature_max_k=float(stored["temperature_max_k"]),
            clock_speed=float(stored["clock_speed"]),
            when_idle=str(stored["when_idle"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverKind:
    """What a driver is to a bench file.

    ``address`` is the form of its addresses (see ``addresses``) and ``examples`` shows some;
    ``segments`` names all that any of its models can carry out, and ``frequency_hz`` is the widest
    range of any of them. ``open`` makes the device, which is yet to be connected.
    """

    roles: tuple[Role, ...]
    address: re.Pattern[str]
    examples: str
    open: Callable[[DeviceSpec, Position, Clock], AnyDevice]
    segments: frozenset[str] = frozenset()
    frequency_hz: tuple[float, float] | None = None
    options: Mapping[str, Option] = field(default_factory=dict)

    @property
    def secret(self) -> frozenset[str]:
        """The names of the options that are never recorded."""
        return frozenset(name for name, option in self.options.items() if option.secret)
