"""The drivers that a bench file may name. The only module that knows concrete drivers.

A driver's modules are imported when one of its instruments is opened, and not before. To add a
driver: a function that opens it, and an entry in ``DRIVERS``.
"""

from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from ..sequencer.source_meter import SourceMeter
from .addresses import SERIAL, VISA
from .cyclers import CYCLERS
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position
from .surroundings import SURROUNDINGS
from .vendor_libraries import VENDOR_LIBRARIES

STEPPED: Final = frozenset({"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry"})
"""What the host steps a source meter through."""
SWEPT: Final = frozenset({"ImpedanceSweep"})
"""What an impedance analyser does."""

_REST_LIMIT_V: Final = 6.0  # above any cell, so that a rest at 0 A is never held by its limit


def stepped(source: SourceMeter, position: Position, clock: Clock) -> SegmentDevice:
    """Return a source meter that the host steps through segments within the channel's limits."""
    from ..sequencer.host_sequencer import HostSequencer

    limits = position.limits
    widest_v = max(abs(limits.voltage_min_v), abs(limits.voltage_max_v))
    return HostSequencer(source, clock, rest_voltage_limit_v=min(_REST_LIMIT_V, widest_v))


def _methodscript(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.methodscript.potentiostat import open_methodscript

    del position
    return open_methodscript(device.address, clock=clock)


def _keithley_2450(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.keithley_2450 import Keithley2450
    from ...drivers.visa_link import VisaLink

    return stepped(Keithley2450(VisaLink(device.address)), position, clock)


DRIVERS: Final[Mapping[str, DriverKind]] = {
    "methodscript": DriverKind(
        roles=(Role.POTENTIOSTAT,),
        address=SERIAL,
        examples="socket://127.0.0.1:5025, COM3 or /dev/ttyACM0",
        open=_methodscript,
        segments=STEPPED | SWEPT,
        frequency_hz=(10e-6, 1e6),
    ),
    "keithley_2450": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=VISA,
        examples="TCPIP0::192.168.0.7::5025::SOCKET or USB0::0x05E6::0x2450::04412345::INSTR",
        open=_keithley_2450,
        segments=STEPPED,
    ),
    **CYCLERS,
    **SURROUNDINGS,
    **VENDOR_LIBRARIES,
}
