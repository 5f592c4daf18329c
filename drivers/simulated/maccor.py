"""A simulated Maccor system: MacNet's JSON over TCP, and channels with a cell each.

Source: messages of PyPI pymacnet (MIT) with their descriptions. Replies end with CR LF and
requests with their last brace; channels count from 0. It carries out what is used in direct mode;
procedures, which are files of a form that is not known, it does not find.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from ..clock import Clock
from .maccor_channel import AVAILABLE, DirectChannel

END: Final = b"\r\n"
SYSTEM: Final = "SIM-MACCOR-0417"
LONGEST_REQUEST_BYTES: Final = 1 << 16
_CLOCK_ZERO: Final = datetime(2026, 1, 1)  # what the twin's clock says at 0 s
_DIRECT: Final = ("Current", "Voltage", "CurrentRange", "ChMode")
_SAFETY: Final = ("VSafeMax", "VSafeMin", "ISafeChg", "ISafeDis", "PBatSafeChg", "PBatSafeDis")
_Params = Mapping[str, Any]


class MaccorSystem:
    """A system with ``channels`` channels, the first ``cells`` of which have a cell of ``rig``."""

    def __init__(self, rig: Any, *, cells: int = 1, channels: int = 16) -> None:
        self.clock: Clock = rig.clock
        self.channels = [
            DirectChannel(partial(_wired, rig, number if number < cells else None))
            for number in range(channels)
        ]

    def session(self) -> "MacNetConversation":
        """Return the system as one more host sees it."""
        return MacNetConversation(self)

    def advance(self) -> None:
        """Let all channels live until now."""
        for channel in self.channels:
            channel.advance(self.clock.now_s())


class MacNetConversation:
    """One host's conversation: JSON in, JSON out."""

    def __init__(self, system: MaccorSystem) -> None:
        self._system = system
        self._heard = ""
        self._functions: Mapping[tuple[int, int], Callable[[_Params], dict[str, Any]]] = {
            (1, 1): _system_info,
            (1, 2): self._general_info,
            (4, 1): self._states,
            (4, 4): lambda _: {"Len": 0, "AuxValues": []},
            (4, 7): self._status,
            (6, 2): lambda _: {"Result": "Procedure not found"},
            (6, 5): lambda params: {"Result": self._of(params).reset(self._now_s())},
            (6, 7): self._start_direct,
            (6, 8): self._set_direct,
            (6, 10): self._set_safety_limits,
        }

    def receive(self, data: bytes) -> bytes:
        """Take a piece of a request; answer each that is whole."""
        self._heard += data.decode("utf-8", "replace")
        said = b""
        while (text := self._heard.lstrip()).startswith("{"):
            try:
                request, end = json.JSONDecoder().raw_decode(text)
            except json.JSONDecodeError:
                break
            self._heard = text[end:]
            said += self._answer(request)
        if len(self._heard) > LONGEST_REQUEST_BYTES:
            self._heard = ""
        return said

    def poll(self) -> bytes:
        """Let time pass; the system says nothing of its own accord."""
        self._system.advance()
        return b""

    def due_s(self) -> None:
        """Never: the system only answers."""
        return

    def hang_up(self) -> None:
        """Forget what was half said; tests go on."""
        self._heard = ""

    def _answer(self, request: dict[str, Any]) -> bytes:
        params = request.get("params", {})
        function = (params.get("FClass"), params.get("FNum"))
        head = {name: params[name] for name in ("FClass", "FNum", "Chan") if name in params}
        reply: dict[str, Any] = {"jsonrpc": "2.0"}
        carry_out = self._functions.get(function)
        number = params.get("Chan", 0)
        if carry_out is None or number not in range(len(self._system.channels)):
            reply["error"] = {"code": -32602, "message": "Invalid params"}
        else:
            reply["result"] = {**head, **carry_out(params)}
        reply["id"] = request.get("id")
        return json.dumps(reply, indent=4).encode("ascii") + END

    def _now_s(self) -> float:
        return self._system.clock.now_s()

    def _of(self, params: _Params) -> DirectChannel:
        return self._system.channels[params["Chan"]]

    def _general_info(self, _params: _Params) -> dict[str, Any]:
        return {
            "SystemID": SYSTEM,
            "SystemType": 0,
            "ControllerBoards": 1,
            "TestChannels": len(self._system.channels),
            "AuxBoards": 0,
            "AuxChannels": 0,
            "SMB1Pos": 0,
            "SMB3Pos": 0,
        }

    def _states(self, params: _Params) -> dict[str, Any]:
        channels = self._system.channels[params["Chan"] :][: params.get("Len", 1)]
        told = [{"RF1": 0, "RF2": 0, "Stat": channel.stat} for channel in channels]
        return {"Len": len(told), "Status": told}

    def _status(self, params: _Params) -> dict[str, Any]:
        channel, now_s = self._of(params), self._now_s()
        seen = channel.measure(now_s)
        test_s = channel.test_time_s(now_s)
        return {
            "RF1": 0,
            "RF2": 0 if channel.stat == AVAILABLE else 192,
            "Stat": channel.stat,
            "LastRecNum": 0,
            "Cycle": 0,
            "Step": 0 if channel.stat == AVAILABLE else 1,
            "TestTime": round(test_s, 2),
            "StepTime": round(test_s, 2),
            "Capacity": channel.charge_c / 3600,
            "Energy": 0,
            "Current": abs(seen.current_a),
            "Voltage": seen.voltage_v,
            "TesterTime": f"{_CLOCK_ZERO + timedelta(seconds=int(now_s)):%Y-%m-%dT%H:%M:%S}",
        }

    def _start_direct(self, params: _Params) -> dict[str, Any]:
        wanted = [params[name] for name in _DIRECT]
        return {"Result": self._of(params).start(self._now_s(), *wanted)}

    def _set_direct(self, params: _Params) -> dict[str, Any]:
        wanted = [params[name] for name in _DIRECT]
        return {"Result": self._of(params).set_output(self._now_s(), *wanted)}

    def _set_safety_limits(self, params: _Params) -> dict[str, Any]:
        channel = self._of(params)
        channel.voltage_min_v, channel.voltage_max_v = params["VSafeMin"], params["VSafeMax"]
        channel.charge_max_a, channel.discharge_max_a = params["ISafeChg"], params["ISafeDis"]
        return {name: params[name] for name in _SAFETY}


def _wired(rig: Any, cell: int | None) -> Any:
    """The terminals of a cell; ``None`` where a channel has none."""
    return None if cell is None else rig.front_end(cell=cell)


def _system_info(_params: _Params) -> dict[str, Any]:
    program = {"Major": 3, "Minor": 2, "Build": 18}
    return {
        "APIVersion": 1,
        **{f"MacTest32EXEversion{part}": number for part, number in program.items()},
        **{f"MacTest32DLLversion{part}": number for part, number in program.items()},
        "MacTest32ExeDT": "2016-11-08T15:02:58",
        "MacTest32DLLDT": "2016-11-13T11:29:48",
    }
