"""How a simulated instrument reads SCPI: headers, message units and parameters.

Nothing here is shared with the drivers: a mistake in one must not hide in the other.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(E[+-]?\d+)?", re.IGNORECASE)
UNIT = re.compile(r"\s*(?P<header>[:*A-Za-z][\w:*]*)(?P<query>\?)?(?:\s+(?P<rest>.*))?", re.DOTALL)


class ScpiError(Exception):
    """Something that ends up in the error queue. ``code`` is negative for SCPI's own."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@functools.cache
def keyword(notation: str) -> re.Pattern[str]:
    """Compile a header or a word in the manual's notation; capitals are the short form.

    >>> bool(keyword("[SENSe[1]:]VOLTage[:DC]:NPLCycles").fullmatch("sens:volt:nplc"))
    True
    >>> bool(keyword("SOURce").fullmatch("SOURC"))
    False
    """

    def word(found: re.Match[str]) -> str:
        return f"{found[1]}(?:{found[2].upper()})?" if found[2] else found[1]

    pattern = re.sub(r"([A-Z]+)([a-z]*)", word, notation.replace("*", r"\*"))
    pattern = re.sub(r"\[", "(?:", pattern)
    return re.compile(pattern.replace("]", ")?"), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unit:
    """One command or query of a message, its header made absolute and without leading colon."""

    header: str
    is_query: bool
    parameters: Parameters


def units(message: str) -> Iterator[Unit]:
    """Read a program message. A header without leading colon goes on where the last one was."""
    path = ""
    for text in split(message, ";"):
        if not text.strip():
            continue
        found = UNIT.fullmatch(text)
        if found is None:
            raise ScpiError(-102, "Syntax error")
        header = found["header"]
        if not header.startswith("*"):
            header = header[1:] if header.startswith(":") else path + header
            path = header[: header.rfind(":") + 1]
        yield Unit(header, found["query"] is not None, Parameters(found["rest"] or ""))


def split(text: str, separator: str) -> list[str]:
    """Split, but not inside quotes.

    >>> split("':A;B';C", ";")
    ["':A;B'", 'C']
    """
    parts, quote = [""], ""
    for character in text:
        if character == separator and not quote:
            parts.append("")
            continue
        if character in "'\"" and quote in ("", character):
            quote = "" if quote else character
        parts[-1] += character
    return parts


class Parameters:
    """The parameters of one unit, taken from the left."""

    def __init__(self, text: str) -> None:
        self._left = [part.strip() for part in split(text, ",")] if text.strip() else []

    def __len__(self) -> int:
        return len(self._left)

    def take(self) -> str:
        """Return the next one as it stands, or raise -109."""
        if not self._left:
            raise ScpiError(-109, "Missing parameter")
        return self._left.pop(0)

    def end(self) -> None:
        """Raise -108 if there are more."""
        if self._left:
            raise ScpiError(-108, "Parameter not allowed")

    def number(
        self, low: float, high: float, default: float, *, least: float | None = None
    ) -> float:
        """Take a number between ``low`` and ``high``, or MIN, MAX or DEF.

        ``least`` is what MIN stands for, if it is not ``low``.
        """
        text = self.take()
        least = low if least is None else least
        for notation, value in (("MINimum", least), ("MAXimum", high), ("DEFault", default)):
            if keyword(notation).fullmatch(text):
                return value
        if not NUMBER.fullmatch(text):
            raise ScpiError(-104, "Data type error")
        if not low <= float(text) <= high:
            raise ScpiError(-222, "Parameter data out of range")
        return float(text)

    def whole(self, low: int, high: int, default: int) -> int:
        """Take a whole number."""
        return round(self.number(low, high, default))

    def flag(self) -> bool:
        """Take ON, OFF, 1 or 0."""
        text = self.take().upper()
        if text not in ("ON", "OFF", "1", "0"):
            raise ScpiError(-224, "Illegal parameter value")
        return text in ("ON", "1")

    def word(self, words: Mapping[str, str]) -> str:
        """Take one of ``words`` (notation -> what it stands for), quoted or not."""
        text = unquoted(self.take())
        for notation, meaning in words.items():
            if keyword(notation).fullmatch(text):
                return meaning
        raise ScpiError(-224, "Illegal parameter value")

    def name(self) -> str:
        """Take a quoted name."""
        text = self.take()
        if len(text) < 2 or text[0] not in "'\"" or text[-1] != text[0]:
            raise ScpiError(-104, "Data type error")
        return unquoted(text)


def unquoted(text: str) -> str:
    """Return ``text`` without the quotes around it, if there are any."""
    return text[1:-1] if len(text) >= 2 and text[0] in "'\"" and text[-1] == text[0] else text
