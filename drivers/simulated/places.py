"""Where hosts find a twin: a TCP port for one host or for many, or a pseudo-terminal.

A place is opened when it is made and does its work in ``carry``, which never waits; whoever owns
several calls them one after the other, so that no twin ever runs while another does.
"""

import contextlib
import os
import socket
from typing import Protocol

from ..clock import Clock
from ..errors import LinkLostError, UnsupportedError
from .conversation import Conversation, PtyWire, SocketWire
from .twin import ManyHosts, Twin

Readable = socket.socket | int


class Place(Protocol):
    """One twin's way to its hosts."""

    @property
    def at(self) -> int | str:
        """The TCP port, or the path of the terminal, that hosts open."""
        ...

    def carry(self) -> None:
        """Do all that can be done now, without waiting."""
        ...

    def readers(self) -> list[Readable]:
        """Return what to listen to."""
        ...

    def writers(self) -> list[Readable]:
        """Return what more is to be sent to."""
        ...

    def wait_s(self) -> float:
        """Return the wall time after which ``carry`` is wanted, whatever is heard."""
        ...

    def close(self) -> None:
        """Let go of hosts and port; the twin keeps its state."""
        ...


class TcpPlace:
    """A TCP port for one host at a time, as an instrument's raw socket; 0 takes a free one.

    Raises ``LinkLostError`` if the port cannot be had.
    """

    def __init__(self, twin: Twin, clock: Clock, host: str, port: int) -> None:
        self._conversation = Conversation(twin, clock)
        self._listener = _listening(host, port)
        self._connection: socket.socket | None = None
        self._wire: SocketWire | None = None

    @property
    def at(self) -> int:
        """The port."""
        return port_of(self._listener)

    def carry(self) -> None:
        """Serve the host, or see whether one comes."""
        comes = _accepted(self._listener)
        if self._connection is not None and self._wire is not None:
            if self._conversation.carry(self._wire):
                if comes is not None:
                    comes.close()  # who comes to a line that is taken learns it at once
                return
            self._drop()
        self._conversation.run_on_alone()
        self._connection = comes
        self._wire = SocketWire(comes) if comes else None

    def readers(self) -> list[Readable]:
        """The port, and the host if there is one."""
        return [self._listener, *([self._connection] if self._connection else [])]

    def writers(self) -> list[Readable]:
        """The host, while not everything could be sent."""
        waits = self._connection is not None and self._conversation.has_outgoing
        return [self._connection] if self._connection and waits else []

    def wait_s(self) -> float:
        """Until the twin has something to say."""
        return self._conversation.wait_s()

    def close(self) -> None:
        """Hang up and free the port."""
        self._drop()
        self._listener.close()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = self._wire = None
            self._conversation.hang_up()


class ManyHostsPlace:
    """A TCP port at which any number of hosts are served, each in its own conversation.

    A host that does not read what it asked for stalls itself alone. The twin has one more
    conversation, without a host, in which it goes on while nobody is connected. Raises
    ``LinkLostError`` if the port cannot be had.
    """

    def __init__(self, twin: ManyHosts, clock: Clock, host: str, port: int) -> None:
        self._twin, self._clock = twin, clock
        self._alone = Conversation(twin.session(), clock)
        self._hosts: dict[socket.socket, tuple[Conversation, SocketWire]] = {}
        self._listener = _listening(host, port)

    @property
    def at(self) -> int:
        """The port."""
        return port_of(self._listener)

    def carry(self) -> None:
        """Serve every host, and take in those that come."""
        self._alone.run_on_alone()
        while (connection := _accepted(self._listener)) is not None:
            conversation = Conversation(self._twin.session(), self._clock)
            self._hosts[connection] = conversation, SocketWire(connection)
        for connection, (conversation, wire) in list(self._hosts.items()):
            if not conversation.carry(wire):
                self._drop(connection)

    def readers(self) -> list[Readable]:
        """The port and all hosts."""
        return [self._listener, *self._hosts]

    def writers(self) -> list[Readable]:
        """The hosts that have not got everything yet."""
        return [host for host, (said, _) in self._hosts.items() if said.has_outgoing]

    def wait_s(self) -> float:
        """Until the twin has something to say to anybody."""
        conversations = [self._alone, *(conversation for conversation, _ in self._hosts.values())]
        return min(conversation.wait_s() for conversation in conversations)

    def close(self) -> None:
        """Hang up on everybody and free the port."""
        for connection in list(self._hosts):
            self._drop(connection)
        self._alone.hang_up()
        self._listener.close()

    def _drop(self, connection: socket.socket) -> None:
        conversation, _ = self._hosts.pop(connection)
        connection.close()
        conversation.hang_up()


class PtyPlace:
    """A pseudo-terminal that a host opens as its serial port.

    Raises ``UnsupportedError`` where the system has none (Windows).
    """

    def __init__(self, twin: Twin, clock: Clock) -> None:
        self._master, self._path = _open_pty()
        self._conversation = Conversation(twin, clock)
        self._wire = PtyWire(self._master)
        self._talks = False

    @property
    def at(self) -> str:
        """The path of the serial port."""
        return self._path

    def carry(self) -> None:
        """Serve the host, or see whether one comes."""
        talked, self._talks = self._talks, self._conversation.carry(self._wire)
        if talked and not self._talks:
            self._conversation.hang_up()

    def readers(self) -> list[Readable]:
        """The master while a host is there; without one it is always "readable"."""
        return [self._master] if self._talks else []

    def writers(self) -> list[Readable]:
        """The master, while not everything could be sent."""
        return [self._master] if self._talks and self._conversation.has_outgoing else []

    def wait_s(self) -> float:
        """Until the twin has something to say."""
        return self._conversation.wait_s()

    def close(self) -> None:
        """Hang up and give the terminal back."""
        os.close(self._master)
        if self._talks:
            self._talks = False
            self._conversation.hang_up()


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket listens on."""
    return int(listener.getsockname()[1])


def _listening(host: str, port: int) -> socket.socket:
    try:
        listener = socket.create_server((host, port), backlog=64)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise LinkLostError(f"cannot listen on {host} port {port}: {reason}") from error
    listener.setblocking(False)
    return listener


def _accepted(listener: socket.socket) -> socket.socket | None:
    with contextlib.suppress(OSError):  # nobody waits, or whoever did has gone again
        connection, _ = listener.accept()
        return connection
    return None


def _open_pty() -> tuple[int, str]:
    """Return the master and the slave's path; the slave is raw and left for the host."""
    try:
        import tty  # exists on POSIX only
    except ImportError:
        raise UnsupportedError(
            "this system has no pseudo-terminals; serve the simulated instrument over TCP instead"
        ) from None
    master, slave = os.openpty()
    try:
        tty.setraw(slave)
        path = os.ttyname(slave)
    finally:
        os.close(slave)
    os.set_blocking(master, False)
    return master, path


def place_of(twin: Twin | ManyHosts, clock: Clock, host: str, port: int) -> Place:
    """Open the kind of TCP port that a twin wants. Raises ``LinkLostError`` if it is taken."""
    if isinstance(twin, ManyHosts):
        return ManyHostsPlace(twin, clock, host, port)
    return TcpPlace(twin, clock, host, port)
