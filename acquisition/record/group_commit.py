"""One thread that owns the only writing connection and commits rows in groups.

The caller of ``put`` never waits for the disk; whoever must know that a row is durable calls
``commit``. ``synchronous = FULL``: a commit that returned has survived ``kill -9`` and power cuts.
"""

import sqlite3
import threading
from pathlib import Path
from typing import Any, Final, TypeAlias

from .errors import RecordError

_Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]

_RESERVE_ROWS: Final = 1000
_COMMITS_PER_CHECKPOINT: Final = 200


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Connect as the one writer of ``path``, which is created if absent.

    Raises ``RecordError`` where the file system cannot hold a write-ahead log (network drives).
    """
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
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


class GroupCommitter:
    """A bounded queue of rows in front of a thread that writes and commits them."""

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        *,
        last_seq: int,
        group_commit_s: float,
        capacity: int,
    ) -> None:
        self._db = db
        self._path = path
        self._hold_s = group_commit_s
        self._capacity = capacity
        self._changed = threading.Condition()
        self._rows: _Rows = {}
        self._waiting = 0
        self._last_seq = last_seq
        self._acknowledged_seq = last_seq
        self._urgent = False
        self._checkpoint_asked = False
        self._commits = 0
        self._closing = False
        self._failure: str | None = None
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}")
        self._thread.start()

    @property
    def acknowledged_seq(self) -> int:
        """Every row up to this one is durable."""
        return self._acknowledged_seq

    @property
    def last_seq(self) -> int:
        """The last row that was taken into the queue."""
        return self._last_seq

    def put(self, insert: str, values: tuple[Any, ...], *, reserve: bool = False) -> int:
        """Queue one row and return its ``seq``; ``insert`` takes ``seq`` first, then ``values``.

        Raises ``RecordError`` when the disk has failed or the queue is full. Rows put with
        ``reserve`` find room even then, so that the overflow itself can be recorded.
        """
        with self._changed:
            self._refuse_after_failure()
            if self._waiting >= self._capacity + (_RESERVE_ROWS if reserve else 0):
                raise RecordError(
                    f"{self._path}: the disk is too slow: {self._waiting} rows are waiting "
                    f"to be written and {self._capacity} are allowed"
                )
            self._last_seq += 1
            self._rows.setdefault(insert, []).append((self._last_seq, *values))
            self._waiting += 1
            if self._waiting == 1:
                self._changed.notify_all()
            return self._last_seq

    def commit(self, timeout_s: float) -> bool:
        """Wait until everything queued so far is durable; ``False`` if it is not in ``timeout_s``.

        Raises ``RecordError`` when the disk has failed.
        """
        with self._changed:
            target_seq = self._last_seq
            if self._acknowledged_seq < target_seq:
                self._urgent = True
                self._changed.notify_all()
                self._changed.wait_for(
                    lambda: self._acknowledged_seq >= target_seq or self._failure, timeout_s
                )
            if self._acknowledged_seq < target_seq:
                self._refuse_after_failure()
                return False
            return True

    def ask_checkpoint(self) -> None:
        """Let the thread fold a grown write-ahead log into the file after its next commit."""
        self._checkpoint_asked = True

    def close(self) -> None:
        """Write what is queued, end the thread and release the file. May be called twice.

        Raises ``RecordError`` if any row that was taken is not durable.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        if self._acknowledged_seq < self._last_seq:
            self._refuse_after_failure()

    def _refuse_after_failure(self) -> None:
        if self._failure is not None:
            raise RecordError(f"{self._path}: {self._failure}")
        if self._closing and not self._thread.is_alive():
            raise RecordError(f"{self._path}: the run file is closed")

    def _run(self) -> None:
        try:
            while (batch := self._next_batch()) is not None:
                rows, last_seq = batch
                self._write(rows)
                self._acknowledge(last_seq)
                self._checkpoint_if_due()
        except (sqlite3.Error, OverflowError) as fault:
            with self._changed:
                self._failure = f"writing failed after row {self._acknowledged_seq}: {fault}"
                self._changed.notify_all()
        finally:
            self._db.close()

    def _next_batch(self) -> tuple[_Rows, int] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            self._changed.wait_for(lambda: self._urgent or self._closing, self._hold_s)
            if not self._waiting:
                return None
            rows, self._rows = self._rows, {}
            self._urgent = False
            return rows, self._last_seq

    def _write(self, rows: _Rows) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for insert, values in rows.items():
            self._db.executemany(insert, values)
        self._db.execute("COMMIT")

    def _acknowledge(self, seq: int) -> None:
        with self._changed:
            self._waiting -= seq - self._acknowledged_seq
            self._acknowledged_seq = seq
            self._changed.notify_all()

    def _checkpoint_if_due(self) -> None:
        self._commits += 1
        if not self._checkpoint_asked or self._commits < _COMMITS_PER_CHECKPOINT:
            return
        self._db.execute("PRAGMA busy_timeout = 100")  # a slow reader delays the fold, not us
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._db.execute("PRAGMA busy_timeout = 5000")
        self._checkpoint_asked = False
        self._commits = 0
