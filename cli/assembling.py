"""What a worker needs to become a run: the plan of the protocol gets the judge of the analysis."""

import importlib.metadata
import platform
from datetime import UTC, datetime
from pathlib import Path

from ..acquisition.files.protocols import build_plan
from ..acquisition.instruments.channels import ChannelSpec
from ..acquisition.instruments.opening import open_device
from ..acquisition.lease import channel_lease
from ..acquisition.preview.preflight import preflight
from ..acquisition.processes import boot_id
from ..acquisition.record.rows import RunHeader
from ..acquisition.starting.gate import gate_of
from ..acquisition.starting.job import Job
from ..acquisition.worker.around import surroundings_of
from ..acquisition.worker.process import Assembly
from ..drivers.clock import SystemClock
from .judging import judge_of


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
        plan=build_plan(checked.protocol, cell, judge_of(checked.protocol, cell)),
        clock=clock,
        limits=checked.limits,
        lease_names=lease_names(str(job.options.get("bench_file", checked.bench.file)), channel),
        open_device=lambda: open_device(channel, clock),
        planned=tuple(planned.segment for planned in checked.preview.segments),
        gate=gate_of(job),
        open_surroundings=lambda: surroundings_of(channel, clock, job.run_id),
    )


def lease_names(bench_file: str, channel: ChannelSpec) -> tuple[str, ...]:
    """Return what only one process may hold: the channel of this bench, and its instruments.

    ``bench_file`` is the bench as a person names it, whatever copy of it was read.
    """
    return (channel_lease(channel.name, str(Path(bench_file).resolve())), *channel.addresses)
