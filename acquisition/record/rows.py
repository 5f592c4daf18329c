"""The rows of a run file, as a reader gets them. SI units; ``seq`` orders all tables together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunHeader:
    """Everything known before the first reading.

    ``cell``, ``protocol`` and ``bench`` are the checked contents in SI; the ``*_text`` fields are
    the files as they were read, comments and all.
    """

    run_id: str
    created_utc: str
    channel: str
    software_version: str
    cell: Json
    cell_text: str
    protocol: Json
    protocol_text: str
    bench: Json
    bench_text: str
    clock_speed: float
    host: str
    boot_id: str
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A segment that was begun; how it ended is an event of kind ``segment_ended``."""

    seq: int
    number: int
    elapsed_s: float
    kind: str
    name: str
    settings: Json
    tags: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading. ``elapsed_s`` is monotonic time since the run began."""

    seq: int
    segment: int
    elapsed_s: float
    voltage_v: float
    current_a: float
    temperature_k: float | None
    stack_pressure_pa: float | None
    flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpedancePoint:
    """One point of a spectrum; ``z_imag_ohm`` is negative for a capacitance."""

    seq: int
    segment: int
    elapsed_s: float
    frequency_hz: float
    z_real_ohm: float
    z_imag_ohm: float
    flags: int
    temperature_k: float | None = None
    stack_pressure_pa: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuxiliaryReading:
    """One value of something that is read beside the cell, in ``unit`` (SI).

    ``name`` is ``temperature``, ``oven``, ``stack_pressure`` or that of an auxiliary line.
    """

    seq: int
    elapsed_s: float
    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Anything else that happened. ``utc`` is ISO 8601."""

    seq: int
    elapsed_s: float
    utc: str
    kind: str
    body: Json


def run_end(events: Iterable[Event]) -> Event | None:
    """The event by which a run has ended, or ``None`` if it has not.

    ``events`` are those of a run, oldest first. A later ``run_resumed`` opens an ended run again.
    """
    end: Event | None = None
    for event in events:
        if event.kind == "run_ended":
            end = event
        elif event.kind == "run_resumed":
            end = None
    return end


def is_safe(events: Iterable[Event]) -> bool:
    """Whether the cell was opened for good, and the run not resumed since."""
    safe = False
    for event in events:
        safe = event.kind != "run_resumed" and (safe or event.kind == "made_safe")
    return safe
