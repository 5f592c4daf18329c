"""Clocks side by side, so that no sleep of the machine and no set clock is overlooked."""

from collections.abc import Callable
from typing import Any, Final

from ...drivers.clock import MachineTime, machine_time
from ..processes import boot_id

_PAIR_EVERY_S: Final = 60.0
_GAP_S: Final = 0.5
Note = Callable[..., Any]
"""Records an event: its kind, and its contents by name."""


class ClockWatch:
    """Records pairs of wall and monotonic time, and gaps: ``suspend`` where the machine slept,
    ``stall`` where this process got no turn, and ``wall clock set`` where the wall clock parted
    from the monotonic one.

    ``speed`` is experiment seconds per second of the machine, ``None`` for a clock without a
    pace, which has no gaps. ``machine`` asks the machine's clocks.

    The wall clock is compared over up to a minute, so that a steady drift of less than 0.8 % is no
    gap; a leap second is one.
    """

    def __init__(
        self,
        note: Note,
        speed: float | None,
        machine: Callable[[], MachineTime] = machine_time,
    ) -> None:
        self._note = note
        self._speed = speed
        self._machine = machine
        self._seen = self._paired = machine()

    def pair(self) -> None:
        """Record what both clocks say now, and in which boot of the machine."""
        self._paired = self._seen = self._machine()
        self._note(
            "clock_pair",
            clock_s=self._paired.passed_s,
            wall_utc=self._paired.utc(),
            asleep_s=self._paired.asleep_s,
            boot_id=boot_id(),
        )

    def look(self, missed_s: float = 0.0) -> float:
        """Compare the clocks; record a gap over 0.5 s, and a pair then and each minute.

        ``missed_s`` is how long nobody was awake to watch, for whatever cause, since the last look.
        Returns the same, and not less than the machine has slept, in s.
        """
        if self._speed is None:
            return 0.0
        now, seen = self._machine(), self._seen
        slept_s = now.asleep_s - seen.asleep_s
        slept_s = slept_s if slept_s > _GAP_S else 0.0
        stalled_s = max(0.0, missed_s - slept_s)
        wall_s = now.wall_s - seen.wall_s
        set_by_s = wall_s - (now.passed_s - seen.passed_s)
        gaps = (
            ("suspend", f"the machine slept for {slept_s:.6g} s", slept_s),
            ("stall", f"the program got no turn for {stalled_s:.6g} s", stalled_s),
            ("wall clock set", f"the wall clock was set by {set_by_s:+.6g} s", set_by_s),
        )
        found = [gap for gap in gaps if abs(gap[2]) > _GAP_S]
        for cause, detail, length_s in found:
            self._note("gap", cause=cause, detail=detail, length_s=length_s, wall_passed_s=wall_s)
        if found or now.passed_s - self._paired.passed_s >= _PAIR_EVERY_S:
            self.pair()
        return max(missed_s, slept_s)
