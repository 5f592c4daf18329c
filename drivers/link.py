"""How a driver speaks to its instrument: bytes for streams, text lines and blocks for SCPI."""

from typing import Protocol


class ByteLink(Protocol):
    """A stream of bytes both ways."""

    def write(self, data: bytes) -> None:
        """Send all of ``data``. Raises ``LinkLostError`` if the connection broke."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """Return what has arrived, waiting up to ``timeout_s``; empty if nothing came.

        Raises ``LinkLostError`` if the connection broke.
        """
        ...

    def close(self) -> None:
        """Release the port. May be called twice."""
        ...

    def reopen(self) -> None:
        """Close, and open anew to the same instrument as far as the port can tell.

        Nothing that was under way is heard any more. Raises ``LinkLostError`` if it is gone.
        """
        ...


class TextLink(Protocol):
    """One command a line, one answer a line; terminators are the link's business."""

    def write(self, command: str) -> None:
        """Send a command that has no answer."""
        ...

    def query(self, command: str) -> str:
        """Send a command and return its answer. Raises ``LinkLostError`` on silence."""
        ...

    def close(self) -> None:
        """Release the connection. May be called twice; asking ``*IDN?`` opens it anew."""
        ...


class BlockLink(TextLink, Protocol):
    """A text link through which an answer may also come as a block of bytes."""

    def query_block(self, command: str) -> bytes:
        """Send a command and return what is in the block that answers it, without its header.

        The block is one of definite length (IEEE 488.2, 8.7.9). Raises ``LinkLostError`` on
        silence and ``BadReplyError`` for anything else; nothing is believed after either.
        """
        ...
