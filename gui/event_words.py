"""Rows of a run's log in words: what happened, the particulars, and how much it matters."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from ..acquisition.glances.oven_words import oven_in_words
from ..acquisition.glances.press_words import press_in_words
from ..acquisition.record.rows import Event, Segment
from .theme import Tone

Body: TypeAlias = Mapping[str, Any]
Words: TypeAlias = tuple[str, str, Tone]

_TONES: Final[Mapping[str, Tone]] = {
    "limit_trip": "danger",
    "error": "danger",
    "gap": "warning",
    "supervision": "danger",
    "command": "warning",
    "paused": "warning",
    "resumed": "accent",
    "made_safe": "good",
    "run_ended": "accent",
    "mark": "accent",
}


_UNITS: Final[Mapping[str, str]] = {
    "_ma_cm2": "mA/cm²",
    "_ohm_cm2": "Ω cm²",
    "_hz": "Hz",
    "_s": "s",
    "_c": "C",
    "_v": "V",
    "_a": "A",
}


def event_words(event: Event) -> Words:
    """What happened, the particulars, and how much it matters."""
    if event.kind in _OWN_WORDS:
        return _OWN_WORDS[event.kind](event.body)
    tone = _TONES.get(event.kind, "plain")
    if event.kind == "segment_ended" and event.body.get("end") != "completed":
        tone = "warning"
    return event.kind.replace("_", " "), _pairs(event.body), tone


def oven_now(segment: Segment | None, events: list[Event]) -> str:
    """How oven or press come to what the segment under way asked for; empty if it asked nothing."""
    if segment is None or segment.kind not in ("SetTemperature", "SetStackPressure"):
        return ""
    for event in reversed(events):
        if event.seq < segment.seq:
            break
        if event.kind == "oven":
            return oven_in_words(event.body)
        if event.kind == "press":
            return press_in_words(event.body)
    return ""


def press_wanted(segment: Segment | None, events: list[Event]) -> str:
    """What somebody has to do at the press now; empty if the run does not wait for that."""
    told = [event for event in events if segment and event.seq > segment.seq]
    last = next((event for event in reversed(told) if event.kind == "press"), None)
    if last is None or last.body.get("state") != "asked":
        return ""
    return f"The run waits at the press: {press_in_words(last.body)}."


def _mark(body: Body) -> Words:
    return str(body.get("label", "mark")).replace("_", " "), _pairs(body.get("data", {})), "accent"


def _oven(body: Body) -> Words:
    tones: dict[str, Tone] = {"waiting": "warning", "soaked": "accent"}
    return "oven", oven_in_words(body), tones.get(str(body.get("state")), "plain")


def _press(body: Body) -> Words:
    tones: dict[str, Tone] = {"asked": "warning", "reached": "accent"}
    return "press", press_in_words(body), tones.get(str(body.get("state")), "plain")


def _surroundings(body: Body) -> Words:
    if "devices" in body:
        return "around the cell", _identities(body["devices"]), "plain"
    name = str(body.get("name", "")).replace("_", " ")
    if fault := body.get("fault"):
        return "around the cell", f"{name} is not read: {fault}", "warning"
    return "around the cell", f"{name} is read again", "good"


def _instrument(body: Body) -> Words:
    by_role = body.get("devices")
    return "instrument", _identities(by_role) if by_role else _pairs(body), "plain"


def _notes(body: Body) -> Words:
    if "as_in_row" in body:
        return "notes", "compensation and settings as for the spectrum before", "plain"
    notes = body.get("notes") or {}
    compensation = notes.get("compensation") or {}
    used = [word for word in ("open", "short", "load") if compensation.get(word)]
    told = [f"compensated: {', '.join(used) or 'nothing'}"] if compensation else []
    others = [str(name).replace("_", " ") for name in notes if name != "compensation"]
    told += [f"recorded: {', '.join(others)}"] if others else []
    return "notes", "   ".join(told), "plain"


_OWN_WORDS: Final[Mapping[str, Callable[[Body], Words]]] = {
    "mark": _mark,
    "oven": _oven,
    "press": _press,
    "surroundings": _surroundings,
    "instrument": _instrument,
    "notes": _notes,
}


def _identities(devices: Mapping[str, Body]) -> str:
    """Who answered, by role or name."""
    return "   ".join(
        f"{name.replace('_', ' ')}: {_joined(one.get(key) for key in _IDENTITY)}"
        for name, one in devices.items()
    )


_IDENTITY: Final = ("manufacturer", "model", "serial")


def _joined(parts: Iterable[object]) -> str:
    return " ".join(str(part) for part in parts if part)


def _pairs(body: Mapping[str, Any]) -> str:
    return "   ".join(
        _pair(key, value)
        for key, value in body.items()
        if value not in ("", None) and not isinstance(value, list | dict)
    )


def _pair(key: str, value: object) -> str:
    unit = next((suffix for suffix in _UNITS if key.endswith(suffix)), "")
    name = key.removesuffix(unit).replace("_", " ")
    number = f"{value:.6g}" if isinstance(value, float) else str(value)
    return f"{name} {number} {_UNITS.get(unit, '')}".rstrip()
