"""A byte link that plays a written conversation, whatever pieces either side cuts it into."""

from collections.abc import Iterator
from contextlib import contextmanager

from solidcell.drivers.errors import LinkLostError


class ByteTranscript:
    """``> sent`` and ``< answered`` lines, in order. Anything else is a failure.

    Each line stands for its text and a line feed, ``\\n`` for an empty line, ``·`` for a blank that
    would not survive at a line's end. ``<| text`` answers without a line feed, ``(silence)`` lets
    one read find nothing, ``(broken)`` breaks the connection. Reads hand out ``piece`` bytes.
    """

    def __init__(self, text: str, *, piece: int = 4096) -> None:
        lines = (line.replace(r"\n", "").strip() for line in text.splitlines())
        self.steps = [line for line in lines if line]
        self.piece = piece
        self.closed = False
        self._unheard = b""
        self._unread = b""

    def write(self, data: bytes) -> None:
        self._unheard += data
        while b"\n" in self._unheard:
            line, self._unheard = self._unheard.split(b"\n", 1)
            said = f"> {line.decode('ascii')}".strip()
            while self.steps and self.steps[0][0] != ">":  # answers that were under way
                assert self.steps[0] != "(broken)", f"said {said!r} to a broken link"
                self._answer()
            assert self.steps, f"driver said {said!r} after the transcript ended"
            assert self.steps[0] == said, f"driver said {said!r}, script has {self.steps[0]!r}"
            self.steps.pop(0)

    def read(self, timeout_s: float) -> bytes:
        while not self._unread and self.steps and self.steps[0][0] == "<":
            self._answer()
        if self._unread:
            data, self._unread = self._unread[: self.piece], self._unread[self.piece :]
            return data
        if self.steps and self.steps[0] == "(broken)":
            raise LinkLostError("transcript: the connection broke")
        if self.steps and self.steps[0] == "(silence)":
            self.steps.pop(0)
        return b""

    def close(self) -> None:
        self.closed = True

    def reopen(self) -> None:
        raise LinkLostError("transcript: the port is gone")

    def _answer(self) -> None:
        step = self.steps.pop(0)
        if step == "(silence)":
            return
        end = b"" if step.startswith("<|") else b"\n"
        text = step.removeprefix("<|").removeprefix("<").strip()
        self._unread += text.replace("·", " ").encode("ascii") + end


@contextmanager
def bytes_said(text: str, *, piece: int = 4096) -> Iterator[ByteTranscript]:
    """Yield a link; on exit every line must have been spoken and answered."""
    link = ByteTranscript(text, piece=piece)
    yield link
    assert not link.steps, f"never said: {link.steps}"
