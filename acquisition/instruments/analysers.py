"""Impedance analysers, as drivers of a bench file. They measure impedance and nothing else."""

from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from .addresses import VISA
from .options import Option
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position

_SWEPT: Final = frozenset({"ImpedanceSweep"})
_TRANSFER: Final = Option(
    kind=str,
    says="form in which numbers come from the instrument",
    default="binary",
    choices=("binary", "ascii"),
)
_LEVEL_CONTROL: Final = Option(
    kind=bool, says="hold the test level at the cell itself", default=False
)


def _e4980a(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.e4980a import E4980ASettings, e4980a
    from ...drivers.visa_link import VisaLink

    del position
    options = device.options
    how = E4980ASettings(
        aperture=str(options["aperture"]),
        averages=int(options["averages"]),
        level_control=bool(options["level_control"]),
        transfer=str(options["transfer"]),
        spots=int(options["spots"]),
    )
    return e4980a(VisaLink(device.address), clock=clock, how=how)


def _e4990a(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.e4990a import E4990ASettings, e4990a
    from ...drivers.visa_link import VisaLink

    del position
    options = device.options
    how = E4990ASettings(
        aperture=int(options["aperture"]),
        averages=int(options["averages"]),
        level_control=bool(options["level_control"]),
        transfer=str(options["transfer"]),
    )
    return e4990a(VisaLink(device.address), clock=clock, how=how)


ANALYSERS: Final[Mapping[str, DriverKind]] = {
    "e4980a": DriverKind(
        roles=(Role.IMPEDANCE_ANALYSER,),
        address=VISA,
        examples="TCPIP0::192.168.0.8::5025::SOCKET or USB0::0x2A8D::0x2F01::MY46618801::INSTR",
        open=_e4980a,
        segments=_SWEPT,
        frequency_hz=(20.0, 2e6),
        options={
            "aperture": Option(
                kind=str,
                says="measurement time: SHOR, MED or LONG",
                default="MED",
                choices=("SHOR", "MED", "LONG"),
            ),
            "averages": Option(
                kind=int, says="measurements a point", default=1, lowest=1, highest=256
            ),
            "level_control": _LEVEL_CONTROL,
            "spots": Option(
                kind=int,
                says="how many correction frequencies are read for the record",
                default=3,
                lowest=0,
                highest=201,
            ),
            "transfer": _TRANSFER,
        },
    ),
    "e4990a": DriverKind(
        roles=(Role.IMPEDANCE_ANALYSER,),
        address=VISA,
        examples="TCPIP0::192.168.0.9::5025::SOCKET or USB0::0x0957::0x1809::MY54101596::INSTR",
        open=_e4990a,
        segments=_SWEPT,
        frequency_hz=(20.0, 120e6),
        options={
            "aperture": Option(
                kind=int,
                says="measurement time: 1 (fast) to 5 (precise)",
                default=3,
                lowest=1,
                highest=5,
            ),
            "averages": Option(
                kind=int, says="measurements a point", default=1, lowest=1, highest=999
            ),
            "level_control": _LEVEL_CONTROL,
            "transfer": _TRANSFER,
        },
    ),
}
"""By the name that a bench file gives them."""
