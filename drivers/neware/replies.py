"""What a BTS server answers, read strictly: what is not as it must be is a ``BadReplyError``.

Source: replies of a real server, recorded in the tests of github EmpaEconversion/aurora-neware.
Rows carry no checksum, but they are counted and numbered: a lost, doubled or foreign one shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeVar
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ..errors import BadReplyError, InstrumentFaultError, WrongInstrumentError
from .requests import ChannelKey, Place

_Number = TypeVar("_Number", int, float)
_MS: Final = 1e-3


class State(StrEnum):
    """What a channel does, in the server's words."""

    WORKING = "working"
    PAUSED = "pause"
    FINISHED = "finish"
    STOPPED = "stop"
    PROTECTED = "protect"

    @property
    def is_over(self) -> bool:
        """Whether no test runs: only then can one be started."""
        return self in (State.FINISHED, State.STOPPED, State.PROTECTED)


@dataclass(frozen=True, slots=True)
class Inquired:
    """What ``inquire`` tells: the channel's name, its test's bar code, and its voltage now."""

    name: str
    barcode: str
    voltage_v: float


@dataclass(frozen=True, slots=True)
class Stored:
    """The number of a channel's latest test, how many rows are there, and whether those are all."""

    test: int
    rows: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a test. ``time_s`` counts from the beginning of its step."""

    number: int
    time_s: float
    voltage_v: float
    current_a: float


def parsed(message: bytes, answer: str) -> Element:
    """Return the reply ``message``, which must be one to the command that ``answer`` names."""
    try:
        root: Element = fromstring(message, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadReplyError(f"expected {answer}, got no XML that can be read: {error}") from None
    command = _only(root, "cmd").text
    if command != answer:
        raise BadReplyError(f"expected {answer}, the server said {str(command)[:40]!r}")
    return root


def require_login(root: Element) -> None:
    """Raise ``InstrumentFaultError`` if the server did not let us in."""
    result = _only(root, "result").text
    if result != "ok":
        raise InstrumentFaultError(
            f"the BTS server refused the user name or the password ({str(result)[:40]!r}), or "
            "its API is not enabled by its licence"
        )


def place_of(root: Element, key: ChannelKey) -> Place:
    """Find the channel among those of ``getdevinfo``, or raise ``WrongInstrumentError``."""
    found: dict[ChannelKey, Place] = {}
    for item in _counted(_only(root, "middle"), "channel"):
        numbers = (_number(item, name, int) for name in ("devid", "subdevid", "Channelid"))
        one = ChannelKey(*numbers)
        found[one] = Place(one, _text(item, "ip"), _number(item, "devtype", int))
    if key not in found:
        there = ", ".join(map(str, found)) or "none"
        raise WrongInstrumentError(f"the BTS server has no channel {key}; it has {there}")
    return found[key]


def state_of(root: Element, place: Place) -> State:
    """Read the channel's state. The unit may be told as 1, a known fault of the server."""
    item = _single(root, "status")
    _require_channel(item, place, unit_may_be_wrong=True)
    try:
        return State(item.text or "")
    except ValueError:
        states = ", ".join(State)
        raise BadReplyError(f"state {item.text!r} of channel {place.key}: not {states}") from None


def inquired(root: Element, place: Place) -> Inquired:
    """Read what the channel does and measures now."""
    item = _single(root, "inquire")
    name = _text(item, "dev")
    if not name.startswith(place.name):
        raise BadReplyError(f"asked for channel {place.name}…, the server told of {name!r}")
    return Inquired(name, item.get("barcode", ""), _number(item, "voltage", float))


def stored_of(root: Element, place: Place) -> Stored:
    """Read how many rows the latest test has."""
    item = _single(root, "chl")
    _require_channel(item, place)
    if item.text not in ("true", "false"):
        raise BadReplyError(f"whether a test is complete: {item.text!r} is not true or false")
    return Stored(_number(item, "testid", int), _number(item, "count", int), item.text == "true")


def page_of(root: Element, place: Place, first: int) -> tuple[int, list[Row]]:
    """Read the number of the test, and its rows from ``first`` on, none missing, none twice."""
    echo = _only(root, "download")
    _require_channel(echo, place)
    if _number(echo, "startpos", int) != first:
        raise BadReplyError(f"asked for rows from {first} on, got a page from another one")
    rows = [_row(item) for item in _counted(_only(root, "list"), "data")]
    for number, row in enumerate(rows, first):
        if row.number != number:
            raise BadReplyError(f"row {row.number} came where row {number} must be")
    return _number(echo, "testid", int), rows


def said_ok(root: Element, tag: str, place: Place) -> bool:
    """Whether the server did what it was told: it says ``false`` without a reason otherwise."""
    item = _single(root, tag)
    _require_channel(item, place, unit_may_be_wrong=True)
    if item.text not in ("ok", "false"):
        raise BadReplyError(f"{tag}: the server said {item.text!r}, neither ok nor false")
    return item.text == "ok"


def log_of(root: Element) -> tuple[int, ...]:
    """Read the codes that the server noted about the latest test, in order."""
    items = _counted(_only(root, "list"), "data")
    return tuple(_number(item, "log_code", int) for item in items)


def _row(item: Element) -> Row:
    return Row(
        number=_number(item, "seqid", int),
        time_s=_number(item, "testtime", int) * _MS,
        voltage_v=_number(item, "volt", float),
        current_a=_number(item, "curr", float),
    )


def _require_channel(item: Element, place: Place, *, unit_may_be_wrong: bool = False) -> None:
    numbers = {name: _number(item, name, int) for name in ("devid", "subdevid", "chlid")}
    told = ChannelKey(*numbers.values())
    units = (place.key.unit, 1) if unit_may_be_wrong else (place.key.unit,)
    if all(told != ChannelKey(place.key.device, unit, place.key.channel) for unit in units):
        raise BadReplyError(f"asked about channel {place.key}, the server told of {told}")


def _single(root: Element, tag: str) -> Element:
    items = _counted(_only(root, "list"), tag)
    if len(items) != 1:
        raise BadReplyError(f"asked about one channel, the server told of {len(items)}")
    return items[0]


def _counted(parent: Element, tag: str) -> list[Element]:
    """All that is inside; as many, and of that kind, as the server says that there are."""
    count = _number(parent, "count", int)
    items = list(parent)
    if len(items) != count or any(item.tag != tag for item in items):
        raise BadReplyError(f"{count} {tag!r} announced, {[item.tag for item in items][:5]} came")
    return items


def _only(root: Element, tag: str) -> Element:
    found = root.findall(tag)
    if len(found) != 1:
        raise BadReplyError(f"a reply must have one {tag!r}; this one has {len(found)}")
    return found[0]


def _text(item: Element, name: str) -> str:
    value = item.get(name)
    if value is None:
        raise BadReplyError(f"{item.tag!r} has no {name!r}")
    return value


def _number(item: Element, name: str, kind: Callable[[str], _Number]) -> _Number:
    text = _text(item, name)
    try:
        return kind(text)
    except ValueError:
        raise BadReplyError(f"{name} of {item.tag!r}: {text[:40]!r} is no number") from None
