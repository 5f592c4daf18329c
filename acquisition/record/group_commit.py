"""One thread that owns the only writing connection and commits rows in groups.

``synchronous = FULL``: a commit that returned has survived ``kill -9`` and power cuts.
"""

import sqlite3
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, Final

from .backlog import Backlog, Batch, Rows
from .reserve import Reserve
from .write_ahead import WriteAheadLog

_SLOW_COMMIT_S: Final = 1.0
_MOST_NEWS: Final = 100
_PRIMARY_CODE: Final = 0xFF  # SQLite puts the details into the higher bits


class GroupCommitter:
    """Takes what waits in a backlog, writes it, commits it, acknowledges it; then the next.

    On a full disk the reserve is given up, so that what was waiting and how it ended can still be
    written.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        path: Path,
        backlog: Backlog,
        reserve: Reserve,
    ) -> None:
        self._db = db
        self._backlog = backlog
        self._reserve = reserve
        self._log = WriteAheadLog(db, path)
        self._news: deque[dict[str, Any]] = deque(maxlen=_MOST_NEWS)
        self._commits = 0
        self._longest_commit_s = 0.0
        self._thread = threading.Thread(target=self._run, name=f"writer of {path.name}")
        self._thread.start()

    def ask_fold(self) -> None:
        """Say that now is a good moment to fold the write-ahead log into the file."""
        self._log.ask_fold()

    def news(self) -> list[dict[str, Any]]:
        """What there is to tell of the disk since the last time; never waits."""
        told = []
        while self._news:
            told.append(self._news.popleft())
        return told

    def figures(self) -> dict[str, Any]:
        """How the disk has done so far; never waits."""
        return {
            "commits": self._commits,
            "longest_commit_s": self._longest_commit_s,
            "longest_wal_bytes": self._log.longest_bytes,
        }

    def close(self) -> None:
        """Write what is queued, end the thread and release the file. May be called twice.

        Raises ``RecordError`` if any row that was taken is not durable.
        """
        self._backlog.begin_to_close()
        self._thread.join()
        self._backlog.finish_closing()

    def _run(self) -> None:
        ended = "the writing thread broke down"
        try:
            while (batch := self._backlog.next_batch()) is not None:
                self._store(batch)
                self._log.fold_if_due()
                self._tell(self._log.news())
            ended = ""
        except (sqlite3.Error, OverflowError) as fault:
            ended = self._in_words(fault)
        finally:
            if ended:
                self._backlog.fail(ended, broken=True)
            self._db.close()

    def _store(self, batch: Batch) -> None:
        began_s = time.monotonic()
        try:
            self._write(batch.rows)
        except sqlite3.Error as fault:
            if _code(fault) != sqlite3.SQLITE_FULL or not self._reserve.release():
                raise
            self._backlog.fail(self._in_words(fault), broken=False)
            self._write(batch.rows)
        self._backlog.acknowledge(batch)
        took_s = time.monotonic() - began_s
        self._commits += 1
        self._longest_commit_s = max(self._longest_commit_s, took_s)
        if took_s > _SLOW_COMMIT_S:
            self._tell({"alarm": "slow_commit", "took_s": took_s, "detail": ""})

    def _write(self, rows: Rows) -> None:
        self._begin()
        try:
            for insert, values in rows.items():
                self._db.executemany(insert, values)
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _begin(self) -> None:
        """Begin to write, however long somebody who should not holds the lock."""
        told = False
        while True:
            try:
                self._db.execute("BEGIN IMMEDIATE")
            except sqlite3.Error as fault:
                if _code(fault) != sqlite3.SQLITE_BUSY or self._backlog.is_stalled():
                    raise
                if not told:
                    detail = "another program holds the run file locked for writing"
                    self._tell({"alarm": "locked", "detail": detail})
                    told = True
            else:
                return

    def _tell(self, news: dict[str, Any] | None) -> None:
        if news is not None:
            self._news.append(news)

    def _in_words(self, fault: Exception) -> str:
        return f"writing failed after row {self._backlog.acknowledged_seq}: {fault}"


def _code(fault: sqlite3.Error) -> int:
    return int(getattr(fault, "sqlite_errorcode", 0)) & _PRIMARY_CODE
