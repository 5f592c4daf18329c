"""The conversation with a BTS server: one request, one reply, and nothing that comes uninvited.

Source: the BTS 8 API as github EmpaEconversion/aurora-neware speaks it (MIT). A reply has no
length: it ends with the tail, which may itself come in pieces.
"""

from collections.abc import Generator
from typing import Final, TypeAlias, TypeVar
from xml.etree.ElementTree import Element

from ..errors import BadReplyError, LinkLostError
from ..link import ByteLink
from . import replies, requests
from .requests import ChannelKey, Place, Request

HEARTBEAT_S: Final = 0.05
REPLY_LIMIT_S: Final = 20.0
"""A thousand rows take a server well below a second; its database may be busy."""
LARGEST_REPLY_BYTES: Final = 1 << 22
"""A thousand rows are a quarter of a megabyte, and the channels of a whole room less."""

_Result = TypeVar("_Result")
Asking: TypeAlias = Generator[None, None, _Result]
"""Yields while it waits, often enough for whoever waits with it; returns what came of it."""


class BtsClient:
    """Asks a BTS server over ``link``, as one user. The password is put into no message of ours."""

    def __init__(self, link: ByteLink, username: str, password: str) -> None:
        self._link = link
        self._login = requests.connect(username, password)
        self._arrived = bytearray()

    def ask(self, request: Request) -> Asking[Element]:
        """Send a request and return its reply.

        Raises ``LinkLostError`` on silence and ``BadReplyError`` for anything that is not the
        reply: nothing that comes after either can be believed until ``reopen``.
        """
        if self._arrived:
            raise BadReplyError(f"the server spoke unasked: {bytes(self._arrived[:40])!r}")
        self._link.write(request.encoded())
        message = yield from self._message(request.answer)
        return replies.parsed(message, request.answer)

    def log_in(self, key: ChannelKey) -> Asking[Place]:
        """Log in and find the channel. Raises ``WrongInstrumentError`` if there is none."""
        replies.require_login((yield from self.ask(self._login)))
        return replies.place_of((yield from self.ask(requests.device_info())), key)

    def reopen(self) -> None:
        """Hang up and call again: whatever was under way is forgotten on both sides."""
        self._arrived.clear()
        self._link.reopen()

    def close(self) -> None:
        """Hang up. May be called twice."""
        self._link.close()

    def _message(self, answer: str) -> Asking[bytes]:
        silent_s, searched = 0.0, 0
        while (end := self._arrived.find(requests.TAIL, searched)) < 0:
            searched = max(0, len(self._arrived) - len(requests.TAIL) + 1)
            piece = self._link.read(HEARTBEAT_S)
            self._arrived += piece
            silent_s = 0.0 if piece else silent_s + HEARTBEAT_S
            if silent_s >= REPLY_LIMIT_S:
                raise LinkLostError(
                    f"no {answer} within {REPLY_LIMIT_S:g} s of silence; "
                    f"{len(self._arrived)} bytes had come"
                )
            if len(self._arrived) > LARGEST_REPLY_BYTES:
                raise BadReplyError(f"{answer}: no end after {len(self._arrived)} bytes")
            if not piece:
                yield None
        message = bytes(self._arrived[:end])
        del self._arrived[: end + len(requests.TAIL)]
        return message


def waited_for(asking: Asking[_Result]) -> _Result:
    """Return what comes of it, with nothing else to do meanwhile."""
    while True:
        try:
            next(asking)
        except StopIteration as end:
            result: _Result = end.value
            return result
