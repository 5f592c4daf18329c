"""The two processes behind a run: a supervisor that waits, and the worker that measures.

Here the rooms are wired together: the plan of the protocol gets the judge of the analysis.
"""

import importlib.metadata
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ..acquisition.files.bench import ChannelSpec, load_bench, open_device
from ..acquisition.files.protocols import build_plan
from ..acquisition.gate import gate_of
from ..acquisition.job import Job, read_job
from ..acquisition.lease import channel_lease
from ..acquisition.notify.settings import Notify
from ..acquisition.notify.waiting import reminded
from ..acquisition.preflight import preflight
from ..acquisition.processes import boot_id
from ..acquisition.queue.claim import accept
from ..acquisition.record.errors import RecordError
from ..acquisition.record.reader import RunReader
from ..acquisition.record.rows import RunHeader
from ..acquisition.recovery.order import read_order
from ..acquisition.recovery.rejoin import channel_of, meet, recorded_serial
from ..acquisition.run_folder import RunFolder
from ..acquisition.supervisor import supervise as supervise_worker
from ..acquisition.worker_process import NEVER_BEGAN, Assembly, worker_main
from ..drivers.clock import SystemClock
from .after_run import after_run
from .judging import judge_of

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


def assemble(job: Job) -> Assembly:
    """Make a run out of a job. Raises ``FileError`` or ``PreflightError``; touches nothing."""
    checked = preflight(Path(job.protocol), Path(job.bench), job.channel, Path(job.cell))
    checked.raise_problems()
    channel, cell = checked.channel, checked.cell
    header = RunHeader(
        run_id=job.run_id,
        created_utc=datetime.now(UTC).isoformat(timespec="seconds"),
        channel=channel.name,
        software_version=importlib.metadata.version("solidcell"),
        cell=cell.as_json(),
        cell_text=cell.text,
        protocol=checked.protocol.as_json(),
        protocol_text=checked.protocol.text,
        bench=channel.as_json(),
        bench_text=checked.bench.text,
        clock_speed=channel.clock_speed,
        host=platform.node(),
        boot_id=boot_id(),
        operator=job.operator,
    )
    clock = SystemClock(channel.clock_speed)
    return Assembly(
        header=header,
        plan=build_plan(checked.protocol, cell, judge_of(cell)),
        clock=clock,
        limits=checked.limits,
        lease_names=lease_names(str(job.options.get("bench_file", checked.bench.file)), channel),
        open_device=lambda: open_device(channel, clock),
        planned=tuple(planned.segment for planned in checked.preview.segments),
        gate=gate_of(job),
    )


def lease_names(bench_file: str, channel: ChannelSpec) -> tuple[str, ...]:
    """Return what only one process may hold: the channel of this bench, and the instrument.

    ``bench_file`` is the bench as a person names it, whatever copy of it was read.
    """
    return (channel_lease(channel.name, str(Path(bench_file).resolve())), channel.address)
