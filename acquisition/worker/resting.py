"""A cell at rest for as long as somebody waits for its surroundings: 0 A, and measured."""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from ...drivers.errors import DriverError
from ...drivers.readings import Observation, Reading
from ...drivers.segments import Rest, SegmentEnd
from ..limits.limits import Limits
from ..limits.limits_of_segments import SOAK_SILENCE_S
from .channel import Channel

REST_S: Final = 600.0
"""A rest is renewed so often, in s."""
_SAMPLE_PERIOD_S: Final = SOAK_SILENCE_S / 6
_PAUSE_WALL_S: Final = 0.05
_PAUSE_LEAP_S: Final = 5.0
"""On a clock that leaps, and has no pace."""
_LEAST_STEP_S: Final = 1e-3


def at_rest(channel: Channel) -> Generator[Observation | None, None, None]:
    """Rest without an end, on the time of the segment; only pause where it cannot be done."""
    began_s, last_s = channel.clock.now_s(), 0.0
    rest = Rest(duration_s=REST_S, sample_period_s=_sample_period_s(channel.limits))
    can_rest = _can(channel, rest)
    while can_rest:
        from_s = max(channel.clock.now_s() - began_s, last_s + _LEAST_STEP_S if last_s else 0.0)
        performance = channel.device.perform(rest)
        try:
            while True:
                try:
                    seen = next(performance)
                except StopIteration as finished:
                    can_rest = finished.value is SegmentEnd.COMPLETED
                    break
                if isinstance(seen, Reading):
                    last_s = from_s + seen.time_s
                    seen = replace(seen, time_s=last_s)
                yield seen
        finally:
            performance.close()
    while True:
        yield None
        speed: float | None = getattr(channel.clock, "speed", None)
        pause_s = _PAUSE_LEAP_S if speed is None else _PAUSE_WALL_S * speed
        channel.clock.sleep_until(channel.clock.now_s() + pause_s)


def _can(channel: Channel, rest: Rest) -> bool:
    try:
        channel.device.check(rest)
    except DriverError:
        return False
    return True


def _sample_period_s(limits: Limits) -> float:
    """Often enough for whoever set ``silence_max_s``."""
    return min(_SAMPLE_PERIOD_S, limits.silence_max_s / 5.0)
