"""Letting a queue go on: look at what became of its runs, and start the next if it may.

Everybody who changes a queue, and the supervisor of every run that ends, calls ``advance``.
Whoever comes first does the work; for everybody after him there is nothing left to do.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from ..lease import channel_lease, holder_of
from ..processes import ProcessId, this_process
from ..run_folder import RunFolder
from ..starting.job import read_job
from ..starting.start import (
    START_TIMEOUT_S,
    SUPERVISOR_COMMAND,
    StartedRun,
    StartError,
    launch,
    wait_for_start,
)
from . import state as states
from .claim import withdraw
from .copies import drop_copies
from .outcome import GOOD, end_of, has_begun, supervisor_of
from .place import Queue, find_queue
from .preparing import prepared
from .state import Held, QueueState

_LOST_RACES: Final = 5


def advance(
    queue: Queue,
    *,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    timeout_s: float = START_TIMEOUT_S,
    leases: Path | None = None,
) -> StartedRun | None:
    """Start the first job that waits, if the channel is free and the queue is not held.

    Raises ``StartError`` if the run did not begin: its job is in front again, the queue held.
    """
    for _ in range(_LOST_RACES):
        with queue.locked() as state:
            state = settled(queue, state, leases)
            queue.save(state)
            if not state.may_start or busy_with(state, leases) is not None:
                return None
            folder = _take_first(queue, state)
        started = _start(queue, folder, command, timeout_s, leases)
        if started is not None:
            return started
    return None


def after_run(
    folder: RunFolder,
    *,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    leases: Path | None = None,
) -> str:
    """Let the queue of a run's channel go on, now that the run has ended; say what came of it.

    After a good end the next job is started, after any other the queue is held. For the
    supervisor, once the cell is open. A run that came from no queue holds none that is empty.
    """
    try:
        job = read_job(folder.job_file)
        bench = Path(str(job.options.get("bench_file", job.bench)))
        queue = find_queue(folder.path.parent, bench, job.channel)
        if queue is None:
            return ""
        with queue.locked() as state:
            idle = state.current is None and state.taken is None
            if idle and state.waiting and folder.run_file.exists():
                queue.save(states.wait_for(state, folder.run_id))
        started = advance(queue, command=command, leases=leases)
    except (StartError, ValueError, OSError) as error:
        return f"the next of the queue did not begin: {error}"
    return f"the next of the queue is {started.run_id}" if started else ""


def settled(queue: Queue, state: QueueState, leases: Path | None = None) -> QueueState:
    """Return the queue after what became of its runs meanwhile. Only with the lock held."""
    if state.taken is not None and not ProcessId.from_json(state.taken.by).is_alive():
        folder = _folder(queue, state.taken.run_id)
        if withdraw(folder):
            state = states.put_back(state, folder.run_id)
        else:
            state = _after_claim(queue, state, folder, leases)
    if state.current is None and state.taken is None:
        holder = busy_with(state, leases)
        if holder is not None and _may_run(_folder(queue, holder)):
            state = states.wait_for(state, holder)
    if state.current is not None:
        end = end_of(_folder(queue, state.current))
        if end is not None:
            state = states.ended(state, state.current)
            state = state if end == GOOD else held_by_machine(state, end)
    return state


def busy_with(state: QueueState, leases: Path | None = None) -> str | None:
    """Return the run that another process carries out on the channel, of whatever data folder."""
    return holder_of(channel_lease(state.channel, state.bench), folder=leases)


def held_by_machine(state: QueueState, reason: str) -> QueueState:
    """Hold a queue for what happened on its channel."""
    return states.hold(state, Held(reason=reason, who="solidcell", utc=now_utc()))


def now_utc() -> str:
    """Return the time of day, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _folder(queue: Queue, run_id: str) -> RunFolder:
    return RunFolder(queue.data_dir / run_id)


def _may_run(folder: RunFolder) -> bool:
    """Whether this is a run of this data folder, and not one that never began."""
    return folder.job_file.exists() and not folder.failure_file.exists()


def _take_first(queue: Queue, state: QueueState) -> RunFolder:
    try:
        folder = prepared(queue, state)
    except OSError as error:  # a full disk, or copies that somebody has removed
        reason = f"{state.waiting[0].id} could not be prepared: {error}"
        queue.save(held_by_machine(state, reason))
        raise StartError(reason) from error
    queue.save(states.take(state, folder.run_id, this_process().as_json()))
    return folder


def _start(
    queue: Queue,
    folder: RunFolder,
    command: Sequence[str],
    timeout_s: float,
    leases: Path | None,
) -> StartedRun | None:
    """Start the run of the job that was taken, and write down what came of it.

    ``None`` if another run was quicker to take the channel: the job waits for its end.
    """
    try:
        started = wait_for_start(folder, launch(folder, command), timeout_s)
    except (StartError, OSError) as error:
        if _note_failure(queue, folder, str(error), leases):
            return None
        raise StartError(str(error)) from error
    except BaseException:  # Ctrl+C, say: the run may begin all the same
        _note_failure(queue, folder, "its start was broken off", leases)
        raise
    with queue.locked() as state:
        if state.taken is not None and state.taken.run_id == folder.run_id:
            drop_copies(queue.job_folder(state.taken.job.id))
            queue.save(settled(queue, states.began(state, folder.run_id), leases))
    return started


def _note_failure(queue: Queue, folder: RunFolder, trouble: str, leases: Path | None) -> bool:
    """Write down why a run did not begin; return whether the channel was merely taken."""
    with queue.locked() as state:
        if state.taken is None or state.taken.run_id != folder.run_id:
            return False
        if withdraw(folder):
            state = held_by_machine(states.put_back(state, folder.run_id), trouble)
        else:
            state = _after_claim(queue, state, folder, leases)
        queue.save(settled(queue, state, leases))
        return state.may_start


def _after_claim(
    queue: Queue, state: QueueState, folder: RunFolder, leases: Path | None
) -> QueueState:
    """What became of the run of the job that was taken, once its supervisor has begun."""
    outcome = has_begun(folder)
    if outcome is True and state.taken is not None:
        drop_copies(queue.job_folder(state.taken.job.id))
        return states.began(state, folder.run_id)
    if outcome is False:
        return states.hand_over(state, supervisor_of(folder))
    state = states.put_back(state, folder.run_id)
    other = busy_with(state, leases) not in (None, folder.run_id)  # not its own worker, that ends
    return state if other else held_by_machine(state, str(outcome))
