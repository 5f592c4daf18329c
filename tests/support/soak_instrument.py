"""The instrument of a soak: a twin before a cell that knows the truth, behind a wire that fails.

What it says is taken down before the wire can damage it, what it hears after. It is served over
TCP to one host at a time, as an instrument's port is. Its time can be held, so that none passes
while nobody measures.
"""

import contextlib
import math
import select
import socket
import threading
import time
from bisect import bisect_right
from collections import deque
from typing import Final, NamedTuple

from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.simulated.faults import Fault, FaultyLink, Kind
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import InProcessLink
from support.ohmic_cell import OhmicCell
from support.soak_cell import TrueFrontEnd

OURS, ANOTHERS = b"NEXUS24A0101", b"NEXUS24A0102"
LATE_S, VERY_LATE_S = 0.3, 15.0
_LONGEST_WAIT_S: Final = 0.02
_TOGETHER_S: Final = 0.001
_CHUNK_BYTES: Final = 1 << 16


class HeldClock:
    """The machine's monotonic clock times ``speed``, while it is let run."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._lock = threading.Lock()
        self._passed_s = 0.0
        self._since_s: float | None = None

    def now_s(self) -> float:
        with self._lock:
            since_s = self._since_s
            running_s = 0.0 if since_s is None else time.monotonic() - since_s
            return self._passed_s + running_s * self.speed

    def sleep_until(self, at_s: float) -> None:
        while (ahead_s := at_s - self.now_s()) > 0 and self._since_s is not None:
            time.sleep(min(ahead_s / self.speed, _LONGEST_WAIT_S))

    def let_run(self) -> None:
        with self._lock:
            if self._since_s is None:
                self._since_s = time.monotonic()

    def hold(self) -> None:
        now_s = self.now_s()
        with self._lock:
            self._passed_s, self._since_s = now_s, None


class Line(NamedTuple):
    """A line that the instrument said, in full, and when by the machine's clock."""

    wall_s: float
    text: str


class Heard(NamedTuple):
    """What a host told the instrument."""

    wall_s: float
    text: str


class _TakenDown:
    """A ``ByteLink`` to the twin that remembers what passes it."""

    def __init__(self, link: InProcessLink) -> None:
        self._link = link
        self.said: list[Line] = []
        self.heard: list[Heard] = []
        self._rest = b""

    def write(self, data: bytes) -> None:
        self.heard.append(Heard(time.monotonic(), data.decode("latin-1")))
        self._link.write(data)

    def read(self, timeout_s: float) -> bytes:
        data = self._link.read(timeout_s)
        *lines, self._rest = (self._rest + data).split(b"\n")
        wall_s = time.monotonic()
        self.said += [Line(wall_s, line.decode("latin-1")) for line in lines]
        return data

    def close(self) -> None:
        self._link.close()

    def reopen(self) -> None:
        self._rest = b""
        self._link.reopen()


class _Another(MethodScriptTwin):
    """An instrument of the same model that took the place of ours."""

    def receive(self, data: bytes) -> bytes:
        return super().receive(data).replace(OURS, ANOTHERS)


class _Wire(FaultyLink):
    """Notes in ``struck`` the numbers of the lines that a fault befell."""

    def __init__(
        self, tap: _TakenDown, clock: HeldClock, another: InProcessLink, struck: dict[int, Kind]
    ) -> None:
        speed = clock.speed
        late_s, very_late_s = LATE_S * speed, VERY_LATE_S * speed
        super().__init__(tap, clock, another=another, late_s=late_s, very_late_s=very_late_s)
        self._tap, self._struck = tap, struck
        self._before = (0, 0)

    def read(self, timeout_s: float) -> bytes:
        known = len(self._tap.said)
        data = super().read(timeout_s)
        if self._state is not None:  # whatever was said since came to nobody
            last = self.happened[-1].kind
            self._struck |= dict.fromkeys(range(known, len(self._tap.said)), last)
        return data

    def _listen(self, timeout_s: float) -> None:
        self._before = (len(self._tap.said), self.lines)
        super()._listen(timeout_s)

    def _befall(self, fault: Fault, line: bytes) -> None:
        first, counted = self._before
        self._struck[first + self.lines - 1 - counted] = fault.kind
        super()._befall(fault, line)


class Instrument:
    """Serves the twin from a thread of its own until ``close``; ``port`` is where.

    ``said`` and ``struck`` go together: the number of a line is its place in ``said``.
    """

    def __init__(self, speed: float, seed: int) -> None:
        self.clock = HeldClock(speed)
        self.cell = TrueFrontEnd(seed)
        self._twin = MethodScriptTwin(self.cell, self.clock)
        self._tap = _TakenDown(InProcessLink(self._twin, self.clock))
        self.said, self.heard = self._tap.said, self._tap.heard
        self.struck: dict[int, Kind] = {}
        self._wire = self._new_wire()
        self._orders: deque[Fault | None] = deque()
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=8)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, name="instrument")
        self._thread.start()

    @property
    def is_replaced(self) -> bool:
        """Whether another instrument answers in its place."""
        return self._wire.is_replaced

    def heard_after(self, wall_s: float) -> float:
        """When a host next said something; infinity if none did."""
        place = bisect_right(self.heard, wall_s, key=lambda each: each.wall_s)
        return self.heard[place].wall_s if place < len(self.heard) else math.inf

    def opened_after(self, wall_s: float) -> float:
        """When the cell was next opened; that very moment if it was open, infinity if it is not."""
        mode = "open"
        for output in self.cell.outputs:
            if output.wall_s > wall_s and output.mode == "open":
                return wall_s if mode == "open" else output.wall_s
            if output.wall_s <= wall_s:
                mode = output.mode
        return wall_s if mode == "open" else math.inf

    def befall(self, fault: Fault) -> None:
        """Let this happen to a line to come; its number counts from now."""
        self._orders.append(fault)

    def bring_back(self) -> None:
        """Plug in our instrument and a good wire, at the next connection."""
        self._orders.append(None)

    def close(self) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()

    def _new_wire(self) -> _Wire:
        another = InProcessLink(_Another(OhmicCell(100.0), self.clock), self.clock)
        return _Wire(self._tap, self.clock, another, self.struck)

    def _serve(self) -> None:
        while not self._stop.is_set():
            self._twin.poll()  # it goes on by itself, and nobody listens
            select.select([self._listener], [], [], self._wait_s())
            with contextlib.suppress(BlockingIOError):
                connection, _ = self._listener.accept()
                self.clock.let_run()
                self._take_orders()
                self._wire.reopen()
                with connection, contextlib.suppress(LinkLostError, OSError):
                    self._talk(connection)
                self._wire.close()
                if self.cell.is_open:
                    self.clock.hold()

    def _talk(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while not self._stop.is_set():
            waiting, _, _ = select.select([connection, self._listener], [], [], self._wait_s())
            if connection in waiting:
                heard = connection.recv(_CHUNK_BYTES)
                if not heard:
                    return
                self._wire.write(heard)
            elif waiting:  # one host at a time
                with contextlib.suppress(OSError):
                    self._listener.accept()[0].close()
            self._take_orders()
            said = self._wire.read(0.0)
            if said:
                connection.sendall(said)

    def _take_orders(self) -> None:
        while self._orders:
            fault = self._orders.popleft()
            if fault is None:
                self._wire = self._new_wire()
            else:
                self._wire.arm(fault)

    def _wait_s(self) -> float:
        due_s = self._twin.due_s()
        if due_s is None:
            return _LONGEST_WAIT_S
        ahead_s = (due_s - self.clock.now_s()) / self.clock.speed
        return min(max(ahead_s, _TOGETHER_S), _LONGEST_WAIT_S)
