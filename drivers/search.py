"""Finding instruments: which ports there are, and harmless questions to whoever is behind one.

Nothing here sets anything, clears anything or takes a bus. A question is asked where its answer
is known; whoever does not know it answers with an error, or not at all.

Sources: Prologix GPIB-ETHERNET controller user manual (port 1234, ``++ver``); pyserial
``list_ports``; pyvisa ``ResourceManager.list_resources``; IEEE 488.2 (``*IDN?``);
MethodSCRIPT communication protocol (``t``, ``i``); Julabo circulators (``version``); Eurotherm 3200
handbook (register 107 holds the version).
"""

from __future__ import annotations

import contextlib
import re
import struct
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pyvisa
from pyvisa.resources import MessageBasedResource
from serial.tools import list_ports

from .capabilities import Identity
from .clock import Clock
from .errors import LinkLostError
from .link import ByteLink

LONGEST_ANSWER_BYTES: Final = 4096
QUIET_S: Final = 0.05  # after which an answer without an end of line is taken to be whole
_IDENTITY_FIELDS: Final = 4
_VERSION_REGISTER: Final = 107


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instrument may be. ``way`` is VISA, serial or network; ``says``: what is known."""

    address: str
    way: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to the question ``asked``, as text, and who that is if it can be told.

    Where nothing was asked, it was said unasked.
    """

    asked: str
    text: str
    identity: Identity | None = None


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
    return identity_of(_text(heard).strip())


def _methodscript(heard: bytes) -> Identity | None:
    found = re.search(rb"t([a-z]\w{5})(\d{2,4})#[^\n]*\n[RB]\*\n(?:i(\w+))?", heard)
    if found is None:
        return None
    model, version, serial = (_text(part or b"") for part in found.groups())
    return Identity(manufacturer="PalmSens", model=model, serial=serial, firmware=version)


def _julabo(heard: bytes) -> Identity | None:
    text = _text(heard).strip("\x11\x13\r\n ")
    if "JULABO" not in text.upper():
        return None
    return Identity(manufacturer="Julabo", model=text, serial="", firmware="")


def _adapter(heard: bytes) -> Identity | None:
    text = _text(heard).strip()
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


def serial_places() -> list[Place]:
    """Return the serial ports of this machine, with what the system calls them."""
    return [Place(port.device, "serial", port.description) for port in list_ports.comports()]


def visa_places(library: str = "@py") -> list[Place]:
    """Return what a VISA library finds on its buses and in the network; serial ports aside.

    ``library`` is "@py" for pyvisa-py, "" (or a path) for the one installed on the system. Raises
    ``LinkLostError`` if it cannot be used.
    """
    try:
        with warnings.catch_warnings():  # of what it could also look for, had it more packages
            warnings.simplefilter("ignore", UserWarning)
            names = pyvisa.ResourceManager(library).list_resources()
    except (pyvisa.Error, OSError, ValueError) as error:
        raise LinkLostError(f"VISA library {library or 'of the system'!r}: {error}") from error
    return [Place(name, "VISA") for name in names if not name.upper().startswith("ASRL")]


def network_places(host: str, port: int) -> list[Place]:
    """Return the place that a host and a TCP port are."""
    name = f"[{host}]" if ":" in host else host
    return [Place(f"socket://{name}:{port}", "network")]


def ask_visa(address: str, *, patience_s: float, library: str = "@py") -> Answer | None:
    """Ask for the identity at a VISA address; ``None`` if nothing is answered in time.

    No device clear is sent: to an instrument older than IEEE 488.2 it is a reset. Raises
    ``LinkLostError`` if the address cannot be opened.
    """
    patience_ms = round(patience_s * 1000)
    try:
        session = pyvisa.ResourceManager(library).open_resource(address, open_timeout=patience_ms)
    except Exception as error:  # pyvisa-py raises nothing narrower when nobody answers
        raise LinkLostError(f"cannot be opened: {error}") from error
    try:
        if not isinstance(session, MessageBasedResource):
            return None
        session.timeout = patience_ms
        session.read_termination = session.write_termination = "\n"
        text = session.query("*IDN?").strip()
    except (pyvisa.Error, OSError, UnicodeDecodeError):
        return None
    finally:
        with contextlib.suppress(pyvisa.Error, OSError):
            session.close()
    return Answer("*IDN?", text, identity_of(text))


def ask_line(
    open_link: Callable[[int, str], ByteLink],
    clock: Clock,
    *,
    patience_s: float,
    questions: Sequence[Question] = QUESTIONS,
) -> Answer | None:
    """Ask one question after the other; return the first answer of somebody recognised.

    If nobody is, the first thing that was said at all. ``open_link`` opens the line at a baud rate
    and a frame. Raises ``LinkLostError`` if it cannot be opened, or breaks before anything was
    said.
    """
    first: Answer | None = None
    link, line = None, None
    try:
        for question in questions:
            if link is None or line != (question.baud_rate, question.frame):
                if link is not None:
                    link.close()
                line = question.baud_rate, question.frame
                link = open_link(*line)
            if unasked := link.read(QUIET_S):  # who speaks unasked would not hear a question
                first = first or Answer("", _shown(unasked[:LONGEST_ANSWER_BYTES]))
                continue
            heard = _ask(link, question, clock, patience_s)
            answer = Answer(question.asked, _shown(heard), question.recognise(heard))
            if answer.identity is not None:
                return answer
            first = first or (answer if heard else None)
    except LinkLostError:
        if first is None:
            raise
    finally:
        if link is not None:
            link.close()
    return first


def _ask(link: ByteLink, question: Question, clock: Clock, patience_s: float) -> bytes:
    link.write(question.send)
    heard = _hear(link, clock, patience_s)
    if heard and question.follow_up:
        link.write(question.follow_up)
        heard += _hear(link, clock, patience_s)
    return heard


def _hear(link: ByteLink, clock: Clock, patience_s: float) -> bytes:
    """What comes within ``patience_s``, until it falls quiet."""
    heard = b""
    until_s = clock.now_s() + patience_s
    while clock.now_s() < until_s and len(heard) < LONGEST_ANSWER_BYTES:
        piece = link.read(QUIET_S)
        if not piece and heard:
            break
        heard += piece
    return heard


def _text(heard: bytes) -> str:
    return heard.decode("ascii", errors="replace")


def _shown(heard: bytes) -> str:
    """The answer for a person to read, on one line."""
    text = _text(heard).strip()
    if text.isprintable() and "�" not in text:
        return text
    return heard.hex(" ") if not text.isascii() else " ".join(text.split())


def _crc(frame: bytes) -> bytes:
    """The checksum of a Modbus RTU frame, low byte first."""
    crc = 0xFFFF
    for byte in frame:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return struct.pack("<H", crc)
