"""Instruments on a GPIB bus, as drivers of a bench file: behind an adapter, or in any VISA."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from ...drivers.gpib_address import EXAMPLES, FORM
from .options import Option
from .roles import Role
from .source_meters import STEPPED, stepped
from .specs import DeviceSpec, DriverKind, Position

if TYPE_CHECKING:
    from ...drivers.solartron_1260 import FraSettings

_SWEPT: Final = frozenset({"ImpedanceSweep"})
_LIBRARY: Final = Option(
    kind=str,
    says="VISA library for an address without an adapter: @py, or ivi for the system's",
    default="@py",
    choices=("@py", "ivi"),
)
_ANALYSER: Final = Option(
    kind=int,
    says="primary address of the 1260 or 1255 on the same bus",
    default=4,
    lowest=0,
    highest=30,
)
_INTERFACE: Final = Option(kind=str, says="which it is", default="1287", choices=("1287", "1286"))


def _integration(default_s: float, highest_s: float) -> Option:
    return Option(
        kind=float,
        says="least time for a point, in s; a point takes a period at least",
        default=default_s,
        lowest=0.01,
        highest=highest_s,
    )


def _library(device: DeviceSpec) -> str:
    return "" if device.options["library"] == "ivi" else "@py"


def _fra_settings(device: DeviceSpec) -> "FraSettings":
    from ...drivers.solartron_1260 import FraSettings

    return FraSettings(integration_s=float(device.options["integration_s"]))


def _solartron_1260(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.gpib_address import gpib_ports
    from ...drivers.gpib_link import GpibLink
    from ...drivers.solartron_1260 import Solartron1260

    del position
    (port,) = gpib_ports(device.address, library=_library(device))
    return Solartron1260(GpibLink(port), clock, how=_fra_settings(device))


def _solartron_1287(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.gpib_address import gpib_ports
    from ...drivers.gpib_link import GpibLink
    from ...drivers.solartron_1287 import IDENTITY_QUERY, Solartron1287

    (port,) = gpib_ports(device.address, library=_library(device))
    link = GpibLink(port, identity_query=IDENTITY_QUERY)
    return stepped(Solartron1287(link, model=str(device.options["model"])), position, clock)


def _solartron_1287_1260(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.gpib_address import gpib_ports
    from ...drivers.gpib_link import GpibLink
    from ...drivers.solartron_1287 import IDENTITY_QUERY, Solartron1287
    from ...drivers.solartron_1287_1260 import SolartronPair
    from .combined import Combined

    beside = (int(device.options["analyser_address"]),)
    port, beside_it = gpib_ports(device.address, beside=beside, library=_library(device))
    link = GpibLink(port, identity_query=IDENTITY_QUERY)
    interface = Solartron1287(link, model=str(device.options["model"]))
    pair = SolartronPair(GpibLink(beside_it), interface, clock, how=_fra_settings(device))
    return Combined(stepped(interface, position, clock), pair, role=Role.POTENTIOSTAT)


def _novocontrol_alpha(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.gpib_address import gpib_ports
    from ...drivers.gpib_link import GpibLink
    from ...drivers.novocontrol_alpha import AlphaSettings, NovocontrolAlpha

    del position
    (port,) = gpib_ports(
        device.address,
        commands_end_with="nothing",
        answers_end_with_lf=False,
        library=_library(device),
    )
    options = device.options
    how = AlphaSettings(
        wires=int(options["wires"]),
        integration_s=float(options["integration_s"]),
        reference=bool(options["reference"]),
        load_short=bool(options["load_short"]),
        model=str(options.get("model", "")),
    )
    return NovocontrolAlpha(GpibLink(port), clock, how=how)


GPIB_INSTRUMENTS: Final[Mapping[str, DriverKind]] = {
    "solartron_1260": DriverKind(
        roles=(Role.IMPEDANCE_ANALYSER,),
        address=FORM,
        examples=EXAMPLES,
        open=_solartron_1260,
        segments=_SWEPT,
        frequency_hz=(10e-6, 32e6),
        options={"integration_s": _integration(1.0, 1e5), "library": _LIBRARY},
    ),
    "solartron_1287": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=FORM,
        examples=EXAMPLES,
        open=_solartron_1287,
        segments=STEPPED,
        options={"model": _INTERFACE, "library": _LIBRARY},
    ),
    "solartron_1287_1260": DriverKind(
        roles=(Role.POTENTIOSTAT,),
        address=FORM,
        examples=f"{EXAMPLES} (the 1287's)",
        open=_solartron_1287_1260,
        segments=STEPPED | _SWEPT,
        frequency_hz=(10e-6, 1e6),
        options={
            "analyser_address": _ANALYSER,
            "model": _INTERFACE,
            "integration_s": _integration(1.0, 1e5),
            "library": _LIBRARY,
        },
    ),
    "novocontrol_alpha": DriverKind(
        roles=(Role.IMPEDANCE_ANALYSER,),
        address=FORM,
        examples=EXAMPLES,
        open=_novocontrol_alpha,
        segments=_SWEPT,
        frequency_hz=(3e-6, 40e6),
        options={
            "integration_s": _integration(0.5, 1e3),
            "wires": Option(
                kind=int, says="how the cell is connected", default=4, choices=(2, 3, 4)
            ),
            "reference": Option(
                kind=bool, says="measure the analyser's own capacitors beside it", default=True
            ),
            "load_short": Option(
                kind=bool, says="apply the calibration with a short and 100 ohm", default=False
            ),
            "model": Option(
                kind=str,
                says="where the analyser does not say it",
                choices=("AL", "AK", "AN", "AT"),
            ),
            "library": _LIBRARY,
        },
    ),
}
"""By the name that a bench file gives them."""
