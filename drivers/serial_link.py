"""A byte stream over anything pyserial can open: COM3, /dev/ttyACM0, socket://host:port.

Source: pyserial API, ``serial_for_url``. Its socket ports wait until every byte asked for has
come, so a read here waits for one byte and then takes whatever else is there.
"""

import serial

from .errors import LinkLostError

_BULK_BYTES = 65_536
_WRITE_TIMEOUT_S = 5.0


class SerialLink:
    """A ``ByteLink`` to ``address``, 8 data bits, no parity, one stop bit, no handshake.

    The port is opened at once, for this process alone where the system can do that. Line settings
    mean nothing to a ``socket://`` address. Raises ``LinkLostError`` if it cannot be opened.
    """

    def __init__(self, address: str, baud_rate: int = 921_600) -> None:
        self.address = address
        self._is_socket = address.startswith("socket://")
        try:
            self._port = serial.serial_for_url(
                address,
                baudrate=baud_rate,
                timeout=0.0,
                write_timeout=_WRITE_TIMEOUT_S,
                exclusive=True,
            )
        except (OSError, ValueError) as error:
            raise LinkLostError(f"cannot open {address}: {error}") from error

    def write(self, data: bytes) -> None:
        """Send all of ``data``. Raises ``LinkLostError`` if the connection broke."""
        try:
            self._port.write(data)
        except OSError as error:
            raise LinkLostError(f"{self.address} broke while writing: {error}") from error

    def read(self, timeout_s: float) -> bytes:
        """Return what has arrived, waiting up to ``timeout_s``; empty if nothing came.

        Raises ``LinkLostError`` if the connection broke.
        """
        try:
            return self._read(timeout_s)
        except OSError as error:
            raise LinkLostError(f"{self.address} broke while reading: {error}") from error

    def close(self) -> None:
        """Release the port. May be called twice."""
        self._port.close()

    def _read(self, timeout_s: float) -> bytes:
        if self._port.timeout != timeout_s:
            self._port.timeout = timeout_s
        first: bytes = self._port.read(1)
        if not first:
            return b""
        return first + self._waiting_bytes()

    def _waiting_bytes(self) -> bytes:
        if not self._is_socket:
            there: bytes = self._port.read(self._port.in_waiting)
            return there
        # a socket port only knows whether something waits, not how much; setting its timeout is
        # free, while on a real port it would set the line up anew
        self._port.timeout = 0.0
        burst: bytes = self._port.read(_BULK_BYTES)
        return burst
