"""A potentiostat twin with a resistor in it, behind a TCP port of this machine."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.methodscript_twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import serve_tcp
from support.ohmic_cell import OhmicCell


@dataclass(frozen=True)
class ServedPotentiostat:
    address: str
    speed: float
    cell: OhmicCell


@contextlib.contextmanager
def served_potentiostat(speed: float = 1.0) -> Iterator[ServedPotentiostat]:
    clock, cell = SystemClock(speed), OhmicCell(ohms=100.0)
    cell.is_open = True
    twin = MethodScriptTwin(cell, clock)
    ports: queue.SimpleQueue[int] = queue.SimpleQueue()
    stop = threading.Event()
    server = threading.Thread(target=serve_tcp, args=(twin, clock, "127.0.0.1", 0, ports.put, stop))
    server.start()
    try:
        yield ServedPotentiostat(f"socket://127.0.0.1:{ports.get(timeout=10)}", speed, cell)
    finally:
        stop.set()
        server.join()
