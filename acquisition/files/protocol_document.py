"""A protocol while it is written: read, shown as a tree, changed, checked, saved.

A document is never changed in place: each edit (``with_value``, ``without``, ``with_item``,
``with_item_moved``) returns another one, so that an undo is the one before. Comments stay.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .protocol_fields import ITEM_LISTS, FieldSpec, ItemSpec, item_specs, protocol_specs
from .protocols import Protocol, protocol_of
from .units import unit_of
from .yaml_edits import with_item, with_item_moved, with_value, without
from .yaml_lines import Document, FileError, Key, Problem, parse_text, read_document

__all__ = [
    "Document",
    "FieldSpec",
    "ItemSpec",
    "Node",
    "item_of",
    "item_specs",
    "new_protocol",
    "open_protocol",
    "problems_of",
    "protocol_specs",
    "save_protocol",
    "tree_of",
    "with_item",
    "with_item_moved",
    "with_value",
    "without",
]

_SHOWN: Final = 4
"""So many settings of an item stand in its line of the tree."""
_EXAMPLES: Final[dict[str, str]] = {
    "sequence": "protocol: sequence\nname: new sequence\n\nsegments:\n"
    "  - segment: rest\n    duration_min: 10\n",
    "critical_current": "protocol: critical_current\nname: new critical-current test\n\nsteps:\n"
    "  start_ma_cm2: 0.1\n  increment_ma_cm2: 0.1\n  stop_ma_cm2: 2\ncapacity_mah_cm2: 0.5\n",
}


_ALSO: Final[dict[str, dict[str, Any]]] = {
    "rest": {"duration_min": 10},
    "galvanostatic": {"current_density_ma_cm2": 0.1, "duration_h": 1},
    "potentiostatic": {"duration_h": 1},
    "if": {"condition": {"elapsed_above_h": 1}},
    "stability_window": {"oxidation_to_v": 5},
    "critical_current": {
        "steps": {"start_ma_cm2": 0.1, "increment_ma_cm2": 0.1, "stop_ma_cm2": 2},
        "capacity_mah_cm2": 0.5,
    },
    "plating_stripping": {"capacity_mah_cm2": 0.5},
    "cycling": {"capacity_mah": 1, "charge_rate_c": 0.1},
    "rate_capability": {"capacity_mah": 1, "rates_c": [0.1, 0.2]},
    "gitt": {"capacity_mah": 1},
    "self_discharge": {"capacity_mah": 1},
    "pressure_series": {"stack_pressures_mpa": [5, 10, 20]},
}
"""What an item needs beside what its model requires."""
_BEGINNINGS: Final[dict[str, Any]] = {
    "voltage_min_v": 2.5,
    "voltage_max_v": 4.3,
    "vertex1_v": 1,
    "vertex2_v": -1,
    "temperature_c": 25,
    "temperatures_c": [25, 35, 45],
    "voltages_v": [0.1, 0.2, 0.3],
    "scan_rate_mv_s": 0.1,
    "current_density_ma_cm2": 0.1,
    "stack_pressure_mpa": 5,
    "cycles": 10,
    "count": 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line of the tree: the protocol itself, or an item in it.

    ``key`` is where it stands. ``word`` is its kind as written, which may be unknown; ``summary``
    tells its most important settings. ``children`` are the items that it holds, by the name of the
    setting that holds them: ``segments``, or ``then`` and ``otherwise``.
    """

    key: Key
    word: str
    summary: str
    children: dict[str, tuple["Node", ...]]


def open_protocol(path: Path) -> Document:
    """Read a protocol to be changed. Raises ``FileError`` if it is no YAML; mistakes may be in it.

    A JSON file is read as the YAML that it also is.
    """
    document = read_document(path)
    return parse_text(document.file, document.text)


def new_protocol(kind: str, file: str = "new.yaml") -> Document:
    """Return the smallest protocol of a kind. Raises ``KeyError`` for an unknown one.

    >>> problems_of(new_protocol("sequence"))
    ()
    """
    return parse_text(file, _EXAMPLES[kind])


def problems_of(document: Document) -> tuple[Problem, ...]:
    """Return all that is wrong with it, each with its line and the key of the setting.

    >>> document = with_value(new_protocol("sequence"), ("segments", 0, "duration_min"), -1)
    >>> [(problem.key, problem.text) for problem in problems_of(document)]
    [(('segments', 0, 'duration_min'), '-1 is not allowed: must be greater than 0 min')]
    """
    try:
        protocol_of(document)
    except FileError as error:
        return error.problems
    return ()


def tree_of(document: Document) -> Node:
    """Return the protocol as a tree, whatever is wrong with it."""
    return _node(document.data, (), "protocol")


def item_of(word: str) -> dict[str, Any]:
    """Return a new item with the settings that it must have, each with a value to begin with.

    Raises ``KeyError`` for an unknown word. What it begins with may not be enough: an item that
    needs one of several settings says so once it is checked.

    >>> item_of("voltammetry")["segment"]
    'voltammetry'
    """
    spec = {each.word: each for each in item_specs()}[word]
    needed = {each.name: _beginning(each) for each in spec.fields if each.required}
    return {"segment": word, **needed, **_ALSO.get(word, {})}


def save_protocol(document: Document, path: Path) -> Protocol:
    """Write it, whole or not at all, once it is right. Raises ``FileError`` with all problems."""
    protocol = protocol_of(document)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.write_text(document.text, encoding="utf-8", newline="\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return protocol


def _beginning(spec: FieldSpec) -> Any:
    if spec.kind == "items":
        return [{"segment": "rest", "duration_min": 10}]
    if spec.kind == "choice":
        return spec.choices[0]
    return _BEGINNINGS.get(spec.name, 1 if spec.low is not None else 0)


def _node(data: Any, key: Key, discriminator: str) -> Node:
    held = data if isinstance(data, dict) else {}
    return Node(
        key=key,
        word=str(held.get(discriminator, "")),
        summary=", ".join(list(_told(held, discriminator))[:_SHOWN]),
        children={
            name: tuple(_node(each, (*key, name, n), "segment") for n, each in enumerate(items))
            for name in ITEM_LISTS
            if isinstance(items := held.get(name), list)
        },
    )


def _told(held: dict[str, Any], discriminator: str) -> Iterator[str]:
    """The settings that are given, its name first, as a person would say them."""
    if isinstance(held.get("name"), str):
        yield str(held["name"])
    for name, value in held.items():
        if name in (discriminator, "name", "notes", *ITEM_LISTS) or isinstance(value, dict):
            continue
        shown = ", ".join(map(_word, value if isinstance(value, list) else [value]))
        unit = unit_of(name)
        yield f"{shown} {unit}" if unit else f"{name.replace('_', ' ')} {shown}"


def _word(value: Any) -> str:
    """Return a value as a person writes it: 1000000 and not 1000000.0, yes and not True."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
