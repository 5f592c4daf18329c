"""Which run files a data folder holds, and whether one of them changed since it was read."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

READS_VERSION: Final = 1
"""Raised whenever a file would be summarised differently: then each is read again."""
_SETTLED_S: Final = 2.0
_END: Final = ".run.sqlite"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """A run file and the sizes and times of all that its row in the catalogue is made of.

    ``path`` is relative to the data folder, with forward slashes. ``fingerprint`` is empty while
    the files are so young that they could change again without a difference in their times.
    """

    path: str
    fingerprint: str


def run_files(data_dir: Path, now_s: float | None = None) -> list[RunFile]:
    """Every run file of a data folder, by path. ``now_s`` is the wall clock's, in s.

    None if there is no such folder; what may not be read is left out.
    """
    now_ns = int((time.time() if now_s is None else now_s) * 1e9)
    found = [
        RunFile(path=f"{folder.name}/{name}", fingerprint=_fingerprint(folder.path, name, now_ns))
        for folder in _folders(data_dir)
        for name in _names(folder.path)
        if name.endswith(_END)
    ]
    return sorted(found, key=lambda file: file.path)


def seal_of(run_file: Path) -> Path:
    """Where the seal of a checked and hashed run stands."""
    return run_file.with_name(f"{run_file.name.removesuffix(_END)}.seal.json")


def result_of(run_file: Path) -> Path:
    """Where the result of a run's report stands."""
    return run_file.parent / "report" / "result.json"


def _folders(data_dir: Path) -> Iterator["os.DirEntry[str]"]:
    with suppress(OSError), os.scandir(data_dir) as entries:
        yield from (entry for entry in entries if entry.is_dir())


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208  ten thousand folders: a Path for each is slow
    except OSError:
        return []


def _fingerprint(folder: str, name: str, now_ns: int) -> str:
    stem = f"{folder}{os.sep}{name.removesuffix(_END)}"
    parts = (
        f"{stem}{_END}",
        f"{stem}{_END}-wal",
        f"{stem}.ended.json",
        f"{stem}.seal.json",
        f"{folder}{os.sep}report{os.sep}result.json",
    )
    seen = [_size_and_time(part) for part in parts]
    if any(time_ns > now_ns - _SETTLED_S * 1e9 for _, time_ns in seen):
        return ""
    return " ".join([str(READS_VERSION), *(f"{size}:{time_ns}" for size, time_ns in seen)])


def _size_and_time(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116  as above
    except OSError:
        return 0, 0
    # a reader leaves an empty log beside a finished run file: that is as good as none
    return (found.st_size, found.st_mtime_ns) if found.st_size else (0, 0)
