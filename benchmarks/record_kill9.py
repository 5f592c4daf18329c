"""Kills the worker of a run at random moments: readings lost, and time until the cell is open.

    python benchmarks/record_kill9.py [kills] [seed]

Each trial starts a whole run (supervisor, worker, potentiostat driver, TCP) in front of a twin
with a simulated LPSCl cell, kills the worker with SIGKILL after a random time, and waits until
the twin's output is open and the run has its end. A reading is acknowledged once another process
could read it before the kill. Also checked: the file is whole, no row is missing in between, and
a cell that carried current when the worker died has the durable intent of it in the record.
"""

import json
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue

import psutil
from solidcell.acquisition.job import Job, read_job
from solidcell.acquisition.limits import Limits
from solidcell.acquisition.plans.plan import Plan
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.rows import Reading, RunHeader
from solidcell.acquisition.session import StartedRun, start_run
from solidcell.acquisition.supervisor import supervise
from solidcell.acquisition.worker_process import Assembly, worker_main
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.methodscript.potentiostat import open_methodscript
from solidcell.drivers.segments import Galvanostatic, Rest
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.front_end import FrontEnd
from solidcell.drivers.simulated.methodscript.twin import MethodScriptTwin
from solidcell.drivers.simulated.presets import material
from solidcell.drivers.simulated.serve import serve_tcp

SPEED = 20.0
LONGEST_LIFE_S = 1.0
PLATE = Galvanostatic(
    current_a=8e-6, duration_s=36_000.0, voltage_min_v=-2.0, voltage_max_v=2.0, sample_period_s=0.2
)
REST = Rest(duration_s=2.0, sample_period_s=0.2)


@dataclass(frozen=True)
class Trial:
    acknowledged: int
    lost: int
    whole: bool
    driven: bool
    intended: bool
    safe_after_s: float
    ended_after_s: float


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    trials = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number in range(kills):
            trials.append(_trial(Path(folder) / str(number), chance.uniform(0, LONGEST_LIFE_S)))
            print(f"{number + 1:4d} {trials[-1]}", flush=True)
    safe_s = [trial.safe_after_s for trial in trials if trial.driven]
    print(f"kills                                  {len(trials)}")
    print(f"acknowledged readings                  {sum(t.acknowledged for t in trials)}")
    print(f"acknowledged readings lost             {sum(t.lost for t in trials)}")
    print(f"files not whole                        {sum(not t.whole for t in trials)}")
    print(f"killed while the cell carried current  {len(safe_s)}")
    print(f"  of these without a durable intent    {sum(not t.intended for t in trials)}")
    print(f"until the cell was open, median        {statistics.median(safe_s):.2f} s")
    print(f"until the cell was open, longest       {max(safe_s):.2f} s")


def _trial(folder: Path, life_s: float) -> Trial:
    folder.mkdir()
    clock = SystemClock(SPEED)
    front_end = FrontEnd(SymmetricCell(material("LPSCl")), seed=1)
    twin = MethodScriptTwin(front_end, clock)
    ports: SimpleQueue[int] = SimpleQueue()
    stop = threading.Event()
    arguments = (twin, clock, "127.0.0.1", 0, ports.put, stop)
    server = threading.Thread(target=serve_tcp, args=arguments)
    server.start()
    try:
        run = _start(folder, ports.get())
        time.sleep(life_s)
        return _kill(run, front_end)
    finally:
        stop.set()
        server.join()


def _start(folder: Path, port: int) -> StartedRun:
    bench = folder / "bench.json"
    bench.write_text(json.dumps({"address": f"socket://127.0.0.1:{port}"}), encoding="utf-8")
    command = (sys.executable, __file__, "--supervise")
    return start_run(
        protocol=bench, bench=bench, cell=bench, channel="A1", data_dir=folder, command=command
    )


def _kill(run: StartedRun, front_end: FrontEnd) -> Trial:
    with RunReader(run.run_file) as file:
        acknowledged = file.readings()
        psutil.Process(run.pid).kill()
        killed_s = time.perf_counter()
        driven = not front_end.is_open
        _wait(lambda: front_end.is_open)
        safe_s = time.perf_counter()
        _wait(lambda: bool(file.events(kind="run_ended")))
    return _judge(run.run_file, acknowledged, driven, safe_s - killed_s, killed_s)


def _judge(
    run_file: Path, acknowledged: list[Reading], driven: bool, safe_after_s: float, killed_s: float
) -> Trial:
    ended_after_s = time.perf_counter() - killed_s
    with RunReader(run_file) as file:
        kept = {reading.seq: reading for reading in file.readings()}
        segments, events = file.segments(), file.events()
        rows = sorted([*kept, *(s.seq for s in segments), *(e.seq for e in events)])
        intents = file.events(kind="intent")
    with sqlite3.connect(f"{run_file.as_uri()}?mode=ro", uri=True) as db:
        integrity = db.execute("PRAGMA integrity_check").fetchone()[0]
    return Trial(
        acknowledged=len(acknowledged),
        lost=sum(kept.get(reading.seq) != reading for reading in acknowledged),
        whole=integrity == "ok" and rows == list(range(1, len(rows) + 1)),
        driven=driven,
        intended=not driven or (bool(intents) and intents[-1].body["kind"] == "Galvanostatic"),
        safe_after_s=safe_after_s,
        ended_after_s=ended_after_s,
    )


def _wait(condition: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline_s = time.perf_counter() + within_s
    while not condition():
        if time.perf_counter() > deadline_s:
            raise TimeoutError(f"not within {within_s:g} s")
        time.sleep(0.005)


def _assemble(job: Job) -> Assembly:
    address = json.loads(Path(job.bench).read_text(encoding="utf-8"))["address"]
    clock = SystemClock(SPEED)
    return Assembly(
        header=_header(job),
        plan=_plan(),
        clock=clock,
        limits=Limits.of("bench", {"voltage_max_v": 5.0, "current_max_a": 0.05}),
        lease_names=(address,),
        open_device=lambda: open_methodscript(address, clock=clock),
    )


def _plan() -> Plan:
    """Half-cycles that the host ends early: left alone, the instrument would go on for hours."""
    while True:
        yield replace(PLATE, watch=lambda reading: "enough" if reading.time_s > 5.0 else None)
        yield REST


def _header(job: Job) -> RunHeader:
    return RunHeader(
        run_id=job.run_id,
        created_utc="",
        channel=job.channel,
        software_version="",
        cell={},
        cell_text="",
        protocol={},
        protocol_text="",
        bench={},
        bench_text="",
        clock_speed=SPEED,
        host="",
        boot_id="",
        operator=job.operator,
    )


def _process(role: str, job_file: Path) -> int:
    if role == "--work":
        return worker_main(job_file, _assemble, leases=job_file.parent.parent)
    address = json.loads(Path(read_job(job_file).bench).read_text(encoding="utf-8"))["address"]

    def make_safe() -> None:
        device = open_methodscript(address)
        try:
            device.make_safe()
        finally:
            device.close()

    command = [sys.executable, __file__, "--work", str(job_file)]
    return supervise(job_file, command, make_safe, leases=job_file.parent.parent)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] in ("--supervise", "--work"):
        sys.exit(_process(sys.argv[1], Path(sys.argv[2])))
    os.environ.setdefault("PYTHONUTF8", "1")
    main()
