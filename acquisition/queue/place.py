"""Where queues lie: a folder for each channel of a bench, with one file that says it all.

``<data>/queue/A1/queue.json`` is the queue: replaced whole, by one process at a time, which holds
the lock beside it. The folder is named after the channel; a channel of the same name of another
bench gets ``A1_2``. ``<data>/queue/A1/A1-7/`` holds the copies of the files that job 7 names.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from ..json_files import read_json, write_json
from .state import QueueError, QueueState

_FOLDER: Final = "queue"
_LOCK_PATIENCE_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Queue:
    """The place of one channel's queue."""

    path: Path

    @property
    def key(self) -> str:
        """Its name: the channel's, if no other bench of this data folder has one of that name."""
        return self.path.name

    @property
    def data_dir(self) -> Path:
        """The folder of runs that it belongs to."""
        return self.path.parents[1]

    def job_folder(self, job_id: str) -> Path:
        """Where the copies of a job's files lie."""
        return self.path / job_id

    def look(self) -> QueueState:
        """Read the queue as it is now, without waiting for anybody. Raises ``QueueError``."""
        file = self.path / "queue.json"
        try:
            stored = read_json(file)
            if stored is None:
                raise QueueError(f"{file}: there is no queue")
            return QueueState.from_json(stored)
        except (KeyError, TypeError) as error:
            raise QueueError(f"{file}: not a queue: {error}") from None

    def save(self, state: QueueState) -> None:
        """Replace the queue. Only with the lock held."""
        write_json(self.path / "queue.json", state.as_json())

    @contextmanager
    def locked(self) -> Iterator[QueueState]:
        """Read the queue while nobody else can change it.

        Raises ``QueueError`` if another process keeps it to itself for too long.
        """
        with _lock(self.path / "queue.lock"):
            yield self.look()


def all_queues(data_dir: Path) -> list[Queue]:
    """Every queue of a data folder, by name."""
    files = sorted((data_dir.resolve() / _FOLDER).glob("*/queue.json"))
    return [Queue(file.parent) for file in files]


def find_queue(data_dir: Path, bench: Path, channel: str) -> Queue | None:
    """The queue of a channel of a bench, if it ever had one."""
    for queue in all_queues(data_dir):
        state = queue.look()
        if (state.channel, state.bench) == (channel, str(bench.resolve())):
            return queue
    return None


def queue_of(data_dir: Path, bench: Path, channel: str) -> Queue:
    """The queue of a channel of a bench; an empty one is made if it never had one."""
    folder = data_dir.resolve() / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder / "queues.lock"):
        found = find_queue(data_dir, bench, channel)
        if found is not None:
            return found
        queue = Queue(_new_folder(folder, channel))
        queue.save(QueueState(channel=channel, bench=str(bench.resolve())))
        return queue


def named_queue(data_dir: Path, name: str, bench: Path | None = None) -> Queue:
    """The queue that a person means by a channel's name, or by the queue's own.

    Raises ``QueueError`` if there is none, or more than one bench has such a channel.
    """
    queues = all_queues(data_dir)
    states = {queue: queue.look() for queue in queues}
    if bench is not None:
        queues = [queue for queue in queues if states[queue].bench == str(bench.resolve())]
    matches = [queue for queue in queues if name in (queue.key, states[queue].channel)]
    matches = [queue for queue in matches if queue.key == name] or matches
    if len(matches) == 1:
        return matches[0]
    if matches:
        told = ", ".join(f"{queue.key} of {states[queue].bench}" for queue in matches)
        raise QueueError(f"more than one bench has a channel {name}: name the bench too ({told})")
    known = ", ".join(queue.key for queue in queues) or "no queue at all"
    raise QueueError(f"no channel {name!r} has a queue in {data_dir}; there is: {known}")


def queue_with(data_dir: Path, job_id: str) -> Queue:
    """The queue in which a job waits or is being started. Raises ``QueueError``."""
    known = []
    for queue in all_queues(data_dir):
        state = queue.look()
        jobs = [job.id for job in state.waiting] + ([state.taken.job.id] if state.taken else [])
        if job_id in jobs:
            return queue
        known += jobs
    told = ", ".join(known) or "nothing"
    raise QueueError(f"{job_id!r} does not wait in {data_dir}; there is: {told}")


def _new_folder(folder: Path, channel: str) -> Path:
    name = re.sub(r"[^\w.]+", "-", channel).strip("-.") or "unnamed"
    for number in count(1):
        path = folder / (name if number == 1 else f"{name}_{number}")
        try:
            path.mkdir()
        except FileExistsError:
            if (path / "queue.json").exists() or any(path.iterdir()):
                continue
        return path  # new, or left empty by a process that died
    raise AssertionError("count is endless")


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Hold a lock that the operating system gives back when this process dies."""
    try:
        with FileLock(path, timeout=_LOCK_PATIENCE_S):
            yield
    except Timeout:
        raise QueueError(f"another process has kept {path} for {_LOCK_PATIENCE_S:g} s") from None
