"""A recorded run seen again by the judge that watched it, step by step."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from ..runs import Run, RunSegment, RunSweep
from .criteria import Criteria
from .finding import CellFinding
from .half_cycles import HalfCycle, charge_c, half_cycle_features
from .watch import CellWatch

CYCLED = ("formation", "step")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedHalfCycle:
    """One half-cycle of the record; ``features`` is ``None`` where too few readings came."""

    segment: RunSegment
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
        groups = [(key, tuple(found)) for key, found in groupby(self._run.segments, _place)]
        following = [key for key, _ in groups[1:]] + [None]
        return tuple(self._blocks(groups, following))

    def _blocks(
        self,
        groups: list[tuple[tuple[str, int | None], tuple[RunSegment, ...]]],
        following: list[tuple[str, int | None] | None],
    ) -> Iterator[Block]:
        for ((phase, step), segments), after in zip(groups, following, strict=True):
            halves = tuple(self._half_cycle(s, phase) for s in segments if _is_half_cycle(s))
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
            judged = halves and phase in CYCLED
            return self._watch.assess(phase, []) if judged or phase == "confirm" else None
        finding = None
        for sweep in sweeps:
            self._now_k = sweep.temperature_k
            pairs = zip(sweep.frequency_hz.tolist(), sweep.z_ohm.tolist(), strict=True)
            finding = self._watch.assess(phase, [_Point(f, z) for f, z in pairs])
        return finding

    def _half_cycle(self, segment: RunSegment, phase: str) -> RecordedHalfCycle:
        run = self._run
        rows = run.readings_of(segment.number)
        time_s = run.time_s[rows] - segment.start_s
        voltage_v, current_a = run.voltage_v[rows], run.current_a[rows]
        asked_a = float(segment.settings["current_a"])
        alarm = None
        if phase in CYCLED:
            known_k = run.temperature_k[rows]
            known_k = known_k[np.isfinite(known_k)]
            self._now_k = float(np.median(known_k)) if known_k.size else None
            self._watch.begin_half_cycle(
                asked_a / self._area_m2, float(segment.settings["duration_s"])
            )
            seen = zip(time_s.tolist(), voltage_v.tolist(), current_a.tolist(), strict=True)
            for t, v, i in seen:
                alarm = self._watch.see(_Reading(t, v, i)) or alarm
        return RecordedHalfCycle(
            segment=segment,
            direction=1 if asked_a > 0 else -1,
            charge_c_per_m2=charge_c(time_s, current_a) / self._area_m2,
            voltage_end_v=float(voltage_v[-1]) if time_s.size else float("nan"),
            features=half_cycle_features(
                time_s, voltage_v, current_a, self._area_m2, self._criteria
            ),
            alarm=alarm,
        )


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
