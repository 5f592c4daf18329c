"""What is connected to this machine: every port is asked who is there, and nothing is set.

A port that a run has is named and left alone.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ...drivers.capabilities import Identity
from ...drivers.clock import Clock
from ...drivers.errors import DriverError
from ...drivers.questions import ADAPTER_PORT, ADAPTER_QUESTION, QUESTIONS, Question
from ...drivers.search import Answer, Place, ask_line, ask_visa
from ...drivers.serial_link import SerialLink
from ..lease import LeaseTakenError, held_leases, take_lease
from .recognition import address_for, driver_for

SCAN: Final = "bench scan"
"""The name in which ports are leased while they are asked."""
_SOCKET: Final = re.compile(r"socket://(?P<host>.+):(?P<port>\d+)")
_IN_A_NETWORK: Final = (
    _SOCKET,
    re.compile(r"TCPIP\d*::(?P<host>[^:]+)::(?P<port>\d+)::SOCKET", re.IGNORECASE),
    re.compile(r"PRLGX-TCPIP\d*::(?P<host>[^:]+)::(?P<port>\d+)(::.*)?", re.IGNORECASE),
    re.compile(r"TCPIP\d*::(?P<host>[^:]+)(::\w+)?::INSTR", re.IGNORECASE),
    re.compile(r"(?P<host>[\w.-]+):(?P<port>\d+)(/.*)?"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One place, and who is there.

    ``held_by`` is the run that has it, which is then all that is known. ``driver`` takes the
    instrument at ``address``; empty if none of ours does. ``problem`` says why nothing was heard.
    """

    place: Place
    answer: Answer | None = None
    driver: str = ""
    address: str = ""
    held_by: str = ""
    problem: str = ""

    @property
    def identity(self) -> Identity | None:
        """Who answered, if that can be told."""
        return None if self.answer is None else self.answer.identity


def scan(
    places: Iterable[Place],
    clock: Clock,
    *,
    patience_s: float,
    library: str = "@py",
    questions: tuple[Question, ...] = QUESTIONS,
    lease_folder: Path | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[Found]:
    """Ask at one place after the other and yield what was found there.

    ``patience_s`` is how long an answer to one question may take to begin. ``tell`` hears which
    place is being asked.
    """
    for place in places:
        if held_by := _holder(place, lease_folder):
            yield Found(place=place, held_by=held_by)
            continue
        tell(place.address)
        try:
            with take_lease(_names(place), SCAN, folder=lease_folder):
                answer = _ask(place, clock, patience_s, library, questions)
        except LeaseTakenError as error:
            yield Found(place=place, held_by=str(error))
        except DriverError as error:
            yield Found(place=place, problem=_reason(place, error))
        else:
            yield _found(place, answer)


def _ask(
    place: Place, clock: Clock, patience_s: float, library: str, questions: tuple[Question, ...]
) -> Answer | None:
    if place.way == "VISA":
        return ask_visa(place.address, patience_s=patience_s, library=library)
    if _is_adapter(place):
        questions = (ADAPTER_QUESTION,)
    elif place.way == "network":
        questions = _without_line_settings(questions)
    return ask_line(
        lambda baud_rate, frame: SerialLink(place.address, baud_rate, frame=frame),
        clock,
        patience_s=patience_s,
        questions=questions,
    )


def _is_adapter(place: Place) -> bool:
    """Whether a GPIB adapter is to be expected: what it is told would go to its bus."""
    return "PROLOGIX" in place.says.upper() or place.address.endswith(f":{ADAPTER_PORT}")


def _without_line_settings(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """A network has none, so that no question need be asked twice."""
    same = (replace(each, baud_rate=9600, frame="8N1") for each in questions)
    return tuple({each.send: each for each in same}.values())


def _found(place: Place, answer: Answer | None) -> Found:
    if answer is None:
        return Found(place=place, problem="no answer")
    driver = None if answer.identity is None else driver_for(answer.identity)
    if driver is None:
        return Found(place=place, answer=answer)
    address = address_for(driver, other_names(place.address))
    return Found(place=place, answer=answer, driver=driver, address=address or "")


def other_names(address: str) -> list[str]:
    """Return how else drivers may call a place, its own name first.

    >>> other_names("socket://192.168.0.7:5025")[1]
    'TCPIP0::192.168.0.7::5025::SOCKET'
    """
    found = _SOCKET.fullmatch(address)
    if found:
        host, port = found["host"], found["port"]
        return [address, f"TCPIP0::{host}::{port}::SOCKET", f"{host}:{port}"]
    return [address, f"ASRL{address}::INSTR"]


def _names(place: Place) -> tuple[str, ...]:
    """What a run would have to lease to use the place."""
    return tuple(other_names(place.address)) if place.way != "VISA" else (place.address,)


def _holder(place: Place, folder: Path | None) -> str:
    """The run that has the place, by whatever name; empty if nobody has."""
    for name, run_id in held_leases(folder=folder).items():
        if _is_same_place(place.address, name):
            return run_id
    return ""


def _is_same_place(address: str, leased: str) -> bool:
    """Whether two names may mean one instrument; that of a host's bus means any of its ports."""
    (one, port), (other, leased_port) = _spot(address), _spot(leased)
    return one == other and (port == leased_port or "any" in (port, leased_port))


def _spot(address: str) -> tuple[str, str]:
    """Return host and port of an address, or what stands for a port of this machine."""
    for form in _IN_A_NETWORK:
        found = form.fullmatch(address)
        if found:
            return found["host"].lower(), found.groupdict().get("port") or "any"
    path = re.sub(r"^ASRL(.+)::INSTR$", r"\1", address, flags=re.IGNORECASE)
    return (str(Path(path).resolve()) if path.startswith("/") else path.upper()), ""


def _reason(place: Place, error: DriverError) -> str:
    text = " ".join(str(error).split())
    if "ermission denied" in text:
        return f"may not be opened by you: {text}"
    if place.way == "network" and "refused" in text:
        return "nobody listens there, or the port is taken by another program"
    return text
