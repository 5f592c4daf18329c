"""A map of tests while it is written: its tree, its forms, and what varies. No widget here."""

from typing import Any, Final

from ...acquisition.files.protocol_document import (
    Document,
    FieldSpec,
    Node,
    tree_of,
    with_value,
    without,
)
from ...acquisition.files.protocol_map_fields import (
    TEST,
    VARY,
    axis_fields,
    fields_of_test,
    map_fields,
)
from ...acquisition.files.yaml_lines import Key
from .files import is_map
from .written import label_of, text_of

DOC: Final = (
    "A map makes a protocol for each combination of what varies. Expand writes them, to be run "
    "one by one."
)
DOC_OF_VARY: Final = (
    "Values with commas between; every combination is a test. An empty field does not vary."
)
DOC_OF_TEST: Final = "The test of every cell, without what varies."
_BEGINNINGS: Final[dict[str, list[float]]] = {
    "capacities_mah_cm2": [0.5, 1],
    "half_cycles_h": [1, 2],
    "stack_pressures_mpa": [5, 10],
    "temperatures_c": [25, 60],
}


def tree(document: Document) -> Node:
    """Return a protocol as the outline shows it: a map with what varies and its test.

    >>> from solidcell.acquisition.files.yaml_lines import parse_text
    >>> text = "protocol: map\\nvary:\\n  temperatures_c: [25, 60]\\ntest: {}\\n"
    >>> [node.summary for node in tree(parse_text("map.yaml", text)).children["vary"]]
    ['25, 60 °C']
    """
    whole = tree_of(document)
    if not is_map(document):
        return whole
    axes = tuple(
        Node(
            key=(*VARY, spec.name),
            word=label_of(spec),
            summary=f"{text_of(value)} {spec.unit}",
            children={},
        )
        for spec in axis_fields()
        if (value := _varied(document).get(spec.name)) is not None
    )
    return Node(
        key=whole.key,
        word=whole.word,
        summary=whole.summary,
        children={"vary": axes, "test": ()},
    )


def form_of(key: Key) -> tuple[Key, tuple[FieldSpec, ...]]:
    """Return the key and the settings that a form shows for an item of a map's tree.

    >>> form_of(("vary", "temperatures_c"))[0]
    ('vary',)
    """
    if key[:1] == VARY:
        return VARY, axis_fields()
    return (TEST, fields_of_test()) if key[:1] == TEST else ((), map_fields())


def doc_of(key: Key) -> str:
    """Return what there is to say of an item of a map's tree."""
    return {VARY: DOC_OF_VARY, TEST: DOC_OF_TEST}.get(key[:1], DOC)


def is_axis(document: Document, key: Key) -> bool:
    """Whether a key is that of something that varies."""
    return is_map(document) and len(key) > 1 and key[:1] == VARY and key[1] in _varied(document)


def with_axis(document: Document, name: str) -> tuple[Document, Key]:
    """Return the document with something more that varies, and its key; what is there stays.

    >>> from solidcell.acquisition.files.yaml_lines import parse_text
    >>> document = parse_text("map.yaml", "protocol: map\\nvary: {}\\ntest: {}\\n")
    >>> with_axis(document, "temperatures_c")[0].data["vary"]["temperatures_c"]
    [25, 60]
    """
    key = (*VARY, name)
    if name in _varied(document):
        return document, key
    is_begun = isinstance(document.data.get("vary"), dict)
    held = document if is_begun else with_value(document, VARY, {})
    return with_value(held, key, _BEGINNINGS[name]), key


def without_axis(document: Document, key: Key) -> tuple[Document, Key]:
    """Return the document in which that varies no more, and the key of what holds the others."""
    return without(document, key[:2]), VARY


def _varied(document: Document) -> dict[str, Any]:
    held = document.data.get("vary")
    return held if isinstance(held, dict) else {}
