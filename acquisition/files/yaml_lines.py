"""Settings files that know their line numbers, so that an error can name the line to mend.

YAML 1.2, JSON and TOML are read into the same plain ``Document``. What the file formats allow and
a laboratory does not expect (anchors, tags, ``1_000``, octal, NaN, a key given twice) is refused.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from .toml_lines import toml_lines

Key: TypeAlias = tuple[str | int, ...]

SIZE_MAX_BYTES: Final = 1_000_000
DEPTH_MAX: Final = 20
_TAG: Final = "tag:yaml.org,2002:"
_DECIMAL: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file; ``line`` is 0 where the whole file is meant."""

    file: str
    line: int
    text: str
    key: Key = ()

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {key_path(self.key)}{self.text}"


class FileError(ValueError):
    """A settings file that cannot be used. One line of text per problem, each naming the file."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """A settings file as read: its text, its plain contents and the line of every key."""

    file: str
    text: str
    data: dict[str, Any]
    lines: Mapping[Key, int] = field(repr=False)

    def line_of(self, key: Key) -> int:
        """Return the line of ``key``, or of the nearest block around it that has one."""
        while key and key not in self.lines:
            key = key[:-1]
        return self.lines.get(key, 1)

    def error(self, key: Key, text: str) -> FileError:
        """Return the error to raise for the setting at ``key``."""
        return FileError(Problem(self.file, self.line_of(key), text, key))


def key_path(key: Key) -> str:
    """Return a key as a person would write it, with the colon that follows it.

    >>> key_path(("segments", 2, "current_ma"))
    'segments[2].current_ma: '
    """
    written = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key)
    return f"{written.removeprefix('.')}: " if key else ""


def read_document(path: Path) -> Document:
    """Read a ``.toml``, ``.json`` or YAML file. Raises ``FileError``; never anything else."""
    file, text = str(path), _read_text(path)
    if not text.strip():
        raise FileError(Problem(file, 0, "the file is empty"))
    if path.suffix.lower() == ".toml":
        data, lines = _parse_toml(file, text), toml_lines(text)
    elif path.suffix.lower() == ".json":
        data, lines = _parse_json(file, text)
    else:
        data, lines = _parse_yaml(file, text)
    return Document(file, text, data, lines)


def parse_text(file: str, text: str) -> Document:
    """Read YAML from a text that is not saved yet; ``file`` is named in problems.

    Raises ``FileError`` as ``read_document`` does.
    """
    if not text.strip():
        raise FileError(Problem(file, 0, "the file is empty"))
    data, lines = _parse_yaml(file, text)
    return Document(file, text, data, lines)


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise FileError(Problem(str(path), 0, "there is no such file")) from None
    except OSError as error:
        raise FileError(Problem(str(path), 0, f"cannot be read: {error.strerror}")) from error
    if len(raw) > SIZE_MAX_BYTES:
        text = f"is {len(raw)} bytes long; a settings file has at most {SIZE_MAX_BYTES}"
        raise FileError(Problem(str(path), 0, text))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise FileError(Problem(str(path), line, problem)) from error
    return text.replace("\r\n", "\n")


def _parse_toml(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", str(error))
        line = int(found[1]) if found and found[1] else text.rstrip("\n").count("\n") + 1
        reason = str(error)[: found.start()] if found else str(error)
        raise FileError(Problem(file, line, f"is not valid TOML: {reason}")) from error
    except RecursionError:
        raise FileError(Problem(file, 0, _too_deep())) from None
    except ValueError as error:
        raise FileError(Problem(file, 0, f"is not valid TOML: {error}")) from error


def _parse_json(file: str, text: str) -> tuple[dict[str, Any], dict[Key, int]]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        raise FileError(Problem(file, error.lineno, f"is not valid JSON: {error.msg}")) from error
    except RecursionError:
        raise FileError(Problem(file, 0, _too_deep())) from None
    except ValueError as error:
        raise FileError(Problem(file, 0, f"is not valid JSON: {error}")) from error
    # JSON is YAML, but for tabs: where JSON allows one, a blank means the same.
    return _parse_yaml(file, text.replace("\t", " "))


def _parse_yaml(file: str, text: str) -> tuple[dict[str, Any], dict[Key, int]]:
    reader = _NodeReader(file)
    root = reader.compose(text)
    if root is None:
        raise FileError(Problem(file, 0, "the file holds nothing but comments"))
    if not isinstance(root, MappingNode):
        raise reader.error(root, (), "must be a list of settings, each written 'name: value'")
    data = reader.mapping(root, ())
    return data, reader.lines


def _too_deep() -> str:
    return f"is nested deeper than {DEPTH_MAX} levels"


class _NodeReader:
    """Turns a tree of YAML nodes into plain data and notes where each key stands."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._met: set[int] = set()
        self.lines: dict[Key, int] = {}

    def compose(self, text: str) -> Node | None:
        try:
            return YAML(typ="safe", pure=True).compose(text)  # type: ignore[no-any-return]  # untyped there
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = mark.line + 1 if mark else 0
            raise FileError(Problem(self._file, line, _grammar(error))) from error
        except ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            reason = f"holds a character that YAML does not allow: {error.character!r}"
            raise FileError(Problem(self._file, line, reason)) from error
        except RecursionError:
            raise FileError(Problem(self._file, 0, _too_deep())) from None
        except (YAMLError, ValueError, LookupError) as error:
            reason = f"is not valid YAML: {error}".splitlines()[0]
            raise FileError(Problem(self._file, 0, reason)) from error

    def error(self, node: Node, key: Key, text: str) -> FileError:
        line = self.lines.get(key, node.start_mark.line + 1)
        return FileError(Problem(self._file, line, text, key))

    def mapping(self, node: MappingNode, key: Key) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            name = self._name(key_node, key)
            here = (*key, name)
            if name in data:
                text = f"is given twice; it stands in line {self.lines.pop(here)} too"
                raise self.error(key_node, here, text)
            self.lines[here] = key_node.start_mark.line + 1
            data[name] = self._value(value_node, here)
        return data

    def _name(self, node: Node, key: Key) -> str:
        if not isinstance(node, ScalarNode):
            raise self.error(node, key, "the name of a setting must be a word")
        if node.tag == _TAG + "merge":
            raise self.error(node, key, "merge keys ('<<') are not allowed: write the settings out")
        return str(node.value)

    def _value(self, node: Node, key: Key) -> Any:
        if id(node) in self._met:
            raise self.error(node, key, "aliases ('*name') are not allowed: write the value out")
        if len(key) > DEPTH_MAX:
            raise self.error(node, key, _too_deep())
        self._met.add(id(node))
        if isinstance(node, MappingNode) and node.tag == _TAG + "map":
            return self.mapping(node, key)
        if isinstance(node, SequenceNode) and node.tag == _TAG + "seq":
            return self._sequence(node, key)
        if isinstance(node, ScalarNode):
            return self._scalar(node, key)
        raise self.error(node, key, f"the tag {node.tag!r} is not allowed")

    def _sequence(self, node: SequenceNode, key: Key) -> list[Any]:
        items = []
        for index, item in enumerate(node.value):
            here = (*key, index)
            self.lines[here] = item.start_mark.line + 1
            items.append(self._value(item, here))
        return items

    def _scalar(self, node: ScalarNode, key: Key) -> Any:
        text = str(node.value)
        match str(node.tag).removeprefix(_TAG):
            case "str" | "timestamp" | "value" | "merge":
                return text
            case "null":
                return None
            case "bool" if text.lower() in ("true", "false"):
                return text.lower() == "true"
            case "int" | "float":
                return self._number(node, key, text)
        raise self.error(
            node, key, f"{text!r} is not allowed: write plain text, a number, or true or false"
        )

    def _number(self, node: ScalarNode, key: Key, text: str) -> int | float:
        if text.lower().strip("+-") in (".nan", ".inf"):
            raise self.error(node, key, f"{text} is not allowed: must be a finite number")
        if not _DECIMAL.fullmatch(text):
            raise self.error(
                node, key, f"{text} is not allowed: write it in decimal, as 1000 or 1e3"
            )
        if text.lstrip("+-").isdigit() and len(text) < 20:
            return int(text)
        return float(text)


def _grammar(error: MarkedYAMLError) -> str:
    problem = " ".join(str(error.problem or error.context or "cannot be read").split())
    if "'\\t'" in problem:
        return "a tab is not allowed here: indent with spaces"
    return f"is not valid YAML: {problem}"
