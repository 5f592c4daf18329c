"""Turning what a bench file says into devices, yet to be connected."""

from contextlib import ExitStack
from typing import cast

from ...drivers.capabilities import Gauge, SegmentDevice, TemperatureController
from ...drivers.clock import Clock
from .channels import ChannelSpec
from .combined import Combined
from .roles import Role
from .specs import DeviceSpec, OvenSpec, Position
from .table import DRIVERS


def open_device(channel: ChannelSpec, clock: Clock) -> SegmentDevice:
    """Return what carries out segments on a channel: its one device, or two as one.

    May raise ``LinkLostError`` if an address does not answer; nothing is left open then.
    """
    specs = channel.on_the_cell
    with ExitStack() as undone:
        devices: dict[Role, SegmentDevice] = {}
        for spec in specs:
            device = cast(SegmentDevice, _open(spec, channel.position, clock))
            undone.callback(device.close)
            devices[spec.role] = device
        undone.pop_all()
    analyser = devices.pop(Role.IMPEDANCE_ANALYSER, None)
    sources = list(devices.items())
    if not sources and analyser is not None:
        return analyser
    role, source = sources[0]
    return source if analyser is None else Combined(source, analyser, role=role)


def open_gauge(spec: DeviceSpec, position: Position, clock: Clock) -> Gauge:
    """Return a gauge of a channel. May raise ``LinkLostError``."""
    return cast(Gauge, _open(spec, position, clock))


def open_oven(oven: OvenSpec, clock: Clock) -> TemperatureController:
    """Return the controller of an oven. May raise ``LinkLostError``."""
    return cast(TemperatureController, _open(oven.device, oven.position, clock))


def _open(spec: DeviceSpec, position: Position, clock: Clock) -> object:
    return DRIVERS[spec.driver].open(spec, position, clock)
