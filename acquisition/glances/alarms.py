"""What happened in a run that a person should know of, in one line each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..record.rows import Event

SHOWN: Final = 20
"""The newest alarms of a run that are kept; how many there were is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm: the kind of its event, its words, and the run's elapsed time in s."""

    kind: str
    text: str
    elapsed_s: float


def alarm_of(event: Event) -> Alarm | None:
    """The alarm that an event is, or ``None`` if all it says is that things go on.

    >>> body = {"cause": "suspend", "detail": "the machine slept for 600 s", "length_s": 600.0}
    >>> seen = Event(seq=9, elapsed_s=670.0, utc="2026-01-01T12:11:10Z", kind="gap", body=body)
    >>> alarm_of(seen)
    Alarm(kind='gap', text='the machine slept for 600 s', elapsed_s=670.0)
    """
    text = _text(event.kind, event.body)
    if text is None:
        return None
    return Alarm(kind=event.kind, text=text, elapsed_s=event.elapsed_s)


KINDS: Final = ("limit_trip", "storage", "gap", "supervision", "error", "made_safe")
"""The kinds of event that can be an alarm."""


def _text(kind: str, body: Mapping[str, Any]) -> str | None:
    match kind:
        case "gap":
            return _gap_text(body)
        case "made_safe":
            by = body.get("by", "worker")
            return None if by == "worker" else f"the {by} opened the cell"
        case "storage" if body.get("alarm") == "log_folded":
            return None  # the end of a trouble
        case "limit_trip" | "storage" | "supervision" | "error":
            return str(body.get("detail") or body.get("alarm") or kind.replace("_", " "))
        case _:
            return None


def _gap_text(body: Mapping[str, Any]) -> str:
    if "wall_passed_s" in body and "clock_passed_s" in body:
        parted_s = float(body["wall_passed_s"]) - float(body["clock_passed_s"])
        return f"the clocks parted by {parted_s:.3g} s"
    if body.get("detail"):
        return str(body["detail"])
    return f"a gap: {str(body.get('cause', 'cause not told')).replace('_', ' ')}"
