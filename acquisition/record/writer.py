"""Writing a run file: one writer, append-only, nothing acknowledged before it is durable."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .backlog import Backlog
from .creation import create_run_file, finite, json_text
from .errors import RecordError
from .file_system import file_system_of
from .group_commit import GroupCommitter
from .last_words import LastWords, give_room_back, make_room, say_last_words
from .migrations import bring_up_to_date
from .pace import COMMIT_PERIOD_S, commit_period_s
from .reader import RunReader
from .reserve import Reserve
from .rows import RunHeader
from .sealed import refuse_sealed
from .write_ahead import open_for_writing

_SEGMENT: Final = "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)"
_READING: Final = "INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_POINT: Final = "INSERT INTO impedance_point VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_AUXILIARY: Final = "INSERT INTO auxiliary_reading VALUES (?, ?, ?, ?, ?)"
_EVENT: Final = "INSERT INTO event VALUES (?, ?, ?, ?, ?)"

STALL_LIMIT_S: Final = 60.0
"""A disk that has not answered for this long has failed."""
_LAST_CHANCE_S: Final = 1.0
QUEUE_ROWS: Final = 65_536
"""What may wait: over a minute at 1000 readings a second."""


class RunWriter:
    """The one writer of a run file. Made by ``create`` or ``append_to``; close it when done.

    Readings and points are queued at once and committed together by a thread of its own, as
    ``pace`` says; segments and events, and whatever waits before them, as soon as the disk allows.
    ``commit`` waits until all is durable. Once the disk has failed or the queue has overflowed
    every reading is refused with ``RecordError``; segments and events only if no more can be
    written at all, and then ``say_last_words`` is left.
    """

    def __init__(
        self, path: Path, *, last_seq: int, next_segment: int, period_s: float | None, capacity: int
    ) -> None:
        self.path = path
        self._next_segment = next_segment
        self._is_paced = period_s is None
        self._has_end = False
        self._longest_period_s = COMMIT_PERIOD_S if period_s is None else period_s
        self._reserve = Reserve(path)
        self._backlog = Backlog(
            path,
            last_seq=last_seq,
            capacity=capacity,
            period_s=self._longest_period_s,
            stall_limit_s=STALL_LIMIT_S,
        )
        self._committer = GroupCommitter(
            open_for_writing(path),
            path,
            self._backlog,
            self._reserve,
        )

    @classmethod
    def create(
        cls,
        path: Path,
        header: RunHeader,
        *,
        group_commit_s: float | None = None,
        queue_rows: int = QUEUE_ROWS,
    ) -> Self:
        """Begin a new run file. It appears under its name whole, with its header, or not at all.

        ``group_commit_s`` holds the least time between two commits whatever ``pace`` is told.
        Raises ``RecordError`` if the file exists or its disk cannot hold a live run.
        """
        create_run_file(path, header)
        return cls(path, last_seq=0, next_segment=0, period_s=group_commit_s, capacity=queue_rows)

    @classmethod
    def append_to(cls, path: Path) -> Self:
        """Go on with a run file whose writer is gone. The caller makes sure that it is gone.

        One of an earlier version is brought up to date, by what is added only. Raises
        ``NotARunFileError`` for anything but a run file, and ``RecordError`` for a sealed one.
        """
        refuse_sealed(path)
        with RunReader(path) as reader:
            last_seq = reader.last_seq()
            segments = reader.segments()
        _bring_up_to_date(path)
        return cls(
            path,
            last_seq=last_seq,
            next_segment=segments[-1].number + 1 if segments else 0,
            period_s=None,
            capacity=QUEUE_ROWS,
        )

    def take_room(self) -> None:
        """Take the room for an end, as a new run has it; last words that stand there are removed.

        For a run that goes on after an interruption. Raises ``RecordError`` if there is no room.
        """
        give_room_back(self.path, also_words=True)
        make_room(self.path)
        self._reserve.take()

    @property
    def acknowledged_seq(self) -> int:
        """Every row up to this one is durable."""
        return self._backlog.acknowledged_seq

    @property
    def last_seq(self) -> int:
        """The last row taken, durable or not yet."""
        return self._backlog.last_seq

    def promises(self) -> dict[str, Any]:
        """What this writer promises, and on what it relies, for the record.

        A power cut or a kill loses readings of the last ``loss_window_s`` at most, and what the
        disk was writing at that moment; segments and events only while the disk writes them.
        """
        return {
            "loss_window_s": self._longest_period_s,
            "queue_rows": self._backlog.capacity,
            "stall_limit_s": STALL_LIMIT_S,
            "sqlite": sqlite3.sqlite_version,
            "file_system": file_system_of(self.path.parent).kind,
        }

    def pace(self, sample_period_s: float) -> None:
        """Say how often readings will come, in seconds of the machine; see ``commit_period_s``."""
        if self._is_paced:
            self._backlog.pace(commit_period_s(sample_period_s))

    def check(self) -> None:
        """Raise ``RecordError`` if readings can no longer be recorded; never waits."""
        self._backlog.check()

    def news(self) -> list[dict[str, Any]]:
        """What is to be told of the disk, each with an ``alarm`` and a ``detail``; never waits."""
        return self._committer.news()

    def figures(self) -> dict[str, Any]:
        """How the disk has done since this writer began, for the record; never waits.

        ``commits``, ``longest_commit_s`` (rows taken until rows durable) and
        ``longest_wal_bytes`` of the write-ahead log.
        """
        return self._committer.figures()

    def segment(
        self,
        elapsed_s: float,
        kind: str,
        name: str,
        settings: Mapping[str, Any],
        tags: Mapping[str, Any],
    ) -> int:
        """Record that a segment begins; return its number, counted from 0."""
        number = self._next_segment
        self._backlog.put(
            _SEGMENT,
            (number, finite(elapsed_s), kind, name, json_text(settings), json_text(tags)),
            reserve=True,
        )
        self._next_segment += 1
        return number

    def reading(
        self,
        segment: int,
        elapsed_s: float,
        voltage_v: float,
        current_a: float,
        temperature_k: float | None = None,
        stack_pressure_pa: float | None = None,
        flags: int = 0,
    ) -> int:
        """Record one reading and return its ``seq``. Raises ``ValueError`` for NaN or infinity."""
        finite(elapsed_s + voltage_v + current_a)
        return self._backlog.put(
            _READING,
            (segment, elapsed_s, voltage_v, current_a, temperature_k, stack_pressure_pa, flags),
            reserve=False,
        )

    def impedance_point(
        self,
        segment: int,
        elapsed_s: float,
        frequency_hz: float,
        z_real_ohm: float,
        z_imag_ohm: float,
        flags: int = 0,
        temperature_k: float | None = None,
        stack_pressure_pa: float | None = None,
    ) -> int:
        """Record one point of a spectrum; ``z_imag_ohm`` is negative for a capacitance.

        Raises ``ValueError`` for NaN, infinity, or a frequency that is not positive.
        """
        finite(elapsed_s + frequency_hz + z_real_ohm + z_imag_ohm)
        if not frequency_hz > 0:
            raise ValueError(f"the frequency of a point is greater than 0 Hz, got {frequency_hz:g}")
        return self._backlog.put(
            _POINT,
            (
                segment,
                elapsed_s,
                frequency_hz,
                z_real_ohm,
                z_imag_ohm,
                flags,
                temperature_k,
                stack_pressure_pa,
            ),
            reserve=False,
        )

    def auxiliary(self, elapsed_s: float, name: str, value: float, unit: str) -> int:
        """Record one value of something that is read beside the cell, in SI.

        Raises ``ValueError`` for NaN or infinity.
        """
        finite(elapsed_s + value)
        return self._backlog.put(_AUXILIARY, (elapsed_s, name, value, unit), reserve=False)

    def event(self, elapsed_s: float, kind: str, body: Mapping[str, Any]) -> int:
        """Record anything else that happened, stamped with the wall time; return its ``seq``."""
        seq = self._backlog.put(
            _EVENT, (finite(elapsed_s), _utc_now(), kind, json_text(body)), reserve=True
        )
        self._has_end = self._has_end or kind == "run_ended"
        return seq

    def commit(self, timeout_s: float = STALL_LIMIT_S) -> None:
        """Wait until everything recorded so far is durable.

        Raises ``RecordError`` if the disk has failed or does not finish in ``timeout_s``.
        """
        if not self.is_durable(_LAST_CHANCE_S if self._backlog.is_stalled() else timeout_s):
            raise RecordError(f"{self.path}: the disk did not commit within {timeout_s:g} s")

    def is_durable(self, within_s: float) -> bool:
        """Hurry the rows recorded so far to the disk, and say whether they got there in time."""
        return self._backlog.wait_until_durable(within_s)

    def checkpoint(self) -> None:
        """Say that now is a good moment to fold the write-ahead log into the file."""
        self._committer.ask_fold()

    def say_last_words(self, reason: str, detail: str, *, safe: bool, elapsed_s: float) -> bool:
        """Say outside the run file how the run ended; return whether it stands anywhere.

        That holds against the run file, until this writer or a successor is closed with an event
        ``run_ended`` that is durable.
        """
        words = LastWords(
            reason=reason,
            detail=detail,
            safe=safe,
            elapsed_s=elapsed_s,
            acknowledged_seq=self.acknowledged_seq,
            utc=_utc_now(),
        )
        return say_last_words(self.path, words)

    def close(self) -> None:
        """Make everything durable and release the file. May be called twice.

        Raises ``RecordError`` if any row that was taken is not durable.
        """
        self._committer.close()
        self._reserve.release()
        give_room_back(self.path, also_words=self._has_end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _bring_up_to_date(path: Path) -> None:
    with closing(open_for_writing(path)) as db:
        try:
            bring_up_to_date(db)
        except sqlite3.Error as error:
            raise RecordError(f"{path}: cannot be brought up to date: {error}") from error


def _utc_now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
