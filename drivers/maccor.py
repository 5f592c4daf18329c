"""Maccor cyclers in direct mode, through MacNet: the host steps one channel.

Source: github and PyPI pymacnet (MIT; messages with their descriptions, codes of states). A driven
segment is a test in direct mode, a rest has none, so the cell is open in a rest and at its end.
Direct mode charges up to a voltage or discharges down to one, which is no hold in both
directions, so there is no potentiostatic segment. Its own "rest" is set through a binary port by
a message whose channel is numbered doubtfully; it is not used.
"""

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from . import macnet
from .capabilities import Envelope, Identity, OutputState
from .clock import Clock, SystemClock
from .errors import (
    BadReplyError,
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
    WrongInstrumentError,
)
from .link import ByteLink
from .maccor_models import IDLE, ChannelRange, Stat
from .macnet import MacNetClient, number_in
from .readings import Flag, Reading
from .serial_link import SerialLink
from .server_channel import server_channel

DEFAULT_PORT: Final = 57570
READING_S: Final = 0.1
CONFIRM_LIMIT_S: Final = 4.0
LOOK_AGAIN_S: Final = 0.1
STANDSTILL_S: Final = 10.0
SLOW_S: Final = 0.1
UNLIMITED: Final = 65_536  # beyond any range: not limited
SAME: Final = 1e-3
HELD_BACK: Final = 0.95
"""A current below so much of what was asked for is held back by the voltage."""

_OUTPUT: Final = {stat: OutputState.OFF for stat in IDLE} | {Stat.ACTIVE: OutputState.ON}
_WIRE_ERRORS: Final = (BadReplyError, LinkLostError)


@dataclass(frozen=True, slots=True)
class Status:
    """What a channel says of itself. ``current_a`` is as large as it flows, either way."""

    stat: Stat
    test_time_s: float
    voltage_v: float
    current_a: float
    asked_s: float
    answered_s: float


class MaccorChannel:
    """A ``SourceMeter``: channel number ``number`` (from 1) of the system behind ``link``."""

    def __init__(
        self,
        link: ByteLink,
        number: int,
        channel: ChannelRange,
        *,
        clock: Clock | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._client = MacNetClient(link, numbers)
        self._number, self._channel = number, channel
        self._clock = clock if clock is not None else SystemClock()
        self._pace: float = getattr(self._clock, "speed", 1.0)
        self._identity: Identity | None = None
        self._safety_v = max(abs(channel.voltage_min_v), abs(channel.voltage_max_v))
        self._current_a = 0.0
        self._test_time_s = 0.0
        self._moved_s = 0.0
        self._lost = "the link was never used"

    def connect(self) -> OutputState:
        """Read who is there and what the channel does; a test that runs is left alone."""
        try:
            stat = self._greeted()
        except _WIRE_ERRORS:
            stat = self._call_again()
        self._lost = ""
        return _OUTPUT.get(stat, OutputState.UNKNOWN)

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``: the serial number is the system's name."""
        if self._identity is None:
            raise DriverError("not connected: the system has not said who it is")
        return self._identity

    @property
    def envelope(self) -> Envelope:
        """What the label says of the channel."""
        return Envelope(
            voltage_max_v=self._channel.voltage_max_v,
            current_max_a=self._channel.current_max_a,
            segments=frozenset({"Rest", "Galvanostatic"}),
        )

    @property
    def reading_time_s(self) -> float:
        """The least time between two readings."""
        return READING_S

    def check_current(self, current_a: float, voltage_limit_v: float) -> None:
        """Raise ``OutOfRangeError`` for a current or a voltage beyond the channel's."""
        self._channel.check(current_a, voltage_limit_v)

    def check_voltage(self, voltage_v: float, current_limit_a: float) -> None:
        """Always ``UnsupportedError``: direct mode holds no voltage in both directions."""
        raise UnsupportedError(
            f"{voltage_v:g} V within {current_limit_a:g} A: a Maccor channel in direct mode does "
            "Rest and Galvanostatic; it holds no voltage in both directions"
        )

    def source_current(self, current_a: float, *, voltage_limit_v: float) -> None:
        """Drive a current within a voltage limit, as a test of its own, and see that it runs."""
        self.check_current(current_a, voltage_limit_v)
        stat = self._status().stat
        with self._losing():
            if stat not in IDLE:
                self._reset()
            self._start(current_a, voltage_limit_v)

    def source_voltage(
        self, voltage_v: float, *, current_limit_a: float, span_v: float = 0.0
    ) -> None:
        """Always ``UnsupportedError``."""
        del span_v
        self.check_voltage(voltage_v, current_limit_a)

    def rest_at_zero(self, *, voltage_limit_v: float) -> None:
        """End the test that runs, if one does: the cell is open then."""
        del voltage_limit_v
        if self._status().stat not in IDLE:
            with self._losing():
                self._reset()

    def protect_voltage(self, voltage_v: float) -> float:
        """Have the channel end any test beyond +-``voltage_v``; return what it says it will do."""
        self._safety_v = voltage_v
        self._status()
        with self._losing():
            self._set_safety_limits()
        return voltage_v

    def read(self) -> Reading:
        """Read the channel; ``time_s`` is the host's, half way between question and answer.

        An answer that took long is flagged ``TIMING``. Raises ``InstrumentFaultError`` if a test
        that was started no longer runs.
        """
        seen = self._status()
        time_s = (seen.asked_s + seen.answered_s) / 2
        slow = seen.answered_s - seen.asked_s > SLOW_S * self._pace
        flags = Flag.TIMING if slow else Flag.NONE
        if not self._current_a:
            return Reading(time_s, seen.voltage_v, 0.0, flags)
        self._require_running(seen, time_s)
        if seen.current_a < HELD_BACK * abs(self._current_a):
            flags |= Flag.COMPLIANCE
        current_a = math.copysign(seen.current_a, self._current_a)
        return Reading(time_s, seen.voltage_v, current_a, flags)

    def make_safe(self) -> None:
        """End whatever test runs, and see that it has ended. May be called at any time, twice."""
        if not self._lost:
            try:
                self._reset()
                return
            except _WIRE_ERRORS as error:
                self._lost = str(error)
        self._call_again()
        self._reset()

    def close(self) -> None:
        """Hang up; a test that runs goes on. May be called twice."""
        self._client.close()

    def _greeted(self) -> Stat:
        """Ask who is there and what the channel does. ``WrongInstrumentError`` if another is."""
        software = self._client.ask(macnet.SYSTEM_INFO)
        system = self._client.ask(macnet.GENERAL_INFO)
        channels = int(number_in(system, "TestChannels"))
        if not 1 <= self._number <= channels:
            raise WrongInstrumentError(
                f"the system {system.get('SystemID')!r} has channels 1 to {channels}, and no "
                f"{self._number}"
            )
        versions = (f"MacTest32EXEversion{part}" for part in ("Major", "Minor", "Build"))
        found = Identity(
            manufacturer="Maccor",
            model=f"MacNet channel {self._number}",
            serial=str(system.get("SystemID", "")),
            firmware=".".join(f"{number_in(software, name):g}" for name in versions),
        )
        if self._identity not in (None, found):
            raise WrongInstrumentError(f"{found} answers where {self._identity} did before")
        stat = self._asked_status().stat
        self._identity = found
        return stat

    def _call_again(self) -> Stat:
        self._client.reopen()
        return self._greeted()

    def _status(self) -> Status:
        """Read the channel; once more over a new connection if that fails."""
        if self._lost:
            raise LinkLostError(
                f"nothing was sent; what channel {self._number} does is unknown, since "
                f"{self._lost}: connect again"
            )
        try:
            return self._asked_status()
        except _WIRE_ERRORS:
            with self._losing():
                self._call_again()
                return self._asked_status()

    def _asked_status(self) -> Status:
        asked_s = self._clock.now_s()
        told = self._client.ask(macnet.READ_STATUS, self._number)
        code = number_in(told, "Stat")
        if code not in list(Stat):
            raise BadReplyError(f"state {code:g} of channel {self._number} is not known")
        return Status(
            stat=Stat(int(code)),
            test_time_s=number_in(told, "TestTime"),
            voltage_v=number_in(told, "Voltage"),
            current_a=abs(number_in(told, "Current")),
            asked_s=asked_s,
            answered_s=self._clock.now_s(),
        )

    @contextmanager
    def _losing(self) -> Iterator[None]:
        """What fails in here is believed no more until ``connect``, and never sent twice."""
        try:
            yield
        except (*_WIRE_ERRORS, WrongInstrumentError) as error:
            self._lost = str(error)
            raise

    def _start(self, current_a: float, voltage_limit_v: float) -> None:
        self._set_safety_limits()
        charges = current_a >= 0
        limit_v = min(voltage_limit_v, self._channel.voltage_max_v)
        lowest_v = max(-voltage_limit_v, self._channel.voltage_min_v)
        told = self._client.ask(
            macnet.START_DIRECT,
            self._number,
            TestName=f"solidcell{uuid4().hex[:12]}",
            Current=abs(current_a),
            Voltage=limit_v if charges else lowest_v,
            Power=UNLIMITED,
            Resistance=0,
            CurrentRange=self._channel.number_for(current_a),
            ChMode="C" if charges else "D",
            DataTime=0,
            DataV=0,
            DataI=0,
        )
        _require_ok(told, "start a direct test")
        self._wait_for((Stat.ACTIVE,), "started")
        self._current_a, self._test_time_s = current_a, 0.0
        self._moved_s = self._clock.now_s()

    def _reset(self) -> None:
        self._current_a = 0.0
        _require_ok(self._client.ask(macnet.RESET, self._number), "reset the channel")
        self._wait_for(IDLE, "reset")

    def _set_safety_limits(self) -> None:
        wanted = {
            "VSafeMax": min(self._safety_v, self._channel.voltage_max_v),
            "VSafeMin": max(-self._safety_v, self._channel.voltage_min_v),
            "ISafeChg": self._channel.current_max_a,
            "ISafeDis": self._channel.current_max_a,
        }
        power_w = self._channel.current_max_a * self._channel.voltage_max_v
        told = self._client.ask(
            macnet.SAFETY_LIMITS, self._number, **wanted, PBatSafeChg=power_w, PBatSafeDis=power_w
        )
        for name, value in wanted.items():
            if not math.isclose(number_in(told, name), value, rel_tol=SAME, abs_tol=1e-6):
                raise InstrumentFaultError(
                    f"{name}: asked for {value:g}, channel {self._number} has {told[name]:g}"
                )

    def _wait_for(self, stats: tuple[Stat, ...], done: str) -> None:
        until_s = self._clock.now_s() + CONFIRM_LIMIT_S * self._pace
        while (stat := self._asked_status().stat) not in stats:
            if self._clock.now_s() >= until_s:
                raise InstrumentFaultError(
                    f"channel {self._number} is in state {stat.name} {CONFIRM_LIMIT_S:g} s after "
                    f"it was {done}"
                )
            self._clock.sleep_until(self._clock.now_s() + LOOK_AGAIN_S * self._pace)

    def _require_running(self, seen: Status, time_s: float) -> None:
        if seen.stat is not Stat.ACTIVE or seen.test_time_s < self._test_time_s:
            raise InstrumentFaultError(
                f"channel {self._number}: the test that was started no longer runs; the state is "
                f"{seen.stat.name}, {seen.test_time_s:g} s into a test that was at "
                f"{self._test_time_s:g} s"
            )
        if seen.test_time_s > self._test_time_s:
            self._test_time_s, self._moved_s = seen.test_time_s, time_s
        elif time_s - self._moved_s > STANDSTILL_S * self._pace:
            raise InstrumentFaultError(
                f"channel {self._number}: its time stands still at {seen.test_time_s:g} s"
            )


def _require_ok(told: Mapping[str, Any], what: str) -> None:
    if told.get("Result") not in ("OK", 0):
        raise InstrumentFaultError(f"cannot {what}: the system says {told.get('Result')!r}")


def open_maccor(
    address: str, options: Mapping[str, str | int | float | bool], clock: Clock
) -> MaccorChannel:
    """Return the channel at ``address``, host:port/channel, which is yet to be connected.

    ``options``: ``voltage_min_v``, ``voltage_max_v``, and ``range_1_ma`` to ``range_4_ma``, the
    largest currents of its four ranges. Raises ``LinkLostError`` if the system does not answer.
    """
    place = server_channel(address, DEFAULT_PORT)
    if not place.channel.isdecimal():
        raise OutOfRangeError(f"{address!r} is not host:port/channel: channels are numbers")
    ranges_a = tuple(float(options[f"range_{n}_ma"]) * 1e-3 for n in (1, 2, 3, 4))
    label = ChannelRange(
        voltage_min_v=float(options["voltage_min_v"]),
        voltage_max_v=float(options["voltage_max_v"]),
        ranges_a=tuple(sorted(ranges_a)),
    )
    return MaccorChannel(SerialLink(place.url), int(place.channel), label, clock=clock)
