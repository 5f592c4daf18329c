"""Zahner potentiostats behind Thales, as drivers of a bench file."""

import re
from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from .options import Option
from .roles import Role
from .source_meters import STEPPED, stepped
from .specs import DeviceSpec, DriverKind, Position

TERM_PORT: Final = 260
_ADDRESS: Final = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d{1,5}))?")


def _zahner_zennium(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.serial_link import SerialLink
    from ...drivers.thales_link import ThalesLink
    from ...drivers.zahner_zennium import Remote2, ZahnerZennium
    from ...drivers.zahner_zennium_impedance import ZenniumImpedance, ZenniumSettings
    from .combined import Combined

    found = _ADDRESS.fullmatch(device.address)
    if found is None:
        raise ValueError(f"{device.address!r} is no host, or host:port, of a PC with Term")
    wire = SerialLink(f"socket://{found['host']}:{found['port'] or TERM_PORT}", 115_200)
    remote = Remote2(ThalesLink(wire))
    how = ZenniumSettings(integration_s=float(device.options["integration_s"]))
    source = stepped(ZahnerZennium(remote, clock), position, clock)
    return Combined(source, ZenniumImpedance(remote, clock, how=how), role=Role.POTENTIOSTAT)


ZAHNER: Final[Mapping[str, DriverKind]] = {
    "zahner_zennium": DriverKind(
        roles=(Role.POTENTIOSTAT,),
        address=_ADDRESS,
        examples="localhost or 192.168.0.9:260 (the PC on which Term runs)",
        open=_zahner_zennium,
        segments=STEPPED | {"ImpedanceSweep"},
        frequency_hz=(1e-5, 8e6),
        options={
            "integration_s": Option(
                kind=float,
                says="least time for a point, in s; 1 to 100 periods",
                default=1.0,
                lowest=1e-3,
                highest=1e4,
            )
        },
    ),
}
"""By the name that a bench file gives them."""
