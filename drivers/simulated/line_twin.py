"""A twin that speaks only when it is asked, in lines of text."""

from collections.abc import Callable


class LineTwin:
    """Hands each line to ``answer`` and sends what it returns, ended by ``end``; ``None``: nothing.

    A line ends with a line feed; white space around it is left out.

    >>> LineTwin(lambda line: line.upper() if line.endswith("?") else None).receive(b"who?\\nx\\n")
    b'WHO?\\r\\n'
    """

    def __init__(self, answer: Callable[[str], str | None], *, end: bytes = b"\r\n") -> None:
        self._answer, self._end = answer, end
        self._heard = b""

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        *lines, self._heard = (self._heard + data).split(b"\n")
        said = [self._answer(line.decode("latin-1").strip()) for line in lines]
        return b"".join(one.encode("ascii") + self._end for one in said if one is not None)

    def poll(self) -> bytes:
        """Say nothing of its own accord."""
        return b""

    def due_s(self) -> float | None:
        """Never have anything to say of its own accord."""
        return None

    def hang_up(self) -> None:
        """Go on as before; half a line is forgotten."""
        self._heard = b""
