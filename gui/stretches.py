"""Stretches of a run in which nothing was done to the cell, or nobody measured. No widget here."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..acquisition.record.rows import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """From when to when on the run's time, and what it was; ``end_s`` is ``None`` if it lasts."""

    start_s: float
    end_s: float | None
    text: str


def stretches(events: Sequence[Event], clock_speed: float = 1.0) -> list[Stretch]:
    """The pauses and interruptions of a run, from its events, oldest first.

    A clock that was set is no stretch: nothing is missing for it.
    """
    found: list[Stretch] = []
    for event in events:
        match event.kind:
            case "paused":
                how = "cell open" if event.body.get("mode") == "open" else "at rest"
                text = f"paused by {event.body.get('by', 'somebody')}, {how}"
                found.append(Stretch(start_s=event.elapsed_s, end_s=None, text=text))
            case "resumed" | "run_ended":
                _end(found, event.elapsed_s)
            case "gap" if (length_s := _length_s(event, clock_speed)) > 0:
                start_s = max(0.0, event.elapsed_s - length_s)
                _end(found, start_s)
                text = str(event.body.get("cause", "gap")).replace("_", " ")
                found.append(Stretch(start_s=start_s, end_s=event.elapsed_s, text=text))
            case _:
                pass
    return found


def _end(found: list[Stretch], at_s: float) -> None:
    if found and found[-1].end_s is None:
        last = found.pop()
        found.append(Stretch(start_s=last.start_s, end_s=at_s, text=last.text))


def _length_s(event: Event, clock_speed: float) -> float:
    """How long nobody measured, on the run's time; 0 where a clock was merely set."""
    if event.body.get("cause") == "wall clock set":
        return 0.0
    if "elapsed_s" in event.body:
        return float(event.body["elapsed_s"])
    return float(event.body.get("length_s", 0.0)) * clock_speed
