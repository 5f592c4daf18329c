"""The two processes behind a run: a supervisor that waits, and the worker that measures.

There are as many supervisors as there are runs, and they do little: what only a worker needs is not
imported for them.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ..acquisition.files.bench import load_bench
from ..acquisition.instruments.channels import ChannelSpec
from ..acquisition.instruments.opening import open_device
from ..acquisition.notify.settings import Notify
from ..acquisition.notify.waiting import reminded
from ..acquisition.queue.claim import accept
from ..acquisition.record.errors import RecordError
from ..acquisition.record.reader import RunReader
from ..acquisition.recovery.order import read_order
from ..acquisition.recovery.rejoin import channel_of, meet, recorded_serial
from ..acquisition.run_folder import RunFolder
from ..acquisition.starting.job import Job, read_job
from ..acquisition.supervision.exit_codes import NEVER_BEGAN
from ..acquisition.supervision.supervisor import supervise as supervise_worker
from ..drivers.clock import SystemClock
from .after_run import after_run

JobFile = Annotated[Path, typer.Argument(help="The job file in the run's folder.")]


def supervise(job_file: JobFile) -> int:
    """Wait for the worker of a job, and make its instrument safe if it dies."""
    job, folder = read_job(job_file), RunFolder(job_file.resolve().parent)
    if not accept(folder):
        return NEVER_BEGAN
    command = [sys.executable, "-m", "solidcell", "_worker", str(job_file)]
    try:  # now, and not when it is needed: the bench file may be edited during the run
        channel, notify = _of_run(job, folder)
    except (ValueError, RecordError):  # the worker meets the same and reports it
        return supervise_worker(job_file, command, lambda: None)
    with reminded(folder, notify):
        code = supervise_worker(job_file, command, lambda: open_cell(channel, _serial(folder)))
    after_run(folder, code, notify)
    return code


def work(job_file: JobFile) -> int:
    """Carry out a job: connect, follow the plan, record, and leave the cell open."""
    from ..acquisition.worker.process import worker_main
    from .assembling import assemble
    from .recovered import assemble_again

    return worker_main(job_file, assemble, assemble_again)


def open_cell(channel: ChannelSpec, serial: str | None = None) -> None:
    """Connect to a channel's instrument, whatever state it was left in, and open the cell.

    Raises ``WrongInstrumentError``, and leaves it alone, if it is not the one of this ``serial``.
    """
    device = open_device(channel, SystemClock(channel.clock_speed))
    try:
        meet(device, serial)
    finally:
        device.close()


def _of_run(job: Job, folder: RunFolder) -> tuple[ChannelSpec, Notify]:
    """The channel of a run and who is told of it; where it broke off before, as its file has it."""
    order = read_order(folder)
    if order is None:
        bench = load_bench(Path(job.bench))
        return bench.channel(job.channel), bench.notify
    with RunReader(folder.run_file) as run:
        channel = channel_of(run, order.address)
    try:
        return channel, load_bench(Path(job.bench)).notify
    except ValueError:  # nobody is told, but the run goes on
        return channel, Notify()


def _serial(folder: RunFolder) -> str | None:
    """The serial number of the run's instrument; ``None`` where it cannot be read."""
    try:
        with RunReader(folder.run_file) as run:
            return recorded_serial(run)
    except RecordError:
        return None
