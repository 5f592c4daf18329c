"""Harmless questions to instruments that are not known yet, and who answers like that.

Nothing here sets or clears anything. Whoever does not know a question answers with an error, or not
at all.

Sources: IEEE 488.2 (``*IDN?``); MethodSCRIPT communication protocol (``t``, ``i``); Julabo
circulators (``version``); Eurotherm 3200 handbook (register 107 holds the version); Prologix
GPIB-ETHERNET controller user manual (port 1234, ``++ver``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from .capabilities import Identity

_IDENTITY_FIELDS: Final = 4
_VERSION_REGISTER: Final = 107


@dataclass(frozen=True, slots=True)
class Question:
    """Bytes to send at a line setting, and who answers like that (``None``: nobody we know)."""

    asked: str
    send: bytes
    recognise: Callable[[bytes], Identity | None]
    baud_rate: int = 9600
    frame: str = "8N1"
    follow_up: bytes = b""


def identity_of(text: str) -> Identity | None:
    """Return what an answer to ``*IDN?`` says; ``None`` if it is no such answer.

    >>> identity_of("KEITHLEY INSTRUMENTS,MODEL 2450,04400001,1.7.12b").model
    'MODEL 2450'
    """
    fields = [field.strip() for field in text.strip().split(",", _IDENTITY_FIELDS - 1)]
    if len(fields) < _IDENTITY_FIELDS or not all(fields[:2]) or not text.strip().isprintable():
        return None
    maker, model, serial, firmware = fields
    return Identity(manufacturer=maker, model=model, serial=serial, firmware=firmware)


def _scpi(heard: bytes) -> Identity | None:
    return identity_of(text_of(heard).strip())


def _methodscript(heard: bytes) -> Identity | None:
    found = re.search(rb"t([a-z]\w{5})(\d{2,4})#[^\n]*\n[RB]\*\n(?:i(\w+))?", heard)
    if found is None:
        return None
    model, version, serial = (text_of(part or b"") for part in found.groups())
    return Identity(manufacturer="PalmSens", model=model, serial=serial, firmware=version)


def _julabo(heard: bytes) -> Identity | None:
    text = text_of(heard).strip("\x11\x13\r\n ")
    if "JULABO" not in text.upper():
        return None
    return Identity(manufacturer="Julabo", model=text, serial="", firmware="")


def _adapter(heard: bytes) -> Identity | None:
    text = text_of(heard).strip()
    if not text.startswith("Prologix GPIB"):
        return None
    return Identity(manufacturer="Prologix", model=text, serial="", firmware="")


def _eurotherm(slave: int) -> Callable[[bytes], Identity | None]:
    def recognise(heard: bytes) -> Identity | None:
        reply = heard[:5]
        if len(heard) < 7 or reply[:3] != bytes([slave, 3, 2]) or heard[5:7] != _crc(reply):
            return None
        version = f"{reply[3]:x}.{reply[4]:02x}"
        serial = f"slave {slave}"
        return Identity(manufacturer="Eurotherm", model="3200", serial=serial, firmware=version)

    return recognise


QUESTIONS: Final = (
    Question("*IDN?", b"*IDN?\n", _scpi),
    Question("t", b"t\n", _methodscript, 921_600, follow_up=b"i\n"),
    Question("t", b"t\n", _methodscript, 230_400, follow_up=b"i\n"),
    Question("version", b"\rVERSION\r", _julabo, 4800, "7E1"),  # ends what was half said before
)
"""In the order in which they are asked, until one is answered by somebody who is recognised."""

ADAPTER_QUESTION: Final = Question("++ver", b"++ver\n", _adapter)
"""To a GPIB adapter of Prologix's kind, which passes anything without ``++`` on to its bus."""
ADAPTER_PORT: Final = 1234


def modbus_question(slave: int = 1) -> Question:
    """Return the question for the version of a Eurotherm at an address of its bus.

    >>> modbus_question().send.hex(" ")
    '01 03 00 6b 00 01 f5 d6'
    """
    frame = struct.pack(">BBHH", slave, 3, _VERSION_REGISTER, 1)
    return Question(f"Modbus slave {slave}", frame + _crc(frame), _eurotherm(slave))


def text_of(heard: bytes) -> str:
    """Return what was heard as text, come what may."""
    return heard.decode("ascii", errors="replace")


def _crc(frame: bytes) -> bytes:
    """The checksum of a Modbus RTU frame, low byte first."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)
