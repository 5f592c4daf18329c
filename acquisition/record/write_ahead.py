"""The writing connection of a run file, and keeping its write-ahead log small."""

import sqlite3
import time
from pathlib import Path
from typing import Final

from .errors import RecordError
from .file_system import require_local

OLDEST_SQLITE: Final = (3, 37, 0)
"""The first with STRICT tables."""
LOG_ALARM_BYTES: Final = 64_000_000
"""A write-ahead log beyond this is an alarm: somebody has been reading for too long."""

_BUSY_TIMEOUT_S: Final = 5.0
_FOLD_WHEN_ASKED_BYTES: Final = 250_000
_FOLD_UNASKED_BYTES: Final = 16_000_000
_FOLD_TIMEOUT_S: Final = 0.1
_FOLD_AGAIN_AFTER_S: Final = 10.0


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Connect as the one writer of ``path``, which is created if absent.

    Raises ``RecordError`` where a live run cannot be kept: on a network drive, where nothing can
    be written, or by an SQLite without STRICT tables.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise RecordError(
            f"SQLite {sqlite3.sqlite_version} is too old for a run file, which needs "
            f"{'.'.join(map(str, OLDEST_SQLITE))}; use another Python"
        )
    require_local(path.parent)
    try:
        return _connect(path)
    except sqlite3.Error as error:
        raise RecordError(f"{path}: cannot be opened for writing: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, timeout=_BUSY_TIMEOUT_S
    )
    try:
        (mode,) = db.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise RecordError(
                f"{path}: this file system gives journal mode {mode!r}, and a live run needs "
                "'wal'; use a folder on a local disk"
            )
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the platter
        db.execute("PRAGMA checkpoint_fullfsync = ON")
    except BaseException:
        db.close()
        raise
    return db


class WriteAheadLog:
    """The log beside a run file, which is folded into it now and then.

    SQLite itself copies the log into the file every 1000 pages and begins it anew, as long as
    nobody is reading; what it cannot do is to shorten a log that grew while somebody was.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db = db
        self._file = path.with_name(f"{path.name}-wal")
        self._asked = False
        self._alarmed = False
        self.longest_bytes = 0
        """How long it has been at most, as seen after each commit."""
        self._tried_s = time.monotonic() - _FOLD_AGAIN_AFTER_S

    def ask_fold(self) -> None:
        """Say that now is a good moment."""
        self._asked = True

    def size_bytes(self) -> int:
        """How long it is."""
        try:
            return self._file.stat().st_size
        except FileNotFoundError:
            return 0

    def fold_if_due(self) -> None:
        """Fold it into the file and cut it to nothing, if that is due and no reader is in the way.

        Waits for readers for a tenth of a second at most. Raises ``sqlite3.Error`` for a bad disk.
        """
        size_bytes = self.size_bytes()
        self.longest_bytes = max(self.longest_bytes, size_bytes)
        due = size_bytes > (_FOLD_WHEN_ASKED_BYTES if self._asked else _FOLD_UNASKED_BYTES)
        if not due or time.monotonic() - self._tried_s < _FOLD_AGAIN_AFTER_S:
            return
        self._db.execute(f"PRAGMA busy_timeout = {_FOLD_TIMEOUT_S * 1e3:.0f}")
        try:
            (busy, *_) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._db.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_S * 1e3:.0f}")
        self._asked = bool(busy)
        if busy:
            self._tried_s = time.monotonic()

    def news(self) -> dict[str, object] | None:
        """What there is to tell since the last time: that it has grown too long, or is short."""
        size_bytes = self.size_bytes()
        if self._alarmed == (size_bytes > LOG_ALARM_BYTES):
            return None
        self._alarmed = not self._alarmed
        if self._alarmed:
            detail = "some program has been reading for long without an end; close it"
            return {"alarm": "log_grown", "wal_bytes": size_bytes, "detail": detail}
        return {"alarm": "log_folded", "wal_bytes": size_bytes, "detail": ""}
