"""Steps a source meter through segments, so that a plan cannot tell it from a potentiostat.

Samples stand on an absolute grid: sample ``n`` is due at ``n`` periods after the segment began,
however long each one took, so that no delay adds up. A sample that comes late is recorded when
it was taken and flagged ``TIMING``; if several fell due meanwhile, only the last is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import TypeAlias, assert_never

from ...drivers.capabilities import Envelope, HeldLimits, Identity, OutputState
from ...drivers.clock import Clock
from ...drivers.errors import OutOfRangeError, UnsupportedError
from ...drivers.readings import Flag, Reading
from ...drivers.segments import (
    DeviceSegment,
    Galvanostatic,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
    Voltammetry,
)
from .source_meter import SourceMeter
from .staircase import staircase_v

REST_VOLTAGE_LIMIT_V = 6.0  # above any single cell; what an open circuit would be driven to
HEARTBEAT_WALL_S = 0.04
LOOKS_WALL_S = 0.2  # between looks at a source meter that says ``looks_every_s``
LATE_PERIODS = 0.1
STEP_SAMPLE_AT = 0.8  # of a staircase step: late enough for the charging current to have gone
AT_LIMIT = 0.99
HELD_BY_A_SOURCE_METER = ("voltage limit in current mode", "current limit in voltage mode")
"""With every segment, unless the source meter says ``held_by_segment`` itself."""

Stepping: TypeAlias = Generator[Reading | None, None, SegmentEnd]
"""Readings and heartbeats, and at last why it ended."""
Judge: TypeAlias = Callable[[Reading], SegmentEnd | None]


class HostSequencer:
    """A ``SegmentDevice`` made of a source meter and the host's clock.

    After every segment the output stays on at 0 A, as in a rest; only ``make_safe`` opens it.
    ``rest_voltage_limit_v`` must exceed the cell's open-circuit voltage.
    """

    def __init__(
        self,
        source: SourceMeter,
        clock: Clock,
        *,
        rest_voltage_limit_v: float = REST_VOLTAGE_LIMIT_V,
    ) -> None:
        self._source, self._clock = source, clock
        self._rest_limit_v = rest_voltage_limit_v
        self._times_made_safe = 0
        speed: float | None = getattr(clock, "speed", None)  # a clock that leaps has no pace
        self._longest_sleep_s = math.inf if speed is None else HEARTBEAT_WALL_S * speed
        looks_every_s: float = getattr(source, "looks_every_s", math.inf)
        self._looks_every_s = max(looks_every_s, LOOKS_WALL_S * (speed or 1.0))

    def connect(self) -> OutputState:
        """Read who is there and what its output does; switch nothing on."""
        return self._source.connect()

    @property
    def identity(self) -> Identity:
        """Who answered at ``connect``."""
        return self._source.identity

    @property
    def envelope(self) -> Envelope:
        """The source meter's limits, and the segments that it names; all steps if it names none."""
        own = self._source.envelope
        steps = (Rest, Galvanostatic, Potentiostatic, Voltammetry)
        return replace(own, segments=own.segments or frozenset(step.__name__ for step in steps))

    def check(self, segment: DeviceSegment) -> None:
        """Raise ``OutOfRangeError`` or ``UnsupportedError`` if it cannot; sends nothing."""
        match segment:
            case Rest():
                self._source.check_current(0.0, self._rest_limit_v)
                self._check_sampling(segment)
            case Galvanostatic():
                self._source.check_current(segment.current_a, _voltage_limit_v(segment))
                self._check_sampling(segment)
                span_v = segment.voltage_max_v - segment.voltage_min_v
                _require_above_zero(segment, "voltage_max_v - voltage_min_v", span_v, "V")
            case Potentiostatic():
                self._source.check_voltage(segment.voltage_v, segment.current_max_a)
                self._check_sampling(segment)
            case Voltammetry():
                self._source.check_voltage(_span_v(segment), segment.current_max_a)
                _require_above_zero(segment, "step_v", abs(segment.step_v), "V")
                rate_v_per_s = segment.scan_rate_v_per_s
                _require_above_zero(segment, "scan_rate_v_per_s", rate_v_per_s, "V/s")
                self._check_period(segment, (1 - STEP_SAMPLE_AT) * _step_s(segment))
            case ImpedanceSweep():
                raise UnsupportedError(
                    f"{segment.name!r}: a source meter measures no impedance; the channel needs "
                    "an impedance analyser, or a potentiostat that measures it, for this segment"
                )
            case _:
                assert_never(segment)

    def program_limits(self, voltage_max_v: float) -> HeldLimits:
        """Have the source meter protect the cell from more than any segment or rest may ask for."""
        level_v = self._source.protect_voltage(max(voltage_max_v, self._rest_limit_v))
        return HeldLimits(
            values={} if level_v is None else {"over_voltage_protection_v": level_v},
            by_segment=getattr(self._source, "held_by_segment", HELD_BY_A_SOURCE_METER),
            ends_segments=False,
        )

    def perform(self, segment: DeviceSegment) -> Stepping:
        """Carry out one segment, yielding readings and heartbeats, and end at 0 A.

        Closing the generator early ends the segment in the same way, unless the cell was opened
        meanwhile. After an error the output is left to ``make_safe``.
        """
        self.check(segment)
        made_safe = self._times_made_safe
        try:
            end = yield from self._step(segment)
        except GeneratorExit:
            if self._times_made_safe == made_safe:
                self._source.rest_at_zero(voltage_limit_v=self._rest_limit_v)
            raise
        self._source.rest_at_zero(voltage_limit_v=self._rest_limit_v)
        return end

    def make_safe(self) -> None:
        """Open the cell. May be called at any time, twice, and checks nothing first."""
        self._times_made_safe += 1
        self._source.make_safe()

    def close(self) -> None:
        """Release the link. May be called twice."""
        self._source.close()

    def _step(self, segment: DeviceSegment) -> Stepping:
        match segment:
            case Rest():
                self._source.rest_at_zero(voltage_limit_v=self._rest_limit_v)
                return self._sample(segment.duration_s, segment.sample_period_s, _judge_rest)
            case Galvanostatic():
                limit_v = _voltage_limit_v(segment)
                self._source.source_current(segment.current_a, voltage_limit_v=limit_v)
                judge = _galvanostatic_judge(segment)
                return self._sample(segment.duration_s, segment.sample_period_s, judge)
            case Potentiostatic():
                limit_a = segment.current_max_a
                self._source.source_voltage(segment.voltage_v, current_limit_a=limit_a)
                judge = _current_judge(limit_a)
                return self._sample(segment.duration_s, segment.sample_period_s, judge)
            case Voltammetry():
                return self._sweep(segment)
            case _:
                raise UnsupportedError(f"{segment.name!r} cannot be stepped by the host")

    def _sample(self, duration_s: float, period_s: float, judge: Judge) -> Stepping:
        timeline = _Timeline(self._clock, self._source)
        for due_s in timeline.grid(duration_s, period_s):
            seen = yield from self._watch(timeline, due_s, judge)
            reading = seen or (yield from timeline.read(due_s, period_s))
            yield reading
            if end := judge(reading):
                return end
        return SegmentEnd.COMPLETED

    def _sweep(self, segment: Voltammetry) -> Stepping:
        step_s, span_v, limit_a = _step_s(segment), _span_v(segment), segment.current_max_a
        judge = _current_judge(limit_a)
        self._source.source_voltage(segment.start_v, current_limit_a=limit_a, span_v=span_v)
        timeline = _Timeline(self._clock, self._source)
        for number, voltage_v in enumerate(staircase_v(segment)):
            yield from self._wait(timeline.start_s + number * step_s)
            if number:
                self._source.source_voltage(voltage_v, current_limit_a=limit_a, span_v=span_v)
            due_s = (number + STEP_SAMPLE_AT) * step_s
            yield from self._wait(timeline.start_s + due_s)
            reading = yield from timeline.read(due_s, step_s)
            yield reading
            if end := judge(reading):
                return end
        yield from self._wait(timeline.start_s + (number + 1) * step_s)
        return SegmentEnd.COMPLETED

    def _watch(
        self, timeline: _Timeline, due_s: float, judge: Judge
    ) -> Generator[None, None, Reading | None]:
        """Wait for a sample; where the source meter does not hold the limits, look in between.

        Returns the reading that ends the segment, if there is one.
        """
        while due_s - timeline.elapsed_s > 1.5 * self._looks_every_s:
            yield from self._wait(self._clock.now_s() + self._looks_every_s)
            reading = yield from timeline.read(timeline.elapsed_s, self._looks_every_s)
            if judge(reading):
                return reading
        yield from self._wait(timeline.start_s + due_s)
        return None

    def _wait(self, until_s: float) -> Generator[None, None, None]:
        """Sleep until ``until_s``, awake often enough for the caller's other duties."""
        while (ahead_s := until_s - self._clock.now_s()) > 0:
            self._clock.sleep_until(until_s - max(0.0, ahead_s - self._longest_sleep_s))
            yield None

    def _check_sampling(self, segment: Rest | Galvanostatic | Potentiostatic) -> None:
        _require_above_zero(segment, "duration_s", segment.duration_s, "s")
        self._check_period(segment, segment.sample_period_s)

    def _check_period(self, segment: DeviceSegment, period_s: float) -> None:
        shortest_s = self._source.reading_time_s
        if not period_s >= shortest_s:
            raise OutOfRangeError(
                f"{segment.name!r}: {period_s:g} s for a sample is less than the {shortest_s:g} s "
                "that the source meter integrates for one reading"
            )


class _Timeline:
    """The time of one segment: the host's clock says when, the instrument's by how much."""

    def __init__(self, clock: Clock, source: SourceMeter) -> None:
        self._clock, self._source = clock, source
        self.start_s = clock.now_s()
        self._offset_s: float | None = None
        self._last_s = -math.inf

    @property
    def elapsed_s(self) -> float:
        """Time since the segment began, by the host's clock."""
        return self._clock.now_s() - self.start_s

    def grid(self, duration_s: float, period_s: float) -> Iterator[float]:
        """Times at which a sample is due: 0, every period, and the very end."""
        count = math.ceil(duration_s / period_s - 1e-9)
        number = 0
        while number < count:
            yield number * period_s
            # of the samples that fell due while the last one took its time, one is taken late
            number = max(number + 1, math.floor(self.elapsed_s / period_s + 1e-9))
        yield duration_s

    def read(self, due_s: float, period_s: float) -> Generator[None, None, Reading]:
        """Take a reading, on the segment's time, flagged if it began late.

        A source meter whose reading takes long may have ``read_awake``, which yields meanwhile.
        """
        began_s = self.elapsed_s
        read_awake = getattr(self._source, "read_awake", None)
        reading = (yield from read_awake()) if read_awake else self._source.read()
        late = began_s - due_s > LATE_PERIODS * period_s
        if self._offset_s is None or reading.time_s < self._last_s:
            late = late or self._offset_s is not None  # the instrument's clock started anew
            self._offset_s = began_s - reading.time_s
        self._last_s = reading.time_s
        flags = reading.flags | (Flag.TIMING if late else Flag.NONE)
        return replace(reading, time_s=reading.time_s + self._offset_s, flags=flags)


def _judge_rest(reading: Reading) -> SegmentEnd | None:
    return SegmentEnd.COMPLIANCE if Flag.COMPLIANCE in reading.flags else None


def _galvanostatic_judge(segment: Galvanostatic) -> Judge:
    limit_v = _voltage_limit_v(segment)

    def judge(reading: Reading) -> SegmentEnd | None:
        if not segment.voltage_min_v < reading.voltage_v < segment.voltage_max_v:
            return SegmentEnd.VOLTAGE_LIMIT
        if Flag.COMPLIANCE not in reading.flags:
            return None
        # the instrument holds the same limit, so it may stop just short of our reading it
        at_limit = abs(reading.voltage_v) >= AT_LIMIT * limit_v
        return SegmentEnd.VOLTAGE_LIMIT if at_limit else SegmentEnd.COMPLIANCE

    return judge


def _current_judge(limit_a: float) -> Judge:
    def judge(reading: Reading) -> SegmentEnd | None:
        if not abs(reading.current_a) < limit_a:
            return SegmentEnd.CURRENT_LIMIT
        if Flag.COMPLIANCE not in reading.flags:
            return None
        at_limit = abs(reading.current_a) >= AT_LIMIT * limit_a
        return SegmentEnd.CURRENT_LIMIT if at_limit else SegmentEnd.COMPLIANCE

    return judge


def _voltage_limit_v(segment: Galvanostatic) -> float:
    """The instrument's limit is symmetric: the wider of the two; the sequencer sees to both."""
    return max(abs(segment.voltage_min_v), abs(segment.voltage_max_v))


def _span_v(segment: Voltammetry) -> float:
    return max(abs(segment.start_v), abs(segment.vertex1_v), abs(segment.vertex2_v))


def _step_s(segment: Voltammetry) -> float:
    return abs(segment.step_v) / segment.scan_rate_v_per_s


def _require_above_zero(segment: DeviceSegment, what: str, value: float, unit: str) -> None:
    if not 0 < value < math.inf:
        raise OutOfRangeError(
            f"{segment.name!r}: {what} is {value:g} {unit}; it must be finite and above 0 {unit}"
        )
