"""What an instrument that carries out segments may say next, and why it has stopped.

For instruments that say only that they have stopped, never why: a segment that ended before its
time must have reached the limit that it was given; any other end is a fault. Source: nothing but
the segments themselves.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from .errors import BadReplyError, InstrumentFaultError
from .readings import Flag, ImpedancePoint, Observation, Reading
from .segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    SegmentEnd,
    Voltammetry,
)

GAP_PERIODS: Final = 1.6
"""A step of time longer than this many periods means that a record never came."""
MISSING_PERIODS: Final = 2.5
"""The last record may be as much older than the end."""
AT_LIMIT: Final = 0.002
PACE: Final = 3.0
"""A scan this many times faster or slower than asked for is another scan."""
FREQUENCY_TOLERANCE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a segment should give. ``duration_s`` is ``None`` where the points say when it is over.

    ``period_s`` is between two records; ``points`` is the number of an impedance sweep's. Without
    ``limits_on_board`` it is the host that has to end a segment at its limits.
    """

    period_s: float | None = None
    duration_s: float | None = None
    points: int | None = None
    limits_on_board: bool = True


def scan_duration_s(segment: Voltammetry) -> float:
    """How long all cycles of a voltammetry take.

    >>> scan_duration_s(Voltammetry(start_v=0.0, vertex1_v=0.5, vertex2_v=-0.5, step_v=0.01,
    ...                             scan_rate_v_per_s=0.1, current_max_a=1e-3, cycles=2))
    40.0
    """
    corners = (segment.start_v, segment.vertex1_v, segment.vertex2_v, segment.start_v)
    way_v = sum(abs(b - a) for a, b in pairwise(corners))
    return segment.cycles * way_v / segment.scan_rate_v_per_s


class ReadingCourse:
    """The readings of one segment, each checked against the one before."""

    def __init__(self, segment: DeviceSegment, expected: Expected) -> None:
        self._segment, self._expected = segment, expected
        self._period_s = expected.period_s or math.inf
        self._last: Reading | None = None
        self._glance: tuple[float, float] | None = None
        self._count = self._part = 0
        self._is_joint = False

    def enter(self, part: int) -> None:
        """Note that what comes now is of this part of the segment, the first of which is 0."""
        self._is_joint = self._is_joint or part != self._part
        self._part = part

    def glance(self, voltage_v: float, current_a: float) -> None:
        """Note what the channel measures now, between two records."""
        self._glance = (voltage_v, current_a)

    def take(self, observation: Observation) -> Observation | None:
        """Return it, with ``TIMING`` if one before it never came; or raise ``BadReplyError``.

        ``None`` for the first record of a part at the moment of the last one of the part before.
        """
        if not isinstance(observation, Reading):
            raise BadReplyError(f"{self._segment.name!r} gave a point of a spectrum")
        last_s = self._last.time_s if self._last else -math.inf
        is_joint, self._is_joint = self._is_joint, False
        if is_joint and abs(observation.time_s - last_s) < self._period_s / 2:
            return None
        if not last_s < observation.time_s < math.inf or observation.time_s < 0:
            raise BadReplyError(
                f"a record of {observation.time_s:g} s came after one of {last_s:g} s"
            )
        if self._last and observation.time_s - last_s > GAP_PERIODS * self._period_s:
            observation = replace(observation, flags=observation.flags | Flag.TIMING)
        self._last, self._count = observation, self._count + 1
        self._check_pace(observation)
        return observation

    def broken_off(self) -> SegmentEnd | None:
        """Say why the host has to end the segment, which it has to where nothing on board does."""
        if isinstance(self._segment, Voltammetry):
            most_a = self._segment.current_max_a
            beyond = any(abs(current_a) > most_a for _, current_a in self._seen())
            return SegmentEnd.CURRENT_LIMIT if beyond else None
        return None if self._expected.limits_on_board else self._at_a_limit(0.0)

    def end(self) -> SegmentEnd:
        """Say why the channel has stopped. Raises ``InstrumentFaultError`` if nobody can know."""
        duration_s = self._expected.duration_s or 0.0
        last = self._last
        if last and last.time_s >= duration_s - MISSING_PERIODS * self._period_s:
            return self._at_a_limit() or SegmentEnd.COMPLETED
        if end := self._at_a_limit():
            return end
        said = (
            f"its last record is of {last.time_s:g} s, {last.voltage_v:g} V and "
            f"{last.current_a:g} A"
            if last
            else "nothing was recorded"
        )
        raise InstrumentFaultError(
            f"{self._segment.name!r} was to last {duration_s:g} s; the channel stopped by itself, "
            f"at none of its limits: {said}"
        )

    def _check_pace(self, reading: Reading) -> None:
        """See that a scan is as fast as was asked for, by the times of its records."""
        if not isinstance(self._segment, Voltammetry) or self._count != 4:
            return
        expected_s = (self._count - 1) * self._period_s
        if not expected_s / PACE <= reading.time_s <= expected_s * PACE + self._period_s:
            raise BadReplyError(
                f"the fourth record of a scan came after {reading.time_s:g} s, where "
                f"{self._segment.scan_rate_v_per_s:g} V/s takes {expected_s:g} s"
            )

    def _seen(self) -> list[tuple[float, float]]:
        last = [(self._last.voltage_v, self._last.current_a)] if self._last else []
        return last if self._glance is None else [*last, self._glance]

    def _at_a_limit(self, slack: float = AT_LIMIT) -> SegmentEnd | None:
        match self._segment:
            case Galvanostatic(voltage_min_v=low_v, voltage_max_v=high_v):
                slack_v = slack * max(abs(low_v), abs(high_v))
                if any(v >= high_v - slack_v or v <= low_v + slack_v for v, _ in self._seen()):
                    return SegmentEnd.VOLTAGE_LIMIT
            case Potentiostatic(current_max_a=most_a):
                if any(abs(a) >= (1 - slack) * most_a for _, a in self._seen()):
                    return SegmentEnd.CURRENT_LIMIT
        return None


class SpectrumCourse:
    """The points of one sweep: from the highest frequency down to the lowest, none missing."""

    def __init__(self, segment: ImpedanceSweep, expected: Expected) -> None:
        self._segment, self._points = segment, expected.points or 0
        self._last: ImpedancePoint | None = None
        self._count = 0

    def enter(self, part: int) -> None:
        """A sweep has one part."""

    def glance(self, voltage_v: float, current_a: float) -> None:
        """Nothing on board or here limits a sweep."""

    def take(self, observation: Observation) -> Observation:
        """Return it, or raise ``BadReplyError`` for a frequency that cannot come now."""
        if not isinstance(observation, ImpedancePoint):
            raise BadReplyError(f"{self._segment.name!r} gave a reading that is no point")
        ceiling_hz = (
            self._last.frequency_hz
            if self._last
            else self._segment.frequency_max_hz * (1 + FREQUENCY_TOLERANCE)
        )
        floor_hz = self._segment.frequency_min_hz * (1 - FREQUENCY_TOLERANCE)
        if not floor_hz <= observation.frequency_hz < ceiling_hz:
            raise BadReplyError(
                f"a point at {observation.frequency_hz:g} Hz came; expected from {floor_hz:g} Hz "
                f"to below {ceiling_hz:g} Hz"
            )
        self._last, self._count = observation, self._count + 1
        return observation

    def broken_off(self) -> SegmentEnd | None:
        """Never: see ``glance``."""
        return None

    def end(self) -> SegmentEnd:
        """Say that it is complete. Raises ``InstrumentFaultError`` if points are missing."""
        if self._count != self._points:
            raise InstrumentFaultError(
                f"{self._segment.name!r} ended after {self._count} of {self._points} points"
            )
        return SegmentEnd.COMPLETED


def course_of(segment: DeviceSegment, expected: Expected) -> ReadingCourse | SpectrumCourse:
    """Return what checks a segment's observations."""
    if isinstance(segment, ImpedanceSweep):
        return SpectrumCourse(segment, expected)
    return ReadingCourse(segment, expected)
