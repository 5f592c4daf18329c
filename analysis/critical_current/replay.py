"""A recorded run seen again by the judge that watched it, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..gaps import RunGap
from ..run_rows import RunSegment, RunSweep
from ..runs import Run
from .criteria import Criteria
from .finding import CellFinding
from .gaps import Interruption, interruption_of
from .half_cycles import HalfCycle, charge_c, half_cycle_features
from .trace import RESUMED_FLAG
from .watch import CellWatch

Floats: TypeAlias = NDArray[np.float64]
CYCLED = ("formation", "step", "ramp", "life")
MEASUREMENT = "critical_current"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHalfCycle:
    """One half-cycle of the record; ``features`` is ``None`` where too few readings came.

    ``segment`` is the first part, with the end and duration of all its parts; ``interruptions``
    are the gaps in it and before it, since the one before.
    """

    segment: RunSegment
    interruptions: tuple[Interruption, ...]
    direction: int
    charge_c_per_m2: float
    voltage_end_v: float
    features: HalfCycle | None
    alarm: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What belongs together: the half-cycles of one step and the spectra after them.

    ``finding`` is what the judge makes of them; that of a "confirm" block is about the step
    before it. ``is_closed`` says that the run went on after the half-cycles.
    """

    phase: str
    step: int | None
    density_ma_cm2: float
    half_cycles: tuple[RecordedHalfCycle, ...]
    sweeps: tuple[RunSweep, ...]
    finding: CellFinding | None
    is_closed: bool

    @property
    def is_complete(self) -> bool:
        """Every half-cycle ran its time and the run went on after them."""
        ends = [half.segment.end for half in self.half_cycles]
        return self.is_closed and all(end == "completed" for end in ends)


@dataclass(frozen=True, slots=True)
class _Point:
    frequency_hz: float
    z_ohm: complex


@dataclass(frozen=True, slots=True)
class _Reading:
    time_s: float
    voltage_v: float
    current_a: float
    flags: int = 0


def is_critical_current_test(run: Run) -> bool:
    """Whether a run cycles a cell to find its critical current, alone or among other items.

    The formation of a full cell is none: its segments are those of another measurement.
    """
    return any(s.phase in CYCLED and _is_of_the_test(s) for s in run.segments)


class Replay:
    """Feeds a run to a ``CellWatch`` in the order in which it was recorded."""

    def __init__(self, run: Run, criteria: Criteria) -> None:
        cell = run.header.cell
        self._run = run
        self._criteria = criteria
        self._area_m2 = float(cell["electrode_area_m2"])
        self._now_k: float | None = None
        self._watch = CellWatch(
            self._area_m2,
            float(cell["thickness_m"]),
            cell.get("conductivity_s_per_m"),
            temperature_k=lambda: self._now_k,
            criteria=criteria,
        )

    def blocks(self) -> tuple[Block, ...]:
        """The whole run, block by block."""
        asked = [s for s in self._run.segments if not s.is_of_a_pause and _is_of_the_test(s)]
        groups = [(key, tuple(found)) for key, found in groupby(asked, _place)]
        following = [*(key for key, _ in groups[1:]), None]
        return tuple(self._blocks(groups, following)) if groups else ()

    def _blocks(
        self,
        groups: list[tuple[tuple[str, int | None], tuple[RunSegment, ...]]],
        following: list[tuple[str, int | None] | None],
    ) -> Iterator[Block]:
        for ((phase, step), segments), after in zip(groups, following, strict=True):
            halves = self._half_cycles(segments, phase)
            sweeps = tuple(w for w in self._run.sweeps if _was_completed(w, segments))
            awaits_confirmation = after is not None and after[0] == "confirm" and not sweeps
            yield Block(
                phase=phase,
                step=step,
                density_ma_cm2=_density_ma_cm2(segments, halves, self._area_m2),
                half_cycles=halves,
                sweeps=sweeps,
                finding=None if awaits_confirmation else self._assess(phase, halves, sweeps),
                is_closed=after is not None or not _is_half_cycle(segments[-1]),
            )

    def _assess(
        self, phase: str, halves: tuple[RecordedHalfCycle, ...], sweeps: tuple[RunSweep, ...]
    ) -> CellFinding | None:
        if not sweeps:
            judged = halves and phase in CYCLED and phase != "ramp"
            return self._watch.assess(phase, []) if judged or phase == "confirm" else None
        finding = None
        for sweep in sweeps:
            self._now_k = sweep.temperature_k
            pairs = zip(sweep.frequency_hz.tolist(), sweep.z_ohm.tolist(), strict=True)
            finding = self._watch.assess(phase, [_Point(f, z) for f, z in pairs])
        return finding

    def _half_cycles(
        self, segments: tuple[RunSegment, ...], phase: str
    ) -> tuple[RecordedHalfCycle, ...]:
        found, before_s = [], segments[0].start_s
        for parts in _whole_half_cycles(segments):
            found.append(self._half_cycle(parts, phase, before_s))
            before_s = parts[-1].start_s
        return tuple(found)

    def _half_cycle(
        self, parts: list[RunSegment], phase: str, before_s: float
    ) -> RecordedHalfCycle:
        """One half-cycle of all its parts; its gaps, and those since ``before_s``, with it."""
        readings = _Joined(self._run, parts)
        time_s, voltage_v, current_a = readings.time_s, readings.voltage_v, readings.current_a
        first = parts[0]
        asked_a = float(first.settings["current_a"])
        return RecordedHalfCycle(
            segment=replace(
                first,
                end=_end_of(parts, readings.duration_s),
                detail=parts[-1].detail,
                duration_s=first.duration_s if len(parts) == 1 else readings.duration_s,
            ),
            interruptions=tuple(self._told(gap, first) for gap in self._gaps(first, before_s)),
            direction=1 if asked_a > 0 else -1,
            charge_c_per_m2=readings.charge_c / self._area_m2,
            voltage_end_v=float(voltage_v[-1]) if time_s.size else float("nan"),
            features=half_cycle_features(
                time_s,
                voltage_v,
                current_a,
                self._area_m2,
                self._criteria,
                resumed_s=readings.resumed_s,
            ),
            alarm=self._alarm(first, readings) if phase in CYCLED else None,
        )

    def _alarm(self, first: RunSegment, readings: "_Joined") -> str | None:
        self._now_k = readings.temperature_k
        if first.phase != "ramp":
            density_a_m2 = float(first.settings["current_a"]) / self._area_m2
            self._watch.begin_half_cycle(density_a_m2, float(first.settings["duration_s"]))
        elif not first.tags.get("step"):
            self._watch.begin_ramp()
        told = [self._watch.see(seen) for seen in readings.as_seen()]
        return next((text for text in reversed(told) if text is not None), None)

    def _gaps(self, first: RunSegment, before_s: float) -> list[RunGap]:
        return [
            gap
            for gap in self._run.gaps
            if gap.segment == first.number
            or (gap.segment is None and before_s < gap.from_s <= first.start_s)
        ]

    def _told(self, gap: RunGap, first: RunSegment) -> Interruption:
        asked_a = float(first.settings["current_a"])
        tags = first.tags
        nominal = abs(asked_a) / self._area_m2 / 10
        return interruption_of(
            gap,
            phase=first.phase,
            step=tags.get("step"),
            cycle=tags.get("cycle"),
            direction=1 if asked_a > 0 else -1,
            current_density_ma_cm2=float(tags.get("current_density_ma_cm2", nominal)),
            half_cycle_s=float(first.settings["duration_s"]),
            electrode_area_m2=self._area_m2,
            criteria=self._criteria,
        )


class _Joined:
    """The readings of the parts of a half-cycle, on one time in which the gaps do not count."""

    def __init__(self, run: Run, parts: list[RunSegment]) -> None:
        rows = [run.readings_of(part.number) for part in parts]
        times_s: list[Floats] = []
        self.resumed_s: list[float] = []
        self.charge_c = self.duration_s = 0.0
        for part, row in zip(parts, rows, strict=True):
            of_part_s = run.time_s[row] - part.start_s
            self.charge_c += charge_c(of_part_s, run.current_a[row])
            if times_s and of_part_s.size:
                self.resumed_s.append(self.duration_s + float(of_part_s[0]))
            times_s.append(of_part_s + self.duration_s)
            last_s = float(of_part_s[-1]) if of_part_s.size else 0.0
            self.duration_s += last_s if part.duration_s is None else part.duration_s
        self.time_s = np.concatenate(times_s)
        self.voltage_v = np.concatenate([run.voltage_v[row] for row in rows])
        self.current_a = np.concatenate([run.current_a[row] for row in rows])
        known_k = np.concatenate([run.temperature_k[row] for row in rows])
        known_k = known_k[np.isfinite(known_k)]
        self.temperature_k = float(np.median(known_k)) if known_k.size else None

    def as_seen(self) -> Iterator[_Reading]:
        """The readings as the judge saw them, each that follows a gap marked."""
        after = set(self.resumed_s)
        columns = (self.time_s, self.voltage_v, self.current_a)
        for t, v, i in zip(*(column.tolist() for column in columns), strict=True):
            yield _Reading(t, v, i, RESUMED_FLAG if t in after else 0)


def _whole_half_cycles(segments: tuple[RunSegment, ...]) -> list[list[RunSegment]]:
    """The half-cycles among the segments of a block, each with its later parts."""
    found: dict[int, list[RunSegment]] = {}
    for segment in segments:
        if _is_half_cycle(segment):
            first = segment.continues
            found.setdefault(segment.number if first is None else first, []).append(segment)
    return list(found.values())


def _end_of(parts: list[RunSegment], done_s: float) -> str | None:
    """How a half-cycle ended: as its last part, or complete where that was not written any more."""
    asked_s = float(parts[0].settings["duration_s"])
    nearly = done_s + float(parts[0].settings.get("sample_period_s", 0.0)) > asked_s
    if parts[-1].end in (None, "failed") and done_s > 0 and nearly:
        return "completed"
    return parts[-1].end


def _is_of_the_test(segment: RunSegment) -> bool:
    """A test that is part of a longer protocol says so; one of its own need not."""
    return str(segment.tags.get("measurement", MEASUREMENT)) == MEASUREMENT


def _place(segment: RunSegment) -> tuple[str, int | None]:
    step = segment.tags.get("step")
    return segment.phase, None if step is None else int(step)


def _is_half_cycle(segment: RunSegment) -> bool:
    return segment.kind.lower() == "galvanostatic"


def _was_completed(sweep: RunSweep, segments: tuple[RunSegment, ...]) -> bool:
    """Half a spectrum proves nothing: only sweeps that ran to their end are judged."""
    return any(s.number == sweep.segment and s.end == "completed" for s in segments)


def _density_ma_cm2(
    segments: tuple[RunSegment, ...], halves: tuple[RecordedHalfCycle, ...], area_m2: float
) -> float:
    """The nominal magnitude: from the tags, else from what was asked of the instrument."""
    for segment in segments:
        if (tag := segment.tags.get("current_density_ma_cm2")) is not None:
            return float(tag)
    if halves:
        return abs(float(halves[0].segment.settings["current_a"])) / area_m2 / 10
    return 0.0
