"""The bounded queue of rows between whoever measures and the thread that writes."""

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from .errors import RecordError

Rows: TypeAlias = dict[str, list[tuple[Any, ...]]]
"""The values of rows by their INSERT statement."""

_RESERVE_ROWS: Final = 1000


@dataclass(frozen=True, slots=True)
class Batch:
    """Everything that was waiting; with it, every row up to ``last_seq`` has been taken."""

    rows: Rows
    last_seq: int


class Backlog:
    """Rows that are not durable yet. ``put`` never waits; it refuses.

    Two things end it: a failure that still lets an end be recorded (the queue is full, the disk is
    full, the disk hangs) refuses readings only, and one that does not refuses everything.
    """

    def __init__(
        self, path: Path, *, last_seq: int, capacity: int, period_s: float, stall_limit_s: float
    ) -> None:
        self._path = path
        self.capacity = capacity
        self._period_s = period_s
        self._stall_limit_s = stall_limit_s
        self._changed = threading.Condition()
        self._rows: Rows = {}
        self._waiting = 0
        self._last_seq = last_seq
        self._acknowledged_seq = last_seq
        self._urgent = False
        self._closing = False
        self._closed = False
        self._failure: str | None = None
        self._broken = False
        self._waiting_since_s = 0.0
        self._queued_since_s = 0.0
        self._taken_s = time.monotonic()

    @property
    def acknowledged_seq(self) -> int:
        """Every row up to this one is durable."""
        return self._acknowledged_seq

    @property
    def last_seq(self) -> int:
        """The last row that was taken into the queue."""
        return self._last_seq

    def put(self, insert: str, values: tuple[Any, ...], *, reserve: bool) -> int:
        """Queue one row and return its ``seq``; rows with ``reserve`` are hurried to the disk.

        Raises ``RecordError`` after a failure, and when the queue is full. Rows with ``reserve``
        find room even then, so that the failure itself can be recorded.
        """
        with self._changed:
            self._raise_if_unable(reserve=reserve)
            if self._waiting >= self.capacity + (_RESERVE_ROWS if reserve else 0):
                self._failure = (
                    f"the disk is too slow: {self._waiting} rows are waiting to be written and "
                    f"{self.capacity} are allowed"
                )
                raise RecordError(f"{self._path}: {self._failure}")
            self._last_seq += 1
            rows = self._rows.get(insert)
            if rows is None:
                rows = self._rows[insert] = []
            rows.append((self._last_seq, *values))
            first = len(self._rows) == len(rows) == 1
            self._waiting += 1
            if first:
                self._queued_since_s = time.monotonic()
                if self._waiting == 1:
                    self._waiting_since_s = self._queued_since_s
            if first or (reserve and not self._urgent):
                self._urgent = self._urgent or reserve
                self._changed.notify_all()
            return self._last_seq

    def check(self) -> None:
        """Raise ``RecordError`` if readings are refused, or if the disk has hung for too long."""
        with self._changed:
            if self._failure is None and self._is_stalled():
                self._failure = f"the disk has not answered for {self._stall_limit_s:g} s"
            self._raise_if_unable(reserve=False)

    def is_stalled(self) -> bool:
        """Whether the oldest row has waited for longer than is allowed."""
        with self._changed:
            return self._is_stalled()

    def wait_until_durable(self, timeout_s: float) -> bool:
        """Hurry what is queued; ``False`` if it is not all durable within ``timeout_s``.

        Raises ``RecordError`` if it never will be.
        """
        with self._changed:
            target_seq = self._last_seq
            if self._acknowledged_seq < target_seq:
                self._urgent = True
                self._changed.notify_all()
                self._changed.wait_for(
                    lambda: self._acknowledged_seq >= target_seq or self._broken, timeout_s
                )
            if self._acknowledged_seq < target_seq and self._broken:
                self._raise_if_unable(reserve=True)
            return self._acknowledged_seq >= target_seq

    def pace(self, period_s: float) -> None:
        """Set the least time between two batches, in s, from this very one on."""
        with self._changed:
            self._period_s = period_s
            self._changed.notify_all()

    def next_batch(self) -> Batch | None:
        """Wait for rows, and for a period since the last batch unless they are urgent.

        ``None`` once it is closing and empty. For the writing thread only.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            while not self._urgent and not self._closing:
                left_s = self._taken_s + self._period_s - time.monotonic()
                if left_s <= 0:
                    break
                self._changed.wait(left_s)
            self._taken_s = time.monotonic()
            if not self._waiting:
                return None
            rows, self._rows = self._rows, {}
            self._urgent = False
            return Batch(rows, self._last_seq)

    def acknowledge(self, batch: Batch) -> None:
        """Say that a batch is durable."""
        with self._changed:
            self._waiting -= batch.last_seq - self._acknowledged_seq
            self._acknowledged_seq = batch.last_seq
            self._waiting_since_s = self._queued_since_s
            self._changed.notify_all()

    def fail(self, why: str, *, broken: bool) -> None:
        """Refuse readings from now on; with ``broken``, whatever else comes too."""
        with self._changed:
            self._failure = why
            self._broken = broken
            self._changed.notify_all()

    def begin_to_close(self) -> None:
        """Let the writing thread come to its end once everything is written."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def finish_closing(self) -> None:
        """Take nothing more. Raises ``RecordError`` if a row that was taken is not durable."""
        with self._changed:
            self._closed = True
            if self._acknowledged_seq < self._last_seq:
                self._raise_if_unable(reserve=True)

    def _is_stalled(self) -> bool:
        waited_s = time.monotonic() - max(self._waiting_since_s, self._taken_s)
        return self._waiting > 0 and waited_s > self._stall_limit_s

    def _raise_if_unable(self, *, reserve: bool) -> None:
        if self._failure is not None and (self._broken or not reserve):
            raise RecordError(f"{self._path}: {self._failure}")
        if self._closed:
            raise RecordError(f"{self._path}: the run file is closed")
