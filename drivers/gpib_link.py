"""Text to and from one instrument on a GPIB bus (IEEE 488), whatever leads to the bus.

GPIB has no stream of bytes: an instrument speaks only when it is told to, and keeps what it has to
say until then, even for another program. So whoever begins first takes away what an earlier one
never fetched, and after a silence everything that is said is taken away before the instrument is
believed again. No device clear is sent: what it does to an output is not known for every
instrument.
"""

from __future__ import annotations

import math
from typing import Final, Protocol

from .errors import BadReplyError, LinkLostError

SLICE_S: Final = 0.1  # wall time for which an instrument is let talk at a time
LONGEST_MESSAGE_BYTES: Final = 1 << 16
DRAINED_AT_MOST: Final = 50  # messages that nobody fetched


class GpibPort(Protocol):
    """The way to one instrument on a bus. Every call may raise ``LinkLostError``."""

    @property
    def address(self) -> str:
        """Where the instrument is, for messages."""
        ...

    def send(self, command: str) -> None:
        """Have the instrument listen to one command."""
        ...

    def receive(self) -> bytes:
        """Have the instrument talk for about ``SLICE_S``; return what came, a message ends in LF.

        What has begun when the slice ends comes with the next one.
        """
        ...

    def early(self) -> bytes:
        """Return what came although nobody was told to talk."""
        ...

    def reopen(self) -> None:
        """Find the way to the bus anew."""
        ...

    def close(self) -> None:
        """Release the way to the bus. May be called twice."""
        ...


class GpibLink:
    """A ``TextLink`` that can also wait for an answer in slices.

    ``timeout_s`` is time on the wall, and must exceed the longest answer to ``query``. After the
    first silence nothing is believed, until ``identity_query`` is asked: this finds the way anew.
    """

    def __init__(
        self, port: GpibPort, *, timeout_s: float = 3.0, identity_query: str = "*IDN?"
    ) -> None:
        self._port, self._identity_query = port, identity_query
        self._slices = max(1, math.ceil(timeout_s / SLICE_S))
        self._heard = b""
        self._lost = ""
        self._is_first = True

    def write(self, command: str) -> None:
        """Send ``command``. Raises ``LinkLostError`` if the connection broke."""
        self._port.send(command)

    def query(self, command: str) -> str:
        """Send ``command`` and return its answer. Raises ``LinkLostError`` on silence."""
        if command == self._identity_query:
            self._begin_anew()
        self.begin(command)
        return self.answer(command)

    def begin(self, command: str) -> None:
        """Send a command whose answer will be listened for.

        Raises ``LinkLostError`` if something had been said before that.
        """
        if self._lost:
            raise LinkLostError(
                f"{self._port.address}: {command!r} was not sent; the state of the instrument is "
                f"unknown since {self._lost}"
            )
        if early := self._heard or self._port.early():
            raise self._lose(f"{early[:40]!r} came before {command!r} was sent")
        self._port.send(command)

    def answer(self, command: str) -> str:
        """Wait for a message. Raises ``LinkLostError`` on silence."""
        for _ in range(self._slices):
            if (message := self.listen()) is not None:
                return message
        raise self._lose(f"no answer to {command!r} within {self._slices * SLICE_S:g} s")

    def listen(self) -> str | None:
        """Let it talk for a slice of time; return the message once it is whole.

        Raises ``BadReplyError`` for bytes that are no text.
        """
        if b"\n" not in self._heard:
            self._heard += self._port.receive()
        if b"\n" not in self._heard:
            if len(self._heard) > LONGEST_MESSAGE_BYTES:
                raise self._lose(f"no end of a message within {LONGEST_MESSAGE_BYTES} bytes")
            return None
        message, _, self._heard = self._heard.partition(b"\n")
        try:
            return message.decode("ascii").rstrip("\r\0")
        except UnicodeDecodeError:
            raise BadReplyError(f"expected a message of text, got {message[:40]!r}") from None

    def close(self) -> None:
        """Release the way to the bus. May be called twice."""
        self._lost = self._lost or "the link was closed"
        self._port.close()

    def _begin_anew(self) -> None:
        if not (self._lost or self._is_first):
            return
        if self._lost:
            self._port.reopen()
        self._heard, self._lost, self._is_first = b"", "", False
        for _ in range(DRAINED_AT_MOST):
            if not self._port.receive():
                return
        raise self._lose("it talks without end")

    def _lose(self, reason: str) -> LinkLostError:
        self._lost = reason
        return LinkLostError(
            f"{self._port.address}: {reason}; the state of the instrument is unknown"
        )
