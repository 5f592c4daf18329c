"""The small receive buffer of a serial port without handshake: what comes too fast is lost.

The loader of the EmStat Pico reads a script more slowly than the line delivers it. A script sent in
one burst loses bytes here and there, and the instrument reports whatever error the remains give. A
host that pauses a few milliseconds after each line loses nothing.

Unverified, so kept behind names or in one place:

* ``CAPACITY_BYTES``: size of the receive buffer.
* ``READ_BYTES_PER_S``: pace at which the instrument empties it.
"""

CAPACITY_BYTES = 128
LINE_BYTES_PER_S = 23_040.0  # 230 400 baud, 10 bits a byte
READ_BYTES_PER_S = 15_000.0


class ReceiveBuffer:
    """Lets through what fits, at the pace of the line and of the reader."""

    def __init__(self) -> None:
        self._level = 0.0
        self._last_s = 0.0

    def take(self, data: bytes, at_s: float) -> bytes:
        """The bytes that survive when ``data`` is sent from ``at_s`` on."""
        kept = bytearray()
        for byte in data:
            arrival_s = max(at_s, self._last_s + 1 / LINE_BYTES_PER_S)
            read = READ_BYTES_PER_S * (arrival_s - self._last_s)
            self._level = max(0.0, self._level - read)
            self._last_s = arrival_s
            if self._level + 1 <= CAPACITY_BYTES:
                self._level += 1
                kept.append(byte)
        return bytes(kept)
