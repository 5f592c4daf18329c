"""Instruments that only their maker's own software reaches, as drivers of a bench file.

The software is looked for when one of its instruments is opened; where it is not installed, that
says what is missing.
"""

import re
from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from .options import Option
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position

_ALL_SEGMENTS: Final = frozenset(
    {"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry", "ImpedanceSweep"}
)
_BIOLOGIC: Final = re.compile(r"(USB\d+|\d{1,3}(\.\d{1,3}){3}|[A-Za-z][\w.-]*)/\d{1,2}")


def _biologic(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.biologic.potentiostat import open_biologic

    del position
    return open_biologic(
        device.address,
        library=str(device.options.get("library", "")),
        load_kernel=bool(device.options["load_kernel"]),
        clock=clock,
    )


VENDOR_LIBRARIES: Final[Mapping[str, DriverKind]] = {
    "biologic": DriverKind(
        roles=(Role.POTENTIOSTAT,),
        address=_BIOLOGIC,
        examples="192.168.0.10/3 or USB0/1 (the instrument, and its channel from 1)",
        open=_biologic,
        segments=_ALL_SEGMENTS,
        frequency_hz=(1e-5, 3e6),
        options={
            "library": Option(
                kind=str, says="the maker's EClib64.dll, or the folder that it is in"
            ),
            "load_kernel": Option(
                kind=bool,
                says="load EClib's firmware into an idle channel that EC-Lab used last",
                default=False,
            ),
        },
    ),
}
"""By the name that a bench file gives them."""
