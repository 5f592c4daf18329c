"""How one line of an instrument may be damaged on its way. Each takes the line and a byte in it.

Lines come with their line feed. Values are found in the two forms that our instruments print:
SCPI numbers, and packages of MethodSCRIPT.
"""

import re
from collections.abc import Callable

NOISE = b"\xff\x00~\xf8\x80 ?\xfe"
BITE_BYTES = 4


def duplicated(line: bytes, _at: int) -> bytes:
    """Say it twice."""
    return line * 2


def lost(_line: bytes, _at: int) -> bytes:
    """Say nothing of it."""
    return b""


def truncated(line: bytes, at: int) -> bytes:
    """End it early."""
    return line[:at] + b"\n"


def bitten(line: bytes, at: int) -> bytes:
    """Lose up to four bytes, never the line end."""
    return line[:at] + line[min(at + BITE_BYTES, len(line) - 1) :]


def garbage(line: bytes, at: int) -> bytes:
    """Add bytes that no instrument says."""
    return line[:at] + NOISE + line[at:]


def foreign_line(line: bytes, _at: int) -> bytes:
    """Put a line before it that no instrument says."""
    return NOISE + b"\n" + line


_SCPI_NUMBER = re.compile(rb"[+-]?\d(?:\.\d+)?E[+-]\d+")
_SCPI_UNIT = re.compile(rb"(?<=,)[AV](?=,)")
_VALUE = re.compile(rb"(?<=[P;])([a-z]{2})[0-9A-F]{7}[ afpnumkMGTPEi]")
_OTHER_TYPE = {b"ab": b"ba", b"ba": b"ab", b"da": b"db", b"db": b"da", b"cc": b"cd", b"cd": b"cc"}


def wrong_unit(line: bytes, _at: int) -> bytes:
    """Call volts amperes and the reverse, Z' Z'' and the reverse."""
    if line.startswith(b"P"):
        return _VALUE.sub(lambda m: _OTHER_TYPE.get(m[1], m[1]) + m[0][2:], line)
    return _SCPI_UNIT.sub(lambda m: b"V" if m[0] == b"A" else b"A", line)


def _with_value(scpi: bytes, package: bytes) -> Callable[[bytes, int], bytes]:
    """Replace the last number of a line."""

    def damage(line: bytes, _at: int) -> bytes:
        found = (
            [*_VALUE.finditer(line)] if line.startswith(b"P") else [*_SCPI_NUMBER.finditer(line)]
        )
        if not found:
            return line
        last = found[-1]
        value = last[1] + package if line.startswith(b"P") else scpi
        return line[: last.start()] + value + line[last.end() :]

    return damage


overflow = _with_value(b"9.91E37", b"FFFFFFFE")
not_a_number = _with_value(b"NAN", b"     nan")
