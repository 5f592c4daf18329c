"""Real processes for runs of a queue, on a resistor instead of an instrument.

``supervise JOB`` and ``work JOB`` are the two of a run. It rests until the file ``go`` lies in the
data folder; the number in that file is that of the run that fails. ``add``, ``look`` and
``together`` are whoever starts runs; ``die-before-launch`` and ``die-after-launch`` look, too, and
are killed half-way. While ``late`` lies in the data folder, a supervisor that begins then (on the
channel that is named in it, if one is) waits for the file ``now`` before it does anything.
The instrument of the channel ``BROKEN`` does not answer.
"""

import os
import signal
import sys
from pathlib import Path

from solidcell.acquisition.lease import channel_lease
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.queue import advance as queue_advance
from solidcell.acquisition.queue.claim import accept
from solidcell.acquisition.queue.place import all_queues
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.gate import gate_of
from solidcell.acquisition.starting.job import Job, read_job
from solidcell.acquisition.supervision.exit_codes import NEVER_BEGAN
from solidcell.acquisition.supervision.supervisor import supervise
from solidcell.acquisition.worker.process import Assembly, worker_main
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.segments import Rest
from support.resistor_device import ResistorDevice
from support.runs import header

COMMAND = (sys.executable, "-m", "support.queue_processes", "supervise")
WORKER = (sys.executable, "-m", "support.queue_processes", "work")


def main() -> int:
    role, path = sys.argv[1], Path(sys.argv[2])
    match role:
        case "supervise":
            return _supervise(path)
        case "work":
            return worker_main(path, _assemble)
        case "add":
            _add(path)
        case "look":
            _advance(path)
        case "together":
            _together(path)
        case "die-before-launch":
            queue_advance.launch = lambda folder, command: _die()
            _advance(path)
        case "die-after-launch":
            queue_advance.wait_for_start = lambda folder, supervisor, timeout_s: _die()
            _advance(path)
        case _:
            raise ValueError(role)
    return 0


def _die() -> None:
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def _supervise(job_file: Path) -> int:
    folder = RunFolder(job_file.resolve().parent)
    data_dir = folder.path.parent
    if _is_late(data_dir, job_file):
        (data_dir / "asleep").touch()
        _wait_for(data_dir / "now")
    if not accept(folder):
        (data_dir / "refused").touch()
        return NEVER_BEGAN
    code = supervise(job_file, [*WORKER, str(job_file)], lambda: None)
    sys.stderr.write(queue_advance.after_run(folder, command=COMMAND) + "\n")
    return code


def _is_late(data_dir: Path, job_file: Path) -> bool:
    late = data_dir / "late"
    return late.exists() and late.read_text(encoding="utf-8") in ("", read_job(job_file).channel)


def _wait_for(file: Path) -> None:
    clock = SystemClock()
    while not file.exists():
        clock.sleep_until(clock.now_s() + 0.02)


def _assemble(job: Job) -> Assembly:
    clock = SystemClock()
    bench = str(job.options.get("bench_file", job.bench))
    return Assembly(
        header=header(run_id=job.run_id, channel=job.channel, operator=job.operator),
        plan=_plan(),
        clock=clock,
        limits=Limits.of("bench", {"voltage_max_v": 5.0, "current_max_a": 0.05}),
        lease_names=(channel_lease(job.channel, bench),),
        open_device=lambda: _open(job.channel, clock),
        gate=gate_of(job),
    )


def _open(channel: str, clock: SystemClock) -> ResistorDevice:
    if channel == "BROKEN":
        raise LinkLostError("no answer from COM3")
    return ResistorDevice(clock)


def _plan():
    data_dir = Path(os.environ["SOLIDCELL_DATA"])
    while not (data_dir / "go").exists():
        yield Rest(duration_s=0.05, sample_period_s=0.05)
    yield Rest(duration_s=0.05, sample_period_s=0.05)
    fails = (data_dir / "go").read_text(encoding="utf-8")
    if fails == str(len([*data_dir.glob("*/job.json")])):
        raise ValueError("the plan was told to fail")
    return "done"


def _add(files: Path) -> None:
    from solidcell.acquisition.session import enqueue

    enqueue(
        protocol=files / "ccd.yaml",
        bench=files / "bench.toml",
        cell=files / "pellet-7.yaml",
        channel="A1",
        command=COMMAND,
    )


def _together(files: Path) -> None:
    from solidcell.acquisition.session import start_together
    from solidcell.acquisition.starting.batch import load_batch

    start_together(load_batch(files / "batch.yaml"), command=COMMAND)


def _advance(data_dir: Path) -> None:
    for queue in all_queues(data_dir):
        queue_advance.advance(queue, command=COMMAND)


if __name__ == "__main__":
    sys.exit(main())
