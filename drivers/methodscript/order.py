"""What a script may print next: so that a lost, doubled or foreign line is noticed.

Source: PalmSens MethodSCRIPT, "script output". A line of the stream carries no checksum; its place
does. Time must run forward, a package must hold what the script added, in that order, and a script
that says it is finished must have done what it was sent for.
"""

import math
from dataclasses import dataclass

from ..errors import BadReplyError
from ..readings import Flag, ImpedancePoint, Observation, Reading
from .stream import Echo, ErrorReport, Finished, Item, LoopEnd, LoopKind, LoopStart, Text

GAP_PERIODS = 1.6
"""A step of time longer than this many periods means that a package never came."""
MISSING_PERIODS = 2.5
"""A loop may begin at 0 or one period later, and end by as much before its duration."""
BEYOND_FULL_SCALE = 1.5
LARGEST_OHM = 1e14
"""Far above the input resistance of any of these instruments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a segment should print. ``points`` is ``None`` where time alone says when it is over.

    ``period_s`` is between packages, and ``None`` for a sweep, whose points take their own time.
    """

    voltage_max_v: float
    current_max_a: float
    duration_s: float | None = None
    period_s: float | None = None
    points: int | None = None


class ItemOrder:
    """Refuses an item that cannot come now: ``BadReplyError`` says what was expected instead.

    The order is the echo, the block of the loop (with its scans), and the empty line.
    """

    def __init__(self) -> None:
        self._echoed = self._over = False
        self._open: list[LoopKind] = []

    def take(self, item: Item) -> None:
        """Note the next item, or refuse it."""
        match item:
            case ErrorReport():
                return  # told by the session in the instrument's own words
            case Echo():
                self._require(item.letter == "e" and not self._echoed, item, "no command's echo")
                self._echoed = True
            case Finished():
                self._require(self._over, item, "the end of a loop")
            case LoopStart():
                scan_in_loop = item.kind is LoopKind.SCAN and bool(self._open)
                fits = self._echoed and (scan_in_loop or not (self._open or self._over))
                self._require(fits, item, "no other loop")
                self._open.append(item.kind)
            case LoopEnd():
                self._require(self._open[-1:] == [item.kind], item, f"the end of {self._open}")
                self._open.pop()
                self._over = not self._open
            case Text():
                self._require(self._echoed, item, "the echo of 'e'")
            case _:
                self._require(bool(self._open), item, "a loop before its packages")

    def _require(self, fits: bool, item: Item, expected: str) -> None:
        if not fits:
            raise BadReplyError(f"a script printed {item}; expected {expected}")


class Course:
    """The observations of one segment: each checked against the one before."""

    def __init__(self, expected: Expected) -> None:
        self._expected = expected
        self._last: Observation | None = None
        self._count = 0

    def take(self, observation: Observation) -> Observation:
        """Return it, with ``TIMING`` if one before it never came; or raise ``BadReplyError``."""
        last_s = self._last.time_s if self._last else -math.inf
        if not last_s < observation.time_s < math.inf or observation.time_s < 0:
            raise BadReplyError(
                f"the instrument's time went from {last_s:g} s to {observation.time_s:g} s; "
                "expected a later one"
            )
        if isinstance(observation, Reading):
            observation = self._checked_reading(observation, max(last_s, 0.0))
        else:
            self._check_point(observation)
        self._last, self._count = observation, self._count + 1
        return observation

    def end(self) -> None:
        """Raise ``BadReplyError`` if the script ended before it can have been finished."""
        wanted = self._expected
        if self._last is None:
            raise BadReplyError("the script ended without a single value")
        if wanted.points is not None and self._count != wanted.points:
            raise BadReplyError(f"{self._count} of the {wanted.points} points of the sweep came")
        if wanted.duration_s is None or wanted.period_s is None:
            return
        last_s = self._last.time_s
        if last_s < wanted.duration_s - MISSING_PERIODS * wanted.period_s:
            raise BadReplyError(
                f"the script ended after {last_s:g} s of {wanted.duration_s:g} s and did not say "
                "why: a line was lost, or another host ended it"
            )

    def _check_point(self, point: ImpedancePoint) -> None:
        above_hz = self._last.frequency_hz if isinstance(self._last, ImpedancePoint) else math.inf
        frequency_hz = point.frequency_hz
        if abs(point.z_ohm) > LARGEST_OHM:
            raise BadReplyError(
                f"impedance: {abs(point.z_ohm):g} ohm cannot be measured; "
                f"the largest possible is {LARGEST_OHM:g} ohm"
            )
        if not 0 < frequency_hz < above_hz:
            raise BadReplyError(
                f"a sweep went from {above_hz:g} Hz to {frequency_hz:g} Hz; "
                "expected a lower frequency"
            )

    def _checked_reading(self, reading: Reading, last_s: float) -> Reading:
        for name, value, full, unit in (
            ("voltage", reading.voltage_v, self._expected.voltage_max_v, "V"),
            ("current", reading.current_a, self._expected.current_max_a, "A"),
        ):
            if abs(value) > BEYOND_FULL_SCALE * full:
                raise BadReplyError(
                    f"{name}: {value:g} {unit} cannot be read by an instrument whose full scale "
                    f"is {full:g} {unit}"
                )
        period_s = self._expected.period_s
        if period_s is None or reading.time_s - last_s <= GAP_PERIODS * period_s:
            return reading
        return Reading(
            reading.time_s, reading.voltage_v, reading.current_a, reading.flags | Flag.TIMING
        )
