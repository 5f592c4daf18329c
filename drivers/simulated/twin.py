"""What every twin of an instrument is: bytes in, bytes out, on a clock that it is given."""

from typing import Protocol, runtime_checkable


class Twin(Protocol):
    """An instrument as its host sees it through the wire.

    A twin never waits and never asks the machine for the time: whoever serves it (``serve.py``)
    hands it what the host sent, and asks it again when ``due_s`` has come.
    """

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        ...

    def poll(self) -> bytes:
        """Return everything that it says of its own accord by now; empty if there is nothing."""
        ...

    def due_s(self) -> float | None:
        """Clock time at which ``poll`` next has something; ``None``: silent until spoken to."""
        ...

    def hang_up(self) -> None:
        """Note that the host's connection went away; the output stays as it is."""
        ...


@runtime_checkable
class ManyHosts(Protocol):
    """A twin that any number of hosts may speak to at once, each in a conversation of its own."""

    def session(self) -> Twin:
        """Return the twin as one more host sees it, from its connecting to its hanging up."""
        ...
