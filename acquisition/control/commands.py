"""What may be asked of a running run, and how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import uuid4

ID_LETTERS: Final = 12
_TEXT_MAX: Final = 200
_Choice = TypeVar("_Choice", bound=StrEnum)


class CommandKind(StrEnum):
    """What is asked. Stored as text; never renamed."""

    PAUSE = "pause"
    RESUME = "resume"
    SKIP = "skip"


class PauseMode(StrEnum):
    """What a paused run does to the cell: it is open, or rests at 0 A and is measured."""

    OPEN = "open"
    REST = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One wish of one person; ``utc`` is when (ISO 8601).

    ``mode`` is for a pause. ``segment`` is the segment that a skip means: the one that was under
    way when it was asked for, so that two people who skip at once do not skip two.
    """

    id: str
    kind: CommandKind
    who: str
    utc: str
    mode: PauseMode = PauseMode.OPEN
    segment: int | None = None

    def carried_out(self) -> str:
        """Say that it was done, and for whom."""
        return f"{_DONE[self.kind]} by {self.who}"


_DONE: Final[Mapping[CommandKind, str]] = {
    CommandKind.PAUSE: "paused",
    CommandKind.RESUME: "resumed",
    CommandKind.SKIP: "skipped",
}


def new_command(
    kind: CommandKind, who: str, *, mode: PauseMode = PauseMode.OPEN, segment: int | None = None
) -> Command:
    """Make a command of this moment, with an id that no other has."""
    return Command(
        id=uuid4().hex[:ID_LETTERS],
        kind=kind,
        who=who,
        utc=now_utc(),
        mode=mode,
        segment=segment,
    )


def now_utc() -> str:
    """The wall clock in ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def command_from_json(stored: Mapping[str, Any]) -> Command:
    """Read a command. Raises ``ValueError`` naming the key and what is allowed.

    >>> command_from_json({"id": "1a", "kind": "jump", "who": "ada", "utc": "2026-11-21"})
    Traceback (most recent call last):
    ValueError: kind is 'jump'; it must be one of pause, resume, skip
    """
    segment = stored.get("segment")
    if not (segment is None or type(segment) is int):
        raise ValueError(f"segment is {segment!r}; it must be the number of a segment")
    return Command(
        id=_text(stored, "id"),
        kind=_choice(CommandKind, stored, "kind"),
        who=_text(stored, "who"),
        utc=_text(stored, "utc"),
        mode=_choice(PauseMode, {"mode": PauseMode.OPEN, **stored}, "mode"),
        segment=segment,
    )


def _text(stored: Mapping[str, Any], key: str) -> str:
    value = stored.get(key)
    if not (isinstance(value, str) and 0 < len(value) <= _TEXT_MAX):
        raise ValueError(f"{key} must be a text of 1 to {_TEXT_MAX} letters")
    value.encode("utf-8")  # half a letter cannot be stored
    return value


def _choice(of: type[_Choice], stored: Mapping[str, Any], key: str) -> _Choice:
    value = stored.get(key)
    try:
        return of(value if isinstance(value, str) else "")
    except ValueError:
        allowed = ", ".join(of)
        raise ValueError(f"{key} is {value!r:.60}; it must be one of {allowed}") from None
