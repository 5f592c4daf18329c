"""Cyclers, as drivers of a bench file: one channel of a server of many is one instrument."""

import re
from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from .options import Option
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position

_NEWARE: Final = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d+))?/\d+-\d+-\d+")
_CYCLED: Final = frozenset({"Rest", "Galvanostatic", "Potentiostatic"})


def _neware(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.neware.opening import open_neware

    del position
    return open_neware(device.address, device.options, clock)


CYCLERS: Final[Mapping[str, DriverKind]] = {
    "neware": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=_NEWARE,
        examples="192.168.0.9/21-1-3 or 127.0.0.1:502/21-1-3 (device-unit-channel)",
        open=_neware,
        segments=_CYCLED,
        options={
            "voltage_min_v": Option(
                kind=float, says="lowest voltage of the channel, on its label", default=0.0
            ),
            "voltage_max_v": Option(
                kind=float, says="highest voltage of the channel, on its label", default=5.0
            ),
            "current_max_ma": Option(
                kind=float,
                says="largest current of the channel, on its label",
                required=True,
                lowest=1e-3,
            ),
            "job_folder": Option(
                kind=str, says="folder of this machine where step files are put for the BTS PC"
            ),
            "job_folder_on_bts": Option(
                kind=str, says="the same folder as the BTS PC names it, if that is another name"
            ),
            "backup_folder": Option(
                kind=str, says="folder of the BTS PC for the data files that it writes itself"
            ),
            "username": Option(kind=str, says="of the BTS server", default="admin"),
            "password": Option(kind=str, says="of the BTS server; never recorded", secret=True),
            "password_env": Option(
                kind=str, says="environment variable with the password, in place of it"
            ),
        },
    ),
}
"""By the name that a bench file gives them."""
