"""Read what a running MethodSCRIPT prints: bytes in any split, typed items out.

Source: PalmSens MethodSCRIPT, "script output". A stream has no checksum: a corrupted digit cannot
be noticed, but whatever does not follow the grammar raises ``BadReplyError`` and yields nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import nan
from typing import NamedTuple, TypeAlias

from ..errors import BadReplyError

MAX_LINE_BYTES = 4096
_OFFSET = 0x8000000
# value = digits * up / down: both powers are exact floats, so the quotient is correctly rounded
_SCALES = {
    "a": (1.0, 1e18), "f": (1.0, 1e15), "p": (1.0, 1e12), "n": (1.0, 1e9), "u": (1.0, 1e6),
    "m": (1.0, 1e3), " ": (1.0, 1.0), "i": (1.0, 1.0), "k": (1e3, 1.0),
    "M": (1e6, 1.0), "G": (1e9, 1.0), "T": (1e12, 1.0), "P": (1e15, 1.0), "E": (1e18, 1.0),
}  # fmt: skip
_VALUE = re.compile(r"([a-z]{2})(?:([0-9A-F]{7})([ afpnumkMGTPEi])| *nan)((?:,[0-9A-Za-z]+)*)")
_ERROR = re.compile(r"(\S?)!([0-9A-Fa-f]{4})(?:: Line (\d+))?(?:, Col (\d+))?")
_NUMBERED = re.compile(r"[MC]([0-9A-F]{4})")


class Value(NamedTuple):
    """One value of a package: type code, value in SI (NaN when it could not be measured).

    ``status`` is 0 when all is well, else 1 timing, 2 overload, 4 underload, 8 overload warning,
    combined. ``range_id`` is the instrument's number for its range, where it said so.
    """

    type: str
    value: float
    status: int = 0
    range_id: int | None = None


class LoopKind(StrEnum):
    """What kind of block opens or closes."""

    MEASUREMENT = "measurement"
    SCAN = "scan"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class Echo:
    """The instrument repeats a command's letter."""

    letter: str


@dataclass(frozen=True, slots=True)
class LoopStart:
    """A block opens. ``number`` is the technique of a measurement, or the scan's number."""

    kind: LoopKind
    number: int | None = None


@dataclass(frozen=True, slots=True)
class LoopEnd:
    """A block closes."""

    kind: LoopKind


@dataclass(frozen=True, slots=True)
class Package:
    """The values that belong to one moment, in the order in which the script added them."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A message which the script itself sent."""

    text: str


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """The instrument refused or stopped. ``command`` is empty for an error at run time."""

    code: int
    command: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The empty line: no script runs any more."""


Item: TypeAlias = Echo | LoopStart | LoopEnd | Package | Text | ErrorReport | Finished

_FIXED: dict[str, Item] = {
    "": Finished(),
    "*": LoopEnd(LoopKind.MEASUREMENT),
    "-": LoopEnd(LoopKind.SCAN),
    "+": LoopEnd(LoopKind.SCRIPT),
    "L": LoopStart(LoopKind.SCRIPT),
    **{letter: Echo(letter) for letter in "elrhHZYR"},
}


class LineSplitter:
    """Cuts bytes into lines; what has no line feed yet waits for the rest."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """Return the lines that ``data`` completes. Blanks at a line's end are kept."""
        *complete, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > MAX_LINE_BYTES:
            start, self._rest = self._rest[:40], b""
            raise BadReplyError(f"no line end within {MAX_LINE_BYTES} bytes after {start!r}")
        return [line.decode("latin-1") for line in complete]

    def clear(self) -> None:
        """Forget an unfinished line."""
        self._rest = b""


class StreamDecoder:
    """Turns the output of one script run into items, however the bytes were split.

    >>> decoder = StreamDecoder()
    >>> list(decoder.feed(b"e\\nM0007\\nPeb80186A0u;daDF5C")) == [
    ...     Echo("e"), LoopStart(LoopKind.MEASUREMENT, 7)]
    True
    >>> [package] = decoder.feed(b"B18n,10,212\\n")
    >>> package.values[1]
    Value(type='da', value=0.099994392, status=0, range_id=18)
    """

    def __init__(self) -> None:
        self._splitter = LineSplitter()
        self._echoed = False

    def feed(self, data: bytes) -> Iterator[Item]:
        """Return the items that ``data`` completes; iterate before feeding again.

        Raises ``BadReplyError`` when iteration reaches a line outside the grammar; every item
        before it has been returned by then.
        """
        return self._parse(self._splitter.feed(data))

    def _parse(self, lines: list[str]) -> Iterator[Item]:
        for line in lines:
            rest = line
            if not self._echoed and line.startswith("e") and line[1:2] != "!":
                self._echoed = True
                yield Echo("e")
                rest = line[1:]  # old firmware prints the first item right behind the echo
                if not rest:
                    continue
            yield parse_line(rest)


def parse_line(line: str) -> Item:
    """Read one line of output, without its line feed. Raises ``BadReplyError``."""
    if line.startswith("P"):
        return Package(tuple([_parse_value(field) for field in line[1:].split(";")]))
    if line in _FIXED:
        return _FIXED[line]
    if line.startswith("T"):
        return Text(line[1:])
    if match := _NUMBERED.fullmatch(line):
        kind = LoopKind.MEASUREMENT if line.startswith("M") else LoopKind.SCAN
        return LoopStart(kind, int(match[1], 16))
    if match := _ERROR.fullmatch(line):
        command, code, at_line, column = match.groups()
        return ErrorReport(int(code, 16), command, _optional(at_line), _optional(column))
    raise BadReplyError(f"not a line of script output: {line[:80]!r}")


def _optional(digits: str | None) -> int | None:
    return None if digits is None else int(digits)


def _parse_value(field: str) -> Value:
    match = _VALUE.fullmatch(field)
    if match is None:
        raise BadReplyError(f"not a value of a package: {field[:80]!r}")
    type_code, digits, letter, metadata = match.groups()
    value = nan
    if digits is not None:
        up, down = _SCALES[letter]
        value = (int(digits, 16) - _OFFSET) * up / down
    if not metadata:
        return Value(type_code, value)
    status, range_id = _parse_metadata(metadata)
    return Value(type_code, value, status, range_id)


def _parse_metadata(text: str) -> tuple[int, int | None]:
    """Read status (id 1) and range (id 2); ids this driver does not know are passed over."""
    status, range_id = 0, None
    for entry in text[1:].split(","):
        try:
            if entry[0] == "1" and len(entry) == 2:
                status |= int(entry[1:], 16)
            elif entry[0] == "2" and len(entry) == 3:
                range_id = int(entry[1:], 16)
            elif entry[0] in "12":
                raise ValueError(entry)
        except ValueError:
            raise BadReplyError(f"not the metadata of a value: {entry!r}") from None
    return status, range_id
