"""Ending everything that runs on a bench, and seeing that nothing begins in its stead."""

from contextlib import suppress
from pathlib import Path

from ..queue.commands import hold
from ..queue.place import all_queues
from ..queue.state import QueueError
from ..run_folder import RunFolder
from ..runs import RunStateName, processes_of, state_of_any
from .stop import StopFile, StopKind

_TO_END = frozenset(
    {
        RunStateName.RUNNING,
        RunStateName.PAUSED,
        RunStateName.RECOVERING,
        RunStateName.STOPPED,
        RunStateName.EMERGENCY_STOP,
        RunStateName.UNREADABLE,
    }
)


def stop_everything(data_dir: Path, who: str, *, emergency: bool = False) -> list[str]:
    """Ask every run of a data folder that is under way, or being started, to end.

    All requests are made before any database is looked at. Then every queue is held, and what
    began meanwhile is asked, too. Returns the names of the runs that obey, or will.
    """
    kind = StopKind.EMERGENCY_STOP if emergency else StopKind.STOP
    asked = _ask_all(data_dir, kind, who)
    for queue in all_queues(data_dir):
        with suppress(QueueError, OSError):  # the runs themselves come first, and have been asked
            hold(queue, "everything was stopped", who)
    asked += [folder for folder in _ask_all(data_dir, kind, who) if folder not in asked]
    return [folder.run_id for folder in asked if _obeys(folder)]


def living_runs(data_dir: Path) -> list[RunFolder]:
    """Every run of a data folder that has a living process or is being started, newest first.

    No database is looked at.
    """
    jobs = sorted(data_dir.resolve().glob("*/job.json"), reverse=True)
    return [folder for folder in map(RunFolder, (job.parent for job in jobs)) if _lives(folder)]


def _ask_all(data_dir: Path, kind: StopKind, who: str) -> list[RunFolder]:
    """Leave the request in every folder whose processes live, the newest first."""
    folders = living_runs(data_dir)
    for folder in folders:
        StopFile(folder.stop_file).ask(kind, who)
    return folders


def _lives(folder: RunFolder) -> bool:
    """Whether a process carries the run, or may be about to."""
    if not folder.worker_file.exists():
        return not folder.failure_file.exists() and not folder.run_file.exists()
    return any(process is not None and process.is_alive() for process in processes_of(folder))


def _obeys(folder: RunFolder) -> bool:
    if not folder.run_file.exists():
        return folder.worker_file.exists() and not folder.failure_file.exists()
    return state_of_any(folder.run_file).state in _TO_END
