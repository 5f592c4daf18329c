"""A gauge on a serial line that says one value a line, when it is asked or all the time.

Source: pyserial API; RS-232 gauges have no protocol in common, so the form of the line comes from
the manual of the gauge at hand and is declared (``gauge_line.py``).
"""

from __future__ import annotations

from typing import Final

from .byte_session import ByteSession
from .capabilities import Identity, OutputState
from .clock import Clock
from .errors import BadReplyError, DriverError, LinkLostError, WrongInstrumentError
from .gauge_line import LineFormat
from .link import ByteLink

SETTLE_S: Final = 0.2
LONGEST_LINE: Final = 1000
LINE_ENDS: Final = {"crlf": b"\r\n", "lf": b"\n", "cr": b"\r"}


class LineGauge:
    """A ``Gauge`` whose lines have ``form``; SI value and ``unit`` are ``scale`` times that.

    ``query`` asks for a line; where it is empty the gauge says lines by itself, and what counts is
    the first whole one that begins after ``read`` was called. ``timeout_s`` must exceed the time
    between two lines. ``identity_query`` asks who is there, where the gauge can say that.
    """

    def __init__(
        self,
        link: ByteLink,
        *,
        clock: Clock,
        form: LineFormat,
        name: str = "gauge",
        query: str = "",
        identity_query: str = "",
        command_end: str = "crlf",
        timeout_s: float = 2.0,
        scale: float = 1.0,
        unit: str = "",
    ) -> None:
        self._link, self._form, self._name = link, form, name
        self._query, self._identity_query = query, identity_query
        self._end, self._timeout_s = LINE_ENDS[command_end], timeout_s
        self._scale, self._unit = scale, unit or form.si.si_unit
        self._session = ByteSession(
            link, clock, name=name, settle_s=SETTLE_S, speaks_unasked=not query
        )
        self._heard = b""
        self._identity: Identity | None = None

    def connect(self) -> OutputState:
        """Require that it says a line of the declared form; always ``OutputState.OFF``."""
        return self._session.connect(self._greet)

    def _greet(self) -> OutputState:
        self._heard = b""
        said = self._asked(self._identity_query) if self._identity_query else ""
        identity = Identity(manufacturer="", model=said or self._name, serial="", firmware="")
        if self._identity is not None and self._identity != identity:
            raise WrongInstrumentError(
                f"{identity.model!r} answers where {self._identity.model!r} did before"
            )
        self._form.value(self._line())
        self._identity = identity
        return OutputState.OFF

    @property
    def identity(self) -> Identity:
        """What it said of itself at ``connect``, if it was asked."""
        if self._identity is None:
            raise DriverError(f"the {self._name} is not connected yet")
        return self._identity

    @property
    def unit(self) -> str:
        """The SI unit of ``read``."""
        return self._unit

    def read(self) -> float:
        """Return the next value. Raises ``BadReplyError`` or ``LinkLostError``."""
        with self._session.conversation():
            return self._form.value(self._line()) * self._scale

    def close(self) -> None:
        """Release the link. May be called twice."""
        self._session.close()

    def _line(self) -> str:
        return self._asked(self._query) if self._query else self._overheard()

    def _asked(self, command: str) -> str:
        if early := (self._heard + self._link.read(0.0)).strip():
            self._heard = b""
            raise LinkLostError(f"{early[:40]!r} came before {command!r} was asked")
        self._heard = b""
        self._link.write(command.encode("ascii") + self._end)
        return self._next_line()

    def _overheard(self) -> str:
        """Take the first whole line from now on; what came before says nothing of now."""
        before, self._heard = self._heard + self._link.read(0.0), b""
        if not before.endswith((b"\n", b"\r")):
            self._next_line()  # the rest of one that is under way
        return self._next_line()

    def _next_line(self) -> str:
        while True:
            self._heard = self._heard.lstrip(b"\r\n")
            line, end, rest = self._heard.replace(b"\r", b"\n").partition(b"\n")
            if end:
                self._heard = rest
                return _text(line)
            piece = self._link.read(self._timeout_s)
            if not piece or len(self._heard) > LONGEST_LINE:
                raise LinkLostError(
                    f"the {self._name} said no whole line within {self._timeout_s:g} s, but "
                    f"{self._heard[:40]!r}; it may have been unplugged"
                )
            self._heard += piece


def _text(line: bytes) -> str:
    try:
        return line.decode("ascii")
    except UnicodeDecodeError:
        raise BadReplyError(f"expected a line of text, got {line[:40]!r}") from None
