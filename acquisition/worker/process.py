"""The life of a worker process: lease, instrument, run file, plan, and an exit code that tells."""

import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TypeAlias

from ...drivers.capabilities import SegmentDevice
from ...drivers.clock import Clock
from ...drivers.errors import DriverError
from ...drivers.segments import LastingSegment
from ..control.stop import StopFile
from ..json_files import write_json
from ..lease import LeaseTakenError, take_lease
from ..limits.limits import Limits
from ..plans.plan import Plan
from ..record.errors import RecordError
from ..record.rows import RunHeader
from ..record.writer import RunWriter
from ..recovery.going_on import commands_of, go_on
from ..recovery.order import ResumeOrder, read_order
from ..recovery.resumed import Resumed
from ..run_folder import RunFolder
from ..starting.gate import Gate
from ..starting.job import Job, read_job
from ..supervision.exit_codes import ENDED_CLEAN, ENDED_UNCLEAN, NEVER_BEGAN
from ..supervision.heartbeat import heartbeat_file
from .run_channel import run_channel
from .surroundings import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """Everything that a job was made into. Nothing has been opened or touched.

    ``lease_names`` are what no other worker may have meanwhile: the channel and the addresses.
    ``planned`` are the segments of the plan on a healthy cell. At the ``gate`` the worker waits for
    others, if there is one. ``open_surroundings`` is what stands around the cell.
    """

    header: RunHeader
    plan: Plan
    clock: Clock
    limits: Limits
    lease_names: tuple[str, ...]
    open_device: Callable[[], SegmentDevice]
    planned: tuple[LastingSegment, ...] = ()
    gate: Gate | None = None
    open_surroundings: Callable[[], AbstractContextManager[Surroundings]] | None = None


AssembleAgain: TypeAlias = Callable[[RunFolder, ResumeOrder], Assembly]
"""Makes a run out of what its folder has, to go on with it. Touches nothing."""


def worker_main(
    job_file: Path,
    assemble: Callable[[Job], Assembly],
    assemble_again: AssembleAgain | None = None,
    *,
    leases: Path | None = None,
) -> int:
    """Carry out the job in ``job_file``; return the exit code of this process.

    ``assemble`` reads and checks the job's files; what it raises as ``ValueError`` or ``OSError``,
    a lease that is taken, or an instrument that does not answer, ends the process before the run
    file exists, with one line in the run folder's ``failed.json``.

    With an order to go on with a run that broke off, ``assemble_again`` makes the same of what is
    in its run file; what goes wrong before the run goes on is one line in ``failed.json``, too.
    """
    signal.signal(signal.SIGTERM, _end_this_process)
    folder = RunFolder(job_file.resolve().parent)
    with ExitStack() as held:
        try:
            order = None if assemble_again is None else read_order(folder)
            if order is None or assemble_again is None:
                assembly = assemble(read_job(job_file))
            else:
                assembly = assemble_again(folder, order)
            lease = take_lease(assembly.lease_names, folder.run_id, folder=leases)
            held.enter_context(lease)
            write_json(folder.lease_file, {"names": list(assembly.lease_names)})
            device = assembly.open_device()
            held.callback(device.close)
            writer, resumed = _record(folder, assembly, device, order)
        except (DriverError, LeaseTakenError, RecordError, ValueError, OSError) as error:
            write_json(folder.failure_file, {"error": str(error) or type(error).__name__})
            return NEVER_BEGAN
        return _run(assembly, device, writer, StopFile(folder.stop_file), resumed)


def _record(
    folder: RunFolder, assembly: Assembly, device: SegmentDevice, order: ResumeOrder | None
) -> tuple[RunWriter, Resumed | None]:
    """Begin a record, or go on with one; raises what is in the way of that."""
    if order is None:
        return RunWriter.create(folder.run_file, assembly.header), None
    ready = go_on(folder, order, assembly.plan, device)
    folder.resume_file.unlink(missing_ok=True)
    return ready


def _run(
    assembly: Assembly,
    device: SegmentDevice,
    writer: RunWriter,
    stop: StopFile,
    resumed: Resumed | None,
) -> int:
    around = assembly.open_surroundings or (lambda: nullcontext(Surroundings(assembly.clock)))
    try:
        with writer, around() as surroundings:
            end = run_channel(
                assembly.plan,
                device,
                writer,
                assembly.clock,
                assembly.limits,
                stop,
                surroundings=surroundings,
                planned=assembly.planned,
                commands=commands_of(RunFolder.of(writer.path)),
                resumed=resumed,
                heartbeat=heartbeat_file(),
                gate=assembly.gate,
            )
    except RecordError as error:
        with suppress(OSError):  # the log may be on the disk that has failed
            sys.stderr.write(f"{error}\n")
        return ENDED_UNCLEAN
    return ENDED_CLEAN if end.safe and end.recorded else ENDED_UNCLEAN


def _end_this_process(number: int, frame: FrameType | None) -> None:
    """Let every ``finally`` do its work: the cell is opened on the way out."""
    del frame
    raise SystemExit(128 + number)
