"""Serves the instruments of ``acquisition_channels.py``, all of them in this one process.

    python benchmarks/acquisition_channel_twins.py FOLDER CHANNELS DRIVERS

DRIVERS are names of drivers with commas between them, taken in turn. Each twin has a resistor
behind it whose voltage differs from reading to reading. Every line with a reading goes, with the
machine's monotonic time of saying it, into FOLDER. Prints the addresses as one line of JSON, and
ends when standard input is closed.
"""

import json
import queue
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.serve import serve_tcp
from solidcell.drivers.simulated.twin import Twin
from support.ohmic_cell import Measured, OhmicCell

TWINS = {"methodscript": MethodScriptTwin, "keithley_2450": Keithley2450Twin}
ADDRESSES = {
    "methodscript": "socket://127.0.0.1:{}",
    "keithley_2450": "TCPIP0::127.0.0.1::{}::SOCKET",
}
STEP_V, STEPS = 2e-5, 5000


class CountingCell(OhmicCell):
    """No two neighbouring readings of it are alike."""

    def __init__(self) -> None:
        super().__init__(ohms=100.0)
        self._count = 0

    def measure(self, at_s: float, current_range_a: float | None = None) -> Measured:
        seen = super().measure(at_s, current_range_a)
        self._count = (self._count + 1) % STEPS
        return Measured(seen.voltage_v + STEP_V * self._count, seen.current_a, seen.limited)


class TakenDown:
    """A twin whose lines with readings are written down as it says them."""

    def __init__(self, twin: Twin, file: Path) -> None:
        self._twin = twin
        self._file = file.open("wb", buffering=1 << 16)
        self._rest = b""

    def receive(self, data: bytes) -> bytes:
        return self._taken(self._twin.receive(data))

    def poll(self) -> bytes:
        return self._taken(self._twin.poll())

    def due_s(self) -> float | None:
        return self._twin.due_s()

    def hang_up(self) -> None:
        self._twin.hang_up()

    def close(self) -> None:
        self._file.close()

    def _taken(self, said: bytes) -> bytes:
        if said:
            *lines, self._rest = (self._rest + said).split(b"\n")
            now = f"{time.monotonic():.6f} ".encode()
            for line in lines:
                if line.startswith(b"P") or line.count(b",") == 5:
                    self._file.write(now + line + b"\n")
        return said


def main(folder: Path, channels: int, drivers: list[str]) -> None:
    clock, stop = SystemClock(), threading.Event()
    told, taken_down, servers = [], [], []
    for number in range(channels):
        driver = drivers[number % len(drivers)]
        file = folder / f"said-{number}.txt"
        taken_down.append(TakenDown(TWINS[driver](CountingCell(), clock), file))
        ports: queue.SimpleQueue[int] = queue.SimpleQueue()
        arguments = (taken_down[-1], clock, "127.0.0.1", 0, ports.put, stop)
        servers.append(threading.Thread(target=serve_tcp, args=arguments))
        servers[-1].start()
        address = ADDRESSES[driver].format(ports.get(timeout=10))
        told.append({"driver": driver, "address": address, "said": str(file)})
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    stop.set()
    for server in servers:
        server.join()
    for twin in taken_down:
        twin.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(","))
