"""One channel of a BTS server, asked until it has answered: the link may break meanwhile.

What changes nothing is asked again over a new connection, after the channel's name and address
were found to be the same. A ``start`` is sent through ``ask_once``, and never again.
"""

import math
from collections.abc import Callable
from typing import Final, TypeVar
from xml.etree.ElementTree import Element

from ..clock import Clock
from ..errors import BadReplyError, InstrumentFaultError, LinkLostError, WrongInstrumentError
from . import replies, requests
from .client import HEARTBEAT_S, Asking, BtsClient
from .replies import Inquired, State, Stored
from .requests import ChannelKey, Place, Request

REJOIN_TIMES: Final = 6
REJOIN_PAUSE_S: Final = 2.0
ASK_TIMES: Final = 3
STOP_LIMIT_S: Final = 15.0
LOOK_AGAIN_S: Final = 0.2

_Told = TypeVar("_Told")
_WIRE_ERRORS: Final = (LinkLostError, BadReplyError)


class BtsSession:
    """Speaks with one channel. Every method yields while it waits, ten times a second or more.

    Limits of time are the machine's: on a clock that runs fast, ``pace`` is how fast.
    """

    def __init__(self, client: BtsClient, key: ChannelKey, clock: Clock) -> None:
        self.key = key
        self.name = ""
        self._client, self._clock = client, clock
        self._place: Place | None = None
        self._is_joined = False
        self.pace: float = getattr(clock, "speed", 1.0)
        leaps = getattr(clock, "speed", None) is None
        self._longest_sleep_s = math.inf if leaps else HEARTBEAT_S * self.pace

    def open(self) -> Asking[State]:
        """Log in, find the channel, and say what it does.

        Raises ``WrongInstrumentError`` if it is not there, or is not the one that it was.
        """
        self._is_joined = False
        place = yield from self._client.log_in(self.key)
        told = replies.inquired((yield from self._client.ask(requests.inquire(place))), place)
        if self._place not in (None, place) or self.name not in ("", told.name):
            raise WrongInstrumentError(
                f"{told.name} at {place.ip} answers where {self.name} did before"
            )
        reply = yield from self._client.ask(requests.channel_status(place))
        state = replies.state_of(reply, place)
        self._place, self.name, self._is_joined = place, told.name, True
        return state

    def reopen(self) -> Asking[State]:
        """Call anew, as often as it takes within half a minute or so; then as ``open``."""
        error: Exception | None = None
        for _ in range(REJOIN_TIMES):
            try:
                self._client.reopen()
                return (yield from self.open())
            except _WIRE_ERRORS as still:
                error = still
            yield from self.pause(REJOIN_PAUSE_S)
        raise LinkLostError(f"channel {self.key}: called {REJOIN_TIMES} times: {error}") from error

    def close(self) -> None:
        """Hang up. May be called twice."""
        self._client.close()

    def state(self) -> Asking[State]:
        """Ask what the channel does."""
        return self._ask(requests.channel_status(self.place), replies.state_of)

    def inquired(self) -> Asking[Inquired]:
        """Ask what it measures now, and whose test it runs."""
        return self._ask(requests.inquire(self.place), replies.inquired)

    def stored(self) -> Asking[Stored]:
        """Ask how far its latest test is."""
        return self._ask(requests.stored(self.place), replies.stored_of)

    def page(self, first: int, read: Callable[[Element, Place], _Told]) -> Asking[_Told]:
        """Ask for rows from number ``first`` on, and have them read."""
        return self._ask(requests.download(self.place, first), read)

    def log(self) -> Asking[tuple[int, ...]]:
        """Ask what the server noted about the latest test."""
        request = requests.download_log(self.place)
        return self._ask(request, lambda root, _: replies.log_of(root))

    def ask_once(self, request: Request) -> Asking[Element]:
        """Send what may change something, once; whatever goes wrong is the caller's to judge."""
        try:
            return (yield from self._client.ask(request))
        except _WIRE_ERRORS:
            self._is_joined = False
            raise

    def doubt(self) -> None:
        """Believe nothing more of what comes: the next question is asked over a new connection."""
        self._is_joined = False

    def stop(self) -> Asking[State]:
        """End whatever runs there, and see that it has ended; harmless when nothing runs.

        A session that is not good is opened first.

        The server says no more than that it has heard of it, so its state decides. Raises
        ``InstrumentFaultError`` if something runs on.
        """
        if not self._is_joined:
            yield from self.reopen()
        request = requests.stop(self.place)
        said = yield from self._ask(
            request, lambda root, place: replies.said_ok(root, "stop", place)
        )
        until_s = self._clock.now_s() + STOP_LIMIT_S * self.pace
        while not (state := (yield from self.state())).is_over:
            if self._clock.now_s() >= until_s:
                answer = "ok" if said else "false"
                raise InstrumentFaultError(
                    f"channel {self.key} is still {state.value!r} {STOP_LIMIT_S:g} s after it was "
                    f"told to stop; it had answered {answer}"
                )
            yield from self.pause(LOOK_AGAIN_S)
        return state

    def now_s(self) -> float:
        """The experiment's time."""
        return self._clock.now_s()

    def pause(self, wall_s: float) -> Asking[None]:
        """Let time pass: the machine's, whatever the pace of the experiment."""
        return self.wait_until(self._clock.now_s() + wall_s * self.pace)

    def wait_until(self, at_s: float) -> Asking[None]:
        """Let the experiment's time come."""
        while (ahead_s := at_s - self._clock.now_s()) > 0:
            self._clock.sleep_until(at_s - max(0.0, ahead_s - self._longest_sleep_s))
            yield None

    @property
    def place(self) -> Place:
        """The channel as the server knows it; ``LinkLostError`` before it was ever found."""
        if self._place is None:
            raise LinkLostError(f"channel {self.key}: not connected yet")
        return self._place

    def _ask(self, request: Request, read: Callable[[Element, Place], _Told]) -> Asking[_Told]:
        for times_left in reversed(range(ASK_TIMES)):
            if not self._is_joined:
                yield from self.reopen()
            try:
                return read((yield from self._client.ask(request)), self.place)
            except _WIRE_ERRORS:
                self._is_joined = False
                if not times_left:
                    raise
        raise LinkLostError(f"channel {self.key} was never asked")  # ASK_TIMES is at least 1
