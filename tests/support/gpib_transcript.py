"""A written conversation over GPIB, where an answer may be waited for after its command."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.transcript import Transcript


class GpibTranscript(Transcript):
    """A ``GpibLink``, as far as drivers use it. ``< …`` as an answer is: nothing yet."""

    def begin(self, command: str) -> None:
        self.write(command)

    def answer(self, command: str) -> str:
        answer = self.listen()
        assert answer is not None, f"{command!r} was to be answered, and nothing is said yet"
        return answer

    def listen(self) -> str | None:
        assert self.left, "the driver listens after the transcript's end"
        said = self.left.pop(0)
        assert said.startswith("< "), f"the driver listens, the transcript has {said!r}"
        return None if said == "< …" else said.removeprefix("< ")


@contextmanager
def gpib_conversation(text: str) -> Iterator[GpibTranscript]:
    """Play ``text``; at the end every line of it must have been spoken."""
    link = GpibTranscript(text)
    yield link
    assert not link.left, f"never spoken: {link.left}"
