"""Something that answers every line, and is none of our instruments."""


class Stranger:
    """Says who it is whenever it is sent a line."""

    def receive(self, data: bytes) -> bytes:
        """Answer each line."""
        ends = data.count(b"\n") + data.count(b"\r") or 1
        return b"ACME,TOASTER 3000,42,0.1\r\n" * ends

    def poll(self) -> bytes:
        """Say nothing of its own accord."""
        return b""

    def due_s(self) -> float | None:
        """Never."""
        return None

    def hang_up(self) -> None:
        """Not care."""
