"""From the request for an emergency stop to the cell being open, on both instrument stacks.

    python benchmarks/acquisition_emergency_stop.py [trials] [--seed 0] [--results FILE]
    python benchmarks/acquisition_emergency_stop.py --idle 20

Each trial starts a whole run, as ``solidcell run`` does (supervisor, worker, real TCP port), in
front of a twin that carries current; waits a random while; and asks for an emergency stop, in
turn from this process and from a fresh one that does nothing else. The time runs from the moment
before ``request_stop`` is called (in the fresh process: after its imports) to the moment at which
the twin's front end has disconnected the cell, both by the machine's monotonic clock. No window
takes part in it: the request is a file. Trials alternate between a MethodSCRIPT potentiostat and a
Keithley 2450. With --results every trial is a line of that file, and more are added to it.

--idle measures instead what a worker costs that reads once in ten seconds and otherwise only looks
whether something is asked, over that many seconds.

Exit code 1 if the 99th percentile of a stack exceeds 100 ms, or a trial failed.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1] / "tests"
sys.path.insert(0, str(TESTS))

import psutil  # noqa: E402
from solidcell.acquisition.session import (  # noqa: E402
    StartedRun,
    request_stop,
    run_state,
    start_run,
)
from solidcell.drivers.clock import SystemClock  # noqa: E402
from solidcell.drivers.simulated.serve import serve_tcp  # noqa: E402
from support.ohmic_cell import OhmicCell  # noqa: E402
from support.served_instruments import ADDRESSES, TWINS  # noqa: E402

PROMISE_S = 0.1
PATIENCE_S = 30.0
SUPERVISE = (sys.executable, "-m", "support.run_processes", "supervise")
ASK = """
import sys, time
from pathlib import Path
from solidcell.acquisition.session import request_stop
began_s = time.monotonic()
request_stop(Path(sys.argv[1]), "benchmark", emergency=True)
print(repr(began_s))
"""


class TimedCell(OhmicCell):
    """Knows when it was last disconnected, by the machine's monotonic clock."""

    opened_s: float | None = None

    def drive_current(self, at_s: float, current_a: float, voltage_limit_v: float) -> None:
        super().drive_current(at_s, current_a, voltage_limit_v)
        self.opened_s = None

    def open(self, at_s: float) -> None:
        if not self.is_open:
            self.opened_s = time.monotonic()
        super().open(at_s)


@dataclass
class Lab:
    """A twin behind a port, and a folder for runs in front of it."""

    driver: str
    address: str
    cell: TimedCell
    folder: Path

    def start(self, plan: str) -> StartedRun:
        bench = {"driver": self.driver, "address": self.address, "speed": 1.0}
        files = {"plan": [plan], "bench": {**bench, "leases": str(self.folder)}, "cell": {}}
        for name, content in files.items():
            (self.folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        protocol, bench_file, cell = (self.folder / f"{name}.json" for name in files)
        return start_run(
            protocol=protocol,
            bench=bench_file,
            cell=cell,
            channel="A1",
            data_dir=self.folder / "runs",
            operator="benchmark",
            command=SUPERVISE,
        )


@contextmanager
def lab(driver: str) -> Iterator[Lab]:
    clock, cell, stop = SystemClock(), TimedCell(ohms=100.0), threading.Event()
    ports: list[int] = []
    twin = TWINS[driver](cell, clock)
    served = (twin, clock, "127.0.0.1", 0, ports.append, stop)
    server = threading.Thread(target=serve_tcp, args=served)
    server.start()
    try:
        wait_until(lambda: bool(ports), "the twin is served")
        with tempfile.TemporaryDirectory() as folder:
            yield Lab(driver, ADDRESSES[driver].format(ports[0]), cell, Path(folder))
    finally:
        stop.set()
        server.join()


def wait_until(is_so: Any, what: str) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not within {PATIENCE_S:g} s: {what}")
        time.sleep(0.005)


def trial(place: Lab, drawn: random.Random, *, fresh: bool) -> dict[str, Any]:
    run = place.start("plate")
    wait_until(lambda: place.cell.current_a != 0.0, "current flows")
    time.sleep(drawn.uniform(0.1, 0.7))
    if fresh:
        command = [sys.executable, "-c", ASK, str(run.run_file)]
        asked = subprocess.run(command, check=True, capture_output=True, text=True)
        began_s = float(asked.stdout)
    else:
        began_s = time.monotonic()
        request_stop(run.run_file, "benchmark", emergency=True)
    wait_until(lambda: place.cell.opened_s is not None, "the cell is open")
    opened_s = place.cell.opened_s
    wait_until(lambda: run_state(run.run_file).state == "emergency_stop", "the end is recorded")
    wait_until(lambda: not psutil.pid_exists(run.pid), "the worker has gone")
    return {
        "driver": place.driver,
        "fresh": fresh,
        "took_s": (opened_s or 0.0) - began_s,
        "load": os.getloadavg()[0],
    }


def idle(place: Lab, seconds: float) -> float:
    """Share of a core that an idle worker takes."""
    run = place.start("idle")
    wait_until(lambda: place.cell.current_a != 0.0, "current flows")
    worker = psutil.Process(run.pid)
    time.sleep(1.0)
    before, began_s = worker.cpu_times(), time.monotonic()
    time.sleep(seconds)
    after, took_s = worker.cpu_times(), time.monotonic() - began_s
    request_stop(run.run_file, "benchmark", emergency=True)
    wait_until(lambda: not psutil.pid_exists(run.pid), "the worker has gone")
    return (after.user + after.system - before.user - before.system) / took_s


def report(results: list[dict[str, Any]]) -> bool:
    kept = True
    for driver in TWINS:
        for fresh in (False, True):
            took_ms = sorted(
                1e3 * each["took_s"]
                for each in results
                if (each["driver"], each["fresh"]) == (driver, fresh)
            )
            if not took_ms:
                continue
            p50, p99 = (took_ms[min(int(q * len(took_ms)), len(took_ms) - 1)] for q in (0.5, 0.99))
            kept = kept and p99 <= 1e3 * PROMISE_S
            asker = "fresh process" if fresh else "same process"
            print(
                f"{driver:14} asked by {asker:13} n {len(took_ms):4}  p50 {p50:6.1f} ms  "
                f"p99 {p99:6.1f} ms  longest {took_ms[-1]:6.1f} ms"
            )
    loads = [each["load"] for each in results]
    print(f"load average during it: {min(loads):.1f} to {max(loads):.1f} on {os.cpu_count()} cores")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("trials", nargs="?", type=int, default=20, help="of each stack")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--driver", choices=TWINS, action="append", help="only this stack")
    parser.add_argument("--idle", type=float, metavar="SECONDS")
    asked = parser.parse_args()
    os.environ["PYTHONPATH"] = str(TESTS)
    if asked.idle:
        for driver in asked.driver or TWINS:
            with lab(driver) as place:
                share = idle(place, asked.idle)
            print(f"{driver:14} idle worker: {100 * share:.2f} % of a core")
        return 0
    results = []
    if asked.results and asked.results.exists():
        lines = asked.results.read_text(encoding="utf-8").splitlines()
        results = [json.loads(line) for line in lines]
    drawn = random.Random(asked.seed + len(results))
    for driver in asked.driver or TWINS:
        with lab(driver) as place:
            for number in range(asked.trials):
                found = trial(place, drawn, fresh=number % 2 == 1)
                results.append(found)
                if asked.results:
                    with asked.results.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(found) + "\n")
    return 0 if report(results) else 1


if __name__ == "__main__":
    sys.exit(main())
