"""Lithium plated and stripped at one current until the cell gives way: its course and its life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..critical_current import Criteria, CriticalCurrent, HalfCycleRow, analyse_critical_current
from ..run_rows import RunSegment
from ..runs import Run
from ..statistics import Observation
from ..statistics.censored import Floats
from .lithium_use import C_PER_M2_PER_MAH_CM2, LithiumUse, lithium_use

MEASUREMENT_TAG: Final = "plating_stripping"
VOLTAGE_ENDS: Final = ("voltage_limit", "compliance")
_CYCLED: Final = ("cycling", "life", "")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """One row for each half-cycle; arrays of shape (n,), NaN where too few readings came.

    ``direction`` is +1 where the working electrode is stripped. ``asr_ohm_m2`` holds both
    interfaces, at the start and the end of the half-cycle; ``polarisation_v`` is signed, at the
    end. ``cumulative_c_per_m2`` counts the charge of both directions, the half-cycle included.
    """

    start_s: Floats
    end_s: Floats
    direction: Floats
    density_a_per_m2: Floats
    asr_start_ohm_m2: Floats
    asr_end_ohm_m2: Floats
    polarisation_v: Floats
    charge_c_per_m2: Floats
    cumulative_c_per_m2: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Life:
    """Time and charge to failure, each known to an interval, or only from below.

    The lower bound is where the cell was last known to be whole, the upper one the end of the
    half-cycle that failed. ``failure`` and ``grade`` are those of the verdict on short circuits;
    ``censored`` says that the cell outlived its test.
    """

    time_s: Observation
    cumulative_c_per_m2: Observation
    cycles: int
    failure: str
    grade: str
    evidence: tuple[str, ...]

    @property
    def censored(self) -> bool:
        """Whether no failure was met."""
        return not self.time_s.has_failed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlatingStripping:
    """What a run of plating and stripping came to; ``life`` is ``None`` for a cell that was
    shorted before it began. ``hysteresis_v`` is V(+) - V(-) of each whole cycle, shape (m,).
    """

    course: Course
    hysteresis_v: Floats
    life: Life | None
    use: LithiumUse
    verdict: CriticalCurrent
    warnings: tuple[str, ...]


def analyse_plating_stripping(run: Run, criteria: Criteria | None = None) -> PlatingStripping:
    """Follow the half-cycles of a symmetric cell and tell how long it lived.

    The judge of critical-current tests looks at each half-cycle and spectrum; what follows a
    failure it has confirmed is no longer counted as life.

    Raises
    ------
    ValueError
        If the run holds no half-cycles, or the cell record lacks area or thickness.
    """
    seen = as_steps(run)
    verdict = analyse_critical_current(seen, criteria)
    course = _course(verdict.half_cycles)
    lithium_m = run.header.cell.get("lithium_thickness_m")
    use = lithium_use(float(np.nanmax(np.abs(course.charge_c_per_m2))), lithium_m)
    life = None
    if verdict.failure != "shorted from the start":
        life = _life(seen, verdict, course)
    return PlatingStripping(
        course=course,
        hysteresis_v=_hysteresis_v(course),
        life=life,
        use=use,
        verdict=verdict,
        warnings=(*use.warnings, *_without_lithium(verdict.warnings)),
    )


def suits(run: Run) -> bool:
    """Whether a run was meant as plating and stripping, or as a life at one current density."""
    return any(
        segment.tags.get("measurement") == MEASUREMENT_TAG or segment.phase == "life"
        for segment in run.segments
    )


def as_steps(run: Run) -> Run:
    """The run as the judge of critical-current tests reads it: a step from spectrum to spectrum.

    Without spectra every cycle is a step. Segments of other measurements in the run are left out.
    Raises ValueError if no half-cycle remains.
    """
    tagged = [s for s in run.segments if s.tags.get("measurement") == MEASUREMENT_TAG]
    own = tagged or [s for s in run.segments if "measurement" not in s.tags or s.phase == "life"]
    if not any(_is_half_cycle(segment) for segment in own):
        raise ValueError(f"{run.path.name}: no half-cycle of plating and stripping is in this run")
    has_spectra = any(segment.kind == "ImpedanceSweep" for segment in own)
    return replace(run, segments=tuple(_numbered(own, has_spectra)))


def _numbered(segments: Sequence[RunSegment], has_spectra: bool) -> Iterator[RunSegment]:
    step, begun, previous = 0, False, None
    for segment in segments:
        is_half = _is_half_cycle(segment)
        cycle = segment.tags.get("cycle")
        if is_half and not has_spectra and begun and cycle != previous:
            step += 1
        begun, previous = begun or is_half, cycle if is_half else previous
        if segment.phase not in (*_CYCLED, "check"):
            yield segment
            continue
        phase = "step" if begun else "initial"
        tags = {**segment.tags, "phase": phase, **({"step": step} if begun else {})}
        yield replace(segment, tags=tags)
        if begun and segment.kind == "ImpedanceSweep":
            step += 1


def _is_half_cycle(segment: RunSegment) -> bool:
    return segment.kind == "Galvanostatic" and float(segment.settings.get("current_a", 0.0)) != 0


def _course(rows: Sequence[HalfCycleRow]) -> Course:
    def column(values: Iterator[float | None]) -> Floats:
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)

    direction = column(float(row.direction) for row in rows)
    density = direction * column(10.0 * row.current_density_ma_cm2 for row in rows)
    asr_end = column(None if (x := row.asr_end_ohm_cm2) is None else x * 1e-4 for row in rows)
    charge = column(row.charge_mah_cm2 * C_PER_M2_PER_MAH_CM2 for row in rows)
    start = column(row.start_s for row in rows)
    return Course(
        start_s=start,
        end_s=start + column(row.duration_s + row.gap_s for row in rows),
        direction=direction,
        density_a_per_m2=density,
        asr_start_ohm_m2=column(
            None if (x := row.asr_start_ohm_cm2) is None else x * 1e-4 for row in rows
        ),
        asr_end_ohm_m2=asr_end,
        polarisation_v=asr_end * density,
        charge_c_per_m2=charge,
        cumulative_c_per_m2=np.cumsum(np.abs(charge)),
    )


def _hysteresis_v(course: Course) -> Floats:
    """Of neighbouring half-cycles of opposite direction, the positive one first."""
    voltage, direction = course.polarisation_v, course.direction
    paired = (direction[:-1] > 0) & (direction[1:] < 0)
    return np.asarray((voltage[:-1] - voltage[1:])[paired])


def _life(run: Run, verdict: CriticalCurrent, course: Course) -> Life:
    """From the beginning of the first half-cycle, gaps in the cycling included."""
    rows, begin_s = verdict.half_cycles, float(course.start_s[0])
    before = np.concatenate([[0.0], course.cumulative_c_per_m2])
    failed = _failed_row(run, verdict)
    if failed is None:
        return Life(
            time_s=Observation.right(float(course.end_s[-1]) - begin_s),
            cumulative_c_per_m2=Observation.right(float(course.cumulative_c_per_m2[-1])),
            cycles=sum(row.direction < 0 for row in rows),
            failure="none",
            grade="",
            evidence=(),
        )
    whole = failed if _is_seen_in(rows[failed]) else _first_of_step(rows, failed)
    return Life(
        time_s=Observation(
            float(course.start_s[whole]) - begin_s, float(course.end_s[failed]) - begin_s
        ),
        cumulative_c_per_m2=Observation(float(before[whole]), float(before[failed + 1])),
        cycles=sum(row.direction < 0 for row in rows[:whole]),
        failure=verdict.failure,
        grade=verdict.evidence_grade,
        evidence=verdict.evidence,
    )


def _failed_row(run: Run, verdict: CriticalCurrent) -> int | None:
    """The half-cycle that failed; where none is told, the last one before the end."""
    if verdict.failure == "none":
        return None
    at = {segment.number: segment.start_s for segment in run.segments}
    start_s = at.get(verdict.failed_segment if verdict.failed_segment is not None else -1)
    places = [k for k, row in enumerate(verdict.half_cycles) if row.start_s == start_s]
    return places[0] if places else len(verdict.half_cycles) - 1


def _is_seen_in(row: HalfCycleRow) -> bool:
    """Whether the half-cycle itself shows the failure, not only the spectrum after it."""
    return row.alarm is not None or row.end in VOLTAGE_ENDS


def _first_of_step(rows: Sequence[HalfCycleRow], failed: int) -> int:
    return next(k for k, row in enumerate(rows) if row.step == rows[failed].step)


def _without_lithium(warnings: Sequence[str]) -> tuple[str, ...]:
    """The verdict's warnings without those on the lithium moved, which ``use`` has."""
    mine = ("minimal capacity", "less than 10 % of the lithium", "evidence of grade A only")
    return tuple(text for text in warnings if not text.startswith(mine))
