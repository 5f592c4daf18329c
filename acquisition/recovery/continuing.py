"""Going on with a run that broke off, in processes of its own, as when it was started."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ...drivers.clock import SystemClock
from ..control.stop import StopFile, StopKind
from ..json_files import read_json
from ..processes import ProcessId
from ..record.reader import RunReader
from ..run_folder import RunFolder
from ..starting.start import START_TIMEOUT_S, SUPERVISOR_COMMAND, StartedRun, StartError, launch
from .closing import RecoveryRefusedError, give_up
from .interrupted import look_at
from .order import ResumeOrder, write_order
from .policy import AfterInterruption

_LOOK_EVERY_S: Final = 0.05
_REPLAYED_PER_S: Final = 10_000
"""Rows that a loaded machine replays in a second."""


def continue_run(
    run_file: Path,
    who: str,
    policy: AfterInterruption | None = None,
    *,
    address: str | None = None,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    timeout_s: float | None = None,
) -> StartedRun | None:
    """Do with a run that broke off what ``policy`` says, by default its own.

    ``CONTINUE`` goes on where it broke off, ``ASK`` stays paused with the cell open until somebody
    resumes it; both return once the run is under way again. ``ABORT`` opens the cell and ends the
    run for good; ``None`` is returned. A request to stop that nobody obeyed is set aside.
    ``timeout_s`` is by default as long as a new run has, and more for a long record.

    Raises ``RecoveryRefusedError`` if the run may not go on, and ``StartError`` with the worker's
    own line if it could not.
    """
    found = look_at(run_file)
    policy = policy or found.policy
    if policy is AfterInterruption.ABORT:
        give_up(run_file, who, address=address)
        return None
    if not found.may_continue:
        raise RecoveryRefusedError(f"{found.run_id} cannot be gone on with: {found.why_not}")
    folder = RunFolder.of(run_file)
    _clear(folder)
    write_order(folder, ResumeOrder(who=who, policy=policy, address=address))
    with RunReader(run_file) as run:
        last_seq = run.last_seq()
    patience_s = START_TIMEOUT_S + last_seq / _REPLAYED_PER_S if timeout_s is None else timeout_s
    return _wait(folder, launch(folder, command), last_seq, patience_s)


def _clear(folder: RunFolder) -> None:
    """Remove what was meant for the processes that are gone."""
    folder.failure_file.unlink(missing_ok=True)
    StopFile(folder.stop_file).take_back()


def _wait(folder: RunFolder, supervisor: ProcessId, last_seq: int, timeout_s: float) -> StartedRun:
    clock = SystemClock()
    while clock.now_s() < timeout_s:
        lives = supervisor.is_alive()  # asked first: what it leaves behind is complete then
        failure = read_json(folder.failure_file)
        if failure is not None:
            raise StartError(str(failure["error"]))
        if _has_resumed(folder, last_seq):
            worker = (read_json(folder.worker_file) or {}).get("worker") or {}
            return StartedRun(
                run_id=folder.run_id, run_file=folder.run_file, pid=int(worker.get("pid", 0))
            )
        if not lives:
            raise StartError(f"{folder.run_id}: its processes ended at once; see {folder.log_file}")
        clock.sleep_until(clock.now_s() + _LOOK_EVERY_S)
    StopFile(folder.stop_file).ask(StopKind.EMERGENCY_STOP, "continue_run")
    raise StartError(f"{folder.run_id} did not go on within {timeout_s:g} s; it was asked to stop")


def _has_resumed(folder: RunFolder, last_seq: int) -> bool:
    with RunReader(folder.run_file) as run:
        return bool(run.events(last_seq, kind="run_resumed"))
