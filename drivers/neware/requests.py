"""What is asked of a BTS server, as text: one function a request.

Source: the BTS 8 API as github EmpaEconversion/aurora-neware speaks it (MIT, recorded replies of
a real server in its tests), and Neware's own API tester, which asks alike. A request is XML and
ends with ``TAIL``; the reply names a command of its own, twice misspelled by the server.
"""

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from ..errors import OutOfRangeError

TAIL: Final = b"\n\n#\r\n"
PAGE_ROWS: Final = 1000

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" ?><bts version="1.0">'
_BACKUP: Final = (
    'remotedir="" filenametype="0" customfilename="" addtimewhenrepeat="0" createdirbydate="0" '
    'filetype="0" backupontime="1" backupontimeinterval="720" backupfree="1"'
)


@dataclass(frozen=True, slots=True)
class ChannelKey:
    """The numbers by which BTS knows a channel: of the device, of the unit in it, of the channel.

    >>> str(ChannelKey.parsed("21-1-3"))
    '21-1-3'
    """

    device: int
    unit: int
    channel: int

    @classmethod
    def parsed(cls, text: str) -> "ChannelKey":
        """Read ``device-unit-channel``; anything else is an ``OutOfRangeError``."""
        numbers = text.split("-")
        if len(numbers) != 3 or not all(number.isdecimal() for number in numbers):
            raise OutOfRangeError(f"{text!r} is no channel: write device-unit-channel, as 21-1-3")
        return cls(*(int(number) for number in numbers))

    def __str__(self) -> str:
        return f"{self.device}-{self.unit}-{self.channel}"


@dataclass(frozen=True, slots=True)
class Place:
    """A channel with what the server told of it: the address and the type of its device."""

    key: ChannelKey
    ip: str
    device_type: int

    @property
    def name(self) -> str:
        """The name that ``inquire`` gives the channel, up to the number of an auxiliary one."""
        return f"{self.device_type}-{self.key}-"

    @property
    def attributes(self) -> str:
        """The channel as the attributes of a request that names its address, too."""
        return f"ip={quoteattr(self.ip)} {self.numbers}"

    @property
    def numbers(self) -> str:
        """The channel as the attributes of a request that asks for stored rows."""
        return (
            f'devtype="{self.device_type}" devid="{self.key.device}" '
            f'subdevid="{self.key.unit}" chlid="{self.key.channel}"'
        )


@dataclass(frozen=True, slots=True)
class Request:
    """``body`` is what stands inside the message; ``answer`` the command of its reply."""

    body: str
    answer: str

    def encoded(self) -> bytes:
        """Return the message as it goes over the wire."""
        return f"{_HEAD}{self.body}</bts>".encode() + TAIL


def connect(username: str, password: str) -> Request:
    """Log in. Every other request wants this one first."""
    return Request(
        f"<cmd>connect</cmd><username>{escape(username)}</username>"
        f"<password>{escape(password)}</password><type>bfgs</type>",
        "connect_resp",
    )


def device_info() -> Request:
    """Ask which channels there are."""
    return Request("<cmd>getdevinfo</cmd>", "getdevinfo_resp")


def channel_status(place: Place) -> Request:
    """Ask whether a test runs on the channel."""
    return _listed("getchlstatus", f"<status {place.attributes}>true</status>")


def inquire(place: Place) -> Request:
    """Ask for what the channel measures now, and for the bar code of its test."""
    item = f'<inquire {place.attributes} aux="0" barcode="1">true</inquire>'
    return _listed("inquire", item)


def stored(place: Place) -> Request:
    """Ask for the number of the latest test, and how many of its rows are stored."""
    return _listed("inquiredf", f'<chl {place.numbers} testid="0" />')


def download(place: Place, first: int, rows: int = PAGE_ROWS) -> Request:
    """Ask for rows of the latest test, from number ``first`` (from 1) on."""
    item = f'<download {place.numbers} auxid="0" testid="0" startpos="{first}" count="{rows}"/>'
    return Request(f"<cmd>download</cmd>{item}", "donwload_resp")


def download_log(place: Place) -> Request:
    """Ask what the server noted about the latest test."""
    item = f'<download {place.numbers} testid="0"/>'
    return Request(f"<cmd>downloadlog</cmd>{item}", "donwloadlog_resp")


def start(place: Place, barcode: str, job_path: str, backup_folder: str = "") -> Request:
    """Start the job in the file ``job_path``, which the server opens on its own machine.

    With a ``backup_folder`` the server also writes its own data files there.
    """
    item = f"<start {place.attributes} barcode={quoteattr(barcode)}>{escape(job_path)}</start>"
    if backup_folder:
        item += f"<backup backupdir={quoteattr(backup_folder)} {_BACKUP} />"
    return _listed("start", item)


def stop(place: Place) -> Request:
    """End whatever runs on the channel, and open its cell."""
    return _listed("stop", f"<stop {place.attributes}>true</stop>")


def _listed(command: str, items: str) -> Request:
    return Request(f'<cmd>{command}</cmd><list count = "1">{items}</list>', f"{command}_resp")
