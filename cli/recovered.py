"""A run that broke off, made again from its run file: what it was made of may be edited since."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ..acquisition.files.cells import Cell, load_cell
from ..acquisition.files.protocols import Protocol, build_plan, load_protocol, run_limits
from ..acquisition.instruments.opening import open_device
from ..acquisition.json_files import read_json
from ..acquisition.record.reader import RunReader
from ..acquisition.record.rows import RunHeader
from ..acquisition.recovery.order import ResumeOrder
from ..acquisition.recovery.rejoin import channel_of
from ..acquisition.run_folder import RunFolder
from ..acquisition.starting.job import JobError, read_job
from ..acquisition.worker.around import surroundings_of
from ..acquisition.worker.process import Assembly
from ..drivers.clock import SystemClock
from .judging import judge_of


def assemble_again(folder: RunFolder, order: ResumeOrder) -> Assembly:
    """Make a run out of what its run file has.

    Raises ``ValueError`` if this program makes nothing of it, and ``RecordError``; touches nothing.
    """
    with RunReader(folder.run_file) as run:
        header, channel = run.header, channel_of(run, order.address)
    protocol, cell = _recorded_files(folder, header)
    clock = SystemClock(channel.clock_speed)
    held = (read_json(folder.lease_file) or {}).get("names", [])
    return Assembly(
        header=header,
        plan=build_plan(protocol, cell, judge_of(protocol, cell)),
        clock=clock,
        limits=run_limits(channel, protocol),
        lease_names=tuple(dict.fromkeys([*map(str, held), *channel.addresses])),
        open_device=lambda: open_device(channel, clock),
        open_surroundings=lambda: surroundings_of(channel, clock, header.run_id),
    )


def _recorded_files(folder: RunFolder, header: RunHeader) -> tuple[Protocol, Cell]:
    """Read protocol and cell as the run file has them, under the names that they had."""
    try:
        job = read_job(folder.job_file)
        names = Path(job.protocol).name, Path(job.cell).name
    except JobError:  # a run file by itself: JSON is read as YAML, too
        names = "protocol.yaml", "cell.yaml"
    with TemporaryDirectory() as passing:
        protocol, cell = Path(passing) / "protocol", Path(passing) / "cell"
        for place, name, text in (
            (protocol, names[0], header.protocol_text),
            (cell, names[1], header.cell_text),
        ):
            place.mkdir()
            (place / name).write_text(text, encoding="utf-8", newline="")
        return load_protocol(protocol / names[0]), load_cell(cell / names[1])
