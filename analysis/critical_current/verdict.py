"""The critical current density of a recorded run: an interval, a failure, and its evidence."""

import math

from ... import __version__
from ..runs import Run
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .cautions import (
    LITHIUM_UM_PER_MAH_CM2,
    cleared_alarms,
    gap_warnings,
    stopped_without_failure,
    warnings_of,
)
from .criteria import Criteria
from .electrodes import electrode_change, stripped_side
from .evidence import (
    VOLTAGE_ENDS,
    failed_electrode_of,
    grade_of,
    has_recovered,
    is_shown_by,
    sentences_of,
    usual_asr_ohm_m2,
)
from .finding import CellFinding
from .gaps import lowered
from .life import life_of
from .replay import CYCLED, Block, RecordedHalfCycle, Replay
from .result import CriticalCurrent, HalfCycleRow
from .spectra import low_frequency_resistance, sweep_from_arrays
from .stripping import StrippingLimit, stripping_limits


def analyse_critical_current(run: Run, criteria: Criteria | None = None) -> CriticalCurrent:
    """Judge a critical-current run from its rows, whatever the marks of the live judge say.

    Both ways or one, in steps, along a ramp (the interval is then between two of its stairs) or at
    one current density until the end (the result is then a life). Segments of other measurements in
    the same run are left out.

    Raises ``ValueError`` if no segment is tagged as part of such a test, or if the cell's area or
    thickness is missing from its header.
    """
    limits = criteria or Criteria()
    for name in ("electrode_area_m2", "thickness_m"):
        if name not in run.header.cell:
            raise ValueError(f"{run.path.name}: the cell record has no {name}")
    blocks = Replay(run, limits).blocks()
    halves = [(block, half) for block in blocks for half in block.half_cycles]
    if not any(block.phase in ("initial", *CYCLED) for block in blocks):
        raise ValueError(
            f"{run.path.name}: no segment is tagged as part of a critical-current test"
        )
    failed = _failed_block(blocks, run.is_finished)
    finding = _decisive(blocks, failed) if failed is not None else CellFinding()
    failure = _failure(blocks, failed, finding, limits)
    culprit = _culprit(failed, finding)
    by_reference = electrode_change(run, blocks, culprit)
    direction = (culprit.direction if culprit is not None else 0) or finding.direction
    charges = [abs(half.charge_c_per_m2) / MILLIAMPERE_HOUR_PER_CM2 for _, half in halves]
    phases = [block.phase for block, _ in halves]
    climbed = sum(q for q, phase in zip(charges, phases, strict=True) if phase == "ramp")
    largest = max([climbed, *charges])  # the stairs of a ramp are one half-cycle
    lithium_m = run.header.cell.get("lithium_thickness_m")
    moved_um = largest * LITHIUM_UM_PER_MAH_CM2
    recovered = has_recovered(blocks, failed, limits)
    bulk = _bulk_ohm_cm2(run)
    initial = _initial_asr_ohm_cm2(blocks, float(run.header.cell["electrode_area_m2"]))
    passed = _passed_block(blocks, failed)
    passed_with_gap, failed_with_gap = _has_gap(passed), _has_gap(failed)
    grade = grade_of(finding, culprit, failure, recovered)
    if passed_with_gap or failed_with_gap:
        grade = lowered(grade)
    return CriticalCurrent(
        passed_ma_cm2=passed.density_ma_cm2 if passed is not None else 0.0,
        failed_ma_cm2=failed.density_ma_cm2 if failed is not None and failed.half_cycles else None,
        failure=failure,
        failed_segment=culprit.segment.number if culprit is not None else None,
        direction=direction,
        plated_electrode={1: "counter", -1: "working"}.get(direction, ""),
        failed_electrode=failed_electrode_of(failure, direction, by_reference),
        evidence_grade=grade,
        confirmed_by_spectrum=failure != "none" and is_shown_by(finding),
        evidence=(
            *sentences_of(finding, culprit, failure, recovered),
            *([by_reference.sentence] if by_reference is not None else []),
        ),
        cleared=cleared_alarms(blocks),
        recovered=recovered,
        stripping=_stripping(run, blocks, culprit if "short" in failure else None, limits),
        life=life_of(blocks, failed, culprit),
        half_cycles=tuple(_row(block, half) for block, half in halves),
        initial_asr_ohm_cm2=initial,
        bulk_asr_ohm_cm2=bulk,
        cumulative_charge_mah_cm2=sum(charges),
        largest_half_cycle_mah_cm2=largest,
        lithium_moved_um=moved_um,
        depth_of_discharge=moved_um * 1e-6 / lithium_m if lithium_m else None,
        interruptions=tuple(gap for _, half in halves for gap in half.interruptions),
        passed_with_gap=passed_with_gap,
        failed_with_gap=failed_with_gap,
        warnings=(
            *gap_warnings(blocks, passed, failed),
            *(stopped_without_failure(run) if failure == "none" else ()),
            *warnings_of(run, blocks, largest, lithium_m, grade, limits),
        ),
        is_finished=run.is_finished,
        criteria=limits,
        software_version=__version__,
    )


def _decisive(blocks: tuple[Block, ...], block: Block) -> CellFinding:
    """The finding about a block: that of its confirmation where there was one.

    The sentences about the voltage are those of the first look.
    """
    at = blocks.index(block)
    after = blocks[at + 1] if at + 1 < len(blocks) else None
    if after is not None and after.phase == "confirm" and after.finding is not None:
        return after.finding
    return block.finding or CellFinding()


def _failed_block(blocks: tuple[Block, ...], is_finished: bool) -> Block | None:
    """The first block that failed; a mere suspicion counts only where nothing came after it."""
    for block in blocks:
        if block.phase not in ("initial", *CYCLED):
            continue
        ended_badly = any(half.segment.end in VOLTAGE_ENDS for half in block.half_cycles)
        if ended_badly or _decisive(blocks, block).failed:
            return block
    cycled = [block for block in blocks if block.phase in CYCLED]
    if cycled and is_finished and _decisive(blocks, cycled[-1]).suspect:
        return cycled[-1]
    return None


def _is_clean(blocks: tuple[Block, ...], block: Block) -> bool:
    finding = _decisive(blocks, block)
    return block.is_complete and not (finding.failed or finding.suspect)


def _passed_block(blocks: tuple[Block, ...], failed: Block | None) -> Block | None:
    """The clean block of the highest density before the failed one: a step, else the formation.

    Of a life, all at one density, it is the formation too, unless the cell outlived the test.
    """
    before = blocks[: blocks.index(failed)] if failed is not None else blocks
    clean = [b for b in before if b.phase in CYCLED and b.half_cycles and _is_clean(blocks, b)]
    if failed is not None and failed.phase == "ramp":
        clean = _sound_on_the_ramp(clean, _ended_at(failed))
    steps = [block for block in clean if block.phase in ("step", "ramp")]
    if failed is None:
        steps += [block for block in clean if block.phase == "life"]
    else:
        clean = [block for block in clean if block.phase != "life"]
    return max(steps or clean, key=lambda block: block.density_ma_cm2, default=None)


def _sound_on_the_ramp(clean: list[Block], ended: RecordedHalfCycle | None) -> list[Block]:
    """Without the stairs on which the cell may have failed before anybody saw it.

    The voltage of a sound cell grows: it had not yet fallen on the stair with the highest one, but
    it may have begun to after its last reading. Where only the spectrum after the ramp tells, it
    may have been any.
    """
    stairs = [block for block in clean if block.phase == "ramp"]
    others = [block for block in clean if block.phase != "ramp"]
    if ended is None or not stairs:
        return others
    if ended.alarm is None:
        return clean
    top = max(stairs, key=lambda block: abs(block.half_cycles[-1].voltage_end_v))
    return others + [block for block in stairs if block.density_ma_cm2 < top.density_ma_cm2]


def _has_gap(block: Block | None) -> bool:
    """Whether a half-cycle of a block stood still for so long that it counts."""
    return block is not None and any(
        gap.counts for half in block.half_cycles for gap in half.interruptions
    )


def _culprit(failed: Block | None, finding: CellFinding) -> RecordedHalfCycle | None:
    """The half-cycle that failed: stopped by a limit, alarmed, or of the finding's direction."""
    if failed is None or not failed.half_cycles:
        return None
    if (half := _ended_at(failed)) is not None:
        return half
    of_direction = [h for h in failed.half_cycles if h.direction == finding.direction]
    return of_direction[-1] if of_direction else None


def _ended_at(block: Block) -> RecordedHalfCycle | None:
    """The first half-cycle of a block that a limit stopped, or whose voltage raised an alarm."""
    return next(
        (h for h in block.half_cycles if h.segment.end in VOLTAGE_ENDS or h.alarm is not None), None
    )


def _stripping(
    run: Run, blocks: tuple[Block, ...], culprit: RecordedHalfCycle | None, limits: Criteria
) -> tuple[StrippingLimit, ...]:
    """Of the half-cycles that may tell of voids: up to the one that failed, as a short hides them.

    A ramp's stairs end before a void would show. With a reference electrode each stripping is
    judged by the side that is stripped.
    """
    until_s = math.inf if culprit is None else culprit.segment.start_s
    tested = [
        half
        for block in blocks
        if block.phase in ("step", "life")
        for half in block.half_cycles
        if half.features and half.segment.start_s < until_s
    ]
    sides = [side for half in tested if (side := stripped_side(run, half, limits)) is not None]
    if sides:
        return stripping_limits(sides, by_reference=True)
    return stripping_limits([half.features for half in tested if half.features])


def _failure(
    blocks: tuple[Block, ...], failed: Block | None, finding: CellFinding, limits: Criteria
) -> str:
    if failed is None:
        return "none"
    ended = [half for half in failed.half_cycles if half.segment.end in VOLTAGE_ENDS]
    if not ended or finding.failure in ("hard short", "soft short"):
        return finding.failure
    lost_area = finding.change is not None and finding.change.contact is not None
    if finding.failure == "contact loss" or lost_area:
        return "contact loss"
    usual = usual_asr_ohm_m2(blocks, failed)
    density_a_m2 = 10 * failed.density_ma_cm2
    if usual is None:
        return "compliance"
    risen = abs(ended[0].voltage_end_v) > limits.contact_asr_ratio * usual * density_a_m2
    return "contact loss" if risen else "compliance"


def _bulk_ohm_cm2(run: Run) -> float | None:
    conductivity = run.header.cell.get("conductivity_s_per_m")
    return float(run.header.cell["thickness_m"]) / conductivity * 1e4 if conductivity else None


def _initial_asr_ohm_cm2(blocks: tuple[Block, ...], area_m2: float) -> float | None:
    """From the first spectrum at 1 Hz or its lowest frequency, else from the first half-cycle."""
    sweep = next((w for b in blocks for w in b.sweeps), None)
    usable = sweep_from_arrays(sweep.frequency_hz, sweep.z_ohm) if sweep is not None else None
    if usable is not None:
        return low_frequency_resistance(usable)[0] * area_m2 * 1e4
    first = next((h.features for b in blocks for h in b.half_cycles if h.features), None)
    return first.asr_start_ohm_m2 * 1e4 if first is not None else None


def _row(block: Block, half: RecordedHalfCycle) -> HalfCycleRow:
    features, tags = half.features, half.segment.tags
    duration_s = half.segment.duration_s
    if duration_s is None:
        duration_s = features.duration_s if features is not None else 0.0
    return HalfCycleRow(
        phase=block.phase,
        step=block.step,
        cycle=tags.get("cycle"),
        direction=half.direction,
        current_density_ma_cm2=block.density_ma_cm2,
        start_s=half.segment.start_s,
        duration_s=duration_s,
        asr_start_ohm_cm2=features.asr_start_ohm_m2 * 1e4 if features else None,
        asr_end_ohm_cm2=features.asr_end_ohm_m2 * 1e4 if features else None,
        charge_mah_cm2=half.charge_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2,
        noise_mv=features.noise_v * 1e3 if features else None,
        end=half.segment.end,
        alarm=half.alarm,
        gap_s=sum(gap.length_s or 0.0 for gap in half.interruptions),
    )
