"""A byte link that plays a written exchange: what must be sent, and what is answered to it."""

from collections.abc import Iterator
from contextlib import contextmanager


class PlayedLink:
    """``exchanges`` are pairs of bytes, in order; anything else that is sent is a failure."""

    def __init__(self, exchanges: list[tuple[bytes, bytes]]) -> None:
        self.left = list(exchanges)
        self._unread = b""

    def write(self, data: bytes) -> None:
        assert self.left, f"{data!r} was sent after the end of the exchange"
        expected, answer = self.left.pop(0)
        assert data == expected, f"{data.hex(' ')} was sent, {expected.hex(' ')} was expected"
        self._unread += answer

    def read(self, timeout_s: float) -> bytes:
        data, self._unread = self._unread, b""
        return data

    def close(self) -> None:
        pass

    def reopen(self) -> None:
        self._unread = b""


@contextmanager
def played(*exchanges: tuple[bytes, bytes]) -> Iterator[PlayedLink]:
    """Yield the link; on exit everything must have been sent."""
    link = PlayedLink(list(exchanges))
    yield link
    assert not link.left, f"never sent: {link.left}"


def frames(text: str) -> list[tuple[bytes, bytes]]:
    """Read exchanges in hexadecimal: ``sent -> answered`` a line; remarks come behind ``#``.

    >>> frames("01 03 -> 01 83 02  # refused")
    [(b'\\x01\\x03', b'\\x01\\x83\\x02')]
    """
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    halves = (line.split("->") for line in lines if line)
    return [(bytes.fromhex(sent), bytes.fromhex(answer)) for sent, answer in halves]
