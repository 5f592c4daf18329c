"""What can be told of a channel in one line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..runs import RunStateName
from .alarms import Alarm
from .voltage_history import Point

OVER: Final = frozenset(
    {
        RunStateName.DEAD,
        RunStateName.UNREADABLE,
        RunStateName.COMPLETED,
        RunStateName.STOPPED,
        RunStateName.EMERGENCY_STOP,
        RunStateName.LIMIT_TRIPPED,
        RunStateName.FAILED,
        RunStateName.INTERRUPTED,
    }
)
"""The states of a run that nobody carries on."""
_ALARMING: Final = frozenset(
    {
        RunStateName.DEAD,
        RunStateName.UNREADABLE,
        RunStateName.LIMIT_TRIPPED,
        RunStateName.FAILED,
        RunStateName.INTERRUPTED,
        RunStateName.EMERGENCY_STOP,
        RunStateName.RECOVERING,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """How a channel is doing, by the newest durable rows of its run.

    ``run_file`` and ``state`` are ``None`` for a channel on which nothing has run. ``elapsed_s``
    is the run's own time, ``remaining_s`` an estimate for a cell that stays healthy; ``stale_s``
    counts seconds of the wall since the newest row while the run is under way, and ``is_silent``
    says that its segment should have given one. ``charge_c`` is net and signed as the current,
    ``None`` where counting it would mean reading millions of rows again. ``history`` holds the
    lowest and highest voltages of the run, in order of time; ``alarms`` the newest of
    ``alarm_count``, oldest first. ``oven`` says in words how it
    comes to what the run asked of it. SI units.
    """

    channel: str
    run_id: str = ""
    run_file: Path | None = None
    cell: str = ""
    protocol: str = ""
    state: RunStateName | None = None
    detail: str = ""
    safe: bool = False
    segment: str = ""
    step: str = ""
    oven: str = ""
    voltage_v: float | None = None
    current_a: float | None = None
    temperature_k: float | None = None
    electrode_area_m2: float | None = None
    charge_c: float | None = None
    elapsed_s: float = 0.0
    remaining_s: float | None = None
    stale_s: float | None = None
    is_silent: bool = False
    clock_speed: float = 1.0
    alarms: tuple[Alarm, ...] = ()
    alarm_count: int = 0
    history: tuple[Point, ...] = ()

    @property
    def is_under_way(self) -> bool:
        """Whether somebody carries the run on; it can be stopped then."""
        return self.state is not None and self.state not in OVER

    @property
    def needs_attention(self) -> bool:
        """Whether a person should look: trouble, an alarm, silence, or a cell in doubt."""
        if self.state is None:
            return False
        in_doubt = self.state in OVER and not self.safe
        return self.state in _ALARMING or in_doubt or self.is_silent or self.alarm_count > 0

    @property
    def worry(self) -> str:
        """What a person should know first, in one line; empty if all is well."""
        told = []
        if self.is_silent and self.stale_s is not None:
            told.append(f"no data for {self.stale_s:.0f} s")
        if self.state in _ALARMING and self.detail:
            told.append(self.detail)
        elif self.alarms:
            more = self.alarm_count - 1
            told.append(self.alarms[-1].text + (f" (and {more} more)" if more else ""))
        if self.state in OVER and not self.safe and self.state is not RunStateName.DEAD:
            told.append("it is not known that the cell is open")
        return "; ".join(told)
