"""One host's conversation with a simulated BTS server: text in, text out.

Source: requests of PyPI aurora-neware and replies of a real server recorded in its tests, with
their misspelled commands, the two spellings of a channel's number, and CR LF between lines. Some
requests of that client are no XML (a stray quotation mark), so they are read by pattern here.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr, unescape

from .channel import CyclerChannel
from .printing import AH_S, data, short, steps
from .records import wall

if TYPE_CHECKING:
    from .server import NewareServer

TAIL: Final = b"\n\n#\r\n"
LONGEST_REQUEST_BYTES: Final = 1 << 20
DEVICE_TYPE: Final = 27
_COMMAND: Final = re.compile(r"<cmd>\s*(\w+)\s*</cmd>")
_ITEM: Final = re.compile(r"<(\w+)\s+([^<>]*?)/?>(?:([^<]*)</\1>)?")
_ATTRIBUTE: Final = re.compile(r'(\w+)\s*=\s*"([^"]*)"')
_Item = tuple[Mapping[str, str], str]
_Key = tuple[int, int, int]


class Conversation:
    """The server as one host sees it. A host that has not logged in is told nothing."""

    def __init__(self, server: "NewareServer") -> None:
        self._server = server
        self._heard = bytearray()
        self._is_in = False
        self._answers: Mapping[str, Callable[[str], list[str]]] = {
            "connect": self._connect,
            "getdevinfo": self._device_info,
            "getchlstatus": lambda text: self._listed(text, "status", self._status),
            "inquire": lambda text: self._listed(text, "inquire", self._inquire),
            "inquiredf": lambda text: self._listed(text, "chl", self._stored),
            "download": self._download,
            "downloadlog": self._download_log,
            "downloadStepLayer": self._step_layer,
            "start": lambda text: self._listed(text, "start", self._start),
            "stop": lambda text: self._listed(text, "stop", self._stop),
            "clearflag": lambda text: self._listed(text, "clearflag", self._clear_flag),
            "light": lambda text: self._listed(text, "light", self._light),
        }

    def receive(self, data: bytes) -> bytes:
        """Take a piece of a request; answer each that is whole."""
        self._heard += data
        said = b""
        while (end := self._heard.find(TAIL)) >= 0:
            request = bytes(self._heard[:end]).decode("utf-8", "replace")
            del self._heard[: end + len(TAIL)]
            said += self._answer(request)
        if len(self._heard) > LONGEST_REQUEST_BYTES:
            self._heard.clear()
        return said

    def poll(self) -> bytes:
        """Let time pass; the server says nothing of its own accord."""
        self._server.advance()
        return b""

    def due_s(self) -> None:
        """Never: the server only answers."""
        return

    def hang_up(self) -> None:
        """Forget what was half said, and who had logged in; tests go on."""
        self._heard.clear()
        self._is_in = False

    def _answer(self, request: str) -> bytes:
        found = _COMMAND.search(request)
        if found is None:
            return b""
        command = found[1]
        spelled = {"download": "donwload", "downloadlog": "donwloadlog"}.get(command, command)
        answer = self._answers.get(command)
        if answer is None or not (self._is_in or command == "connect"):
            lines = ["  <result>false</result>"]
        else:
            lines = answer(request)
        whole = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<bts version="1.0">',
            f"  <cmd>{spelled}_resp</cmd>",
            *lines,
            "</bts>",
        ]
        return "\r\n".join(whole).encode() + TAIL

    def _connect(self, text: str) -> list[str]:
        name, password = (
            unescape(found[1]) if (found := re.search(f"<{tag}>(.*?)</{tag}>", text)) else ""
            for tag in ("username", "password")
        )
        self._is_in = self._server.habits.users.get(name) == password
        return [f"  <result>{'ok' if self._is_in else 'false'}</result>"]

    def _device_info(self, _text: str) -> list[str]:
        lines = [
            '  <serverip count="1">',
            '    <server ip="127.0.0.1" port="3306" />',
            "  </serverip>",
            f'  <middle count="{len(self._server.channels)}">',
        ]
        for key, channel in self._server.channels.items():
            numbers = self._numbers(key, "Channelid")
            free = "false" if channel.is_busy else "true"
            lines.append(f"    <channel {self._ip()} {numbers}>{free}</channel>")
        return [*lines, "</middle>"]

    def _listed(
        self, text: str, tag: str, tell: Callable[[_Key, CyclerChannel, _Item], str]
    ) -> list[str]:
        told = [tell(key, channel, item) for key, channel, item in self._asked(text, tag)]
        if not told:
            return ['  <list count="0" />']
        return [f'  <list count="{len(told)}">', *(f"    {one}" for one in told), "  </list>"]

    def _asked(self, text: str, tag: str) -> list[tuple[_Key, CyclerChannel, _Item]]:
        """The channels that a request names, in its order, without those that there are not."""
        now_s = self._server.clock.now_s()
        asked: list[tuple[_Key, CyclerChannel, _Item]] = []
        for found in _ITEM.finditer(text):
            if found[1] != tag:
                continue
            said = _attributes(found[2])
            key = _key(said)
            channel = self._server.channels.get(key)
            if channel is not None:
                channel.advance(now_s)
                asked.append((key, channel, (said, unescape(found[3] or ""))))
        return asked

    def _status(self, key: _Key, channel: CyclerChannel, _item: _Item) -> str:
        told = (key[0], 1, key[2]) if self._server.habits.forgets_unit else key
        numbers = f'{self._ip()} {self._numbers(told)} reservepause="1"'
        return f"<status {numbers}>{channel.state}</status>"

    def _inquire(self, key: _Key, channel: CyclerChannel, _item: _Item) -> str:
        now_s = self._server.clock.now_s()
        seen, recorder = channel.measure(now_s), channel.recorder
        in_step_s = channel.seconds_in_step(now_s) if recorder else 0.0
        step = f'step_id="{recorder.step}" ' if recorder else ""
        charge_c, energy_j = (recorder.charge_c, recorder.energy_j) if recorder else (0.0, 0.0)
        return (
            f'<inquire dev="{DEVICE_TYPE}-{"-".join(map(str, key))}-0" '
            f'cycle_id="{channel.cycle}" {step}step_type="{channel.step_word()}" '
            f'workstatus="{channel.state}" barcode={quoteattr(channel.barcode)} '
            f'current="{short(seen.current_a)}" voltage="{short(seen.voltage_v)}" '
            f'capacity="{short(charge_c / AH_S)}" energy="{short(energy_j / AH_S)}" '
            f'totaltime="{in_step_s:.1f}" relativetime="{in_step_s:.1f}" open_or_close="0" '
            f'log_code="{102000 if channel.is_busy else 0}" />'
        )

    def _stored(self, key: _Key, channel: CyclerChannel, _item: _Item) -> str:
        count, complete = channel.stored_rows(self._server.clock.now_s())
        numbers = f'{self._numbers(key)} testid="{channel.test}" count="{count}"'
        return f"<chl {numbers}>{'true' if complete else 'false'}</chl>"

    def _start(self, key: _Key, channel: CyclerChannel, item: _Item) -> str:
        job = self._server.job_at(item[1])
        now_s = self._server.clock.now_s()
        done = job is not None and channel.start(now_s, job, item[0].get("barcode", ""))
        return self._done("start", key, done)

    def _stop(self, key: _Key, channel: CyclerChannel, _item: _Item) -> str:
        return self._done("stop", key, channel.stop(self._server.clock.now_s()))

    def _clear_flag(self, key: _Key, _channel: CyclerChannel, _item: _Item) -> str:
        return self._done("clearflag", key, False)  # there is none

    def _light(self, key: _Key, channel: CyclerChannel, item: _Item) -> str:
        channel.has_light = item[1] == "true"
        return self._done("light", key, True)

    def _done(self, tag: str, key: _Key, done: bool) -> str:
        return f"<{tag} {self._ip()} {self._numbers(key)}>{'ok' if done else 'false'}</{tag}>"

    def _download(self, text: str) -> list[str]:
        asked = self._asked(text, "download")
        if not asked:
            return ['  <list count="0" />']
        key, channel, (said, _) = asked[0]
        first, most = (_whole(said.get(name, "")) for name in ("startpos", "count"))
        count, _ = channel.stored_rows(self._server.clock.now_s())
        rows = channel.rows[max(first, 1) - 1 : count][:most]
        echo = (
            f'  <download {self._numbers(key)} testid="{channel.test}" startpos="{first}" '
            f'count="{most}" auxid="0" />'
        )
        return [echo, *data([row.attributes() for row in rows])]

    def _download_log(self, text: str) -> list[str]:
        asked = self._asked(text, "download")
        if not asked:
            return ['  <list count="0" />']
        key, channel, _ = asked[0]
        echo = f'  <download {self._numbers(key)} testid="{channel.test}" log_lever="0" />'
        notes = [
            f'seqid="{row}" log_code="{code}" atime="{wall(at_s)}"'
            for row, code, at_s in channel.log
        ]
        return [echo, *data(notes)]

    def _step_layer(self, text: str) -> list[str]:
        asked = self._asked(text, "downloadStepLayer")
        if not asked:
            return ['  <list count="0" />']
        key, channel, _ = asked[0]
        echo = f'  <downloadStepLayer {self._numbers(key)} testid="{channel.test}" />'
        return [echo, *data(steps(channel))]

    def _ip(self) -> str:
        return f'ip="{self._server.habits.ip}"'

    def _numbers(self, key: _Key, last: str = "chlid") -> str:
        device, unit, channel = key
        return f'devtype="{DEVICE_TYPE}" devid="{device}" subdevid="{unit}" {last}="{channel}"'


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value, {"&quot;": '"'}) for name, value in _ATTRIBUTE.findall(text)}


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _key(said: Mapping[str, str]) -> _Key:
    device, unit, channel = (
        int(said[name]) if said.get(name, "").isdecimal() else -1
        for name in ("devid", "subdevid", "chlid")
    )
    return device, unit, channel
