"""The queues of the channels, in words. No widget here."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from ...acquisition.session import ChannelQueue, Enqueued, QueuedRun
from ..rows_model import Row

COLUMNS: Final = ("Ch.", "Next", "Cell", "Protocol", "Queued by", "Since")


@dataclass(frozen=True, slots=True)
class Picked:
    """A row of the table: a queue, and one of its jobs unless it is the row of the queue."""

    queue: ChannelQueue
    job: QueuedRun | None = None

    @property
    def can_rise(self) -> bool:
        """Whether the job can be moved forward."""
        return self.job is not None and self.job.place > 1

    @property
    def can_sink(self) -> bool:
        """Whether the job can be moved back."""
        waiting = [job for job in self.queue.jobs if job.place > 0]
        return self.job is not None and 0 < self.job.place < len(waiting)

    @property
    def can_go(self) -> bool:
        """Whether the job can be struck out: it waits, and is not being started."""
        return self.job is not None and self.job.place > 0


def rows_of(queues: list[ChannelQueue]) -> list[tuple[Row, Picked]]:
    """Each queue with what keeps it, and below it what waits in it."""
    rows = []
    for queue in queues:
        rows.append((_row_of_queue(queue), Picked(queue)))
        rows += [(_row_of_job(job), Picked(queue, job)) for job in queue.jobs]
    return rows


def state_of(queue: ChannelQueue) -> str:
    """What a queue does, or what keeps it."""
    if queue.held is not None:
        return f"‖ held: {queue.held.reason}"
    if queue.note:
        return f"⚠ {queue.note}"
    if not queue.jobs:
        return "empty"
    return f"waits for the end of {queue.current}" if queue.current else "starts the next at once"


def told_of(enqueued: Enqueued) -> str:
    """What came of queueing a run."""
    if enqueued.started is not None:
        return f"The channel was free: {enqueued.started.run_id} has begun"
    where = f"{enqueued.id} waits at place {enqueued.place}"
    return f"{where}; the queue is held: {enqueued.held}" if enqueued.held else where


def _row_of_queue(queue: ChannelQueue) -> Row:
    is_kept = queue.held is not None or bool(queue.note)
    return Row(
        texts=(queue.channel, "", state_of(queue), "", "", ""),
        key=queue.key,
        tip=f"{queue.bench}\n{state_of(queue)}",
        tone="warning" if is_kept else "accent",
    )


def _row_of_job(job: QueuedRun) -> Row:
    since = datetime.fromisoformat(job.utc).astimezone()
    place = "starts" if job.place == 0 else f"{job.place}."
    return Row(
        texts=(
            "",
            place,
            Path(job.cell).stem,
            Path(job.protocol).stem,
            job.who,
            f"{since:%m-%d %H:%M}",
        ),
        key=job.id,
        tip=f"{job.id}\n{job.cell}\n{job.protocol}",
        tone="accent" if job.place == 0 else "plain",
    )
