"""A written conversation with an instrument, played to a driver line by line."""

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import dedent


class Transcript:
    """A text link. ``> what the driver must say`` and ``< what it is told``, in this order."""

    def __init__(self, text: str) -> None:
        self.left = [line for line in dedent(text).splitlines() if line]

    def write(self, command: str) -> None:
        self._hear(f"> {command}")

    def query(self, command: str) -> str:
        self._hear(f"> {command}")
        assert self.left, f"{command!r} was asked, and the transcript ends without an answer"
        answer = self.left.pop(0)
        assert answer.startswith("< "), f"{command!r} was asked, and {answer!r} is no answer"
        return answer.removeprefix("< ")

    def query_block(self, command: str) -> bytes:
        """What is in a block stands as ``< (block) 3ff0000000000000``."""
        return bytes.fromhex(self.query(command).removeprefix("(block) "))

    def close(self) -> None:
        self._hear("> (close)")

    def _hear(self, line: str) -> None:
        assert self.left, f"the driver went on after the transcript's end: {line!r}"
        expected = self.left.pop(0)
        assert line == expected, f"the driver said {line!r}, the transcript has {expected!r}"


@contextmanager
def conversation(text: str) -> Iterator[Transcript]:
    """Play ``text``; at the end every line of it must have been spoken."""
    link = Transcript(text)
    yield link
    assert not link.left, f"never spoken: {link.left}"
