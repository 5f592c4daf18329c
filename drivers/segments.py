"""The vocabulary of a plan: segments, each one thing that an instrument can do on its own.

Sign: positive current flows into the working electrode from the instrument (anodic); in a
symmetric Li | electrolyte | Li cell it strips the working electrode. All quantities are SI.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from .readings import ImpedancePoint, Reading

Tags: TypeAlias = Mapping[str, str | int | float | bool | None]
Watch: TypeAlias = Callable[[Reading], str | None]
"""Looks at each reading as it comes; a text ends the segment and says why."""


class SegmentEnd(StrEnum):
    """Why a segment ended. Stored as text; a value, once released, is never renamed.

    ``PAUSED`` is only for the record: what is left goes on as a segment of its own, and a plan is
    told of all parts together.
    """

    COMPLETED = "completed"
    VOLTAGE_LIMIT = "voltage_limit"
    CURRENT_LIMIT = "current_limit"
    COMPLIANCE = "compliance"
    WATCH = "watch"
    SKIPPED = "skipped"
    PAUSED = "paused"
    STOPPED = "stopped"
    LIMIT_TRIPPED = "limit_tripped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """No current while the voltage is measured, for ``duration_s``."""

    duration_s: float
    sample_period_s: float = 1.0
    name: str = "rest"
    tags: Tags = field(default_factory=dict)
    watch: Watch | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Galvanostatic:
    """A constant current; ends early when the voltage leaves its two limits."""

    current_a: float
    duration_s: float
    voltage_min_v: float
    voltage_max_v: float
    sample_period_s: float = 1.0
    name: str = "galvanostatic"
    tags: Tags = field(default_factory=dict)
    watch: Watch | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Potentiostatic:
    """A constant voltage; ends early when the current exceeds ``current_max_a`` either way."""

    voltage_v: float
    duration_s: float
    current_max_a: float
    sample_period_s: float = 1.0
    name: str = "potentiostatic"
    tags: Tags = field(default_factory=dict)
    watch: Watch | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Voltammetry:
    """Cyclic voltammetry: start, first vertex, second vertex, back to start, ``cycles`` times."""

    start_v: float
    vertex1_v: float
    vertex2_v: float
    step_v: float
    scan_rate_v_per_s: float
    current_max_a: float
    cycles: int = 1
    name: str = "voltammetry"
    tags: Tags = field(default_factory=dict)
    watch: Watch | None = field(default=None, compare=False, repr=False)


class ImpedanceMode(StrEnum):
    """What the instrument applies during an impedance sweep."""

    POTENTIOSTATIC = "potentiostatic"
    GALVANOSTATIC = "galvanostatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpedanceSweep:
    """A sweep from the highest to the lowest frequency, logarithmically spaced, both included.

    ``amplitude`` is rms, in V (potentiostatic) or A (galvanostatic); ``bias`` is the dc level in
    the same unit. Potentiostatic sweeps of a symmetric cell are held at ``bias`` = 0 V.
    """

    frequency_max_hz: float
    frequency_min_hz: float
    points_per_decade: float
    amplitude: float
    mode: ImpedanceMode = ImpedanceMode.POTENTIOSTATIC
    bias: float = 0.0
    name: str = "impedance"
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTemperature:
    """Ask the oven for a temperature and wait until it has been stable for ``stable_s``."""

    temperature_k: float
    tolerance_k: float
    stable_s: float
    timeout_s: float
    name: str = "temperature"
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetStackPressure:
    """Ask whoever is at the press for a stack pressure, and wait until it has been there for
    ``stable_s``; a gauge decides, not the person.
    """

    pressure_pa: float
    tolerance_pa: float
    stable_s: float
    timeout_s: float
    name: str = "stack pressure"
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A named moment for the record; asks nothing of an instrument."""

    label: str
    data: Tags = field(default_factory=dict)


DeviceSegment: TypeAlias = Rest | Galvanostatic | Potentiostatic | Voltammetry | ImpedanceSweep
Awaited: TypeAlias = SetTemperature | SetStackPressure
"""What is asked of the surroundings, and waited for while the cell rests."""
LastingSegment: TypeAlias = DeviceSegment | Awaited
"""What takes its time, and can be broken off."""
Segment: TypeAlias = LastingSegment | Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentResult:
    """What a plan is told of a segment it asked for.

    ``charge_c`` is signed like the current; ``impedance`` holds the points of a sweep in the
    order in which they were measured.
    """

    end: SegmentEnd
    detail: str = ""
    duration_s: float = 0.0
    charge_c: float = 0.0
    last: Reading | None = None
    impedance: tuple[ImpedancePoint, ...] = ()
