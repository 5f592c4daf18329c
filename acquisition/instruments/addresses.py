"""Where an instrument can be: forms of addresses, and whether one is on this very machine.

A form is a regular expression that the whole address must match; where it has the groups ``host``
and ``port``, the address is one of a network.
"""

import re
from ipaddress import ip_address
from typing import Final

_HOST: Final = r"(?P<host>[\w.-]+|\[[0-9a-fA-F:]+\])"

SERIAL: Final = re.compile(rf"socket://{_HOST}:(?P<port>\d+)|COM\d+|/dev/[\w./-]+")
"""A serial port, or a socket in its place."""

VISA: Final = re.compile(
    r"TCPIP\d*::(?P<host>[^:]+)::(?P<port>\d+)::SOCKET|TCPIP\d*::[^:]+(::\w+)?::INSTR"
    r"|USB\d*(::\w+){3}(::\d+)?::INSTR|GPIB\d*::\d+(::\d+)?::INSTR|ASRL[^:]+::INSTR",
    re.IGNORECASE,
)
"""A VISA resource."""

NETWORK: Final = re.compile(rf"{_HOST}:(?P<port>\d+)")
"""A port of a machine: host:port."""


def host_of(address: str, *forms: re.Pattern[str]) -> str | None:
    """Return the host in an address of one of these forms; ``None`` where it has none.

    >>> host_of("TCPIP0::192.168.0.7::5025::SOCKET", SERIAL, VISA)
    '192.168.0.7'
    """
    for form in forms:
        found = form.fullmatch(address)
        if found is not None and found.groupdict().get("host") is not None:
            return str(found["host"]).strip("[]")
    return None


def port_of(address: str, form: re.Pattern[str]) -> int | None:
    """Return the number of the port in an address of this form; ``None`` where it has none."""
    found = form.fullmatch(address)
    port = None if found is None else found.groupdict().get("port")
    return None if port is None else int(port)


def is_this_machine(host: str | None) -> bool:
    """Say whether a host is the loopback of this machine.

    >>> is_this_machine("127.0.0.1"), is_this_machine("localhost"), is_this_machine("10.0.0.7")
    (True, True, False)
    """
    if host is None:
        return False
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
