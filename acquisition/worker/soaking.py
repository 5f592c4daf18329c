"""A temperature of the plan: the oven is asked for it, and the cell waits until it is soaked.

Meanwhile the cell rests at 0 A and is measured, where the instrument can do that. Queueing for an
oven that somebody else holds has no limit but those of the run; the timeout of the segment counts
from the moment when the oven regulates to its temperature.
"""

import math
from collections.abc import Generator

from ...drivers.errors import InstrumentFaultError, UnsupportedError
from ...drivers.readings import Observation
from ...drivers.segments import SegmentEnd, SetTemperature
from ..ovens.soak import Soak
from .access import OvenState
from .channel import Channel
from .resting import at_rest
from .steadiness import steadiness

Soaking = Generator[Observation | None, None, SegmentEnd]


class TemperatureTimeoutError(Exception):
    """The oven had its time, and the cell was not soaked."""


def soak(channel: Channel, segment: SetTemperature) -> Soaking:
    """Ask for the temperature and wait, yielding readings at rest; ends as completed.

    Raises ``UnsupportedError`` without an oven, ``InstrumentFaultError`` for one that fails, and
    ``TemperatureTimeoutError``.
    """
    around = channel.surroundings
    if around.oven is None:
        raise no_oven(segment)
    around.ask_oven(segment.temperature_k)
    resting = at_rest(channel)
    try:
        yield from _wait(channel, segment, resting)
    finally:
        resting.close()
    return SegmentEnd.COMPLETED


def no_oven(segment: SetTemperature) -> UnsupportedError:
    """Return the error for a channel that stands in no oven."""
    return UnsupportedError(
        f"{segment.name!r} asks for {segment.temperature_k:g} K, and this channel has no "
        "temperature controller"
    )


def _wait(
    channel: Channel, segment: SetTemperature, resting: Generator[Observation | None, None, None]
) -> Generator[Observation | None, None, None]:
    course = _Course(channel, segment)
    while not course.is_over():
        yield next(resting)


class _Course:
    """How an oven comes to a temperature, as seen by the run that asked for it."""

    def __init__(self, channel: Channel, segment: SetTemperature) -> None:
        self._channel, self._segment = channel, segment
        self._soak = steadiness(
            channel, segment.temperature_k, segment.tolerance_k, segment.stable_s
        )
        self._granted_s = self._seen_s = math.nan
        self._told: tuple[str, str] | None = None

    def is_over(self) -> bool:
        """Take notice of how it stands; whether the cell has soaked."""
        state = self._channel.surroundings.oven_since_asked
        if state is None:
            return False
        if state.fault:
            raise InstrumentFaultError(f"the oven: {state.fault}")
        if not state.granted:
            self._channel.sentinel.heard()
            self._granted_s = math.nan
            self._soak.reset()
            self._tell("waiting", state.waiting_for)
            return False
        return self._approaches(state)

    def _approaches(self, state: OvenState) -> bool:
        now_s = self._channel.elapsed_s()
        if math.isnan(self._granted_s):
            self._granted_s = now_s
        if state.at_s != self._seen_s:
            self._seen_s = state.at_s
            if state.temperature_k is not None:
                self._channel.sentinel.heard()
            if self._soak.add(state.at_s, state.temperature_k):
                self._tell("soaked", "")
                return True
        self._tell("soaking" if self._soak.stable_for_s > 0 else "heating", "")
        if now_s - self._granted_s > self._segment.timeout_s:
            raise TemperatureTimeoutError(_too_late(self._segment, state, self._soak))
        return False

    def _tell(self, state: str, waiting_for: str) -> None:
        if self._told != (state, waiting_for):
            self._told = state, waiting_for
            target_k = self._segment.temperature_k
            self._channel.note("oven", state=state, target_k=target_k, waiting_for=waiting_for)


def _too_late(segment: SetTemperature, state: OvenState, soaked: Soak) -> str:
    reached_k = state.temperature_k
    found = "is not known" if reached_k is None else f"is {reached_k:.2f} K"
    return (
        f"{segment.name!r}: {segment.temperature_k:g} K was not stable within "
        f"{segment.tolerance_k:g} K for {segment.stable_s:g} s, {segment.timeout_s:g} s after the "
        f"oven was set; it {found}, stable for {soaked.stable_for_s:.0f} s"
    )
