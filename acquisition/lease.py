"""One instrument, one owner: no two workers ever drive the same channel or the same address."""

import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

import platformdirs
from filelock import FileLock, Timeout

from .json_files import read_json, write_json
from .processes import ProcessId, this_process


class LeaseTakenError(Exception):
    """Another worker has the channel or the instrument. Says which, and who."""


@dataclass(slots=True)
class Lease:
    """Channels and addresses held until ``release``, or until this object or its process dies."""

    names: tuple[str, ...]
    _locks: ExitStack = field(repr=False)

    def release(self) -> None:
        """Let the next one have them. May be called twice."""
        self._locks.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def lease_folder() -> Path:
    """Where the locks of this user's machine lie, whatever the data folder."""
    return platformdirs.user_state_path("solidcell") / "leases"


def channel_lease(channel: str, bench_file: str) -> str:
    """Return the name of the lease of a channel of a bench (its whole path)."""
    return f"channel {channel} of {bench_file}"


def holder_of(name: str, *, folder: Path | None = None) -> str | None:
    """Return the run that another living process took ``name`` for; the lock is not touched."""
    folder = lease_folder() if folder is None else folder
    try:
        stored = read_json(folder / f"{_file_name(name)}.json") or {}
        run_id, holder = str(stored["run_id"]), ProcessId.from_json(stored)
    except (KeyError, ValueError):
        return None
    return run_id if holder != this_process() and holder.is_alive() else None


def held_leases(*, folder: Path | None = None) -> dict[str, str]:
    """Return what other living processes hold, and the run of each; no lock is touched."""
    folder = lease_folder() if folder is None else folder
    held = {}
    for file in sorted(folder.glob("*.json")):
        try:
            name = str((read_json(file) or {})["name"])
        except (KeyError, ValueError):
            continue
        run_id = holder_of(name, folder=folder)
        if run_id is not None:
            held[name] = run_id
    return held


def take_lease(
    names: tuple[str, ...], run_id: str, *, folder: Path | None = None, timeout_s: float = 0.0
) -> Lease:
    """Take all of ``names`` (a channel, an address…) or none, waiting up to ``timeout_s``.

    The operating system lets go of a lock when its process dies, so a lease is never left over.
    Raises ``LeaseTakenError`` naming the run and the process that has it.
    """
    folder = lease_folder() if folder is None else folder
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as taken:
        for name in sorted(set(names)):
            taken.enter_context(_lock(name, run_id, folder, timeout_s))
        return Lease(names, taken.pop_all())


def _lock(name: str, run_id: str, folder: Path, timeout_s: float) -> ExitStack:
    path = folder / f"{_file_name(name)}.lock"
    holder = path.with_suffix(".json")
    held = ExitStack()
    try:
        held.enter_context(FileLock(path, timeout=timeout_s))
    except Timeout:
        raise LeaseTakenError(f"{name} is taken{_holder(holder)}") from None
    with ExitStack() as undone:
        undone.push(held)
        write_json(holder, {"name": name, "run_id": run_id, **this_process().as_json()})
        undone.pop_all()
    return held


def _holder(path: Path) -> str:
    try:
        stored = read_json(path) or {}
    except ValueError:
        stored = {}
    if "pid" not in stored:
        return " by another process"
    return f" by run {stored.get('run_id')}, process {stored['pid']}"


def _file_name(name: str) -> str:
    """A file name of its own for each name, readable by people.

    >>> _file_name("socket://127.0.0.1:5025")
    'socket-127.0.0.1-5025-7b6c6319'
    """
    readable = re.sub(r"[^\w.]+", "-", name).strip("-")[:60]
    return f"{readable}-{sha256(name.encode()).hexdigest()[:8]}"
