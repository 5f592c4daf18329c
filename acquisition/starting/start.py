"""Starting a run: a folder, a job in it, and a supervisor that belongs to nobody."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import platformdirs

from ...drivers.clock import SystemClock
from ..control.stop import StopFile, StopKind
from ..json_files import read_json
from ..processes import ProcessId, user_name
from ..record.errors import RecordError
from ..record.reader import RunReader
from ..run_folder import RunFolder
from .detached import spawn_detached
from .job import Job, write_job

SUPERVISOR_COMMAND: Final = (sys.executable, "-m", "solidcell", "_supervise")
START_TIMEOUT_S: Final = 60.0
_LOOK_EVERY_S: Final = 0.05


class StartError(Exception):
    """The run did not begin. One line, as the worker gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedRun:
    """A run that is under way in processes of its own; ``pid`` is the worker's."""

    run_id: str
    run_file: Path
    pid: int


def default_data_dir() -> Path:
    """``$SOLIDCELL_DATA``, or the folder for runs in the user's data folder."""
    chosen = os.environ.get("SOLIDCELL_DATA")
    return Path(chosen) if chosen else platformdirs.user_data_path("solidcell") / "runs"


def start_run(
    *,
    protocol: Path,
    bench: Path,
    cell: Path,
    channel: str,
    data_dir: Path | None = None,
    operator: str | None = None,
    options: Mapping[str, Any] | None = None,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    timeout_s: float = START_TIMEOUT_S,
) -> StartedRun:
    """Start a run in processes that outlive this one; return once the instrument has answered.

    ``command``, with the job file behind it, starts the supervisor. Raises ``StartError`` with
    the worker's own line if the files are wrong, the channel is taken or the instrument does not
    answer.
    """
    folder = prepare_run(
        protocol=protocol,
        bench=bench,
        cell=cell,
        channel=channel,
        data_dir=data_dir or default_data_dir(),
        operator=operator or user_name(),
        options=options or {},
    )
    return wait_for_start(folder, launch(folder, command), timeout_s)


def prepare_run(
    *,
    protocol: Path,
    bench: Path,
    cell: Path,
    channel: str,
    data_dir: Path,
    operator: str,
    options: Mapping[str, Any],
) -> RunFolder:
    """Make the folder of a new run, with its job in it; start nothing."""
    folder = RunFolder.create(data_dir.resolve(), channel, cell.stem, datetime.now())
    job = Job(
        run_id=folder.run_id,
        channel=channel,
        protocol=str(protocol.resolve()),
        bench=str(bench.resolve()),
        cell=str(cell.resolve()),
        operator=operator,
        options=dict(options),
    )
    write_job(folder.job_file, job)
    return folder


def launch(folder: RunFolder, command: Sequence[str] = SUPERVISOR_COMMAND) -> ProcessId:
    """Start the supervisor of a prepared run, in a process that belongs to nobody."""
    return spawn_detached([*command, str(folder.job_file)], folder.log_file)


def wait_for_start(folder: RunFolder, supervisor: ProcessId, timeout_s: float) -> StartedRun:
    """Return once the instrument of a launched run has answered.

    Raises ``StartError`` if it never will; after ``timeout_s`` it is asked to stop.
    """
    clock = SystemClock()
    while clock.now_s() < timeout_s:
        started = look_at_start(folder, supervisor)
        if started is not None:
            return started
        clock.sleep_until(clock.now_s() + _LOOK_EVERY_S)
    StopFile(folder.stop_file).ask(StopKind.EMERGENCY_STOP, "start_run")
    raise StartError(f"{folder.run_id} did not begin within {timeout_s:g} s; it was asked to stop")


def look_at_start(folder: RunFolder, supervisor: ProcessId) -> StartedRun | None:
    """Return the run if its instrument has answered, ``None`` if that may still come.

    Raises ``StartError`` if it never will.
    """
    lives = supervisor.is_alive()  # asked first: what it leaves behind is complete then
    _raise_failure(folder)
    worker = _worker_that_began(folder)
    if worker is not None:
        return StartedRun(run_id=folder.run_id, run_file=folder.run_file, pid=worker)
    if not lives:
        raise StartError(_last_words(folder.log_file))
    return None


def _raise_failure(folder: RunFolder) -> None:
    failure = read_json(folder.failure_file)
    if failure is not None:
        raise StartError(str(failure["error"]))


def _last_words(log_file: Path) -> str:
    said = log_file.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(said) if line.strip()), "it said nothing")
    return f"the supervisor ended before the run began: {last} ({log_file})"


def _worker_that_began(folder: RunFolder) -> int | None:
    """The pid of a worker whose instrument has answered; raises if it never will."""
    processes = read_json(folder.worker_file)
    if processes is None or not folder.run_file.exists():
        return None
    try:
        with RunReader(folder.run_file) as run:
            answered = bool(run.events(kind="instrument"))
            end = run.end()
    except RecordError:
        return None
    if end is not None and not answered:
        raise StartError(str(end.body["detail"]))
    return int((processes["worker"] or {}).get("pid", 0)) if answered else None
