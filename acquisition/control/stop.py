"""Stopping a run: a file beside it, which needs no database and no living window."""

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from ..json_files import read_json, write_json


class StopKind(StrEnum):
    """How urgent it is. Stored as text; never renamed."""

    STOP = "stop"
    EMERGENCY_STOP = "emergency_stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRequest:
    """Who asked a run to end, and when (ISO 8601)."""

    kind: StopKind
    who: str
    utc: str


class StopRequests(Protocol):
    """What a worker asks between any two readings."""

    def asked(self) -> StopRequest | None:
        """Return the request to stop, if there is one."""
        ...

    def acknowledge(self) -> None:
        """Say that the cell is open, to whoever waits for it."""
        ...


class NoStop:
    """Nobody will ask."""

    def asked(self) -> StopRequest | None:
        """Return ``None``."""
        return None

    def acknowledge(self) -> None:
        """Do nothing."""


class StopFile:
    """A request to stop is the presence of a file, whatever is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answer = path.with_name(f"{path.stem}.answered.json")

    def asked(self) -> StopRequest | None:
        """Return the request; a file that nobody can read is a plain stop by ``unknown``."""
        if not self._path.exists():
            return None
        try:
            stored = read_json(self._path) or {}
            kind = StopKind(stored.get("kind", StopKind.STOP))
            return StopRequest(kind=kind, who=str(stored["who"]), utc=str(stored["utc"]))
        except (ValueError, KeyError, AttributeError):
            return StopRequest(kind=StopKind.STOP, who="unknown", utc=_now_utc())

    def acknowledge(self) -> None:
        """Leave a note beside the request, if there is one, that the cell is open."""
        if self._path.exists():
            write_json(self._answer, {"utc": _now_utc()})

    def acknowledged(self) -> bool:
        """Whether the worker has said that the cell is open."""
        return self._answer.exists()

    def take_back(self) -> None:
        """Set a request aside that nobody was left to obey; nothing happens if there is none."""
        self._answer.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            self._path.replace(self._path.with_name(f"{self._path.stem}.set-aside.json"))

    def ask(self, kind: StopKind, who: str) -> None:
        """Leave the request; an emergency stop is never taken back by a plain one."""
        before = self.asked()
        if before is not None and before.kind is StopKind.EMERGENCY_STOP:
            return
        request = StopRequest(kind=kind, who=who, utc=_now_utc())
        # no wait for the disk: a power cut that took the request back would end the run itself
        write_json(self._path, asdict(request), durable=False)


def as_command(request: StopRequest) -> dict[str, Any]:
    """Tell a request to stop as any other command is told; it is always accepted, and has no id."""
    return {
        "id": None,
        "kind": request.kind.value,
        "who": request.who,
        "utc": request.utc,
        "accepted": True,
        "detail": "",
    }


def _now_utc() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
