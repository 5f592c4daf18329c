"""The drivers that a bench file may name. The only module that knows concrete drivers.

A driver's modules are imported when one of its instruments is opened, and not before. To add a
driver: a function that opens it, and an entry in ``DRIVERS``.
"""

from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from .addresses import SERIAL
from .analysers import ANALYSERS
from .cyclers import CYCLERS
from .gpib_instruments import GPIB_INSTRUMENTS
from .roles import Role
from .source_meters import SOURCE_METERS, STEPPED
from .specs import DeviceSpec, DriverKind, Position
from .surroundings import SURROUNDINGS
from .vendor_libraries import VENDOR_LIBRARIES
from .zahner import ZAHNER

SWEPT: Final = frozenset({"ImpedanceSweep"})
"""What an impedance analyser does."""


def _methodscript(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.methodscript.potentiostat import open_methodscript

    del position
    return open_methodscript(device.address, clock=clock)


DRIVERS: Final[Mapping[str, DriverKind]] = {
    "methodscript": DriverKind(
        roles=(Role.POTENTIOSTAT,),
        address=SERIAL,
        examples="socket://127.0.0.1:5025, COM3 or /dev/ttyACM0",
        open=_methodscript,
        segments=STEPPED | SWEPT,
        frequency_hz=(10e-6, 1e6),
    ),
    **SOURCE_METERS,
    **ANALYSERS,
    **GPIB_INSTRUMENTS,
    **ZAHNER,
    **CYCLERS,
    **SURROUNDINGS,
    **VENDOR_LIBRARIES,
}
