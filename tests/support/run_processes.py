"""The two processes of a run, wired to a potentiostat at an address: as the command line does it.

``python -m support.run_processes supervise JOB`` and ``… work JOB``. The job's bench file is JSON
with ``address``, ``speed`` and ``leases``; its protocol file holds a list of the names of plans.
"""

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path

from solidcell.acquisition.job import Job, read_job
from solidcell.acquisition.limits import Limits
from solidcell.acquisition.supervisor import supervise
from solidcell.acquisition.worker_process import Assembly, worker_main
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.methodscript import open_methodscript
from solidcell.drivers.segments import Galvanostatic, Rest
from support.runs import header

PLATE = Galvanostatic(
    current_a=1e-3, duration_s=36_000.0, voltage_min_v=-2.0, voltage_max_v=2.0, sample_period_s=0.5
)
REST = Rest(duration_s=2.0, sample_period_s=0.5)


def main() -> int:
    role, job_file = sys.argv[1], Path(sys.argv[2])
    bench = json.loads(Path(read_job(job_file).bench).read_text(encoding="utf-8"))
    leases = Path(bench["leases"])
    if role == "work":
        return worker_main(job_file, assemble, leases=leases)
    command = [sys.executable, "-m", "support.run_processes", "work", str(job_file)]
    return supervise(job_file, command, lambda: _make_safe(bench["address"]), leases=leases)


def assemble(job: Job) -> Assembly:
    bench = json.loads(Path(job.bench).read_text(encoding="utf-8"))
    clock = SystemClock(bench["speed"])
    return Assembly(
        header=header(run_id=job.run_id, channel=job.channel, clock_speed=clock.speed),
        plan=_plan(json.loads(Path(job.protocol).read_text(encoding="utf-8"))),
        clock=clock,
        limits=Limits.of("bench", {"voltage_max_v": 5.0, "current_max_a": 0.05}),
        lease_names=(f"channel {job.channel}", bench["address"]),
        open_device=lambda: open_methodscript(bench["address"], clock=clock),
    )


def _plan(names):
    for name in names:
        match name:
            case "rest":
                yield REST
            case "plate":
                yield PLATE
            case "hang":
                yield replace(PLATE, watch=lambda _: threading.Event().wait())
            case _:
                raise ValueError(f"no plan is called {name!r}")
    return "done"


def _make_safe(address: str) -> None:
    device = open_methodscript(address)
    try:
        device.make_safe()
    finally:
        device.close()


if __name__ == "__main__":
    sys.exit(main())
