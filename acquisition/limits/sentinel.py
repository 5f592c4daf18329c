"""The sentinel: sees to it, from a thread of its own, that the run itself goes on.

The guard judges what the instrument says; the sentinel judges that it says anything, and that the
worker's one loop comes round. It touches no disk, no database and no instrument, so that nothing
that hangs there can hold it up.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from ...drivers.clock import Clock
from ...drivers.segments import LastingSegment
from ..supervision.awake import LONGEST_STEP_S, AwakeTime
from .limits import Limits, trip_by_time
from .limits_of_segments import silence_limit_s

LOOK_EVERY_S: Final = 0.1
STUCK_AFTER_S: Final = 2.0
"""So long the worker may take to act on a trip before it is taken for stuck."""
INSTRUMENT_PATIENCE_S: Final = 6.0
"""A driver owes a sign ten times a second; a link gives an instrument up after 5 s."""
PLAN_PATIENCE_S: Final = 120.0
"""Between segments, when the cell rests, a spectrum may take its time to be judged."""
CONNECT_PATIENCE_S: Final = 60.0
"""An instrument is asked who it is, over a link that may have to be opened several times."""
OPENING_PATIENCE_S: Final = 45.0
"""Opening the cell is tried three times over a link that may take 5 s to fail twice."""
_FEWEST_WALL_S: Final = 2.0
"""On a clock that runs fast, no silence is shorter than this for the machine."""


def shortest_silence_s(speed: float | None) -> float:
    """How much of an experiment's time no silence is shorter than, on a clock that runs fast, in s.

    >>> shortest_silence_s(1.0), shortest_silence_s(500.0)
    (0.0, 1000.0)
    """
    return 0.0 if speed is None or speed <= 1.0 else _FEWEST_WALL_S * speed


@dataclass(frozen=True, slots=True)
class Doing:
    """What the worker does, since when (awake time, s), and how long that may take."""

    what: str
    since_s: float
    patience_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A sign of life: what the worker does, why the run must end, and whether the worker is stuck
    all the same.
    """

    doing: str
    tripped: str | None = None
    is_stuck: bool = False


class Sentinel:
    """Told by the worker what it does, and by nobody else. Times are the machine's, awake;
    ``elapsed_s`` is how long the run has lasted on its own time.

    On a clock without a pace, as in tests that leap, there is no thread: only ``judge`` in the
    worker's own loop.
    """

    def __init__(self, limits: Limits, clock: Clock, elapsed_s: Callable[[], float]) -> None:
        speed: float | None = getattr(clock, "speed", None)
        self._limits = limits
        self._elapsed_s = elapsed_s
        self._speed = 1.0 if speed is None else speed
        self._has_pace = speed is not None
        longest_s = math.inf if speed is None else LONGEST_STEP_S
        self._awake = AwakeTime(lambda: clock.now_s() / self._speed, longest_s)
        self._doing = Doing("starting", 0.0, math.inf)
        self._silence: tuple[float, str] | None = None
        self._heard_s = 0.0
        self._tripped: tuple[str, float] | None = None
        self._is_over = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_watch, name="sentinel", daemon=True)

    def __enter__(self) -> Self:
        """Start the watch."""
        if self._has_pace:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._ended.set()
        if self._has_pace:
            self._thread.join()

    def at(self, what: str, patience_s: float = INSTRUMENT_PATIENCE_S) -> None:
        """Take notice of what the worker turns to now."""
        leaps = not self._has_pace  # then it tells nothing of how long anything really takes
        self._doing = Doing(what, self._awake.look(), math.inf if leaps else patience_s)

    def begin(self, segment: LastingSegment, expected_s: float = 0.0) -> None:
        """Take notice of a segment that is now carried out: readings are due.

        ``expected_s`` is how long the instrument expects to be silent, if it knows.
        """
        self._heard_s = self._awake.look()
        limit_s, whose = silence_limit_s(self._limits, segment, expected_s)
        self._silence = max(limit_s, shortest_silence_s(self._speed)) / self._speed, whose

    def heard(self) -> None:
        """Take notice of an observation."""
        self._heard_s = self._awake.look()

    def end(self) -> None:
        """Take notice of the end of a segment: no reading is due."""
        self._silence = None

    def stand_down(self) -> None:
        """Take notice that the cell is open, or given up: there is all time to write that down."""
        self.at("writing down the end", math.inf)
        self._is_over = True

    def unwatched(self, missed_s: float) -> str | None:
        """Say whether a segment went on unwatched for too long while nobody was awake."""
        silence = self._silence
        if silence is None or missed_s <= silence[0]:
            return None
        return f"nobody watched the limits for {missed_s:.6g} s, beyond {silence[1]}"

    def take_missed_s(self) -> float:
        """Return how long, since it was last asked, this process was not awake to watch, in s."""
        return self._awake.take_missed_s()

    def judge(self) -> str | None:
        """Say why the run must end, if it must; once said, it is said for ever."""
        now_s = self._awake.look()
        if self._tripped is None and not self._is_over:
            why = (
                self._trip_by_silence(now_s)
                or trip_by_time(self._limits, self._elapsed_s())
                or _trip_by_patience(self._doing, now_s)
            )
            if why is not None:
                self._tripped = why, now_s
        return self._tripped[0] if self._tripped is not None else None

    def beat(self) -> Beat:
        """Return what the worker's parent is told."""
        why, now_s = self.judge(), self._awake.look()
        doing, tripped = self._doing, self._tripped
        if tripped is None or self._is_over:
            return Beat(doing=doing.what)
        until_s = tripped[1] if doing.since_s < tripped[1] else doing.since_s + doing.patience_s
        is_stuck = now_s > until_s + STUCK_AFTER_S
        return Beat(doing=doing.what, tripped=why, is_stuck=is_stuck)

    def _keep_watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            self.judge()

    def _trip_by_silence(self, now_s: float) -> str | None:
        silence = self._silence
        if silence is None or now_s - self._heard_s <= silence[0]:
            return None
        silent_s = (now_s - self._heard_s) * self._speed
        return f"the instrument has said nothing for {silent_s:.6g} s, beyond {silence[1]}"


def _trip_by_patience(doing: Doing, now_s: float) -> str | None:
    taken_s = now_s - doing.since_s
    if not taken_s > doing.patience_s:
        return None
    return (
        f"the worker has been {doing.what} for {taken_s:.3g} s, beyond the {doing.patience_s:g} s "
        "that it is given for that"
    )
