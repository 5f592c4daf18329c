"""What kills and windows are tried on: a run with everything real but the instrument and the cell.

The instrument is a twin in a thread of the benchmark, behind TCP; supervisor and worker are those
of ``solidcell run``, in processes of their own.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.start import launch, prepare_run
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.keithley_2450.twin import Keithley2450Twin
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.presets import material
from solidcell.drivers.simulated.serve import serve_tcp

TWINS = {"methodscript": MethodScriptTwin, "keithley_2450": Keithley2450Twin}
_ADDRESSES = {
    "methodscript": "socket://127.0.0.1:{}",
    "keithley_2450": "TCPIP0::127.0.0.1::{}::SOCKET",
}
_TABLES = {"methodscript": "potentiostat", "keithley_2450": "galvanostat"}
_BENCH = """\
[channel.A1]
voltage_min_v = -5.0
voltage_max_v = 5.0
current_max_ma = 50.0
clock_speed = {speed!r}
[channel.A1.{table}]
driver = "{driver}"
address = "{address}"
"""
_CELL = """\
name: LPSCl-1
electrolyte: LPSCl
electrode_area_cm2: 0.785
thickness_um: 800
temperature_c: 25
stack_pressure_mpa: 5
conductivity_ms_cm: 3.0
"""


class WatchedFrontEnd(FrontEnd):
    """A front end that tells when its source is set or opened: the moment of "set output"."""

    def __init__(self) -> None:
        super().__init__(SymmetricCell(material("LPSCl")), seed=1)
        self.on_setting: Callable[[], None] = lambda: None
        self.on_opening: Callable[[], None] = lambda: None
        self.changes: list[tuple[float, bool]] = []  # (perf_counter in s, whether it drives now)

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        super().drive_current(at_s, current_a, voltage_limit_v)
        self._note()
        self.on_setting()

    def drive_voltage(self, at_s: float, voltage_v: float, current_limit_a: float) -> None:
        super().drive_voltage(at_s, voltage_v, current_limit_a)
        self._note()
        self.on_setting()

    def open(self, at_s: float) -> None:
        super().open(at_s)
        if self._note():
            self.on_opening()

    def times_closed(self, since_s: float) -> int:
        """How often the cell was connected to the source after a moment of ``perf_counter``."""
        return sum(drives for at_s, drives in self.changes if at_s > since_s)

    def drove_since(self, moment_s: float) -> bool:
        """Whether the cell was driven at any time from a moment of ``perf_counter`` on."""
        before = [drives for at_s, drives in self.changes if at_s < moment_s]
        return any(before[-1:]) or any(d for at_s, d in self.changes if at_s >= moment_s)

    def _note(self) -> bool:
        drives = not self.is_open
        changed = drives != (bool(self.changes) and self.changes[-1][1])
        if changed:
            self.changes.append((time.perf_counter(), drives))
        return changed


@dataclass(frozen=True)
class ServedTwin:
    driver: str
    address: str
    speed: float
    front_end: WatchedFrontEnd = field(repr=False)


@contextmanager
def served(driver: str, speed: float) -> Iterator[ServedTwin]:
    """Serve a twin with a simulated LPSCl cell until the end of the block."""
    clock, front_end = SystemClock(speed), WatchedFrontEnd()
    ports: SimpleQueue[int] = SimpleQueue()
    stop = threading.Event()
    twin = TWINS[driver](front_end, clock)
    arguments = (twin, clock, "127.0.0.1", 0, ports.put, stop)
    server = threading.Thread(target=serve_tcp, args=arguments)
    server.start()
    try:
        yield ServedTwin(driver, _ADDRESSES[driver].format(ports.get()), speed, front_end)
    finally:
        stop.set()
        server.join()


def begin(folder: Path, twin: ServedTwin, protocol: str) -> RunFolder:
    """Launch a run of ``protocol`` (a file's text) on a twin, with ``folder`` as data folder."""
    table = _TABLES[twin.driver]
    bench = _BENCH.format(speed=twin.speed, table=table, driver=twin.driver, address=twin.address)
    texts = {"protocol.yaml": protocol, "bench.toml": bench, "cell.yaml": _CELL}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    run = prepare_run(
        protocol=folder / "protocol.yaml",
        bench=folder / "bench.toml",
        cell=folder / "cell.yaml",
        channel="A1",
        data_dir=folder,
        operator="benchmark",
        options={},
    )
    launch(run)
    return run


def wait(condition: Callable[[], bool], what: str, within_s: float = 60.0) -> None:
    deadline_s = time.perf_counter() + within_s
    while not condition():
        if time.perf_counter() > deadline_s:
            raise TimeoutError(f"{what}: not within {within_s:g} s")
        time.sleep(0.005)
