"""Puts a twin behind a wire: a TCP port, a pseudo-terminal, or a link inside the process.

A served twin runs on although nobody is connected, as an instrument on the bench does; what it
says meanwhile is lost.
"""

import contextlib
import os
import select
import socket
import threading
from collections.abc import Callable
from typing import Protocol

from ..clock import Clock
from ..errors import LinkLostError, UnsupportedError
from .twin import Twin

LONGEST_WAIT_S = 0.05  # how late a request to stop may be noticed
BATCH_S = 0.002  # packages due within this wall time travel together
BLIND_WAIT_S = 0.005  # for clocks whose pace is unknown
BACKLOG_BYTES = 1 << 18  # a host that does not read stalls its twin here, as a full buffer would
CHUNK_BYTES = 1 << 16


class InProcessLink:
    """A ``ByteLink`` straight into a twin.

    On a clock that leaps, ``read`` leaps to whatever the twin says next, however far ahead; on
    a clock with a pace it waits no longer than its timeout, as a real port.
    """

    def __init__(self, twin: Twin, clock: Clock) -> None:
        self._twin, self._clock = twin, clock
        self._arrived = bytearray()
        self._open = True

    def write(self, data: bytes) -> None:
        """Hand ``data`` to the twin. Raises ``LinkLostError`` after ``close``."""
        self._require_open()
        # what fell due before the host spoke stands before the answer
        self._arrived += self._twin.poll()
        self._arrived += self._twin.receive(data)

    def read(self, timeout_s: float) -> bytes:
        """Return what the twin has said, waiting on the clock. ``LinkLostError`` after close."""
        self._require_open()
        self._arrived += self._twin.poll()
        if not self._arrived:
            self._clock.sleep_until(self._waking_s(timeout_s))
            self._arrived += self._twin.poll()
        data = bytes(self._arrived)
        self._arrived.clear()
        return data

    def close(self) -> None:
        """Hang up; the twin's output stays as it is. May be called twice."""
        if self._open:
            self._open = False
            self._twin.hang_up()

    def reopen(self) -> None:
        """Hang up and speak to the same twin again; what it said meanwhile is lost."""
        self.close()
        self._twin.poll()
        self._arrived.clear()
        self._open = True

    def _waking_s(self, timeout_s: float) -> float:
        speed: float | None = getattr(self._clock, "speed", None)
        end_s = self._clock.now_s() + timeout_s * (speed or 1.0)
        due_s = self._twin.due_s()
        if due_s is None:
            return end_s
        return due_s if speed is None else min(due_s, end_s)

    def _require_open(self) -> None:
        if not self._open:
            raise LinkLostError("the link to the simulated instrument is closed")


class _Wire(Protocol):
    """One connected host, as two calls that never block."""

    def take(self) -> bytes | None:
        """Return what the host sent (empty: nothing yet); ``None`` once it is gone."""
        ...

    def give(self, data: bytes) -> int:
        """Send what fits and return how much that was."""
        ...


class _Conversation:
    """Carries bytes between a twin and one wire, and says how long the server may wait."""

    def __init__(self, twin: Twin, clock: Clock) -> None:
        self._twin, self._clock = twin, clock
        self._outgoing = bytearray()

    @property
    def has_outgoing(self) -> bool:
        return bool(self._outgoing)

    def carry(self, wire: _Wire) -> bool:
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


class _SocketWire:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def take(self) -> bytes | None:
        try:
            return self._connection.recv(CHUNK_BYTES) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def give(self, data: bytes) -> int:
        try:
            return self._connection.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)  # the next take finds the host gone


def serve_tcp(
    twin: Twin,
    clock: Clock,
    host: str,
    port: int,
    ready: Callable[[int], None],
    stop: threading.Event,
) -> None:
    """Serve one host at a time on a TCP port until ``stop`` is set; blocks.

    ``port`` 0 takes a free one. ``ready`` is called once, with the port, when hosts can connect.
    After a host has gone the next is accepted; the twin keeps its state. Raises
    ``LinkLostError`` if the port cannot be had.
    """
    conversation = _Conversation(twin, clock)
    with _listening(host, port) as listener:
        listener.setblocking(False)
        ready(listener.getsockname()[1])
        while not stop.is_set():
            conversation.run_on_alone()
            select.select([listener], [], [], conversation.wait_s())
            with contextlib.suppress(BlockingIOError):
                connection, _ = listener.accept()
                with connection:
                    _talk(conversation, connection, listener, stop)
                conversation.hang_up()


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=4)
    except OSError as error:
        reason = str(error.strerror).partition(" (while")[0]
        raise LinkLostError(f"cannot listen on {host} port {port}: {reason}") from error


def _talk(
    conversation: _Conversation,
    connection: socket.socket,
    listener: socket.socket,
    stop: threading.Event,
) -> None:
    connection.setblocking(False)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire = _SocketWire(connection)
    while not stop.is_set() and conversation.carry(wire):
        writers = [connection] if conversation.has_outgoing else []
        heard, _, _ = select.select([connection, listener], writers, [], conversation.wait_s())
        if listener in heard and connection not in heard:  # else the first may just be leaving
            _turn_away(listener)


def _turn_away(listener: socket.socket) -> None:
    """One host at a time, as with an instrument's raw socket: the next one learns it at once."""
    with contextlib.suppress(OSError):
        connection, _ = listener.accept()
        connection.close()


class _PtyWire:
    """The master side of a pseudo-terminal; a host is there while the slave is open."""

    def __init__(self, master: int) -> None:
        self._master = master

    def take(self) -> bytes | None:
        try:
            return os.read(self._master, CHUNK_BYTES) or None
        except BlockingIOError:
            return b""
        except OSError:
            return None

    def give(self, data: bytes) -> int:
        try:
            return os.write(self._master, data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)


def serve_pty(
    twin: Twin, clock: Clock, ready: Callable[[str], None], stop: threading.Event
) -> None:
    """Serve hosts on a pseudo-terminal until ``stop`` is set; blocks.

    ``ready`` is called once with the path that a host opens as its serial port. Raises
    ``UnsupportedError`` where the system has no pseudo-terminals (Windows).
    """
    master, path = _open_pty()
    conversation = _Conversation(twin, clock)
    wire = _PtyWire(master)
    talking = False
    try:
        ready(path)
        while not stop.is_set():
            was_talking, talking = talking, conversation.carry(wire)
            if was_talking and not talking:
                conversation.hang_up()
            if talking:
                writers = [master] if conversation.has_outgoing else []
                select.select([master], writers, [], conversation.wait_s())
            else:
                stop.wait(conversation.wait_s())  # a master without a host is always "readable"
    finally:
        os.close(master)
        if talking:
            conversation.hang_up()


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
