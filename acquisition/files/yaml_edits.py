"""Changes to a YAML text that leave every other line as it is, comments with their lines.

Every edit is tried on the lines of the text, and read back: only a text that holds exactly the
values that it should is taken. Where lines do not do, as for ``[{…}, {…}]``, the text is written
anew by a library that keeps most comments.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from .yaml_lines import Document, FileError, Key, parse_text
from .yaml_written import written


class _NoLinesError(Exception):
    """The place has no lines of its own."""


def with_value(document: Document, key: Key, value: Any) -> Document:
    """Return the document with another value at ``key``, which is added if it was not there.

    Raises ``KeyError`` if there is no block to hold it.
    """
    parent, name = _parent(document.data, key), key[-1]
    if isinstance(parent, list):
        if not isinstance(name, int) or not 0 <= name < len(parent):
            raise KeyError(f"there is no item {name}")
    elif not isinstance(name, str):
        raise KeyError(f"{name!r} is no name of a setting")
    edit = _replaced if _holds(parent, name) else _added

    def change(data: Any) -> None:
        _parent(data, key)[name] = copy.deepcopy(value)

    return _edited(document, lambda: edit(document, key, value), change)


def without(document: Document, key: Key) -> Document:
    """Return the document without ``key`` and the comment above it. Raises ``KeyError``."""
    if not _holds(_parent(document.data, key), key[-1]):
        raise KeyError(f"there is nothing at {key!r}")

    def change(data: Any) -> None:
        del _parent(data, key)[key[-1]]

    return _edited(document, lambda: _removed(document, key), change)


def with_item(document: Document, list_key: Key, index: int, value: Any) -> Document:
    """Return the document with ``value`` put into a list before item ``index``."""
    items = _list(document.data, list_key)
    index = min(max(index, 0), len(items))

    def change(data: Any) -> None:
        _list(data, list_key).insert(index, copy.deepcopy(value))

    new = written([value] if isinstance(value, dict) else value)
    return _edited(document, lambda: _put(document, list_key, index, new), change)


def with_item_moved(document: Document, list_key: Key, index: int, to: int) -> Document:
    """Return the document with an item of a list moved to another place, with its comments."""
    items = _list(document.data, list_key)
    if not 0 <= index < len(items):
        raise KeyError(f"there is no item {index}")
    to = min(max(to, 0), len(items) - 1)

    def change(data: Any) -> None:
        moved = _list(data, list_key)
        moved.insert(to, moved.pop(index))

    def move() -> str:
        place = _place(document, (*list_key, index))
        lines = document.text.split("\n")
        dash = _indent(lines[place.start])
        taken = [line[dash:] for line in _trimmed(lines[place.first : place.end])]
        left = parse_text(document.file, _removed(document, (*list_key, index)))
        return _put(left, list_key, to, taken)

    return _edited(document, move, change)


def block_text(document: Document, key: Key) -> str:
    """Return the lines of a block as a text of its own, with its comments. Raises ``KeyError``."""
    value = _value(document.data, key)
    try:
        place = _place(document, key)
        inner = document.text.split("\n")[place.start + 1 : place.end]
        depth = min(_indent(line) for line in inner if line.strip())
        text = "\n".join(line[depth:] for line in _trimmed(inner)) + "\n"
        if parse_text(document.file, text).data == value:
            return text
    except (_NoLinesError, FileError, ValueError):
        pass
    return "\n".join(written(value)) + "\n"


@dataclass(frozen=True, slots=True)
class _Place:
    """Lines of a key: from its comment (``first``), its own (``start``), to ``end`` exclusive."""

    first: int
    start: int
    end: int


def _edited(document: Document, edit: Callable[[], str], change: Callable[[Any], None]) -> Document:
    """Take the edited lines if they say what they should; else have the whole written anew."""
    wanted = copy.deepcopy(document.data)
    change(wanted)
    try:
        new = parse_text(document.file, edit())
        if new.data == wanted:
            return new
    except (_NoLinesError, FileError):
        pass
    return parse_text(document.file, _written_anew(document.text, change))


def _written_anew(text: str, change: Callable[[Any], None]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    dash = re.search(r"^( *)- ", text, re.MULTILINE)
    if dash is None or dash[1]:
        yaml.indent(mapping=2, sequence=4, offset=2)
    data = yaml.load(text)
    change(data)
    out = StringIO()
    yaml.dump(data, out)
    return out.getvalue()


def _replaced(document: Document, key: Key, value: Any) -> str:
    lines, place = document.text.split("\n"), _place(document, key)
    name = re.escape(str(key[-1]))
    found = re.match(rf"( *(?:- +)*{name} *:)( .*)?$", lines[place.start])
    if found is None:
        raise _NoLinesError
    new = written(value)
    comment = re.search(r"\s+#.*$", found[2] or "")
    head = f"{found[1]} {new[0]}" if _is_inline(value) else found[1]
    body = [] if _is_inline(value) else _indented(new, _column(lines[place.start], key) + 2)
    tail = comment[0] if comment else ""
    after = place.start + len(_trimmed(lines[place.start : place.end]))
    return "\n".join([*lines[: place.start], head + tail, *body, *lines[after:]])


def _added(document: Document, key: Key, value: Any) -> str:
    """After the last of its block, or of the whole file."""
    names = list(_parent(document.data, key))
    if not names:
        raise _NoLinesError
    last = (*key[:-1], names[-1])
    place, lines = _place(document, last), document.text.split("\n")
    at = place.start + len(_trimmed(lines[place.start : place.end]))
    new = written({key[-1]: value})
    column = _column(lines[_place(document, last).start], last)
    return "\n".join([*lines[:at], *_indented(new, column), *lines[at:]])


def _removed(document: Document, key: Key) -> str:
    place, lines = _place(document, key), document.text.split("\n")
    if key[:-1] and document.lines.get(key[:-1]) == place.start + 1:
        raise _NoLinesError
    kept = lines[place.start + len(_trimmed(lines[place.start : place.end])) : place.end]
    return "\n".join([*lines[: place.first], *kept[:1], *lines[place.end :]])


def _put(document: Document, list_key: Key, index: int, new: list[str]) -> str:
    items = _list(document.data, list_key)
    if not items:
        raise _NoLinesError
    lines = document.text.split("\n")
    if index < len(items):
        place = _place(document, (*list_key, index))
        at = place.first
    else:
        place = _place(document, (*list_key, len(items) - 1))
        at = place.start + len(_trimmed(lines[place.start : place.end]))
    dash = _indent(lines[place.start])
    return "\n".join([*lines[:at], *_indented(new, dash), *lines[at:]])


def _place(document: Document, key: Key) -> _Place:
    """Where a key stands, if it has lines of its own."""
    lines = document.text.split("\n")
    if not key:
        return _Place(0, 0, len(lines))
    start = document.lines[key] - 1
    siblings = _siblings(document, key)
    if sum(line == start for line in siblings) > 1:
        raise _NoLinesError
    later = [line for line in siblings if line > start]
    end = _first(lines, min(later)) if later else _place(document, key[:-1]).end
    return _Place(_first(lines, start), start, end)


def _siblings(document: Document, key: Key) -> list[int]:
    held = _parent(document.data, key)
    names = range(len(held)) if isinstance(held, list) else list(held)
    return [document.lines[(*key[:-1], name)] - 1 for name in names]


def _first(lines: list[str], start: int) -> int:
    """The first line of the comment that stands directly above, at the same depth."""
    depth, first = _indent(lines[start]), start
    while first > 0 and re.match(rf" {{{depth}}}#", lines[first - 1]):
        first -= 1
    return first


def _trimmed(lines: list[str]) -> list[str]:
    """Without the blank lines and comments at the end."""
    count = len(lines)
    while count > 1 and (not lines[count - 1].strip() or lines[count - 1].lstrip().startswith("#")):
        count -= 1
    return lines[:count]


def _indented(lines: list[str], by: int) -> list[str]:
    return [" " * by + line if line else line for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _column(line: str, key: Key) -> int:
    """Where the name of a setting begins, which is behind the dash in the first line of an item."""
    found = re.match(r" *(?:- +)*", line)
    return found.end() if found and isinstance(key[-1], str) else _indent(line)


def _is_inline(value: Any) -> bool:
    return len(written(value)) == 1 and not (isinstance(value, dict) and value)


def _parent(data: Any, key: Key) -> Any:
    return _value(data, key[:-1])


def _value(data: Any, key: Key) -> Any:
    for part in key:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            raise KeyError(f"there is nothing at {part!r} of {key!r}") from None
    return data


def _list(data: Any, key: Key) -> list[Any]:
    found = _value(data, key)
    if not isinstance(found, list):
        raise KeyError(f"{key!r} is no list")
    return found


def _holds(parent: Any, name: Any) -> bool:
    if isinstance(parent, list):
        return isinstance(name, int) and 0 <= name < len(parent)
    return name in parent
