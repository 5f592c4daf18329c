"""Instrument twins with a resistor in them, behind a TCP port of this machine."""

import contextlib
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import serve_tcp
from support.ohmic_cell import OhmicCell

TWINS = {"methodscript": MethodScriptTwin, "keithley_2450": Keithley2450Twin}
ADDRESSES = {
    "methodscript": "socket://127.0.0.1:{}",
    "keithley_2450": "TCPIP0::127.0.0.1::{}::SOCKET",
}


@dataclass(frozen=True)
class ServedInstrument:
    driver: str
    address: str
    speed: float
    cell: OhmicCell


@contextlib.contextmanager
def served_instrument(driver: str, speed: float = 1.0) -> Iterator[ServedInstrument]:
    """Serve the twin that ``driver`` speaks to until the end of the block."""
    clock, cell = SystemClock(speed), OhmicCell(ohms=100.0)
    ports: queue.SimpleQueue[int] = queue.SimpleQueue()
    stop = threading.Event()
    arguments = (TWINS[driver](cell, clock), clock, "127.0.0.1", 0, ports.put, stop)
    server = threading.Thread(target=serve_tcp, args=arguments)
    server.start()
    try:
        address = ADDRESSES[driver].format(ports.get(timeout=10))
        yield ServedInstrument(driver, address, speed, cell)
    finally:
        stop.set()
        server.join()
