"""How a driver speaks to its instrument: bytes for streams, text lines for SCPI."""

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


class TextLink(Protocol):
    """One command a line, one answer a line; terminators are the link's business."""

    def write(self, command: str) -> None:
        """Send a command that has no answer."""
        ...

    def query(self, command: str) -> str:
        """Send a command and return its answer. Raises ``LinkLostError`` on silence."""
        ...

    def close(self) -> None:
        """Release the connection. May be called twice."""
        ...
