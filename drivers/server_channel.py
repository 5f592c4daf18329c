"""Addresses of channels behind a server: host:port/channel, where the port may be left out."""

from typing import NamedTuple

from .errors import OutOfRangeError


class ServerChannel(NamedTuple):
    """Which channel of which server."""

    host: str
    port: int
    channel: str

    @property
    def url(self) -> str:
        """The server as pyserial opens it."""
        return f"socket://{self.host}:{self.port}"


def server_channel(address: str, default_port: int) -> ServerChannel:
    """Take an address apart. Raises ``OutOfRangeError`` for one that lacks host or channel.

    >>> server_channel("10.0.0.9/21-1-3", 502)
    ServerChannel(host='10.0.0.9', port=502, channel='21-1-3')
    >>> server_channel("[::1]:5020/7", 502).url
    'socket://[::1]:5020'
    """
    server, _, channel = address.rpartition("/")
    host, colon, port = server.rpartition(":")
    if not colon or server.endswith("]"):
        host, port = server, str(default_port)
    if not host or not channel or not port.isdecimal():
        raise OutOfRangeError(f"{address!r} is not host:port/channel")
    return ServerChannel(host, int(port), channel)
