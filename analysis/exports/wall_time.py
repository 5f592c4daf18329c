"""When a reading was taken by the wall clock: for people and for other logs, never for charge."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ..runs import Floats, RunPages


@dataclass(frozen=True, slots=True, eq=False)
class WallTime:
    """Pairs of elapsed and wall time (s since 1970 UTC), oldest first, and how many seconds of the
    experiment pass in one of the wall.
    """

    elapsed_s: Floats
    unix_s: Floats
    speed: float

    @classmethod
    def of(cls, run: RunPages) -> "WallTime":
        """Take the pairs that a run recorded; without any, the time at which it was created."""
        pairs = [
            (event.elapsed_s, _unix_s(str(event.body["wall_utc"])))
            for event in run.events
            if event.kind == "clock_pair"
        ] or [(0.0, _unix_s(run.header.created_utc))]
        elapsed_s, unix_s = np.array(pairs, dtype=float).T
        return cls(elapsed_s, unix_s, run.header.clock_speed)

    def at(self, elapsed_s: Floats) -> Floats:
        """Return the wall time in s since 1970 UTC, counted on from the latest pair before it.

        It leaps where the machine's clock was set, as the clock did.

        >>> wall = WallTime(np.array([0.0, 10.0]), np.array([1000.0, 2000.0]), speed=2.0)
        >>> wall.at(np.array([8.0, 12.0])).tolist()
        [1004.0, 2001.0]
        """
        latest = np.searchsorted(self.elapsed_s, elapsed_s, side="right") - 1
        latest = np.maximum(latest, 0)
        passed_s = (elapsed_s - self.elapsed_s[latest]) / self.speed
        return np.asarray(self.unix_s[latest] + passed_s)


def _unix_s(utc: str) -> float:
    return datetime.fromisoformat(utc).timestamp()
