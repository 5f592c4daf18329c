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
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .lithium_use import LithiumUse, lithium_use

MEASUREMENT_TAG: Final = "plating_stripping"


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
    failure it has confirmed is no longer counted as life. Formation and recovery are left out.

    Raises
    ------
    ValueError
        If the run holds no half-cycles or is a ramp, or the cell record lacks area or thickness.
    """
    verdict = analyse_critical_current(as_life(run), criteria)
    rows = tuple(row for row in verdict.half_cycles if row.phase == "life")
    is_shorted = verdict.life is None or verdict.failure == "shorted from the start"
    course = _course(rows)
    lithium_m = run.header.cell.get("lithium_thickness_m")
    use = lithium_use(float(np.abs(course.charge_c_per_m2).max(initial=0.0)), lithium_m)
    return PlatingStripping(
        course=course,
        hysteresis_v=_hysteresis_v(course),
        life=None if is_shorted else _life(verdict, rows, course),
        use=use,
        verdict=verdict,
        warnings=(*use.warnings, *_on_a_ladder(run), *_without_lithium(verdict.warnings)),
    )


def suits(run: Run) -> bool:
    """Whether a run was meant as plating and stripping, or as a life at one current density."""
    return any(
        segment.tags.get("measurement") == MEASUREMENT_TAG or segment.phase == "life"
        for segment in run.segments
    )


def as_life(run: Run) -> Run:
    """The run as the judge of critical-current tests reads a life: from spectrum to spectrum.

    Without spectra every cycle is a block. Segments of other measurements in the run are left out.
    Raises ValueError if no half-cycle remains.
    """
    if any(segment.phase == "life" for segment in run.segments):
        return run
    if any(segment.phase == "ramp" for segment in run.segments):
        raise ValueError(
            f"{run.path.name}: on a ramp the current never stays, so that there is no life at one; "
            "see galvanodynamic"
        )
    tagged = [s for s in run.segments if s.tags.get("measurement") == MEASUREMENT_TAG]
    own = tagged or [s for s in run.segments if "measurement" not in s.tags]
    if not any(_is_half_cycle(segment) for segment in own):
        raise ValueError(f"{run.path.name}: no half-cycle of plating and stripping is in this run")
    has_spectra = any(segment.kind == "ImpedanceSweep" for segment in own)
    return replace(run, segments=tuple(_numbered(own, has_spectra)))


def _numbered(segments: Sequence[RunSegment], has_spectra: bool) -> Iterator[RunSegment]:
    block, begun, previous = 0, False, None
    for segment in segments:
        is_half = _is_half_cycle(segment)
        cycle = segment.tags.get("cycle")
        if is_half and not has_spectra and begun and cycle != previous:
            block += 1
        begun, previous = begun or is_half, cycle if is_half else previous
        place = {"phase": "life", "step": block} if begun else {"phase": "initial"}
        tags = {name: value for name, value in segment.tags.items() if name != "measurement"}
        yield replace(segment, tags={**tags, **place})
        if begun and segment.kind == "ImpedanceSweep":
            block += 1


def _is_half_cycle(segment: RunSegment) -> bool:
    return segment.kind == "Galvanostatic" and float(segment.settings.get("current_a", 0.0)) != 0


def _course(rows: Sequence[HalfCycleRow]) -> Course:
    def column(values: Iterator[float | None]) -> Floats:
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)

    direction = column(float(row.direction) for row in rows)
    density = direction * column(10.0 * row.current_density_ma_cm2 for row in rows)
    asr_end = column(None if (x := row.asr_end_ohm_cm2) is None else x * 1e-4 for row in rows)
    charge = column(row.charge_mah_cm2 * MILLIAMPERE_HOUR_PER_CM2 for row in rows)
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


def _life(verdict: CriticalCurrent, rows: Sequence[HalfCycleRow], course: Course) -> Life | None:
    """Time from the beginning of the first half-cycle, gaps in the cycling included."""
    told = verdict.life
    if told is None:
        return None
    sound, begin_s = told.half_cycles, float(course.start_s[0])
    if told.failed_mah_cm2 is None:
        time = Observation.right(float(course.end_s[-1]) - begin_s)
        charge = Observation.right(told.sound_mah_cm2 * MILLIAMPERE_HOUR_PER_CM2)
    else:
        until = told.failed_mah_cm2 * MILLIAMPERE_HOUR_PER_CM2
        failed = int(np.searchsorted(course.cumulative_c_per_m2, until * (1 - 1e-9)))
        time = Observation(
            float(course.start_s[sound]) - begin_s, float(course.end_s[failed]) - begin_s
        )
        charge = Observation(told.sound_mah_cm2 * MILLIAMPERE_HOUR_PER_CM2, until)
    return Life(
        time_s=time,
        cumulative_c_per_m2=charge,
        cycles=sum(row.direction < 0 for row in rows[:sound]),
        failure=verdict.failure,
        grade=verdict.evidence_grade,
        evidence=verdict.evidence,
    )


def _on_a_ladder(run: Run) -> tuple[str, ...]:
    """Say of a life on a ladder of currents that it belongs to the ladder."""
    if not any(segment.phase == "step" for segment in run.segments):
        return ()
    return ("the current grew by steps: a life so found is the ladder's; see critical-current",)


def _without_lithium(warnings: Sequence[str]) -> tuple[str, ...]:
    """The verdict's warnings without those on the lithium moved, which ``use`` has."""
    mine = ("minimal capacity", "less than 10 % of the lithium", "evidence of grade A only")
    return tuple(text for text in warnings if not text.startswith(mine))
