"""Another instrument of the same model in place of ours."""

from solidcell.drivers.simulated.twin import Twin


class Renumbered:
    """A twin of the same model with another serial number."""

    def __init__(self, twin: Twin, serial: str) -> None:
        self._twin, self._ours = twin, serial.encode()
        self._theirs = another_serial(serial).encode()

    def receive(self, data: bytes) -> bytes:
        """Answer, under another name."""
        return self._twin.receive(data).replace(self._ours, self._theirs)

    def poll(self) -> bytes:
        """Say what is due, under another name."""
        return self._twin.poll().replace(self._ours, self._theirs)

    def due_s(self) -> float | None:
        """When it next has something to say."""
        return self._twin.due_s()

    def hang_up(self) -> None:
        """The host went away."""
        self._twin.hang_up()


def another_serial(serial: str) -> str:
    """Return another serial number of the same length.

    >>> another_serial("04400001")
    '04400008'
    """
    return serial[:-1] + ("9" if serial.endswith("8") else "8")
