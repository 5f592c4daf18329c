"""MacNet, the network interface of Maccor's test software: JSON both ways over TCP.

Source: github and PyPI pymacnet (MIT), which drives real systems: its messages with their
descriptions, and its end of a reply, CR LF. A request has no end but that of its JSON. Channels
count from 0 on the wire and from 1 here and on the front of a cycler.
"""

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from .errors import BadReplyError, LinkLostError
from .link import ByteLink

END: Final = b"\r\n"
REPLY_LIMIT_S: Final = 2.0
LARGEST_REPLY_BYTES: Final = 1 << 16
_PIECE_S: Final = 0.05

SYSTEM_INFO: Final = (1, 1)
GENERAL_INFO: Final = (1, 2)
READ_STATUS: Final = (4, 7)
RESET: Final = (6, 5)
START_DIRECT: Final = (6, 7)
SET_DIRECT: Final = (6, 8)
SAFETY_LIMITS: Final = (6, 10)


class MacNetClient:
    """Asks over ``link``; each request has a number of its own, which its reply must bear.

    ``numbers`` are these numbers, one after the other.
    """

    def __init__(self, link: ByteLink, numbers: Iterator[int] | None = None) -> None:
        self._link = link
        self._numbers = count(1) if numbers is None else numbers
        self._arrived = b""

    def ask(
        self, function: tuple[int, int], channel: int | None = None, **params: float | str
    ) -> Mapping[str, Any]:
        """Send a request about ``channel`` (from 1), or about none; return the reply's result.

        Raises ``LinkLostError`` on silence, ``BadReplyError`` for what is not the reply to it.
        """
        if self._arrived:
            raise BadReplyError(f"the server spoke unasked: {self._arrived[:60]!r}")
        number = next(self._numbers)
        about = {"FClass": function[0], "FNum": function[1]}
        if channel is not None:
            about["Chan"] = channel - 1
        request = {
            "jsonrpc": "2.0",
            "method": "MacNet",
            "params": {**about, **params},
            "id": number,
        }
        self._link.write(json.dumps(request).encode("ascii"))
        return _checked(self._reply(function), number, about)

    def reopen(self) -> None:
        """Hang up and call again: nothing that was under way is heard any more."""
        self._arrived = b""
        self._link.reopen()

    def close(self) -> None:
        """Hang up. May be called twice."""
        self._link.close()

    def _reply(self, function: tuple[int, int]) -> Any:
        silent_s = 0.0
        while not (self._arrived.endswith(END) and (found := _parsed(self._arrived)) is not None):
            piece = self._link.read(_PIECE_S)
            self._arrived += piece
            silent_s = 0.0 if piece else silent_s + _PIECE_S
            if silent_s >= REPLY_LIMIT_S:
                raise LinkLostError(
                    f"function {function}: no whole reply within {REPLY_LIMIT_S:g} s of silence; "
                    f"{self._arrived[:60]!r} came"
                )
            if len(self._arrived) > LARGEST_REPLY_BYTES:
                raise BadReplyError(f"function {function}: no end of {self._arrived[:60]!r}")
        self._arrived = b""
        return found


def _parsed(message: bytes) -> Any:
    """The JSON in ``message``; ``None`` while it is not whole, or no JSON."""
    try:
        return json.loads(message.decode("utf-8"), object_pairs_hook=_without_doubles)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadReplyError(f"a reply says something twice: {[name for name, _ in pairs]}")
    return found


def _checked(reply: Any, number: int, about: Mapping[str, int]) -> Mapping[str, Any]:
    result = reply.get("result") if isinstance(reply, dict) else None
    if not isinstance(result, dict):
        raise BadReplyError(f"asked for {dict(about)}, the reply has no result: {str(reply)[:80]}")
    if reply.get("id") != number:
        raise BadReplyError(f"reply {reply.get('id')} came where {number} must be")
    told = {name: result.get(name) for name in about}
    if told != about:
        raise BadReplyError(f"asked for {dict(about)}, the reply tells of {told}")
    return result


def number_in(result: Mapping[str, Any], name: str) -> float:
    """Return a number of a result; ``BadReplyError`` if it is not there, or none."""
    value = result.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadReplyError(f"{name}: {str(value)[:40]!r} is no number")
    return float(value)
