"""Instruments that only their maker's own software reaches, as drivers of a bench file.

The software is looked for when one of its instruments is opened; where it is not installed, that
says what is missing.
"""

import re
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from ...drivers.errors import UnsupportedError
from .options import Option
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position

_ALL_SEGMENTS: Final = frozenset(
    {"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry", "ImpedanceSweep"}
)
_BIOLOGIC: Final = re.compile(r"(USB\d+|\d{1,3}(\.\d{1,3}){3}|[A-Za-z][\w.-]*)/\d{1,2}")

_GAMRY: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]+")


def _biologic(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.biologic.potentiostat import open_biologic

    del position
    return open_biologic(
        device.address,
        library=str(device.options.get("library", "")),
        load_kernel=bool(device.options["load_kernel"]),
        clock=clock,
    )


def _gamry(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.gamry import open_gamry

    del position
    return open_gamry(
        device.address,
        current_max_a=1e-3 * float(device.options["current_max_ma"]),
        voltage_max_v=float(device.options["voltage_max_v"]),
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
    "gamry": DriverKind(
        roles=(Role.POTENTIOSTAT,),
        address=_GAMRY,
        examples="IFC1010-12345 or REF600-07058 (as Gamry's Framework lists it)",
        open=_gamry,
        segments=_ALL_SEGMENTS,
        frequency_hz=(1.0, 5e6),
        options={
            "current_max_ma": Option(
                kind=float,
                says="largest current of the instrument, on its label",
                required=True,
                lowest=1e-3,
            ),
            "voltage_max_v": Option(
                kind=float,
                says="largest voltage of the instrument, on its label",
                default=10.0,
                lowest=0.1,
            ),
        },
    ),
}
"""By the name that a bench file gives them."""


def vendor_software() -> Iterator[tuple[str, str | None]]:
    """Name each maker's software and where it is installed; ``None`` where it is not.

    Nothing of it is loaded.
    """
    from ...drivers.biologic.library import find_library

    try:
        yield "BioLogic EClib", str(find_library())
    except UnsupportedError:
        yield "BioLogic EClib", None
    found = find_spec("toolkitpy")
    yield "Gamry toolkitpy", None if found is None else str(found.origin)
