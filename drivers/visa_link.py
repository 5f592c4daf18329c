"""Text links: over VISA to a real address, and over any byte stream in the same process.

After a silence nothing that arrives may be taken for an answer: the late reply would stand in
for the next one, and every reading after it would belong to the wrong question. Both links
therefore go dead at the first silence and raise ``LinkLostError``. They come back through a new
session, once the same instrument has answered ``*IDN?`` on it.
"""

from __future__ import annotations

import contextlib
import socket

import pyvisa
from pyvisa.resources import MessageBasedResource

from .blocks import split_block
from .errors import BadReplyError, LinkLostError
from .link import ByteLink

IDENTITY_QUERY = "*IDN?"
LONGEST_LINE_BYTES = 1 << 20


class VisaLink:
    """An instrument at a VISA address, one line a command.

    ``address`` is for example ``TCPIP0::192.168.1.20::5025::SOCKET``,
    ``USB0::0x05E6::0x2450::04365704::INSTR`` or ``GPIB0::18::INSTR``. ``library`` is "@py" for
    pyvisa-py, or "" (or a path) for the VISA library installed on the system. ``timeout_s`` is
    time on the wall, and must exceed the longest answer. The session opens at first use.
    """

    def __init__(self, address: str, *, timeout_s: float = 5.0, library: str = "@py") -> None:
        self.address = address
        self._timeout_s = timeout_s
        self._library = library
        self._session: MessageBasedResource | None = None
        self._identity: str | None = None
        self._lost = ""

    def write(self, command: str) -> None:
        """Send ``command``. Raises ``LinkLostError`` if the link is, or just went, dead."""
        session = self._living_session(command)
        try:
            session.write(command)
        except (pyvisa.Error, OSError) as error:
            raise self._lose(f"sending {command!r} failed: {error}") from error

    def query(self, command: str) -> str:
        """Send ``command`` and return the answer. Raises ``LinkLostError`` on silence.

        Asking for the identity revives a dead link; another instrument's answer does not.
        """
        if command == IDENTITY_QUERY:
            self._lost = ""
        is_the_same_session = self._session is not None
        session = self._living_session(command)
        try:
            answer = session.query(command).removesuffix("\r")
        except (pyvisa.Error, OSError, UnicodeDecodeError) as error:
            raise self._lose(f"no answer to {command!r}: {error}") from error
        if command == IDENTITY_QUERY:
            self._recognise(answer, is_the_same_session)
        return answer

    def query_block(self, command: str) -> bytes:
        """Send ``command`` and return what is in the block that answers it."""
        session = self._living_session(command)
        heard = b""
        try:
            session.write(command)
            # a line feed among the data ends a read, never the block
            while (found := split_block(heard)) is None:
                heard += session.read_raw()
        except (pyvisa.Error, OSError) as error:
            raise self._lose(f"no whole block answered {command!r}: {error}") from error
        except BadReplyError as error:
            self._lose(str(error))
            raise
        block, more = found
        if more:
            raise self._lose(f"{more[:40]!r} came behind the block that answers {command!r}")
        return block

    def close(self) -> None:
        """Close the session. May be called twice; asking for the identity opens a new one."""
        session, self._session = self._session, None
        if session is not None and not self._lost:
            self._lost = "the link was closed"
        if session is not None:
            with contextlib.suppress(pyvisa.Error, OSError):
                session.close()

    def _recognise(self, answer: str, is_the_same_session: bool) -> None:
        before = self._identity
        if before is not None and answer != before:
            error = self._lose(f"{answer!r} answers where {before!r} did before")
            if is_the_same_session:  # so one of the two answers was garbled: which is unknown
                self._identity = None
                raise BadReplyError(str(error))
            raise error
        self._identity = answer

    def _living_session(self, command: str) -> MessageBasedResource:
        if self._lost:
            raise LinkLostError(
                f"{self.address}: {command!r} was not sent; the state of the instrument is "
                f"unknown since {self._lost}"
            )
        if self._session is None:
            self._session = self._open()
        return self._session

    def _lose(self, reason: str) -> LinkLostError:
        self.close()
        self._lost = reason
        return LinkLostError(f"{self.address}: {reason}; the state of the instrument is unknown")

    def _open(self) -> MessageBasedResource:
        try:
            session = pyvisa.ResourceManager(self._library).open_resource(
                self.address, open_timeout=round(self._timeout_s * 1000)
            )
        except Exception as error:  # pyvisa-py raises nothing narrower when nobody answers
            raise self._lose(f"cannot be opened: {error}") from error
        if not isinstance(session, MessageBasedResource):
            session.close()
            raise self._lose("is not the address of an instrument that takes messages")
        session.timeout = self._timeout_s * 1000
        session.read_termination = session.write_termination = "\n"
        if self.address.upper().endswith("::SOCKET"):
            _send_at_once(session)
        else:
            with contextlib.suppress(pyvisa.Error):  # some buses have no device clear
                session.clear()  # drops an answer that an earlier session never fetched
        return session


class LineLink:
    """A ``TextLink`` over a ``ByteLink``: lines end in LF both ways.

    ``timeout_s`` is how long a silence may last before no answer is believed any more. What is
    written afterwards is still sent (it may be "output off"). Asking for the identity opens the
    byte link anew.
    """

    def __init__(self, link: ByteLink, *, timeout_s: float = 5.0) -> None:
        self._link = link
        self._timeout_s = timeout_s
        self._heard = b""
        self._lost = ""

    def write(self, command: str) -> None:
        """Send ``command``. Raises ``LinkLostError`` if the connection broke."""
        self._link.write(command.encode("ascii") + b"\n")

    def query(self, command: str) -> str:
        """Send ``command`` and return its answer. Raises ``LinkLostError`` on silence."""
        if self._lost and command == IDENTITY_QUERY:
            self._revive()
        self._require_quiet(command)
        self.write(command)
        heard = bytearray()
        while True:
            piece = self._link.read(self._timeout_s)
            heard += piece
            if b"\n" in piece:
                break
            if not piece or len(heard) > LONGEST_LINE_BYTES:
                self._lost = f"no answer to {command!r} within " + (
                    f"{LONGEST_LINE_BYTES} bytes" if piece else f"{self._timeout_s:g} s"
                )
                raise LinkLostError(f"{self._lost}; the state of the instrument is unknown")
        line, _, self._heard = bytes(heard).partition(b"\n")
        return _text(line)

    def query_block(self, command: str) -> bytes:
        """Send ``command`` and return what is in the block that answers it."""
        self._require_quiet(command)
        self.write(command)
        try:
            while (found := split_block(self._heard)) is None:
                piece = self._link.read(self._timeout_s)
                if not piece:
                    self._lost = f"no whole block answered {command!r} in {self._timeout_s:g} s"
                    raise LinkLostError(f"{self._lost}; the state of the instrument is unknown")
                self._heard += piece
        except BadReplyError as error:
            self._lost = str(error)
            raise
        block, self._heard = found
        return block

    def close(self) -> None:
        """Release the byte link. May be called twice; asking for the identity opens it anew."""
        self._lost = self._lost or "the link was closed"
        self._link.close()

    def _require_quiet(self, command: str) -> None:
        """Nothing may have been said that nobody asked for."""
        if self._lost:
            raise LinkLostError(
                f"{command!r} was not sent; the state of the instrument is unknown "
                f"since {self._lost}"
            )
        if early := self._heard or self._link.read(0.0):
            self._lost = f"{early[:40]!r} came before {command!r} was asked"
            raise LinkLostError(f"{self._lost}; the state of the instrument is unknown")

    def _revive(self) -> None:
        self._link.reopen()
        self._link.write(b"\n")  # ends a line that was left half sent
        self._heard, self._lost = b"", ""


def _send_at_once(session: MessageBasedResource) -> None:
    """Do not let a second short command wait for the first one's receipt (40 ms and more)."""
    # pyvisa-py up to 0.8.1 cannot set the VISA attribute for this, but shows its socket
    backend = getattr(session.visalib, "sessions", {}).get(session.session)
    connection = getattr(backend, "interface", None)
    if isinstance(connection, socket.socket):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return
    with contextlib.suppress(pyvisa.Error):
        session.set_visa_attribute(pyvisa.constants.ResourceAttribute.tcpip_nodelay, True)


def _text(line: bytes) -> str:
    try:
        return line.decode("ascii").removesuffix("\r")
    except UnicodeDecodeError:
        raise BadReplyError(f"expected a line of text, got {line[:40]!r}") from None
