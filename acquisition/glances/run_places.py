"""Which runs of a data folder a person means who asks how the channels are doing."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..json_files import read_json
from ..processes import ProcessId
from ..record.errors import RecordError
from ..record.reader import RunReader
from ..run_folder import RunFolder

_SETTLED_S: Final = 2.0
"""A folder so young may change once more without a difference in its time."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A run folder as it was at ``changed_ns``; ``lives`` is whether its processes did then."""

    changed_ns: int
    channel: str
    lives: bool


class RunPlaces:
    """The newest run of each channel, and whatever else still has a process.

    Only folders in which a file came or went are looked into again, so that ten thousand old runs
    cost a listing. A folder without a run file is none, or not yet.
    """

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._known: dict[str, _Known] = {}

    def find(self) -> dict[Path, str]:
        """The channel of each run that counts, by its run file; empty if there is no folder."""
        known: dict[str, _Known] = {}
        settled_ns = int((time.time() - _SETTLED_S) * 1e9)
        for name, changed_ns in _folders(self._data_dir):
            before = self._known.get(name)
            if before is not None and before.changed_ns == changed_ns < settled_ns:
                known[name] = before
                continue
            seen = _look(RunFolder(self._data_dir / name), changed_ns)
            if seen is not None:
                known[name] = seen
        self._known = known
        newest: dict[str, str] = {}
        for name in sorted(known, reverse=True):
            newest.setdefault(known[name].channel or name, name)
        chosen = {*newest.values(), *(name for name, seen in known.items() if seen.lives)}
        return {RunFolder(self._data_dir / name).run_file: known[name].channel for name in chosen}


def _folders(data_dir: Path) -> Iterator[tuple[str, int]]:
    with suppress(OSError), os.scandir(data_dir) as entries:
        for entry in entries:
            with suppress(OSError):  # gone meanwhile
                if entry.is_dir():
                    yield entry.name, entry.stat().st_mtime_ns


def _look(folder: RunFolder, changed_ns: int) -> _Known | None:
    if not folder.run_file.is_file():
        return None
    return _Known(changed_ns, _channel(folder), _has_a_process(folder))


def _channel(folder: RunFolder) -> str:
    """Empty if nothing tells."""
    with suppress(OSError, ValueError):
        job = read_json(folder.job_file)
        if job is not None and job.get("channel"):
            return str(job["channel"])
    try:
        with RunReader(folder.run_file) as run:
            return run.header.channel
    except (RecordError, OSError, ValueError):
        return ""


def _has_a_process(folder: RunFolder) -> bool:
    try:
        stored = read_json(folder.worker_file) or {}
        processes = [ProcessId.from_json(told) for told in stored.values() if told]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False
    return any(process.is_alive() for process in processes)
