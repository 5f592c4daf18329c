"""What an audit of a soak knows of a run, and what it finds."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

WHOLE = ("completed", "voltage_limit")


class Step(NamedTuple):
    """The wall clock was set by so much, at a moment of the monotonic one."""

    wall_s: float
    by_s: float


class Told(NamedTuple):
    """A package: its place among all lines, when it was said, and its values, time first."""

    line: int
    wall_s: float
    values: tuple[float, ...]


@dataclass
class Script:
    """One measurement loop, as the instrument said it."""

    line: int
    told: list[Told] = field(default_factory=list)


@dataclass
class Audit:
    """What was found in one run. ``wrong`` are sentences; there must be none.

    Charges in C, over the galvanostatic segments from their begin to their last row: as recorded,
    as true, and the sum of the errors' sizes; ``worst`` is the largest relative error of one.
    ``unrecorded_c`` flowed after the last row of a segment that was broken off, by its number.
    ``late_s`` are the ages, at the moment of breaking off, of what was said and is not in the
    record. ``said_s``: when each row was said.
    """

    wrong: list[str] = field(default_factory=list)
    rows: int = 0
    points: int = 0
    damaged: int = 0
    unfinished: int = 0
    segments: int = 0
    charge_c: float = 0.0
    recorded_c: float = 0.0
    true_c: float = 0.0
    moved_c: float = 0.0
    error_c: float = 0.0
    worst: float = 0.0
    unrecorded_c: dict[int, float] = field(default_factory=dict)
    gaps: int = 0
    clock_steps: int = 0
    late_s: list[float] = field(default_factory=list)
    said_s: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Course:
    """Where a run lies within what the instrument said and heard; ``killed_s`` when its workers
    were killed. ``disk_failed``: rows may be missing for as long as that. With ``clock_steps`` the
    length of an interruption, which only the wall clock can tell, is told wrongly.
    """

    first_line: int
    last_line: int
    killed_s: tuple[float, ...] = ()
    disk_failed: bool = False
    clock_steps: tuple[Step, ...] = ()


def is_whole(end: dict[str, Any]) -> bool:
    """Whether the instrument itself ended it; a rest in a pause lasts until somebody does."""
    return end.get("end") in WHOLE and not str(end["detail"]).startswith("resumed")
