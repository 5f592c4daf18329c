"""SCPI settings, declared one a line: header, unit, range.

The same header reads and writes, so the two cannot disagree. A value that is not allowed is
refused before a byte is sent; it is never clipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, Self, overload

from .errors import BadReplyError, OutOfRangeError
from .link import TextLink

_NOT_A_NUMBER = 9.9e37


class _HasLink(Protocol):
    @property
    def link(self) -> TextLink: ...


@dataclass(frozen=True, slots=True)
class Number:
    """A number: ``HEADER?`` reads it, ``HEADER value`` sets it.

    ``low`` and ``high`` are inclusive and, like the value, in ``unit``, which is SI (or "PLC",
    power line cycles). Raises ``OutOfRangeError`` for a value outside or not a number.
    """

    header: str
    unit: str
    low: float
    high: float

    @overload
    def __get__(self, owner: None, cls: type) -> Self: ...
    @overload
    def __get__(self, owner: _HasLink, cls: type) -> float: ...
    def __get__(self, owner: _HasLink | None, cls: type) -> Self | float:
        """The setting as the instrument has it now, in ``unit``."""
        return self if owner is None else self.ask(owner.link)

    def __set__(self, owner: _HasLink, value: float) -> None:
        """Set it."""
        self.tell(owner.link, value)

    def ask(self, link: TextLink) -> float:
        """Return the setting as the instrument has it now, in ``unit``."""
        return parse_number(link.query(f"{self.header}?"))

    def tell(self, link: TextLink, value: float) -> None:
        """Set it. Raises ``OutOfRangeError`` before a byte is sent."""
        if not self.low <= value <= self.high:
            raise OutOfRangeError(
                f"{self.header}: {value:g} {self.unit} is outside "
                f"[{self.low:g}, {self.high:g}] {self.unit}"
            )
        link.write(f"{self.header} {value:.9g}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a few. ``words`` are the short forms; a long form in a reply is understood.

    >>> Choice(":OUTP:CURR:SMOD", ("NORM", "HIMP")).parse("HIMPEDANCE")
    'HIMP'
    """

    header: str
    words: tuple[str, ...]

    @overload
    def __get__(self, owner: None, cls: type) -> Self: ...
    @overload
    def __get__(self, owner: _HasLink, cls: type) -> str: ...
    def __get__(self, owner: _HasLink | None, cls: type) -> Self | str:
        """The setting as the instrument has it now, in its short form."""
        return self if owner is None else self.ask(owner.link)

    def __set__(self, owner: _HasLink, value: str) -> None:
        """Set it."""
        self.tell(owner.link, value)

    def ask(self, link: TextLink) -> str:
        """Return the setting as the instrument has it now, in its short form."""
        return self.parse(link.query(f"{self.header}?"))

    def tell(self, link: TextLink, value: str) -> None:
        """Set it. Raises ``OutOfRangeError`` before a byte is sent."""
        if value not in self.words:
            raise OutOfRangeError(f"{self.header}: {value!r} is none of {', '.join(self.words)}")
        link.write(f"{self.header} {value}")

    def parse(self, reply: str) -> str:
        """Return the word of ``words`` that ``reply`` is, or raise ``BadReplyError``."""
        heard = reply.strip().strip("\"'").upper()
        for word in self.words:
            if heard.startswith(word):
                return word
        raise BadReplyError(f"{self.header}? answered {reply!r}, none of {', '.join(self.words)}")


@dataclass(frozen=True, slots=True)
class Flag:
    """On or off."""

    header: str

    @overload
    def __get__(self, owner: None, cls: type) -> Self: ...
    @overload
    def __get__(self, owner: _HasLink, cls: type) -> bool: ...
    def __get__(self, owner: _HasLink | None, cls: type) -> Self | bool:
        """Whether it is on now."""
        if owner is None:
            return self
        return parse_flag(owner.link.query(f"{self.header}?"))

    def __set__(self, owner: _HasLink, value: bool) -> None:
        """Switch it."""
        owner.link.write(f"{self.header} {'ON' if value else 'OFF'}")


def parse_number(reply: str) -> float:
    """Read one SCPI number.

    The standard's "overflow" (9.9e37) and "not a number" (9.91e37), infinities and NaN are
    refused with ``BadReplyError``: none of them is a reading.

    >>> parse_number("+3.701234E+00")
    3.701234
    """
    try:
        value = float(reply)
    except ValueError:
        raise BadReplyError(f"expected a number, got {reply!r}") from None
    if not abs(value) < _NOT_A_NUMBER:
        raise BadReplyError(f"the instrument reports overflow or no data: {reply!r}")
    return value


def parse_printed(reply: str, digits: int) -> float:
    """Read one number that is printed with ``digits`` digits and an exponent, and no other.

    A digit that was lost on the way makes another number of it, which only its form betrays.

    >>> parse_printed("-6.999999881E-01", 10)
    -0.6999999881
    """
    if not re.fullmatch(rf"\s*[+-]?(\d\.\d{{{digits - 1}}}E[+-]\d\d|9\.9\d*E\+?37)\s*", reply):
        raise BadReplyError(f"expected a number of {digits} digits and an exponent, got {reply!r}")
    return parse_number(reply)


def parse_flag(reply: str) -> bool:
    """Read one SCPI boolean: ``0``, ``1``, ``OFF`` or ``ON``.

    >>> parse_flag("1")
    True
    """
    heard = reply.strip().upper()
    if heard not in ("0", "1", "OFF", "ON"):
        raise BadReplyError(f"expected 0 or 1, got {reply!r}")
    return heard in ("1", "ON")


def query_if_known(link: TextLink, query: str) -> str | None:
    """Ask what not every instrument of a kind understands; ``None`` if this one does not.

    A question that is not understood has no answer, and waiting for it would be taken for a lost
    link. One that always has an answer, and at once, therefore goes before it in the same message.
    What the instrument puts into its error queue is left there.
    """
    first, semicolon, answer = link.query(f"*ESE?;{query}").partition(";")
    if not re.fullmatch(r"\+?\d{1,3}", first.strip()):
        raise BadReplyError(f"expected a register and the answer to {query}, got {first!r}")
    return answer.strip() if semicolon else None
