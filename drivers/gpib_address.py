"""Where an instrument on a GPIB bus is: behind a Prologix-style adapter, or in any VISA.

* ``PRLGX-TCPIP0::192.168.0.9::1234::GPIB0::4::INSTR``: an adapter on the network
* ``PRLGX-ASRL::COM5::GPIB0::4::INSTR``, ``PRLGX-ASRL::/dev/ttyUSB0::GPIB0::4::INSTR``: on a serial
  port
* ``GPIB0::4::INSTR``, ``TCPIP0::192.168.0.9::gpib0,4::INSTR``: as VISA has it

The first two join the names that pyvisa-py gives to the adapter and to the instrument behind it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .gpib_link import GpibPort
from .prologix_link import PrologixBus, PrologixPort, Station

FORM: Final = re.compile(
    r"(?P<bus>(?:PRLGX-TCPIP\d*::(?P<host>[\w.-]+)::(?P<port>\d+)::"
    r"|PRLGX-ASRL\d*::(?P<serial>[^:]+)::)?GPIB\d*::)"
    r"(?P<primary>\d+)(?:::(?P<secondary>\d+))?::INSTR"
    r"|(?P<gateway>TCPIP\d*::[^:]+::gpib\d*,)(?P<station>\d+)::INSTR",
    re.IGNORECASE,
)
EXAMPLES: Final = (
    "PRLGX-TCPIP0::192.168.0.9::1234::GPIB0::4::INSTR, "
    "PRLGX-ASRL::/dev/ttyUSB0::GPIB0::4::INSTR or GPIB0::4::INSTR"
)
ADAPTER_BAUD: Final = 115_200


def gpib_ports(
    address: str,
    *,
    beside: Sequence[int] = (),
    commands_end_with: str = "CR LF",
    answers_end_with_lf: bool = True,
    library: str = "@py",
) -> tuple[GpibPort, ...]:
    """Return the way to the instrument at ``address``, and to those ``beside`` it on the same bus.

    ``beside`` are primary addresses; ``library`` is VISA's, as in ``VisaLink``. Raises
    ``ValueError`` for an address of another form, ``LinkLostError`` if there is no adapter.
    """
    found = FORM.fullmatch(address)
    if found is None:
        raise ValueError(f"{address!r} is not an address on a GPIB bus: write {EXAMPLES}")
    primary = int(found["primary"] or found["station"])
    stations = [
        Station(
            primary=number,
            secondary=int(found["secondary"]) if found["secondary"] and not n else None,
            commands_end_with=commands_end_with,
            answers_end_with_lf=answers_end_with_lf,
        )
        for n, number in enumerate((primary, *beside))
    ]
    addresses = [_address(found, station) for station in stations]
    if found["host"] or found["serial"]:
        from .serial_link import SerialLink

        way = found["serial"] or f"socket://{found['host']}:{found['port']}"
        bus = PrologixBus(SerialLink(way, ADAPTER_BAUD))
        return tuple(map(PrologixPort, [bus] * len(stations), stations, addresses))
    from .visa_gpib import VisaPort

    return tuple(
        VisaPort(one, station, library=library)
        for one, station in zip(addresses, stations, strict=True)
    )


def _address(found: re.Match[str], station: Station) -> str:
    if found["gateway"]:
        return f"{found['gateway']}{station.primary}::INSTR"
    second = "" if station.secondary is None else f"::{station.secondary}"
    return f"{found['bus']}{station.primary}{second}::INSTR"
