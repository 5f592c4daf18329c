"""A run file as one plain file: no log beside it, and nobody may write to it."""

import hashlib
import sqlite3
import stat
from pathlib import Path
from typing import Final

from ...drivers.clock import SystemClock
from ..record.errors import RecordError
from .errors import SealError

_TRY_EVERY_S: Final = 0.1
_COMPANIONS: Final = ("-wal", "-shm", "-journal")
_WRITE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def fold(run_file: Path, patience_s: float) -> None:
    """Put the write-ahead log into the file and do away with it, as nobody will write again.

    Raises ``SealError`` if another program still has the file open after ``patience_s``, and
    ``RecordError`` for a bad disk.
    """
    clock = SystemClock()
    while not _is_folded(run_file):
        if clock.now_s() > patience_s:
            raise SealError(
                f"{run_file}: another program has it open; close it there and seal again"
            )
        clock.sleep_until(clock.now_s() + _TRY_EVERY_S)


def check_integrity(run_file: Path) -> None:
    """Raise ``SealError`` with what SQLite finds wrong in a run file, looking at every page."""
    db = sqlite3.connect(f"{run_file.resolve().as_uri()}?mode=ro", uri=True)
    try:
        found = [str(line) for (line,) in db.execute("PRAGMA integrity_check(5)")]
    except sqlite3.Error as error:
        raise SealError(f"{run_file}: {error}") from error
    finally:
        db.close()
    if found != ["ok"]:
        raise SealError("\n".join(f"{run_file}: {line}" for line in found))


def make_read_only(path: Path) -> None:
    """Take away everybody's right to write to a file."""
    path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_WRITE)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_folded(run_file: Path) -> bool:
    """Fold it if nobody else has it open; say whether that is done."""
    if _is_plain(run_file):
        return True
    db = sqlite3.connect(run_file, isolation_level=None, timeout=_TRY_EVERY_S)
    try:
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")
        db.execute("PRAGMA checkpoint_fullfsync = ON")
        db.execute("PRAGMA journal_mode = DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
            raise RecordError(f"{run_file}: {error}") from error
    finally:
        db.close()
    return _is_plain(run_file)


def _is_plain(run_file: Path) -> bool:
    """Whether no write-ahead log is kept: byte 18 of the header is 1 (sqlite.org/fileformat2)."""
    with run_file.open("rb") as file:
        header = file.read(20)
    log_is_kept = header[18:19] != b"\x01"
    return not log_is_kept and not any(
        run_file.with_name(f"{run_file.name}{end}").exists() for end in _COMPANIONS
    )
