"""Modbus RTU frames as a slave takes them in and gives them out.

Source: "MODBUS over serial line, specification and implementation guide" V1.02, chapters 2.5 and
6.2 of the protocol. On a real line a gap of 3.5 characters ends a frame; over a socket there is no
gap, so a frame ends where its function code says, and what is left incomplete for ``GAP_S`` is
thrown away.
"""

from typing import Final

READ_HOLDING, READ_INPUT, WRITE_ONE, DIAGNOSTICS, WRITE_MANY = 3, 4, 6, 8, 16
ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE = 1, 2, 3
GAP_S: Final = 0.1
_CRC_BYTES: Final = 2
_SHORT_BYTES: Final = 8  # all but function 16
_MANY_HEAD_BYTES: Final = 7


def checksum(frame: bytes) -> bytes:
    """Return the CRC-16 of a frame, low byte first.

    >>> checksum(bytes.fromhex("010300010001")).hex()
    'd5ca'
    """
    register = 0xFFFF
    for byte in frame:
        register ^= byte
        for _ in range(8):
            register, carry = register >> 1, register & 1
            if carry:
                register ^= 0xA001
    return register.to_bytes(2, "little")


def sealed(frame: bytes) -> bytes:
    """Return a frame with its checksum."""
    return frame + checksum(frame)


def refusal(slave: int, function: int, code: int) -> bytes:
    """Return the frame by which a slave refuses a request."""
    return sealed(bytes([slave, function | 0x80, code]))


class FrameReader:
    """Cuts what arrives into frames; a frame with a wrong checksum is as good as not sent."""

    def __init__(self) -> None:
        self._heard = b""
        self._at_s = 0.0

    def take(self, data: bytes, at_s: float) -> list[bytes]:
        """Return the whole frames, without their checksums, that ``data`` completes."""
        if at_s - self._at_s > GAP_S:
            self._heard = b""
        self._heard, self._at_s = self._heard + data, at_s
        frames: list[bytes] = []
        while (size := _size(self._heard)) and len(self._heard) >= size:
            frame, self._heard = self._heard[:size], self._heard[size:]
            if checksum(frame[:-_CRC_BYTES]) == frame[-_CRC_BYTES:]:
                frames.append(frame[:-_CRC_BYTES])
            else:
                self._heard = b""  # out of step: only a gap tells where the next one begins
        return frames


def _size(heard: bytes) -> int:
    """How long the frame that begins here will be; 0 while that is not known."""
    if len(heard) < 2:
        return 0
    if heard[1] != WRITE_MANY:
        return _SHORT_BYTES
    return _MANY_HEAD_BYTES + heard[6] + _CRC_BYTES if len(heard) >= _MANY_HEAD_BYTES else 0
