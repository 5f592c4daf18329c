"""Two clocks side by side, so that a gap (a suspend, a stepped wall clock) is never overlooked."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from ..drivers.clock import Clock, SystemClock
from .record.writer import RunWriter

_PAIR_EVERY_S: Final = 60.0
_GAP_S: Final = 0.5


def wall_now_s() -> float:
    """Seconds since the epoch by the machine's wall clock, which people may set."""
    return datetime.now(UTC).timestamp()


class ClockWatch:
    """Records pairs of wall and monotonic time, and a gap where the two drift apart.

    A clock without a fixed speed, as tests and simulations in one process use, has no gaps.
    """

    def __init__(
        self, clock: Clock, writer: RunWriter, wall_s: Callable[[], float] = wall_now_s
    ) -> None:
        self._clock = clock
        self._writer = writer
        self._wall_s = wall_s
        self._speed = clock.speed if isinstance(clock, SystemClock) else None
        self._seen_wall_s = wall_s()
        self._seen_clock_s = clock.now_s()
        self._paired_wall_s = self._seen_wall_s

    def pair(self, elapsed_s: float) -> None:
        """Record what both clocks say now."""
        self._paired_wall_s = self._wall_s()
        utc = datetime.fromtimestamp(self._paired_wall_s, UTC).isoformat()
        self._writer.event(
            elapsed_s, "clock_pair", {"clock_s": self._clock.now_s(), "wall_utc": utc}
        )

    def look(self, elapsed_s: float) -> None:
        """Compare the clocks since the last look; record a gap over 0.5 s, a pair each minute."""
        wall_s, clock_s = self._wall_s(), self._clock.now_s()
        if self._speed is not None:
            wall_passed_s = wall_s - self._seen_wall_s
            clock_passed_s = (clock_s - self._seen_clock_s) / self._speed
            if abs(wall_passed_s - clock_passed_s) > _GAP_S:
                self._writer.event(
                    elapsed_s,
                    "gap",
                    {"wall_passed_s": wall_passed_s, "clock_passed_s": clock_passed_s},
                )
                self._seen_wall_s, self._seen_clock_s = wall_s, clock_s
                self.pair(elapsed_s)
        if abs(wall_s - self._paired_wall_s) >= _PAIR_EVERY_S:
            self._seen_wall_s, self._seen_clock_s = wall_s, clock_s
            self.pair(elapsed_s)
