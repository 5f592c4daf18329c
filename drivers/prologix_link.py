"""A GPIB bus behind a Prologix-style adapter, on any byte stream (TCP port 1234, or serial).

Source: Prologix GPIB-USB Controller User Manual, 6.107, and GPIB-ETHERNET Controller User Manual,
1.6.6.0: chapters "Data transmission" and "Commands"; AR488 manual, "Command reference".

pyvisa-py 0.8.1 speaks to such adapters, too (``PRLGX-TCPIP``, ``PRLGX-ASRL``), but its sessions for
the instruments take no timeout, tell the adapter to read once after each command and for 50 ms, so
that whatever takes longer to answer is never heard, and need the adapter's own session kept open
beside them. Hence this one.

An adapter has one host at a time: two instruments behind it share one ``PrologixBus``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .errors import LinkLostError
from .gpib_link import SLICE_S
from .link import ByteLink

READ_TIMEOUT_MS: Final = 80  # from one character to the next; at most 3000 for a Prologix
SET_UP: Final = (
    "savecfg 0",  # or every change of address would be written to its EEPROM
    "mode 1",  # controller
    "auto 0",  # read only when told to
    "ifc",  # become controller in charge
    "eoi 1",  # EOI with the last byte of a command
    "eot_char 10",
    f"read_tmo_ms {READ_TIMEOUT_MS}",
)
MAY_END_WITH: Final = {"CR LF": 0, "nothing": 3}  # ++eos
_TO_BE_ESCAPED: Final = re.compile(rb"[\r\n\x1b+]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """An instrument's address on the bus and how messages end there.

    ``commands_end_with`` is a key of ``MAY_END_WITH``. Where ``answers_end_with_lf`` is false,
    only EOI ends them, and the adapter adds the line feed.
    """

    primary: int
    secondary: int | None = None
    commands_end_with: str = "CR LF"
    answers_end_with_lf: bool = True

    @property
    def address(self) -> str:
        """The address as an adapter takes it."""
        second = "" if self.secondary is None else f" {self.secondary}"
        return f"addr {self.primary}{second}"

    @property
    def framing(self) -> tuple[str, str]:
        """How an adapter ends messages to and from this station."""
        return (
            f"eos {MAY_END_WITH[self.commands_end_with]}",
            f"eot_enable {0 if self.answers_end_with_lf else 1}",
        )


class PrologixBus:
    """The adapter, set up before the first command and whenever it was opened anew.

    The address is said before each command, so that nobody has to remember it.
    """

    def __init__(self, link: ByteLink) -> None:
        self.link = link
        self.times_opened = 0
        self.is_closed = False
        self._framing: tuple[str, str] | None = None

    def say(self, station: Station, command: str) -> None:
        """Send a command to ``station``."""
        data = _TO_BE_ESCAPED.sub(lambda found: b"\x1b" + found[0], command.encode("ascii"))
        self.link.write(self._to(station) + data + b"\n")

    def let_talk(self, station: Station) -> None:
        """Have ``station`` talk until it says EOI or falls silent."""
        self.link.write(self._to(station) + _lines("read eoi"))

    def _to(self, station: Station) -> bytes:
        before, self._framing = self._framing, station.framing
        set_up = SET_UP if before is None else ()
        return _lines(*set_up, station.address, *(() if before == self._framing else self._framing))

    def reopen(self) -> None:
        """Open the way to the adapter anew."""
        self._framing, self.is_closed = None, False
        self.times_opened += 1
        self.link.reopen()
        self.link.write(b"\n")  # ends a line that was left half sent

    def close(self) -> None:
        """Release the way to the adapter. May be called twice."""
        self.is_closed = True
        self.link.close()


class PrologixPort:
    """A ``GpibPort`` to one station.

    When the adapter was opened anew for another station, this one's link counts as lost, too.
    """

    def __init__(self, bus: PrologixBus, station: Station, address: str = "") -> None:
        self._bus, self._station = bus, station
        self._times_opened = bus.times_opened
        self._address = address or f"GPIB address {station.primary}"

    @property
    def address(self) -> str:
        """Where the instrument is, for messages."""
        return self._address

    def send(self, command: str) -> None:
        """Have the station listen to one command."""
        self._require_same_bus()
        self._bus.say(self._station, command)

    def receive(self) -> bytes:
        """Have the station talk for a slice; return what came."""
        self._require_same_bus()
        self._bus.let_talk(self._station)
        return self._bus.link.read(SLICE_S)

    def early(self) -> bytes:
        """Return what came although no station was told to talk."""
        return self._bus.link.read(0.0)

    def reopen(self) -> None:
        """Open the adapter anew, unless that was done for another station."""
        if self._bus.is_closed or self._times_opened == self._bus.times_opened:
            self._bus.reopen()
        self._times_opened = self._bus.times_opened

    def close(self) -> None:
        """Release the adapter, unless it was opened anew for another station."""
        if self._times_opened == self._bus.times_opened:
            self._bus.close()

    def _require_same_bus(self) -> None:
        if self._times_opened != self._bus.times_opened:
            raise LinkLostError(
                f"{self._address}: the adapter was opened anew for another instrument; the state "
                "of this one is unknown"
            )


def _lines(*commands: str) -> bytes:
    return b"".join(b"++%s\n" % command.encode("ascii") for command in commands)
