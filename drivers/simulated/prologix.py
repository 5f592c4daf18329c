"""A twin of a Prologix-style GPIB adapter, with the twins of instruments on its bus.

Source: Prologix GPIB-USB Controller User Manual, 6.107, and GPIB-ETHERNET Controller User Manual,
1.6.6.0. Assumed where they do not say: while it waits for an instrument to talk, the adapter takes
no further line; answers of its own end with CR LF; it numbers its firmware 01.06.06.00.

An instrument keeps what it has to say until it is told to talk, also when the host goes away.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..clock import Clock
from .twin import Twin

VERSION: Final = b"Prologix GPIB-ETHERNET Controller version 01.06.06.00"
END: Final = {"0": b"\r\n", "1": b"\r", "2": b"\n", "3": b""}
ESCAPE: Final = b"\x1b"
COMMAND: Final = b"++"
LONGEST_LINE_BYTES: Final = 1 << 16
MESSAGE_AVAILABLE: Final = 16
_TOKENS: Final = re.compile(rb"[\x1b\r\n]|[^\x1b\r\n]+")
_SETTINGS: Final = {
    "addr": "5",
    "auto": "0",
    "eoi": "1",
    "eos": "0",
    "eot_char": "0",
    "eot_enable": "0",
    "mode": "1",
    "read_tmo_ms": "200",
    "savecfg": "1",
}
_NO_ANSWER: Final = frozenset({"ifc", "llo", "loc", "rst", "trg"})


@dataclass(slots=True)
class Instrument:
    """A twin on the bus, which speaks in lines.

    ``ends_with_eoi``: its messages end, both ways, with EOI alone; the line feeds that its twin
    takes and says stand for it.
    """

    twin: Twin
    ends_with_eoi: bool = False
    _said: bytes = b""
    _messages: deque[bytes] = field(default_factory=deque)

    def listen(self, data: bytes, *, eoi: bool) -> None:
        """Take a message from the bus."""
        self._hear(self.twin.receive(data + (b"\n" if eoi and self.ends_with_eoi else b"")))

    def poll(self) -> None:
        """Let it go on with its work."""
        self._hear(self.twin.poll())

    def talk(self) -> bytes:
        """Say one message; empty if it has none."""
        return self._messages.popleft() if self._messages else b""

    def due_s(self) -> float | None:
        """When it may have a message; ``None`` if it has one, or nothing is under way."""
        return None if self._messages else self.twin.due_s()

    @property
    def status_byte(self) -> int:
        """What a serial poll finds: its twin's status byte, or whether it has a message."""
        own: int | None = getattr(self.twin, "status_byte", None)
        return own if own is not None else MESSAGE_AVAILABLE * bool(self._messages)

    def clear(self) -> None:
        """Selected device clear: forget what was to be said."""
        self._messages.clear()

    def _hear(self, said: bytes) -> None:
        if not said:
            return
        *messages, self._said = (self._said + said).split(b"\n")
        self._messages.extend(one + (b"" if self.ends_with_eoi else b"\n") for one in messages)


class PrologixTwin:
    """Bytes in, bytes out; ``instruments`` by their primary addresses."""

    def __init__(self, clock: Clock, instruments: Mapping[int, Instrument]) -> None:
        self._clock, self._instruments = clock, dict(instruments)
        self._settings = dict(_SETTINGS)
        self._line = bytearray()
        self._escaped = self._begins_escaped = False
        self._lines: deque[tuple[bytes, bool]] = deque()
        self._reads_until_s: float | None = None
        self._said = bytearray()

    def receive(self, data: bytes) -> bytes:
        """Take what the host sent, split anywhere; return what is answered at once."""
        for token in _TOKENS.findall(data):
            self._take(token)
        return self.poll()

    def poll(self) -> bytes:
        """Return everything that it says by now."""
        for instrument in self._instruments.values():
            instrument.poll()
        while self._advance():
            pass
        said = bytes(self._said)
        self._said.clear()
        return said

    def due_s(self) -> float | None:
        """When the instrument that was told to talk may speak, or is waited for no longer."""
        if self._reads_until_s is None:
            return None
        instrument = self._selected()
        due_s = instrument.due_s() if instrument else None
        return self._reads_until_s if due_s is None else min(due_s, self._reads_until_s)

    def hang_up(self) -> None:
        """Forget what the host had begun; the instruments know nothing of it."""
        self._line.clear()
        self._lines.clear()
        self._said.clear()
        self._escaped, self._reads_until_s = False, None

    def _take(self, token: bytes) -> None:
        if self._escaped:
            self._begins_escaped |= len(self._line) < len(COMMAND)
            self._line += token[:1]
            self._escaped, token = False, token[1:]
        if token == ESCAPE:
            self._escaped = True
        elif token in (b"\r", b"\n"):
            self._end_line()
        elif len(self._line) < LONGEST_LINE_BYTES:
            self._line += token

    def _end_line(self) -> None:
        line = bytes(self._line)
        if line:
            self._lines.append((line, line.startswith(COMMAND) and not self._begins_escaped))
        self._line.clear()
        self._begins_escaped = False

    def _advance(self) -> bool:
        if self._reads_until_s is not None and not self._has_read():
            return False
        if not self._lines:
            return False
        line, is_command = self._lines.popleft()
        if is_command:
            self._command(line[len(COMMAND) :].decode("latin-1"))
        else:
            self._send(line)
        return True

    def _has_read(self) -> bool:
        instrument = self._selected()
        message = instrument.talk() if instrument else b""
        if message:
            self._said += message
            if self._settings["eot_enable"] == "1":
                self._said.append(int(self._settings["eot_char"]) % 256)
        elif self._clock.now_s() < (self._reads_until_s or 0.0):
            return False
        self._reads_until_s = None
        return True

    def _send(self, data: bytes) -> None:
        if instrument := self._selected():
            end = END.get(self._settings["eos"], b"")
            instrument.listen(data + end, eoi=self._settings["eoi"] == "1")
        if self._settings["auto"] == "1":
            self._read()

    def _read(self) -> None:
        self._reads_until_s = self._clock.now_s() + int(self._settings["read_tmo_ms"]) * 1e-3

    def _command(self, text: str) -> None:
        word, _, argument = text.strip().partition(" ")
        word, argument = word.lower(), argument.strip()
        if word == "read":
            self._read()
        elif word == "ver":
            self._answer(VERSION)
        elif word == "clr":
            if instrument := self._selected():
                instrument.clear()
        elif word == "spoll":
            self._poll_status(argument)
        elif word == "srq":
            self._answer(b"0")
        elif word in self._settings and not argument:
            self._answer(self._settings[word].encode())
        elif word in self._settings and re.fullmatch(r"\d+( \d+)?", argument):
            self._settings[word] = argument
        elif word not in _NO_ANSWER:
            self._answer(b"Unrecognized command")

    def _poll_status(self, argument: str) -> None:
        address = int(argument.split()[0]) if argument[:1].isdecimal() else self._address()
        if instrument := self._instruments.get(address):
            self._answer(b"%d" % instrument.status_byte)

    def _address(self) -> int:
        return int(self._settings["addr"].split()[0])

    def _selected(self) -> Instrument | None:
        return self._instruments.get(self._address())

    def _answer(self, text: bytes) -> None:
        self._said += text + b"\r\n"
