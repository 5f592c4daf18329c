"""Bytes between a twin and one host that is connected to it, never waiting for either."""

import os
import socket
from typing import Protocol

from ..clock import Clock
from .twin import Twin

LONGEST_WAIT_S = 0.05  # how late a request to stop may be noticed
BATCH_S = 0.002  # packages due within this wall time travel together
BLIND_WAIT_S = 0.005  # for clocks whose pace is unknown
BACKLOG_BYTES = 1 << 18  # a host that does not read stalls its twin here, as a full buffer would
CHUNK_BYTES = 1 << 16


class Wire(Protocol):
    """One connected host, as two calls that never block."""

    def take(self) -> bytes | None:
        """Return what the host sent (empty: nothing yet); ``None`` once it is gone."""
        ...

    def give(self, data: bytes) -> int:
        """Send what fits and return how much that was."""
        ...


class Conversation:
    """Carries bytes between a twin and one wire, and says how long the server may wait."""

    def __init__(self, twin: Twin, clock: Clock) -> None:
        self._twin, self._clock = twin, clock
        self._outgoing = bytearray()

    @property
    def has_outgoing(self) -> bool:
        """Whether something is to be sent that did not fit yet."""
        return bool(self._outgoing)

    def carry(self, wire: Wire) -> bool:
        """Do all that can be done now; ``False`` if no host is there to listen."""
        heard = wire.take()
        if heard is None:
            self.run_on_alone()
            return False
        if len(self._outgoing) < BACKLOG_BYTES:
            self._outgoing += self._twin.poll()
        if heard:
            self._outgoing += self._twin.receive(heard)
        if self._outgoing:
            del self._outgoing[: wire.give(bytes(self._outgoing[:BACKLOG_BYTES]))]
        return True

    def run_on_alone(self) -> None:
        """Let the twin go on with its work while nobody listens."""
        self._outgoing.clear()
        self._twin.poll()

    def hang_up(self) -> None:
        """Tell the twin that its host is gone."""
        self._outgoing.clear()
        self._twin.hang_up()

    def wait_s(self) -> float:
        """Wall seconds until the twin has something to say, within bounds."""
        speed: float | None = getattr(self._clock, "speed", None)
        if speed is None:
            return BLIND_WAIT_S
        due_s = self._twin.due_s()
        if due_s is None:
            return LONGEST_WAIT_S
        return min(max((due_s - self._clock.now_s()) / speed, BATCH_S), LONGEST_WAIT_S)


class SocketWire:
    """A connected socket, made not to block."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def take(self) -> bytes | None:
        """Return what the host sent; ``None`` once it is gone."""
        try:
            return self._connection.recv(CHUNK_BYTES) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def give(self, data: bytes) -> int:
        """Send what fits."""
        try:
            return self._connection.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)  # the next take finds the host gone


class PtyWire:
    """The master side of a pseudo-terminal; a host is there while the slave is open."""

    def __init__(self, master: int) -> None:
        self._master = master

    def take(self) -> bytes | None:
        """Return what the host sent; ``None`` while there is none."""
        try:
            return os.read(self._master, CHUNK_BYTES) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def give(self, data: bytes) -> int:
        """Send what fits."""
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)
