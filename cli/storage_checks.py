"""What ``solidcell doctor`` asks of the disk and the database that will hold the runs."""

import os
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from ..acquisition.record.file_system import file_system_of
from ..acquisition.record.write_ahead import OLDEST_SQLITE
from .finding import Finding

_WAL_RESET_FIXED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""First SQLite of each kept line in which two simultaneous writers cannot corrupt a WAL."""

_QUICK_TRIES = 20
_THOROUGH_TRIES = 400
_SUSPICIOUS_MS = 0.2
_SLOW_MS = 50.0
_BYTES_A_ROW = 45
_LITTLE_BYTES = 1_000_000_000
_NOTHING_BYTES = 20_000_000


def storage_findings(folder: Path, *, thorough: bool) -> list[Finding]:
    """Look at the database and at the folder for runs, which is made if it is absent."""
    database = database_finding(sqlite3.sqlite_version_info)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [database, _file_system(folder), _room(folder), _flushes(folder, thorough)]
    except OSError as error:
        detail = f"{folder}: {error}; choose another folder with --data"
        return [database, Finding("disk", "problem", detail)]


def database_finding(version: tuple[int, ...]) -> Finding:
    """Judge a version of SQLite.

    >>> database_finding((3, 51, 3)).verdict, database_finding((3, 50, 7)).verdict
    ('ok', 'ok')
    >>> database_finding((3, 51, 2)).verdict, database_finding((3, 36, 0)).verdict
    ('note', 'problem')
    """
    name = f"SQLite {'.'.join(map(str, version))}"
    if version < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        detail = f"{name} is too old for a run file, which needs {needed}; use another Python"
        return Finding("database", "problem", detail)
    line_fix = next((fix for fix in _WAL_RESET_FIXED if fix[:2] == version[:2]), (3, 51, 3))
    if version >= line_fix:
        return Finding("database", "ok", name)
    detail = (
        f"{name} can corrupt a file that two connections write or checkpoint at once (fixed in "
        "3.51.3). A run file has one writing connection, its worker's, which alone checkpoints; "
        "so let no other program write to a run: open it with `sqlite3 -readonly`"
    )
    return Finding("database", "note", detail)


def _file_system(folder: Path) -> Finding:
    found = file_system_of(folder)
    if found.is_of_another_machine:
        detail = f"{folder} lies on {found.kind}, of another machine: no run will start there; "
        return Finding("folder", "problem", f"{detail}choose a local one with --data")
    if found.is_in_memory:
        detail = f"{folder} lies in memory ({found.kind}): a power cut takes every run with it"
        return Finding("folder", "note", detail)
    return Finding("folder", "ok", f"{folder} ({found.kind})")


def _room(folder: Path) -> Finding:
    free_bytes = shutil.disk_usage(folder).free
    days = free_bytes / (_BYTES_A_ROW * 10 * 86_400)
    detail = f"{free_bytes / 1e9:.3g} GB free: {days:.0f} days of one channel at 10 readings/s"
    if free_bytes < _NOTHING_BYTES:
        return Finding("room", "problem", f"{detail}; make room before a run")
    return Finding("room", "note" if free_bytes < _LITTLE_BYTES else "ok", detail)


def _flushes(folder: Path, thorough: bool) -> Finding:
    waits_ms = sorted(_flush_waits_ms(folder, _THOROUGH_TRIES if thorough else _QUICK_TRIES))
    typical_ms = statistics.median(waits_ms)
    detail = f"a flush takes {typical_ms:.2g} ms (median of {len(waits_ms)})"
    if thorough:
        p99_ms = waits_ms[int(len(waits_ms) * 0.99)]
        detail += f", 1 in 100 more than {p99_ms:.2g} ms, the longest {waits_ms[-1]:.2g} ms"
    if typical_ms < _SUSPICIOUS_MS:
        advice = (
            "faster than a consumer disk can be: it may keep data in memory that a power cut "
            "loses. Trust it only if it has power-loss protection, or put it on a UPS"
        )
        return Finding("disk", "note", f"{detail}; {advice}")
    if typical_ms > _SLOW_MS:
        return Finding("disk", "note", f"{detail}; slow: a row is shown that much later")
    return Finding("disk", "ok", detail)


def _flush_waits_ms(folder: Path, tries: int) -> list[float]:
    waits_ms = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(tries):
            file.write(os.urandom(4096))
            file.flush()
            began_s = time.perf_counter()
            _flush(file.fileno())
            waits_ms.append((time.perf_counter() - began_s) * 1e3)
    return waits_ms


def _flush(file: int) -> None:
    """As SQLite does for us: on macOS ``fsync`` alone does not reach the platter."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(file, fcntl.F_FULLFSYNC)
    else:
        os.fsync(file)
