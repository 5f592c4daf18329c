"""Text to and from Zahner's Thales software ("Remote2"), over the TCP port 260 of its PC.

Source: doc.zahner.de, "TCP/IP Protocol" of Thales-Remote, and Zahner's own client thales_remote
1.2.8 (MIT), which this does not use: its reader spins for ever once the other side is gone, it
takes no port, and it believes an answer that comes too late.

A connection is registered by its name; after that telegrams go both ways: length (16 bit, little
endian), type, text. Type 2 is for Remote2, type 128 for Term, which runs on the PC. One connection
may be named ``ScriptRemote`` at a time.
"""

from __future__ import annotations

import math
import struct
from collections import deque
from typing import Final

from .errors import BadReplyError, LinkLostError, WrongInstrumentError
from .link import ByteLink

NAME: Final = "ScriptRemote"
IDENTITY_QUERY: Final = "ALLNUM"
REMOTE2, BYE, TERM = 2, 4, 128
TYPES: Final = frozenset({REMOTE2, BYE, 42, TERM, 129, 130, 131, 132})
REGISTRATION: Final = b"\x12\xd0\xff\xff\xff\xff"
SETTLING_S: Final = (0.4, 0.8)  # before and after the registration, as thales_remote waits
SLICE_S: Final = 0.1
INTO_REMOTE2_S: Final = 30.0  # a measurement that runs has to be left first
OLDEST: Final = (5, 9, 3)
_HEADER: Final = struct.Struct("<HB")


class ThalesLink:
    """A ``TextLink`` that can also wait for an answer in slices.

    ``timeout_s`` is time on the wall, and must exceed the longest answer to ``query``. Until
    ``IDENTITY_QUERY`` is asked, and after a silence, nothing is believed: this registers anew, and
    has Thales leave what it does for Remote2.
    """

    def __init__(self, link: ByteLink, *, timeout_s: float = 5.0) -> None:
        self._link, self._timeout_s = link, timeout_s
        self._heard = b""
        self._came: dict[int, deque[bytes]] = {REMOTE2: deque(), TERM: deque()}
        self._unanswered = ""
        self._lost = "it was not asked who is there"
        self._is_first = True
        self.times_registered = 0
        self.version = ""

    def write(self, command: str) -> None:
        """Send a command of Remote2. Raises ``LinkLostError`` if the connection broke."""
        self._send(REMOTE2, f"1:{command}:".encode("ascii"))

    def query(self, command: str) -> str:
        """Send ``command`` and return its answer. Raises ``LinkLostError`` on silence."""
        if command == IDENTITY_QUERY:
            self._recognise()
        self.begin(command)
        for _ in range(math.ceil(self._timeout_s / SLICE_S)):
            if (answer := self.listen()) is not None:
                return answer
        raise self.silent(command)

    def silent(self, command: str) -> LinkLostError:
        """Return the error for a command without an answer; nothing is believed from now on."""
        return self._lose(f"no answer to {command!r}")

    def begin(self, command: str) -> None:
        """Send a command whose answer will be listened for.

        Raises ``LinkLostError`` if the one before has no answer yet, or if something came unasked.
        """
        if self._lost:
            raise LinkLostError(
                f"{command!r} was not sent; the state of the instrument is unknown since "
                f"{self._lost}"
            )
        if self._unanswered:
            raise self._lose(f"{self._unanswered!r} had no answer yet when {command!r} was wanted")
        self._sort(self._link.read(0.0))
        if early := self._came[REMOTE2]:
            raise self._lose(f"{early[0][:40]!r} came before {command!r} was sent")
        self.write(command)
        self._unanswered = command

    def listen(self) -> str | None:
        """Return the answer once it is there. Raises ``BadReplyError`` for what is no text."""
        if (payload := self._next(REMOTE2)) is None:
            return None
        self._unanswered = ""
        return _text(payload)

    def close(self) -> None:
        """Say goodbye and release the port. May be called twice."""
        if not self._lost:
            self._lost = "the link was closed"
            try:
                self._send(TERM, f"3,{NAME},0,RS".encode("ascii"))
                self._send(BYE, b"\xff\xff")
            except LinkLostError:
                pass
        self._link.close()

    def _recognise(self) -> None:
        """Ask for the version each time: two that differ are no version."""
        if self._lost:
            self._begin_anew()
        version = self._asked_of_term(f"3,{NAME},7", self._timeout_s).split(",")[-1].strip()
        _require_new_enough(version)
        self.version = version

    def _begin_anew(self) -> None:
        if not self._is_first:
            self._link.reopen()
        self._is_first = False
        self._heard, self._unanswered = b"", ""
        for came in self._came.values():
            came.clear()
        self._link.read(SETTLING_S[0])
        self._link.write(struct.pack(">H", len(NAME)) + REGISTRATION + NAME.encode("ascii"))
        self._link.read(SETTLING_S[1])
        for command in (f"3,{NAME},0,OFF", f"2,{NAME}"):
            self._asked_of_term(command, INTO_REMOTE2_S)
        self.times_registered += 1
        self._lost = ""

    def _asked_of_term(self, command: str, timeout_s: float) -> str:
        self._sort(self._link.read(0.0))
        self._came[TERM].clear()
        self._send(TERM, command.encode("ascii"))
        for _ in range(math.ceil(timeout_s / SLICE_S)):
            if (payload := self._next(TERM)) is not None:
                return _text(payload)
        raise self._lose(f"Term does not answer {command!r} within {timeout_s:g} s")

    def _send(self, kind: int, payload: bytes) -> None:
        self._link.write(_HEADER.pack(len(payload), kind) + payload)

    def _next(self, kind: int) -> bytes | None:
        if not self._came[kind]:
            self._sort(self._link.read(SLICE_S))
        return self._came[kind].popleft() if self._came[kind] else None

    def _sort(self, data: bytes) -> None:
        """Keep the telegrams that are whole; those of other types concern nobody here."""
        self._heard += data
        while len(self._heard) >= _HEADER.size:
            length, kind = _HEADER.unpack_from(self._heard)
            if kind not in TYPES:
                raise self._lose(f"expected a telegram, got {self._heard[:20]!r}")
            end = _HEADER.size + length
            if len(self._heard) < end:
                return
            if kind in self._came:
                self._came[kind].append(self._heard[_HEADER.size : end])
            self._heard = self._heard[end:]

    def _lose(self, reason: str) -> LinkLostError:
        self._lost = reason
        return LinkLostError(f"{reason}; the state of the instrument is unknown")


def _text(payload: bytes) -> str:
    try:
        return payload.decode("ascii").strip(" \r\n\0")
    except UnicodeDecodeError:
        raise BadReplyError(f"expected a telegram of text, got {payload[:40]!r}") from None


def _require_new_enough(version: str) -> None:
    numbers = tuple(int(part) for part in version.split(".") if part.isdecimal())
    if "devel" not in version and numbers < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        raise WrongInstrumentError(f"expected Thales {wanted} or newer, got {version!r}")
