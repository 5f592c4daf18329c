"""Source meters, as drivers of a bench file: the host steps each through its segments."""

from collections.abc import Mapping
from typing import Final

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from ..sequencer.source_meter import SourceMeter
from .addresses import VISA
from .options import Option
from .roles import Role
from .specs import DeviceSpec, DriverKind, Position

STEPPED: Final = frozenset({"Rest", "Galvanostatic", "Potentiostatic", "Voltammetry"})
"""What the host steps a source meter through."""

_REST_LIMIT_V: Final = 6.0  # above any cell, so that a rest at 0 A is never held by its limit


def stepped(source: SourceMeter, position: Position, clock: Clock) -> SegmentDevice:
    """Return a source meter that the host steps through segments within the channel's limits."""
    from ..sequencer.host_sequencer import HostSequencer

    limits = position.limits
    widest_v = max(abs(limits.voltage_min_v), abs(limits.voltage_max_v))
    return HostSequencer(source, clock, rest_voltage_limit_v=min(_REST_LIMIT_V, widest_v))


def _keithley_2450(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.keithley_2450 import Keithley2450
    from ...drivers.visa_link import VisaLink

    source = Keithley2450(VisaLink(device.address), **_integration(device))
    return stepped(source, position, clock)


def _keithley_2400(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.keithley_2400 import Keithley2400
    from ...drivers.visa_link import VisaLink

    source = Keithley2400(VisaLink(device.address), **_integration(device))
    return stepped(source, position, clock)


def _keysight_b2900(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.keysight_b2900 import KeysightB2900
    from ...drivers.visa_link import VisaLink

    channel = int(device.options.get("channel", 1))
    source = KeysightB2900(VisaLink(device.address), channel=channel, **_integration(device))
    return stepped(source, position, clock)


def _keithley_6221(device: DeviceSpec, position: Position, clock: Clock) -> SegmentDevice:
    from ...drivers.keithley_2182a import Relay
    from ...drivers.keithley_6221 import Keithley6221
    from ...drivers.visa_link import VisaLink

    link = VisaLink(device.address)
    own = str(device.options.get("voltmeter", ""))
    voltmeter = VisaLink(own) if own else Relay(link, clock)
    delay_s = float(device.options.get("delta_delay_s", 0.0))
    source = Keithley6221(link, voltmeter, clock, delta_delay_s=delay_s, **_integration(device))
    return stepped(source, position, clock)


def _integration(device: DeviceSpec) -> dict[str, float]:
    """What is said of it; nothing is in runs that were recorded before there were options."""
    names = device.options.keys() & {"nplc", "line_hz"}
    return {name: float(device.options[name]) for name in names}


def _integration_options(lowest: float, highest: float) -> dict[str, Option]:
    return {
        "nplc": Option(
            kind=float,
            says="integration time of a reading, in power line cycles",
            default=1.0,
            lowest=lowest,
            highest=highest,
        ),
        "line_hz": Option(
            kind=float, says="frequency of the power line", default=50.0, choices=(50.0, 60.0)
        ),
    }


SOURCE_METERS: Final[Mapping[str, DriverKind]] = {
    "keithley_2450": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=VISA,
        examples="TCPIP0::192.168.0.7::5025::SOCKET or USB0::0x05E6::0x2450::04412345::INSTR",
        open=_keithley_2450,
        segments=STEPPED,
        options=_integration_options(0.01, 10.0),
    ),
    "keithley_2400": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=VISA,
        examples="GPIB0::24::INSTR or ASRL/dev/ttyUSB0::INSTR",
        open=_keithley_2400,
        segments=STEPPED,
        options=_integration_options(0.5, 10.0),
    ),
    "keysight_b2900": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=VISA,
        examples="TCPIP0::192.168.0.7::5025::SOCKET or USB0::0x0957::0x8B18::MY51140123::INSTR",
        open=_keysight_b2900,
        segments=STEPPED,
        options={
            "channel": Option(
                kind=int, says="which channel the cell is on", default=1, choices=(1, 2)
            ),
            **_integration_options(0.5, 10.0),
        },
    ),
    "keithley_6221": DriverKind(
        roles=(Role.GALVANOSTAT,),
        address=VISA,
        examples="GPIB0::12::INSTR or TCPIP0::192.168.0.7::1394::SOCKET",
        open=_keithley_6221,
        segments=frozenset({"Rest", "Galvanostatic"}),
        options={
            "voltmeter": Option(
                kind=str,
                says="VISA address of the 2182A, if it is not on the 6221's serial port",
            ),
            "delta_delay_s": Option(
                kind=float,
                says="above 0: delta mode, the current alternates; time before each voltage",
                default=0.0,
                lowest=0.0,
                highest=1.0,
            ),
            **_integration_options(0.1, 50.0),
        },
    ),
}
