"""A stack pressure of the plan: a person is asked for it, and a gauge decides when it is there.

Meanwhile the cell rests at 0 A and is measured, where the instrument can do that. What is asked
stands in the record, for the window and whoever watches; the timeout counts from then on.
"""

from collections.abc import Generator

from ...drivers.errors import UnsupportedError
from ...drivers.readings import Observation
from ...drivers.segments import SegmentEnd, SetStackPressure
from .channel import Channel
from .resting import at_rest
from .steadiness import steadiness

Pressing = Generator[Observation | None, None, SegmentEnd]


class PressureTimeoutError(Exception):
    """The operator had time, and the gauge does not show the stack pressure."""


def press(channel: Channel, segment: SetStackPressure) -> Pressing:
    """Ask for the stack pressure and wait, yielding readings at rest; ends as completed.

    Raises ``UnsupportedError`` without a gauge, and ``PressureTimeoutError``.
    """
    if not channel.surroundings.has_pressure_gauge:
        raise no_gauge(segment)
    resting = at_rest(channel)
    try:
        course = _Course(channel, segment)
        while not course.is_over():
            yield next(resting)
    finally:
        resting.close()
    return SegmentEnd.COMPLETED


def no_gauge(segment: SetStackPressure) -> UnsupportedError:
    """Return the error for a channel without a pressure gauge."""
    return UnsupportedError(
        f"{segment.name!r} asks for {segment.pressure_pa:g} Pa, and this channel has no pressure "
        "gauge"
    )


class _Course:
    """How a gauge comes to a stack pressure, as seen by the run that asked for it."""

    def __init__(self, channel: Channel, segment: SetStackPressure) -> None:
        self._channel, self._segment = channel, segment
        self._stable = steadiness(
            channel, segment.pressure_pa, segment.tolerance_pa, segment.stable_s
        )
        self._asked_s = channel.elapsed_s()
        self._told = ""
        self._tell("asked")

    def is_over(self) -> bool:
        """Take notice of what the gauge shows; whether it has shown it for long enough."""
        now_s = self._channel.elapsed_s()
        pressure_pa = self._channel.surroundings.stack_pressure_pa
        if pressure_pa is not None:
            self._channel.sentinel.heard()
        if self._stable.add(now_s, pressure_pa):
            self._tell("reached")
            return True
        self._tell("stable" if self._stable.stable_for_s > 0 else "asked")
        if now_s - self._asked_s > self._segment.timeout_s:
            raise PressureTimeoutError(_too_late(self._segment, pressure_pa))
        return False

    def _tell(self, state: str) -> None:
        if self._told != state:
            self._told = state
            self._channel.note("press", state=state, target_pa=self._segment.pressure_pa)


def _too_late(segment: SetStackPressure, pressure_pa: float | None) -> str:
    found = "shows nothing" if pressure_pa is None else f"shows {pressure_pa:.6g} Pa"
    return (
        f"{segment.name!r}: {segment.pressure_pa:g} Pa was not stable within "
        f"{segment.tolerance_pa:g} Pa for {segment.stable_s:g} s, {segment.timeout_s:g} s after it "
        f"was asked for; the gauge {found}"
    )
