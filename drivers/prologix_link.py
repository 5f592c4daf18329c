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

    def selected_by(self) -> tuple[str, ...]:
        """Return the commands that make an adapter speak to this station."""
        address = (
            f"{self.primary}" if self.secondary is None else f"{self.primary} {self.secondary}"
        )
        return (
            f"addr {address}",
            f"eos {MAY_END_WITH[self.commands_end_with]}",
            f"eot_enable {0 if self.answers_end_with_lf else 1}",
        )


class PrologixBus:
    """The adapter, set up before the first command and whenever it was opened anew."""

    def __init__(self, link: ByteLink) -> None:
        self.link = link
        self.times_opened = 0
        self._selected: Station | None = None
        self._is_set_up = False

    def select(self, station: Station) -> None:
        """Let what follows go to ``station``."""
        if not self._is_set_up:
            self._command(*SET_UP)
            self._is_set_up = True
        if self._selected != station:
            self._command(*station.selected_by())
            self._selected = station

    def let_talk(self) -> None:
        """Have the selected station talk until it says EOI or falls silent."""
        self._command("read eoi")

    def say(self, command: str) -> None:
        """Send a command to the selected station."""
        data = _TO_BE_ESCAPED.sub(lambda found: b"\x1b" + found[0], command.encode("ascii"))
        self.link.write(data + b"\n")

    def reopen(self) -> None:
        """Open the way to the adapter anew."""
        self._is_set_up, self._selected = False, None
        self.times_opened += 1
        self.link.reopen()
        self.link.write(b"\n")  # ends a line that was left half sent

    def _command(self, *commands: str) -> None:
        self.link.write(b"".join(b"++%s\n" % command.encode("ascii") for command in commands))


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
        self._bus.select(self._station)
        self._bus.say(command)

    def receive(self) -> bytes:
        """Have the station talk for a slice; return what came."""
        self._require_same_bus()
        self._bus.select(self._station)
        self._bus.let_talk()
        return self._bus.link.read(SLICE_S)

    def early(self) -> bytes:
        """Return what came although no station was told to talk."""
        return self._bus.link.read(0.0)

    def reopen(self) -> None:
        """Open the adapter anew, unless that was done for another station."""
        if self._times_opened == self._bus.times_opened:
            self._bus.reopen()
        self._times_opened = self._bus.times_opened

    def close(self) -> None:
        """Release the adapter. May be called twice."""
        self._bus.link.close()

    def _require_same_bus(self) -> None:
        if self._times_opened != self._bus.times_opened:
            raise LinkLostError(
                f"{self._address}: the adapter was opened anew for another instrument; the state "
                "of this one is unknown"
            )
