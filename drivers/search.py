"""Finding instruments: which ports there are, and who answers at one.

Nothing here sets anything, clears anything or takes a bus; ``questions`` says what is asked.

Sources: pyserial ``list_ports``; pyvisa ``ResourceManager.list_resources``.
"""

from __future__ import annotations

import contextlib
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
from .questions import QUESTIONS, Question, identity_of, text_of

LONGEST_ANSWER_BYTES: Final = 4096
QUIET_S: Final = 0.05  # after which an answer without an end of line is taken to be whole


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


def _shown(heard: bytes) -> str:
    """The answer for a person to read, on one line."""
    text = text_of(heard).strip()
    if text.isprintable() and "�" not in text:
        return text
    return heard.hex(" ") if not text.isascii() else " ".join(text.split())
