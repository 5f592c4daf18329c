"""Modbus RTU registers over any byte stream, by minimalmodbus.

Source: minimalmodbus 2.1 API, which takes an object with the methods of a serial port in place of
one; "MODBUS over serial line, specification and implementation guide" V1.02 (frames, silent gaps,
exceptions). Function 3 reads, function 6 writes one word, function 16 writes a number of two.

What stands in the line before a question is an answer that nobody asked for, so that the answer
to the question could not be told from it: ``LinkLostError``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import minimalmodbus

from .errors import BadReplyError, InstrumentFaultError, LinkLostError
from .link import ByteLink

_EXCEPTION_BYTES = 5
_EXCEPTION_BIT = 0x80
_SILENT_GAP_BAUD = 115_200  # the library keeps 1.75 ms between frames from 19200 baud up


class _Port:
    """What minimalmodbus takes for an open serial port."""

    is_open = True

    def __init__(self, link: ByteLink, label: str, baud_rate: int, timeout_s: float) -> None:
        self.port, self.baudrate, self.timeout = label, baud_rate, timeout_s
        self._link = link
        self._left = b""

    def open(self) -> None:
        """Do nothing: whoever made the link opens it."""

    def close(self) -> None:
        """Do nothing: whoever made the link closes it."""

    def flush(self) -> None:
        """Do nothing: the link sends at once."""

    def reset_output_buffer(self) -> None:
        """Do nothing: the link sends at once."""

    def reset_input_buffer(self) -> None:
        """Require that nothing waits to be read."""
        if early := self._left or self._link.read(0.0):
            self._left = b""
            raise LinkLostError(
                f"{early[:16].hex(' ')} came before anything was asked; "
                "the state of the instrument is unknown"
            )

    def write(self, data: bytes) -> None:
        """Send one frame."""
        self._link.write(data)

    def read(self, size: int) -> bytes:
        """Return one frame of ``size`` bytes, or the shorter one of an exception, or less."""
        heard = b""
        while len(heard) < size and not _is_exception(heard):
            if not (piece := self._link.read(self.timeout)):
                break
            heard += piece
        size = _EXCEPTION_BYTES if _is_exception(heard) else size
        heard, self._left = heard[:size], heard[size:]
        return heard

    def forget(self) -> None:
        """Forget what was left of an earlier answer, after the link was opened anew."""
        self._left = b""


def _is_exception(heard: bytes) -> bool:
    return len(heard) >= _EXCEPTION_BYTES and bool(heard[1] & _EXCEPTION_BIT)


class ModbusRegisters:
    """The registers of the device ``slave`` behind ``link``; numbers are protocol addresses.

    ``timeout_s`` is how long a silence may last. Errors: ``LinkLostError`` for silence,
    ``BadReplyError`` for a frame that is none, ``InstrumentFaultError`` for a refusal.
    """

    def __init__(
        self, link: ByteLink, slave: int, *, timeout_s: float = 1.0, baud_rate: int = 0
    ) -> None:
        self._port = _Port(link, f"{slave}@{id(link):x}", baud_rate or _SILENT_GAP_BAUD, timeout_s)
        self._slave = slave
        self._device = minimalmodbus.Instrument(self._port, slave)

    def words(self, register: int, count: int) -> list[int]:
        """Read ``count`` words, unsigned, from ``register`` on."""
        with self._translated(f"read {count} words from register {register}"):
            return list(self._device.read_registers(register, count))

    def numbers(self, register: int, count: int) -> list[float]:
        """Read ``count`` IEEE 754 numbers of two words each, high word first."""
        with self._translated(f"read {count} numbers from register {register}"):
            words = self._device.read_registers(register, 2 * count)
        return list(struct.unpack(f">{count}f", struct.pack(f">{2 * count}H", *words)))

    def write_word(self, register: int, value: int) -> None:
        """Write one word with function 6."""
        with self._translated(f"write {value} to register {register}"):
            self._device.write_register(register, value, functioncode=6, signed=value < 0)

    def write_number(self, register: int, value: float) -> None:
        """Write one IEEE 754 number of two words with function 16."""
        with self._translated(f"write {value:g} to register {register}"):
            self._device.write_float(register, value)

    def forget(self) -> None:
        """Forget what was left of an earlier answer, after the link was opened anew."""
        self._port.forget()

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        what = f"slave {self._slave}, {doing}"
        try:
            yield
        except minimalmodbus.NoResponseError as error:
            raise LinkLostError(
                f"{what}: no answer; the state of the instrument is unknown"
            ) from error
        except minimalmodbus.SlaveReportedException as error:
            raise InstrumentFaultError(f"{what}: refused, {error}") from error
        except minimalmodbus.ModbusException as error:
            raise BadReplyError(f"{what}: the answer is none, {error}") from error
