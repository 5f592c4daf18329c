"""The two processes of a run, wired to an instrument at an address: as the command line does it.

``python -m support.run_processes supervise JOB`` and ``… work JOB``. The job's bench file is JSON
with ``driver``, ``address``, ``speed`` and ``leases``; its protocol file lists the names of plans.
"""

import json
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from solidcell.acquisition.instruments.channels import ChannelSpec
from solidcell.acquisition.instruments.opening import open_device
from solidcell.acquisition.instruments.roles import Role
from solidcell.acquisition.instruments.specs import DeviceSpec
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.starting.job import Job, read_job
from solidcell.acquisition.supervision.supervisor import supervise
from solidcell.acquisition.worker.process import Assembly, worker_main
from solidcell.drivers.capabilities import SegmentDevice
from solidcell.drivers.clock import Clock, SystemClock
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
    return supervise(job_file, command, lambda: _make_safe(bench), leases=leases)


def assemble(job: Job) -> Assembly:
    bench = json.loads(Path(job.bench).read_text(encoding="utf-8"))
    clock = SystemClock(bench["speed"])
    return Assembly(
        header=header(run_id=job.run_id, channel=job.channel, clock_speed=clock.speed),
        plan=_plan(json.loads(Path(job.protocol).read_text(encoding="utf-8"))),
        clock=clock,
        limits=Limits.of(
            "bench", {"voltage_max_v": 5.0, "current_max_a": 0.05} | bench.get("limits", {})
        ),
        lease_names=(f"channel {job.channel}", bench["address"]),
        open_device=lambda: _Falling(_open(bench, clock), bench.get("falls_silent_after")),
    )


class _Falling:
    """A driver that hangs for ever in its read, after so many observations in a segment."""

    def __init__(self, device: SegmentDevice, after: int | None) -> None:
        self._device = device
        self._after = after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._device, name)

    def perform(self, segment):
        performance = self._device.perform(segment)
        seen = 0
        try:
            while True:
                observation = next(performance)
                seen += observation is not None
                yield observation
                if seen == self._after:
                    threading.Event().wait()
        except StopIteration as finished:
            return finished.value
        finally:
            performance.close()


def _plan(names):
    for name in names:
        match name:
            case "rest":
                yield REST
            case "plate":
                yield PLATE
            case "idle":
                yield replace(PLATE, sample_period_s=10.0)
            case "hang":
                yield replace(PLATE, watch=lambda _: threading.Event().wait())
            case _:
                raise ValueError(f"no plan is called {name!r}")
    return "done"


def _open(bench: dict[str, Any], clock: Clock) -> SegmentDevice:
    limits = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0})
    spec = ChannelSpec(
        name="A1",
        devices=(
            DeviceSpec(role=Role.POTENTIOSTAT, driver=bench["driver"], address=bench["address"]),
        ),
        clock_speed=bench["speed"],
        limits=limits,
    )
    return open_device(spec, clock)


def _make_safe(bench: dict[str, Any]) -> None:
    device = _open(bench, SystemClock(bench["speed"]))
    try:
        device.connect()
        device.make_safe()
    finally:
        device.close()


if __name__ == "__main__":
    sys.exit(main())
