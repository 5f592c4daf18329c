"""What a person may ask of queues: queue a run, look, strike out, move, hold, release."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..processes import user_name
from ..run_folder import RunFolder
from ..starting.start import SUPERVISOR_COMMAND, StartedRun, StartError, default_data_dir
from . import state as states
from .advance import advance, busy_with, now_utc, settled
from .copies import copy_files, drop_copies
from .outcome import GOOD, end_of
from .place import Queue, all_queues, named_queue, queue_of, queue_with
from .state import Held, QueuedJob, QueueState


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedRun:
    """A job in a queue. ``place`` is 1 for the next to start, 0 for one that is being started."""

    id: str
    queue: str
    channel: str
    place: int
    protocol: str
    bench: str
    cell: str
    operator: str
    who: str
    utc: str
    run_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelQueue:
    """The queue of one channel. ``current`` is the run whose end it waits for.

    ``held`` says why nothing is started until somebody releases it; ``note`` what else keeps it.
    """

    key: str
    channel: str
    bench: str
    held: Held | None
    current: str | None
    note: str
    jobs: tuple[QueuedRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enqueued:
    """What came of queueing a run: it was started, or it waits at ``place``, or why it is held."""

    id: str
    queue: str
    place: int
    started: StartedRun | None
    held: str


def enqueue(
    *,
    protocol: Path,
    bench: Path,
    cell: Path,
    channel: str,
    data_dir: Path | None = None,
    operator: str | None = None,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    leases: Path | None = None,
) -> Enqueued:
    """Queue a run behind all others of its channel; it starts at once if the channel is free.

    The three files are checked now, copied, and never looked at again: the run uses the copies.
    Raises ``FileError`` or ``PreflightError`` with all that is wrong, and queues nothing then.
    """
    from ..preview.preflight import preflight

    preflight(protocol, bench, channel, cell).raise_problems()
    queue = queue_of(data_dir or default_data_dir(), bench, channel)
    with queue.locked() as state:
        job = QueuedJob(
            id=f"{queue.key}-{state.next_number}",
            protocol=str(protocol.resolve()),
            bench=state.bench,
            cell=str(cell.resolve()),
            operator=operator or user_name(),
            who=user_name(),
            utc=now_utc(),
        )
        folder = queue.job_folder(job.id)
        drop_copies(folder)  # of a process that died while it queued this very number
        copy_files(folder, protocol=protocol, bench=bench, cell=cell)
        queue.save(states.add(state, job))
    return _gone_on(queue, job, command, leases)


def _gone_on(queue: Queue, job: QueuedJob, command: Sequence[str], leases: Path | None) -> Enqueued:
    try:
        started = advance(queue, command=command, leases=leases)
    except StartError:  # the queue is held for it, and says so
        started = None
    state = queue.look()
    places = {each.id: place for place, each in enumerate(state.waiting, start=1)}
    return Enqueued(
        id=job.id,
        queue=queue.key,
        place=places.get(job.id, 0),
        started=started if job.id not in places else None,
        held=state.held.reason if state.held else "",
    )


def queues(data_dir: Path | None = None) -> list[ChannelQueue]:
    """Every queue of a data folder as it is now; nothing is started by looking."""
    return [_view(queue) for queue in all_queues(data_dir or default_data_dir())]


def queued(data_dir: Path | None = None) -> list[QueuedRun]:
    """Every run that waits or is being started, queue by queue, the next of each first."""
    return [job for queue in queues(data_dir) for job in queue.jobs]


def remove_queued(job_id: str, *, data_dir: Path | None = None) -> QueuedRun:
    """Strike a waiting job out. Raises ``QueueError`` if it does not wait."""
    queue = queue_with(data_dir or default_data_dir(), job_id)
    with queue.locked() as state:
        place = states.place_of(state, job_id)
        queue.save(states.remove(state, job_id))
    drop_copies(queue.job_folder(job_id))
    return _as_queued(queue, state, state.waiting[place - 1], place)


def move_queued(job_id: str, to: int, *, data_dir: Path | None = None) -> None:
    """Put a waiting job at place ``to`` of its queue, 1 being the next. Raises ``QueueError``."""
    queue = queue_with(data_dir or default_data_dir(), job_id)
    with queue.locked() as state:
        queue.save(states.move(state, job_id, to))


def hold_queue(
    channel: str,
    reason: str = "",
    *,
    who: str | None = None,
    bench: Path | None = None,
    data_dir: Path | None = None,
) -> None:
    """Start nothing on a channel until it is released; a run under way is not touched."""
    queue = named_queue(data_dir or default_data_dir(), channel, bench)
    hold(queue, reason, who or user_name())


def hold(queue: Queue, reason: str, who: str) -> None:
    """Hold a queue for a person."""
    said = f"held by {who}" + (f": {reason}" * bool(reason))
    with queue.locked() as state:
        queue.save(states.hold(state, Held(reason=said, who=who, utc=now_utc())))


def release_queue(
    channel: str,
    *,
    bench: Path | None = None,
    data_dir: Path | None = None,
    command: Sequence[str] = SUPERVISOR_COMMAND,
    leases: Path | None = None,
) -> StartedRun | None:
    """Let a queue go on, whatever held it; return the run that began by it, if one did.

    Raises ``StartError`` if the next run did not begin: the queue is held again.
    """
    queue = named_queue(data_dir or default_data_dir(), channel, bench)
    with queue.locked() as state:
        queue.save(states.release(settled(queue, state, leases)))
    return advance(queue, command=command, leases=leases)


def _view(queue: Queue) -> ChannelQueue:
    state = queue.look()
    starting = [_as_queued(queue, state, state.taken.job, 0)] if state.taken else []
    waiting = [_as_queued(queue, state, job, n) for n, job in enumerate(state.waiting, start=1)]
    return ChannelQueue(
        key=queue.key,
        channel=state.channel,
        bench=state.bench,
        held=state.held,
        current=state.current,
        note=_note(queue, state),
        jobs=(*starting, *waiting),
    )


def _note(queue: Queue, state: QueueState) -> str:
    """Why the first job waits, where neither a hold nor a run of this folder explains it."""
    if state.held or state.taken or not state.waiting:
        return ""
    if state.current is None:
        other = busy_with(state)
        return f"the channel is taken by {other}" if other else "nothing keeps it; release it"
    end = end_of(RunFolder(queue.data_dir / state.current))
    if end is None:
        return ""
    end = f"{state.current} was completed" if end == GOOD else end
    return f"{end}, and its supervisor is gone; release the queue to go on"


def _as_queued(queue: Queue, state: QueueState, job: QueuedJob, place: int) -> QueuedRun:
    run_id = state.taken.run_id if state.taken and place == 0 else None
    return QueuedRun(
        id=job.id,
        queue=queue.key,
        channel=state.channel,
        place=place,
        protocol=job.protocol,
        bench=job.bench,
        cell=job.cell,
        operator=job.operator,
        who=job.who,
        utc=job.utc,
        run_id=run_id,
    )
