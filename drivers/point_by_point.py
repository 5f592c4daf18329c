"""What analysers share that are asked for one frequency after the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from typing import Final, TypeVar

from .clock import Clock
from .errors import BadReplyError, InstrumentFaultError

_T = TypeVar("_T")

HEARTBEAT_WALL_S: Final = 0.04
POLL_WALL_S: Final = 0.1
PATIENCE_FACTOR: Final = 6.0  # an instrument that changes its range measures again
PATIENCE_WALL_S: Final = 15.0


def pause(clock: Clock, duration_s: float) -> Generator[None, None, None]:
    """Let ``duration_s`` pass on ``clock``, awake often enough for the caller's other duties."""
    speed: float | None = getattr(clock, "speed", None)  # a clock that leaps has no pace
    longest_s = math.inf if speed is None else HEARTBEAT_WALL_S * speed
    until_s = clock.now_s() + duration_s
    while (ahead_s := until_s - clock.now_s()) > 0:
        clock.sleep_until(until_s - max(0.0, ahead_s - longest_s))
        yield None


def listened_for(
    listen: Callable[[], _T | None], clock: Clock, *, estimate_s: float, what: str
) -> Generator[None, None, _T]:
    """Leave the instrument in peace for ``estimate_s``, then listen until there is something.

    Raises ``InstrumentFaultError`` if it takes very much longer.
    """
    pace: float = getattr(clock, "speed", None) or 1.0
    began_s = clock.now_s()
    limit_s = PATIENCE_FACTOR * estimate_s + PATIENCE_WALL_S * pace
    yield from pause(clock, estimate_s)
    while (heard := listen()) is None:
        yield None
        if clock.now_s() - began_s > limit_s:
            raise InstrumentFaultError(
                f"{what} is not done after {limit_s:.4g} s; {estimate_s:.4g} s were expected"
            )
        yield from pause(clock, POLL_WALL_S * pace)
    return heard


def require_frequency(said_hz: float, asked_hz: float, tolerance: float) -> None:
    """Raise ``BadReplyError`` for a point of another frequency than was asked for."""
    if not abs(said_hz - asked_hz) <= tolerance * asked_hz:
        raise BadReplyError(
            f"a point at {asked_hz:g} Hz was asked for, and one at {said_hz:g} Hz came"
        )
