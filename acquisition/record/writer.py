"""Writing a run file: one writer, append-only, nothing acknowledged before it is durable."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .errors import RecordError
from .group_commit import GroupCommitter, open_for_writing
from .reader import RunReader
from .rows import RunHeader
from .schema import creation_script

_SEGMENT: Final = "INSERT INTO segment VALUES (?, ?, ?, ?, ?, ?, ?)"
_READING: Final = "INSERT INTO reading VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_POINT: Final = "INSERT INTO impedance_point VALUES (?, ?, ?, ?, ?, ?, ?)"
_EVENT: Final = "INSERT INTO event VALUES (?, ?, ?, ?, ?)"

COMMIT_TIMEOUT_S: Final = 10.0
QUEUE_ROWS: Final = 65_536


class RunWriter:
    """The one writer of a run file. Made by ``create`` or ``append_to``; close it when done.

    Rows are queued at once and committed together every ``group_commit_s`` by a thread of its
    own; ``commit`` waits until they are durable. Every method raises ``RecordError`` once the
    disk has failed or the queue has overflowed.
    """

    def __init__(self, committer: GroupCommitter, path: Path, next_segment: int) -> None:
        self.path = path
        self._committer = committer
        self._next_segment = next_segment

    @classmethod
    def create(
        cls,
        path: Path,
        header: RunHeader,
        *,
        group_commit_s: float = 0.05,
        queue_rows: int = QUEUE_ROWS,
    ) -> Self:
        """Begin a new run file. It appears under its name whole, with its header, or not at all.

        Raises ``RecordError`` if the file exists or the file system cannot hold a live run.
        """
        if path.exists():
            raise RecordError(f"{path}: a run file is never written over")
        _create_whole(path, header)
        committer = GroupCommitter(
            open_for_writing(path),
            path,
            last_seq=0,
            group_commit_s=group_commit_s,
            capacity=queue_rows,
        )
        return cls(committer, path, next_segment=0)

    @classmethod
    def append_to(cls, path: Path) -> Self:
        """Go on with a run file whose writer is gone. The caller makes sure that it is gone.

        Raises ``NotARunFileError`` for anything but a run file of this version.
        """
        with RunReader(path) as reader:
            last_seq = reader.last_seq()
            segments = reader.segments()
        committer = GroupCommitter(
            open_for_writing(path),
            path,
            last_seq=last_seq,
            group_commit_s=0.05,
            capacity=QUEUE_ROWS,
        )
        return cls(committer, path, next_segment=segments[-1].number + 1 if segments else 0)

    @property
    def acknowledged_seq(self) -> int:
        """Every row up to this one is durable."""
        return self._committer.acknowledged_seq

    @property
    def last_seq(self) -> int:
        """The last row taken, durable or not yet."""
        return self._committer.last_seq

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
        self._committer.put(
            _SEGMENT,
            (number, _finite(elapsed_s), kind, name, _json(settings), _json(tags)),
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
        _finite(elapsed_s + voltage_v + current_a)
        return self._committer.put(
            _READING,
            (segment, elapsed_s, voltage_v, current_a, temperature_k, stack_pressure_pa, flags),
        )

    def impedance_point(
        self,
        segment: int,
        elapsed_s: float,
        frequency_hz: float,
        z_real_ohm: float,
        z_imag_ohm: float,
        flags: int = 0,
    ) -> int:
        """Record one point of a spectrum; ``z_imag_ohm`` is negative for a capacitance.

        Raises ``ValueError`` for NaN, infinity, or a frequency that is not positive.
        """
        _finite(elapsed_s + frequency_hz + z_real_ohm + z_imag_ohm)
        if not frequency_hz > 0:
            raise ValueError(f"the frequency of a point is greater than 0 Hz, got {frequency_hz:g}")
        return self._committer.put(
            _POINT, (segment, elapsed_s, frequency_hz, z_real_ohm, z_imag_ohm, flags)
        )

    def event(self, elapsed_s: float, kind: str, body: Mapping[str, Any]) -> int:
        """Record anything else that happened, stamped with the wall time; return its ``seq``."""
        utc = datetime.now(UTC).isoformat(timespec="milliseconds")
        return self._committer.put(
            _EVENT, (_finite(elapsed_s), utc, kind, _json(body)), reserve=True
        )

    def commit(self, timeout_s: float = COMMIT_TIMEOUT_S) -> None:
        """Wait until everything recorded so far is durable.

        Raises ``RecordError`` if the disk has failed or does not finish in ``timeout_s``.
        """
        if not self.is_durable(timeout_s):
            raise RecordError(f"{self.path}: the disk did not commit within {timeout_s:g} s")

    def is_durable(self, within_s: float) -> bool:
        """Hurry the rows recorded so far to the disk, and say whether they got there in time."""
        return self._committer.commit(within_s)

    def checkpoint(self) -> None:
        """Say that now is a good moment to fold the write-ahead log into the file."""
        self._committer.ask_checkpoint()

    def close(self) -> None:
        """Make everything durable and release the file. May be called twice.

        Raises ``RecordError`` if any row that was taken is not durable.
        """
        self._committer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _create_whole(path: Path, header: RunHeader) -> None:
    """Write schema and header under a passing name, then give the file its own."""
    half_made = path.with_name(f"{path.name}.new")
    half_made.unlink(missing_ok=True)
    db = open_for_writing(half_made)
    try:
        db.executescript(creation_script())
        db.execute("BEGIN")
        db.executemany(
            "INSERT INTO run VALUES (?, ?)",
            [(key, _json(value)) for key, value in asdict(header).items()],
        )
        db.execute("COMMIT")
    finally:
        db.close()
    half_made.replace(path)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"a run file holds finite numbers only, got {value}")
    return value


def _json(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
