"""What stands around a cell, as drivers of a bench file: ovens, load cells, auxiliary lines.

Options in these tables are checked against what is declared here; ``table.DRIVERS`` has them all.
"""

from collections.abc import Mapping
from typing import Any, Final

from ...drivers.capabilities import Gauge, TemperatureController
from ...drivers.clock import Clock
from .addresses import SERIAL, VISA
from .options import Option
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position

_PORTS: Final = "socket://127.0.0.1:5030, COM4 or /dev/ttyUSB0"
_UNIT: Final = Option(
    kind=str,
    says="the unit of temperature that the display of the controller is set to",
    default="degC",
    choices=("degC", "degF", "K"),
)


def _given(device: DeviceSpec) -> dict[str, Any]:
    """The options by name, as the opener of the driver takes them."""
    return dict(device.options)


def _eurotherm_3200(device: DeviceSpec, position: Position, clock: Clock) -> TemperatureController:
    from ...drivers.eurotherm_3200 import open_eurotherm_3200

    del position
    return open_eurotherm_3200(device.address, clock=clock, **_given(device))


def _julabo(device: DeviceSpec, position: Position, clock: Clock) -> TemperatureController:
    from ...drivers.julabo import open_julabo

    del position
    return open_julabo(device.address, clock=clock, **_given(device))


def _lake_shore_336(device: DeviceSpec, *_: object) -> TemperatureController:
    from ...drivers.lake_shore_336 import LakeShore336
    from ...drivers.visa_link import VisaLink

    return LakeShore336(VisaLink(device.address), **_given(device))


def _load_cell(device: DeviceSpec, position: Position, clock: Clock) -> Gauge:
    from ...drivers.load_cell import open_load_cell

    del position
    return open_load_cell(device.address, clock=clock, **_given(device))


def _auxiliary_line(device: DeviceSpec, position: Position, clock: Clock) -> Gauge:
    from ...drivers.auxiliary_line import open_auxiliary_line

    del position
    return open_auxiliary_line(device.address, clock=clock, **_given(device))


def _auxiliary_scpi(device: DeviceSpec, position: Position, clock: Clock) -> Gauge:
    from ...drivers.auxiliary_line import open_auxiliary_scpi

    del position, clock
    return open_auxiliary_scpi(device.address, **_given(device))


_VALUE: Final[Mapping[str, Option]] = {
    "unit": Option(
        kind=str,
        says="the unit of the number in a line, N, kgf, MPa, degC, mV for example",
        required=True,
    ),
    "pattern": Option(
        kind=str,
        says="a regular expression for the whole line, with (?P<value>...) around the number and "
        "(?P<unit>...) around the unit, if the line has one; a number alone if unset",
    ),
    "factor": Option(kind=float, says="times which the number is in that unit", default=1.0),
}
_LINE: Final[Mapping[str, Option]] = {
    **_VALUE,
    "query": Option(
        kind=str, says="what asks for a line; unset where the gauge prints by itself", default=""
    ),
    "command_end": Option(
        kind=str, says="what ends the query", default="crlf", choices=("crlf", "lf", "cr")
    ),
    "decimal_comma": Option(kind=bool, says="the number has a comma", default=False),
    "timeout_s": Option(
        kind=float, says="longer than the time between lines", default=2.0, lowest=0.1, highest=60.0
    ),
    "baud_rate": Option(kind=int, says="of the line", default=9600, lowest=300, highest=921_600),
    "frame": Option(
        kind=str,
        says="data bits, parity and stop bits of the line",
        default="8N1",
        choices=("8N1", "8E1", "8O1", "8N2", "7E1", "7O1", "7N2"),
    ),
}


SURROUNDINGS: Final[Mapping[str, DriverKind]] = {
    "eurotherm_3200": DriverKind(
        roles=(Role.OVEN,),
        address=SERIAL,
        examples=_PORTS,
        open=_eurotherm_3200,
        options={
            "slave": Option(kind=int, says="address on the bus", default=1, lowest=1, highest=254),
            "baud_rate": Option(
                kind=int,
                says="of the line, as set at the controller",
                default=9600,
                choices=(1200, 2400, 4800, 9600, 19_200),
            ),
            "parity": Option(kind=str, says="of the line", default="N", choices=("N", "E", "O")),
            "unit": _UNIT,
            "ramp_k_per_min": Option(
                kind=float,
                says="rate at which setpoints are approached, 0 for none; left as it is if unset",
                lowest=0.0,
                highest=100.0,
            ),
        },
    ),
    "julabo": DriverKind(
        roles=(Role.OVEN,),
        address=SERIAL,
        examples=_PORTS,
        open=_julabo,
        options={
            "baud_rate": Option(
                kind=int,
                says="of the line, as set at the bath",
                default=4800,
                choices=(4800, 9600, 19_200, 38_400),
            ),
            "frame": Option(
                kind=str,
                says="data bits, parity and stop bits, as set at the bath",
                default="7E1",
                choices=("7E1", "7O1", "8N1", "8E1"),
            ),
            "handshake": Option(kind=bool, says="by RTS and CTS", default=True),
            "family": Option(
                kind=str,
                says="the list of commands, where the bath's version does not tell",
                default="auto",
                choices=("auto", "HL", "MH", "CF", "FL"),
            ),
            "unit": _UNIT,
            "sensor": Option(
                kind=str,
                says="which sensor is recorded",
                default="internal",
                choices=("internal", "external"),
            ),
            "setpoint_low": Option(
                kind=float, says="lowest setpoint, as displayed; needed for CF and FL"
            ),
            "setpoint_high": Option(
                kind=float, says="highest setpoint, as displayed; needed for CF and FL"
            ),
        },
    ),
    "lake_shore_336": DriverKind(
        roles=(Role.OVEN,),
        address=VISA,
        examples="TCPIP0::192.168.0.12::7777::SOCKET or GPIB0::12::INSTR",
        open=_lake_shore_336,
        options={"heater": Option(kind=int, says="1 low to 3 high", default=3, choices=(1, 2, 3))},
    ),
    "load_cell": DriverKind(
        roles=(Role.PRESSURE_GAUGE,),
        address=SERIAL,
        examples=_PORTS,
        open=_load_cell,
        options={
            **_LINE,
            "area_mm2": Option(
                kind=float, says="the area that a force presses upon", lowest=0.01, highest=1e6
            ),
        },
    ),
    "auxiliary_line": DriverKind(
        roles=(Role.AUXILIARY,),
        address=SERIAL,
        examples=_PORTS,
        open=_auxiliary_line,
        options={
            **_LINE,
            "identity_query": Option(kind=str, says="what asks the gauge who it is", default=""),
        },
    ),
    "auxiliary_scpi": DriverKind(
        roles=(Role.AUXILIARY,),
        address=VISA,
        examples="TCPIP0::192.168.0.9::5025::SOCKET or GPIB0::7::INSTR",
        open=_auxiliary_scpi,
        options={
            **_VALUE,
            "query": Option(kind=str, says="what asks for the value, MEAS:TEMP?", required=True),
        },
    ),
}
