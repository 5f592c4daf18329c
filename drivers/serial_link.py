"""A byte stream over anything pyserial can open: COM3, /dev/ttyACM0, socket://host:port.

Source: pyserial API, ``serial_for_url``. Its socket ports wait until every byte asked for has
come, so a read here waits for one byte and then takes whatever else is there.
"""

import os

import serial
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from .errors import LinkLostError

_BULK_BYTES = 65_536
_WRITE_TIMEOUT_S = 5.0


class SerialLink:
    """A ``ByteLink`` to ``address``; ``frame`` is data bits, parity and stop bits, as in "7E1".

    ``handshake`` is by RTS and CTS. The port is opened at once, for this process alone where the
    system can do that. Line settings mean nothing to a ``socket://`` address. Raises
    ``LinkLostError`` if it cannot be opened.
    """

    def __init__(
        self,
        address: str,
        baud_rate: int = 921_600,
        *,
        frame: str = "8N1",
        handshake: bool = False,
    ) -> None:
        self.address = address
        self._baud_rate = baud_rate
        self._frame, self._handshake = frame, handshake
        self._is_socket = address.startswith("socket://")
        self._port = self._opened()
        self._usb = None if self._is_socket else _usb_name(_port_at(address))

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

    def reopen(self) -> None:
        """Close and open anew, wherever the USB device with the same serial number is now.

        A device that was unplugged often comes back under another name, and another one may have
        taken its own. Raises ``LinkLostError`` if it is not there, or another one is.
        """
        self.close()
        if self._usb is not None:
            self.address = self._address_now()
        self._port = self._opened()

    def _address_now(self) -> str:
        ports = list_ports.comports()
        if (here := _port_at(self.address, ports)) and _usb_name(here) == self._usb:
            return self.address
        found = [port.device for port in ports if _usb_name(port) == self._usb]
        if len(found) == 1:
            return str(found[0])
        there = ", ".join(f"{port.device} ({port.description})" for port in ports) or "none"
        raise LinkLostError(
            f"{self.address}: the USB device {self._usb} is not connected any more, or not "
            f"uniquely; its state is unknown. Ports now: {there}"
        )

    def _opened(self) -> serial.SerialBase:
        try:
            return serial.serial_for_url(
                self.address,
                baudrate=self._baud_rate,
                bytesize=int(self._frame[0]),
                parity=self._frame[1],
                stopbits=float(self._frame[2:]),
                rtscts=self._handshake,
                timeout=0.0,
                write_timeout=_WRITE_TIMEOUT_S,
                exclusive=True,
            )
        except (OSError, ValueError) as error:
            raise LinkLostError(f"cannot open {self.address}: {error}") from error

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


def _port_at(address: str, ports: list[ListPortInfo] | None = None) -> ListPortInfo | None:
    """Return what the system knows of a port; an address may be a link to the device."""
    wanted = {address, os.path.realpath(address)}
    ports = list_ports.comports() if ports is None else ports
    return next((port for port in ports if port.device in wanted), None)


def _usb_name(port: ListPortInfo | None) -> str | None:
    """Name a USB port by vendor, product, serial number and, of several, its interface.

    ``None`` if the device has no serial number.
    """
    if port is None or port.vid is None or not port.serial_number:
        return None
    interface = (port.location or "").partition(":")[2]
    return f"{port.vid:04X}:{port.pid:04X} {port.serial_number} {interface}".rstrip()
