"""What can be done to a protocol that is being written: each gives the next version. No widget."""

from typing import Any

from ...acquisition.files.protocol_document import (
    Document,
    FieldSpec,
    item_of,
    item_specs,
    protocol_specs,
    with_item,
    with_item_moved,
    with_value,
    without,
)
from ...acquisition.files.protocol_map_fields import VARY
from ...acquisition.files.yaml_lines import Key
from . import maps
from .files import is_map
from .written import written_value


def value_at(document: Document, key: Key) -> Any:
    """Return what stands at a key, ``None`` where nothing does.

    >>> from solidcell.acquisition.files.protocol_document import new_protocol
    >>> value_at(new_protocol("sequence"), ("segments", 0, "duration_min"))
    10
    """
    value: Any = document.data
    for name in key:
        try:
            value = value[name]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def form_at(document: Document, key: Key) -> tuple[Key, tuple[FieldSpec, ...]]:
    """Return the key and the settings of the form for an item; a map's forms hold several."""
    return maps.form_of(key) if is_map(document) else (key, fields_at(document, key))


def fields_at(document: Document, key: Key) -> tuple[FieldSpec, ...]:
    """Return the settings that the item at a key may have; none for an unknown kind of item."""
    specs = item_specs() if key else protocol_specs()
    word = "segment" if key else "protocol"
    held = value_at(document, key)
    kind = held.get(word) if isinstance(held, dict) else None
    return next((spec.fields for spec in specs if spec.word == kind), ())


def doc_at(document: Document, key: Key) -> str:
    """Return what there is to say of the item at a key: what it does, or that it is not known.

    >>> from solidcell.acquisition.files.yaml_lines import parse_text
    >>> future = parse_text("a.yaml", "protocol: sequence\\nsegments:\\n  - segment: levitate\\n")
    >>> doc_at(future, ("segments", 0))
    "This version does not know 'levitate': it stays in the file as it is."
    """
    if is_map(document):
        return maps.doc_of(key)
    if not is_item(key):
        return "Add puts items in here." if key else ""
    held = value_at(document, key)
    word = str(held.get("segment", "")) if isinstance(held, dict) else ""
    docs = {spec.word: spec.doc for spec in item_specs()}
    unknown = f"This version does not know '{word}': it stays in the file as it is."
    return docs.get(word, unknown)


def with_text(document: Document, key: Key, spec: FieldSpec, text: str) -> Document:
    """Return the document with what somebody wrote into a field; nothing leaves it out.

    A block that is not there yet is made for its first setting, and goes with its last, but for
    the list of what varies, without which a map is none.
    """
    if text.strip():
        return with_value(_with_blocks(document, key), key, written_value(spec, text))
    if value_at(document, key) is None:
        return document
    left = without(document, key)
    is_of_block = len(key) > 1 and isinstance(key[-2], str) and key[:-1] != VARY
    return without(left, key[:-1]) if is_of_block and not value_at(left, key[:-1]) else left


def with_new_item(document: Document, beside: Key, word: str) -> tuple[Document, Key]:
    """Return the document with a new item behind that at ``beside``, and the new one's key.

    Beside the protocol itself, or what holds items, it is the last one inside.
    """
    list_key, index = place_behind(document, beside)
    is_begun = isinstance(value_at(document, list_key), list)
    made = document if is_begun else with_value(document, list_key, [])
    return with_item(made, list_key, index, item_of(word)), (*list_key, index)


def with_copy(document: Document, key: Key) -> tuple[Document, Key]:
    """Return the document with the item at ``key`` once more behind it, and the copy's key."""
    list_key, index = key[:-1], int(key[-1])
    return with_item(document, list_key, index + 1, value_at(document, key)), (*list_key, index + 1)


def with_moved(document: Document, key: Key, by: int) -> tuple[Document, Key]:
    """Return the document with the item at ``key`` sooner (-1) or later (1), and its new key."""
    list_key, index = key[:-1], int(key[-1])
    to = index + by
    if not 0 <= to < len(value_at(document, list_key)):
        return document, key
    return with_item_moved(document, list_key, index, to), (*list_key, to)


def without_item(document: Document, key: Key) -> tuple[Document, Key]:
    """Return the document without the item at ``key``, and the key of its neighbour.

    Of a map, what varies is such an item.
    """
    if maps.is_axis(document, key):
        return maps.without_axis(document, key)
    list_key, index = key[:-1], int(key[-1])
    left = without(document, key)
    count = len(value_at(left, list_key) or ())
    if not count and list_key[-1] == "otherwise":  # it may be left out, but not be empty
        return without(left, list_key), list_key[:-1]
    return left, (*list_key, min(index, count - 1)) if count else list_key[:-1]


def can_be_moved(document: Document, key: Key, by: int) -> bool:
    """Whether the item at ``key`` has a place to go."""
    if not is_item(key):
        return False
    return 0 <= int(key[-1]) + by < len(value_at(document, key[:-1]) or ())


def can_be_removed(document: Document, key: Key) -> bool:
    """Whether there is something at ``key`` that can be left out."""
    return is_item(key) or maps.is_axis(document, key)


def is_item(key: Key) -> bool:
    """Whether a key is that of an item, and not of the protocol."""
    return bool(key) and isinstance(key[-1], int)


def place_behind(document: Document, beside: Key) -> tuple[Key, int]:
    """Return the list and the place in it for a new item."""
    if is_item(beside):
        return beside[:-1], int(beside[-1]) + 1
    list_key = beside if beside and beside[-1] in ("then", "otherwise") else (*beside, "segments")
    return list_key, len(value_at(document, list_key) or ())


def holds_items(document: Document) -> bool:
    """Whether items can be put into the protocol at all."""
    return bool(value_at(document, ("protocol",)) == "sequence")


def _with_blocks(document: Document, key: Key) -> Document:
    for length in range(1, len(key)):
        above = key[:length]
        if isinstance(above[-1], str) and not isinstance(value_at(document, above), dict | list):
            document = with_value(document, above, {})
    return document
