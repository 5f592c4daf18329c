"""What is known of a run from its folder: whether it lives, how it ended, how to stop it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from .control.stop import StopFile, StopKind
from .json_files import read_json
from .processes import ProcessId
from .record.errors import RecordError
from .record.last_words import read_last_words
from .record.reader import RunReader
from .record.rows import Event
from .run_folder import RunFolder


class RunStateName(StrEnum):
    """Where a run stands: one of these before its end, or the reason of its end."""

    RUNNING = "running"
    PAUSED = "paused"
    RECOVERING = "recovering"
    DEAD = "dead"
    UNREADABLE = "unreadable"
    COMPLETED = "completed"
    STOPPED = "stopped"
    EMERGENCY_STOP = "emergency_stop"
    LIMIT_TRIPPED = "limit_tripped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


_OBEYS: Final = frozenset(
    {
        RunStateName.RUNNING,
        RunStateName.PAUSED,
        RunStateName.RECOVERING,
        RunStateName.STOPPED,
        RunStateName.EMERGENCY_STOP,
        RunStateName.UNREADABLE,
    }
)
"""States of a living run that was just asked to stop: it did, it will, or nothing is known."""


class StopRefusedError(Exception):
    """There is nothing left to stop. Says how the run ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """Where a run stands. ``safe`` is whether its cell is known to be open."""

    run_id: str
    run_file: Path
    state: RunStateName
    detail: str
    elapsed_s: float
    safe: bool
    channel: str
    created_utc: str
    pid: int | None = None


def run_state(run_file: Path) -> RunState:
    """Look at one run. Raises ``NotARunFileError`` if there is none."""
    folder = RunFolder.of(run_file)
    worker, supervisor = processes_of(folder)  # first: what the dead leave behind is complete
    with RunReader(run_file) as run:
        end = run.end()
        safe = run.is_safe()
        pause = run.pause()
        elapsed_s = run.last_elapsed_s()
        header = run.header
    told = read_last_words(run_file)
    if told is not None:  # the run file could not take its end, whatever can be seen in it
        state, detail = RunStateName(told.reason), told.detail
        safe = safe or told.safe
    elif end is not None:
        state, detail = RunStateName(end.body["reason"]), str(end.body["detail"])
    elif worker is not None and worker.is_alive():
        state, detail = RunStateName.RUNNING, ""
        if pause is not None:
            state, detail = RunStateName.PAUSED, _paused(pause)
            safe = pause.body["mode"] == "open"
    elif supervisor is not None and supervisor.is_alive():
        state, detail = RunStateName.RECOVERING, "the worker is gone; the cell is being opened"
    else:
        state = RunStateName.DEAD
        detail = "the worker and its supervisor are gone; the output is unknown"
    return RunState(
        run_id=header.run_id,
        run_file=run_file,
        state=state,
        detail=detail,
        elapsed_s=elapsed_s,
        safe=safe,
        channel=header.channel,
        created_utc=header.created_utc,
        pid=worker.pid if worker is not None else None,
    )


def list_runs(data_dir: Path) -> list[RunState]:
    """Every run in a data folder, the newest first; a damaged one is listed as ``unreadable``."""
    files = sorted(data_dir.glob("*/*.run.sqlite"), key=lambda file: file.name, reverse=True)
    return [state_of_any(file) for file in files]


def find_run(name: str, data_dir: Path) -> Path:
    """The run file that ``name`` means: a path of the file or its folder, a run's name, or the
    only name it begins.

    Raises ``FileNotFoundError`` naming what there is.
    """
    if name.endswith(".run.sqlite") and Path(name).is_file():
        return Path(name)
    if name and RunFolder(Path(name)).run_file.is_file():
        return RunFolder(Path(name)).run_file
    names = sorted(file.parent.name for file in data_dir.glob("*/*.run.sqlite"))
    matches = [run for run in names if run == name] or [
        run for run in names if name and run.startswith(name)
    ]
    if len(matches) == 1:
        return RunFolder(data_dir / matches[0]).run_file
    known = ", ".join((matches or names)[-5:]) or "no run at all"
    problem = "means more than one run" if matches else "is no run"
    raise FileNotFoundError(f"{name!r} {problem} in {data_dir}; there is: {known}")


def request_stop(run_file: Path, who: str, *, emergency: bool = False) -> None:
    """Ask a run to end and open its cell: obeyed within 0.1 s, an emergency stop within 2 s even
    if the worker hangs. The request is made before any database is looked at.

    Raises ``StopRefusedError`` if the run had ended, or nobody is left who could obey.
    """
    folder = RunFolder.of(run_file)
    kind = StopKind.EMERGENCY_STOP if emergency else StopKind.STOP
    alive = any(process is not None and process.is_alive() for process in processes_of(folder))
    if alive:
        StopFile(folder.stop_file).ask(kind, who)
    state = state_of_any(run_file)
    if not alive or state.state not in _OBEYS:
        raise StopRefusedError(f"{state.run_id} is {state.state}: {state.detail}")


def processes_of(folder: RunFolder) -> tuple[ProcessId | None, ProcessId | None]:
    """The worker and its supervisor, as far as they are known."""
    try:
        stored = read_json(folder.worker_file) or {}
        worker, supervisor = stored.get("worker"), stored.get("supervisor")
        return (
            ProcessId.from_json(worker) if worker else None,
            ProcessId.from_json(supervisor) if supervisor else None,
        )
    except (ValueError, KeyError):
        return None, None


def _paused(pause: Event) -> str:
    cell = "the cell is open" if pause.body["mode"] == "open" else "the cell rests at 0 A"
    return f"by {pause.body['by']}; {cell}"


def state_of_any(run_file: Path) -> RunState:
    """Look at one run; a file that cannot be read is a run in the state ``unreadable``."""
    try:
        return run_state(run_file)
    except RecordError as error:
        told = read_last_words(run_file)
        return RunState(
            run_id=run_file.name.removesuffix(".run.sqlite"),
            run_file=run_file,
            state=RunStateName(told.reason) if told else RunStateName.UNREADABLE,
            detail=told.detail if told else str(error),
            elapsed_s=told.elapsed_s if told else 0.0,
            safe=told is not None and told.safe,
            channel="",
            created_utc="",
        )
