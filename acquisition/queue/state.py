"""What a queue may go through, without files, clocks or processes.

A job waits, is taken by the process that starts its run, and leaves the queue once that run has
begun. A run that does not begin puts its job back in front and holds the queue; so does any end of
the run before it but a good one. A held queue starts nothing until a person releases it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self


class QueueError(ValueError):
    """It cannot be done with this queue. Says why, and what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """One run that waits: the files as the person named them, who wants it, and since when.

    ``id`` is the channel's queue and a number that is never given again; ``utc`` is ISO 8601.
    """

    id: str
    protocol: str
    bench: str
    cell: str
    operator: str
    who: str
    utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A job whose run is being started, and the process that does it (as ``ProcessId`` JSON)."""

    job: QueuedJob
    run_id: str
    by: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Why nothing is started, who said so, and since when (ISO 8601)."""

    reason: str
    who: str
    utc: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueState:
    """The queue of one channel of one bench.

    ``current`` is the run on the channel whose end the queue waits for.
    """

    channel: str
    bench: str
    next_number: int = 1
    waiting: tuple[QueuedJob, ...] = ()
    taken: Taken | None = None
    current: str | None = None
    held: Held | None = None

    @property
    def may_start(self) -> bool:
        """Whether the first job may be taken now."""
        return bool(self.waiting) and not (self.held or self.taken or self.current)

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Take what ``as_json`` gave. Raises ``KeyError`` or ``TypeError`` for anything else."""
        taken, held = stored["taken"], stored["held"]
        parts = {
            "waiting": tuple(QueuedJob(**job) for job in stored["waiting"]),
            "taken": Taken(**{**taken, "job": QueuedJob(**taken["job"])}) if taken else None,
            "held": Held(**held) if held else None,
        }
        return cls(**{**stored, **parts})


def add(state: QueueState, job: QueuedJob) -> QueueState:
    """Let a job wait behind all others."""
    return replace(state, waiting=(*state.waiting, job), next_number=state.next_number + 1)


def remove(state: QueueState, job_id: str) -> QueueState:
    """Strike a waiting job out. Raises ``QueueError`` if it does not wait."""
    place = place_of(state, job_id)
    return replace(state, waiting=state.waiting[: place - 1] + state.waiting[place:])


def move(state: QueueState, job_id: str, to: int) -> QueueState:
    """Put a waiting job at place ``to``, 1 being the next to start.

    Raises ``QueueError`` if it does not wait or there is no such place.
    """
    place = place_of(state, job_id)
    if not 1 <= to <= len(state.waiting):
        raise QueueError(f"place {to} is not allowed: the queue has 1 to {len(state.waiting)}")
    waiting = list(state.waiting)
    waiting.insert(to - 1, waiting.pop(place - 1))
    return replace(state, waiting=tuple(waiting))


def hold(state: QueueState, held: Held) -> QueueState:
    """Start nothing from now on; of several reasons all are kept."""
    before = state.held
    if before is None:
        return replace(state, held=held)
    if f"; {held.reason}; " in f"; {before.reason}; ":
        return state
    return replace(state, held=replace(before, reason=f"{before.reason}; {held.reason}"))


def release(state: QueueState) -> QueueState:
    """Let the queue go on."""
    return replace(state, held=None)


def wait_for(state: QueueState, run_id: str) -> QueueState:
    """Start nothing before the end of a run that is on the channel already."""
    return replace(state, current=run_id)


def take(state: QueueState, run_id: str, by: Mapping[str, Any]) -> QueueState:
    """Take the first job, to start it as ``run_id``. Raises ``QueueError`` if none may start."""
    if not state.may_start:
        raise QueueError(f"nothing may be started on channel {state.channel} now")
    first, *rest = state.waiting
    return replace(state, waiting=tuple(rest), taken=Taken(job=first, run_id=run_id, by=by))


def began(state: QueueState, run_id: str) -> QueueState:
    """Let the job of a run that has begun leave the queue; nothing if it is not the one taken."""
    if state.taken is None or state.taken.run_id != run_id:
        return state
    return replace(state, taken=None, current=run_id)


def hand_over(state: QueueState, by: Mapping[str, Any]) -> QueueState:
    """Let another process be the one that starts the job that was taken."""
    return state if state.taken is None else replace(state, taken=replace(state.taken, by=by))


def put_back(state: QueueState, run_id: str) -> QueueState:
    """Put the job of a run that did not begin in front; nothing if it is not the one taken."""
    if state.taken is None or state.taken.run_id != run_id:
        return state
    return replace(state, taken=None, waiting=(state.taken.job, *state.waiting))


def ended(state: QueueState, run_id: str) -> QueueState:
    """No longer wait for a run; nothing if it is not the one that was waited for."""
    return replace(state, current=None) if state.current == run_id else state


def place_of(state: QueueState, job_id: str) -> int:
    """Return the place of a waiting job, from 1. Raises ``QueueError`` if it does not wait."""
    if state.taken is not None and state.taken.job.id == job_id:
        raise QueueError(f"{job_id} waits no longer: it is being started as {state.taken.run_id}")
    for place, job in enumerate(state.waiting, start=1):
        if job.id == job_id:
            return place
    known = ", ".join(job.id for job in state.waiting) or "nothing"
    raise QueueError(f"{job_id!r} does not wait on channel {state.channel}; there is: {known}")
