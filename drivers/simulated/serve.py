"""Puts twins behind wires: TCP ports, pseudo-terminals, or a link inside the process.

A served twin runs on although nobody is connected, as an instrument on the bench does; what it
says meanwhile is lost. Twins that are served together take turns in one thread: none ever runs
while another does, so that they may share cells and an oven.
"""

import select
import threading
from collections.abc import Callable, Sequence

from ..clock import Clock
from ..errors import LinkLostError
from .conversation import LONGEST_WAIT_S
from .places import Place, PtyPlace, TcpPlace
from .twin import Twin


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


def serve_places(places: Sequence[Place], stop: threading.Event) -> None:
    """Serve twins at their places until ``stop`` is set; blocks. The places are closed then.

    A host that comes after another has gone finds the twin in the state it was left in.
    """
    try:
        while not stop.is_set():
            for place in places:
                place.carry()
            readers = [each for place in places for each in place.readers()]
            writers = [each for place in places for each in place.writers()]
            wait_s = min((place.wait_s() for place in places), default=LONGEST_WAIT_S)
            if readers or writers:
                select.select(readers, writers, [], wait_s)
            else:  # nothing to select from, which not every system allows
                stop.wait(wait_s)
    finally:
        for place in places:
            place.close()


def serve_tcp(
    twin: Twin,
    clock: Clock,
    host: str,
    port: int,
    ready: Callable[[int], None],
    stop: threading.Event,
) -> None:
    """Serve one twin to one host at a time on a TCP port until ``stop`` is set; blocks.

    ``port`` 0 takes a free one. ``ready`` is called once, with the port, when hosts can connect.
    Raises ``LinkLostError`` if the port cannot be had.
    """
    place = TcpPlace(twin, clock, host, port)
    ready(place.at)
    serve_places([place], stop)


def serve_pty(
    twin: Twin, clock: Clock, ready: Callable[[str], None], stop: threading.Event
) -> None:
    """Serve hosts on a pseudo-terminal until ``stop`` is set; blocks.

    ``ready`` is called once with the path that a host opens as its serial port. Raises
    ``UnsupportedError`` where the system has no pseudo-terminals (Windows).
    """
    place = PtyPlace(twin, clock)
    ready(place.at)
    serve_places([place], stop)
