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
_MACCOR: Final = re.compile(r"(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\])(?::(?P<port>\d+))?/\d+")
_CYCLED: Final = frozenset({"Rest", "Galvanostatic", "Potentiostatic"})

_LOWEST: Final = Option(kind=float, says="lowest voltage of the channel, on its label", default=0.0)
_HIGHEST: Final = Option(
    kind=float, says="highest voltage of the channel, on its label", default=5.0
)


def _range(default_ma: float) -> Option:
    says = "largest current of this range of the channel"
    return Option(kind=float, says=says, default=default_ma, lowest=1e-6)


def _neware(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.neware.opening import open_neware

    del position
    return open_neware(device.address, device.options, clock)


def _maccor(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.maccor import open_maccor
    from ..sequencer.host_sequencer import HostSequencer

    del position
    return HostSequencer(open_maccor(device.address, device.options, clock), clock)


CYCLERS: Final[Mapping[str, DriverKind]] = {
    "neware": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=_NEWARE,
        examples="192.168.0.9/21-1-3 or 127.0.0.1:502/21-1-3 (device-unit-channel)",
        open=_neware,
        segments=_CYCLED,
        options={
            "voltage_min_v": _LOWEST,
            "voltage_max_v": _HIGHEST,
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
    "maccor": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=_MACCOR,
        examples="192.168.0.8/3 or 127.0.0.1:57570/3 (channel, from 1)",
        open=_maccor,
        segments=frozenset({"Rest", "Galvanostatic"}),
        options={
            "voltage_min_v": _LOWEST,
            "voltage_max_v": _HIGHEST,
            "range_1_ma": _range(0.15),
            "range_2_ma": _range(5.0),
            "range_3_ma": _range(150.0),
            "range_4_ma": _range(5000.0),
        },
    ),
}
"""By the name that a bench file gives them."""
