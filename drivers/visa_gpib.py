"""One instrument on a GPIB bus, by any VISA library.

Source: VISA library specification, VPP-4.3, "Basic I/O services": a read that times out leaves the
instrument able to say later what it had to say.
"""

from __future__ import annotations

import contextlib
from typing import Final

import pyvisa
from pyvisa.constants import StatusCode
from pyvisa.resources import MessageBasedResource

from .errors import LinkLostError
from .gpib_link import SLICE_S
from .prologix_link import Station

OPENING_S: Final = 5.0
ENDS: Final = {"CR LF": b"\r\n", "nothing": b""}


class VisaPort:
    """A ``GpibPort`` at a VISA address. The session opens at first use.

    ``library`` is "@py" for pyvisa-py (with linux-gpib or gpib-ctypes), or "" for the VISA library
    of the system.
    """

    def __init__(self, address: str, station: Station, *, library: str = "@py") -> None:
        self._address, self._library = address, library
        self._end = ENDS[station.commands_end_with]
        self._adds_lf = not station.answers_end_with_lf
        self._session: MessageBasedResource | None = None

    @property
    def address(self) -> str:
        """Where the instrument is, for messages."""
        return self._address

    def send(self, command: str) -> None:
        """Have the instrument listen to one command."""
        session = self._open()
        try:
            session.write_raw(command.encode("ascii") + self._end)
        except (pyvisa.Error, OSError) as error:
            raise self._broken(f"sending {command!r}", error) from error

    def receive(self) -> bytes:
        """Have the instrument talk for a slice; return what came."""
        session = self._open()
        try:
            message: bytes = session.read_raw()
        except pyvisa.VisaIOError as error:
            if error.error_code == StatusCode.error_timeout:
                return b""
            raise self._broken("reading", error) from error
        except (pyvisa.Error, OSError) as error:
            raise self._broken("reading", error) from error
        return message + b"\n" if self._adds_lf else message

    def early(self) -> bytes:
        """Nothing: on a bus nobody speaks who was not told to."""
        return b""

    def reopen(self) -> None:
        """Close the session; the next call opens another."""
        self.close()

    def close(self) -> None:
        """Close the session. May be called twice."""
        session, self._session = self._session, None
        if session is not None:
            with contextlib.suppress(pyvisa.Error, OSError):
                session.close()

    def _open(self) -> MessageBasedResource:
        if self._session is not None:
            return self._session
        try:
            session = pyvisa.ResourceManager(self._library).open_resource(
                self._address, open_timeout=round(OPENING_S * 1000)
            )
        except Exception as error:  # pyvisa-py raises nothing narrower
            raise self._broken("opening", error) from error
        if not isinstance(session, MessageBasedResource):
            session.close()
            raise LinkLostError(f"{self._address} is no instrument that takes messages")
        session.timeout = SLICE_S * 1000
        if self._address.upper().endswith("::SOCKET"):
            session.read_termination = "\n"
        self._session = session
        return session

    def _broken(self, doing: str, error: Exception) -> LinkLostError:
        self.close()
        return LinkLostError(
            f"{self._address}: {doing} failed: {error}; the state of the instrument is unknown"
        )
