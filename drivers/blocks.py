"""Blocks of bytes within a conversation of lines: how many numbers leave an instrument at once.

Source: IEEE 488.2-1992, 8.7.9 (definite length arbitrary block response data): ``#``, one digit
that says how many digits follow, these digits, that many bytes, and the line feed of the line.
"""

from __future__ import annotations

import struct
from typing import Final

from .errors import BadReplyError

LONGEST_BLOCK_BYTES: Final = 1 << 24


def split_block(heard: bytes) -> tuple[bytes, bytes] | None:
    """Return what is in the block that ``heard`` begins with, and what came behind its line feed.

    ``None`` while not all of it has come. Raises ``BadReplyError`` as soon as it can be no block.
    A block of indefinite length (``#0``) is refused: nothing would tell a part of it from all.

    >>> split_block(b"#13abc" + bytes([10]))
    (b'abc', b'')
    """
    if heard[:1] not in (b"", b"#"):
        raise BadReplyError(f"expected a block of bytes, got {heard[:40]!r}")
    if len(heard) < 2:
        return None
    if heard[1:2] not in b"123456789":
        raise BadReplyError(f"expected a block of definite length, got {heard[:40]!r}")
    first = 2 + int(heard[1:2])
    size_text = heard[2:first]
    if not (size_text or b"0").isdigit():
        raise BadReplyError(f"expected the length of a block, got {heard[:40]!r}")
    if len(heard) < first:
        return None
    end = first + int(size_text)
    if int(size_text) > LONGEST_BLOCK_BYTES:
        raise BadReplyError(f"a block of {int(size_text)} bytes is longer than any answer")
    if len(heard) <= end:
        return None
    if heard[end : end + 1] != b"\n":
        raise BadReplyError(f"a block of {int(size_text)} bytes does not end with a line feed")
    return heard[first:end], heard[end + 1 :]


def doubles(block: bytes, count: int) -> tuple[float, ...]:
    """Read ``count`` numbers of double precision, most significant byte first.

    Raises ``BadReplyError`` for any other length.

    >>> doubles(bytes.fromhex("3ff0000000000000"), 1)
    (1.0,)
    """
    if len(block) != 8 * count:
        raise BadReplyError(f"expected {count} numbers of 8 bytes, got {len(block)} bytes")
    return struct.unpack(f">{count}d", block)
