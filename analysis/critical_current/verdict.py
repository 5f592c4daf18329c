"""The critical current density of a recorded run: an interval, a failure, and its evidence."""

from statistics import median

from ... import __version__
from ..runs import Run
from .criteria import Criteria
from .finding import CellFinding
from .gaps import lowered
from .replay import CYCLED, Block, RecordedHalfCycle, Replay
from .result import CriticalCurrent, HalfCycleRow
from .spectra import low_frequency_resistance, sweep_from_arrays

COULOMB_PER_M2_PER_MAH_CM2 = 36_000.0
LITHIUM_UM_PER_MAH_CM2 = 1 / 0.2062
VOLTAGE_ENDS = ("voltage_limit", "compliance", "current_limit")


def analyse_critical_current(run: Run, criteria: Criteria | None = None) -> CriticalCurrent:
    """Judge a critical-current run from its rows, whatever the marks of the live judge say.

    Raises ``ValueError`` if the run has no half-cycles tagged as formation or step, or if the
    cell's area or thickness is missing from its header.
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
    direction = (culprit.direction if culprit is not None else 0) or finding.direction
    charges = [abs(half.charge_c_per_m2) / COULOMB_PER_M2_PER_MAH_CM2 for _, half in halves]
    largest = max(charges, default=0.0)
    lithium_m = run.header.cell.get("lithium_thickness_m")
    moved_um = largest * LITHIUM_UM_PER_MAH_CM2
    recovered = _recovered(blocks, failed, limits)
    bulk = _bulk_ohm_cm2(run)
    initial = _initial_asr_ohm_cm2(blocks, float(run.header.cell["electrode_area_m2"]))
    passed = _passed_block(blocks, failed)
    passed_with_gap, failed_with_gap = _has_gap(passed), _has_gap(failed)
    grade = _grade(finding, failure, recovered)
    if passed_with_gap or failed_with_gap:
        grade = lowered(grade)
    return CriticalCurrent(
        passed_ma_cm2=passed.density_ma_cm2 if passed is not None else 0.0,
        failed_ma_cm2=failed.density_ma_cm2 if failed is not None and failed.half_cycles else None,
        failure=failure,
        failed_segment=culprit.segment.number if culprit is not None else None,
        direction=direction,
        plated_electrode={1: "counter", -1: "working"}.get(direction, ""),
        evidence_grade=grade,
        evidence=_sentences(finding, culprit, failure, recovered),
        cleared=_cleared(blocks),
        recovered=recovered,
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
            *_gap_warnings(blocks, passed, failed),
            *_warnings(run, blocks, largest, lithium_m, grade, limits),
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
    """The clean block of the highest density before the failed one: a step, else the formation."""
    before = blocks[: blocks.index(failed)] if failed is not None else blocks
    clean = [b for b in before if b.phase in CYCLED and b.half_cycles and _is_clean(blocks, b)]
    steps = [block for block in clean if block.phase == "step"]
    return max(steps or clean, key=lambda block: block.density_ma_cm2, default=None)


def _has_gap(block: Block | None) -> bool:
    """Whether a half-cycle of a block stood still for so long that it counts."""
    return block is not None and any(
        gap.counts for half in block.half_cycles for gap in half.interruptions
    )


def _gap_warnings(
    blocks: tuple[Block, ...], passed: Block | None, failed: Block | None
) -> tuple[str, ...]:
    """Each gap in the cycling, with what it means for the result."""
    found = []
    for block in blocks:
        for gap in (gap for half in block.half_cycles for gap in half.interruptions):
            meaning = "too short to count"
            if gap.counts and block is failed:
                meaning = "the failure was met after a gap, the evidence is one grade lower"
            elif gap.counts and block is passed:
                meaning = "the step counts as passed with a gap, the evidence is one grade lower"
            elif gap.counts and block.phase in CYCLED:
                meaning = "the cell's history has a gap there"
            found.append(f"{gap.sentence}: {meaning}")
    return tuple(found)


def _culprit(failed: Block | None, finding: CellFinding) -> RecordedHalfCycle | None:
    """The half-cycle that failed: stopped by a limit, alarmed, or of the finding's direction."""
    if failed is None or not failed.half_cycles:
        return None
    for half in failed.half_cycles:
        if half.segment.end in VOLTAGE_ENDS or half.alarm is not None:
            return half
    of_direction = [h for h in failed.half_cycles if h.direction == finding.direction]
    return of_direction[-1] if of_direction else None


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
    usual = _usual_asr_ohm_m2(blocks, failed)
    density_a_m2 = 10 * failed.density_ma_cm2
    if usual is None:
        return "compliance"
    risen = abs(ended[0].voltage_end_v) > limits.contact_asr_ratio * usual * density_a_m2
    return "contact loss" if risen else "compliance"


def _usual_asr_ohm_m2(blocks: tuple[Block, ...], failed: Block) -> float | None:
    """Median ASR of the last cycled block before the failed one."""
    before = [b for b in blocks[: blocks.index(failed)] if b.phase in CYCLED]
    known = [h.features.asr_low_ohm_m2 for b in before[-1:] for h in b.half_cycles if h.features]
    return median(known) if known else None


def _grade(finding: CellFinding, failure: str, recovered: bool | None) -> str:
    if failure in ("none", "compliance"):
        return ""
    voltage, impedance = bool(finding.voltage_evidence), _speaks(finding)
    if voltage and impedance:
        return "B" if recovered is None else "C"
    return "A"


def _speaks(finding: CellFinding) -> bool:
    """Whether the spectrum itself shows the failure; one that looks like warming does not."""
    if finding.failure == "contact loss":
        return finding.change is not None and finding.failed
    if finding.change is not None and finding.change.cause == "warming":
        return False
    return finding.failure in ("soft short", "hard short")


def _sentences(
    finding: CellFinding, culprit: RecordedHalfCycle | None, failure: str, recovered: bool | None
) -> tuple[str, ...]:
    if failure == "none":
        return ()
    sentences = [*finding.voltage_evidence]
    if culprit is not None and culprit.segment.end in VOLTAGE_ENDS:
        end = str(culprit.segment.end).replace("_", " ")
        sentences.append(f"half-cycle ended by its {end}: {culprit.segment.detail}")
    sentences += finding.impedance_evidence
    if recovered is not None:
        state = "as before the failure" if recovered else "not as before the failure"
        sentences.append(f"in the cycles after it the resistance is {state}")
    return tuple(sentences)


def _cleared(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Falls of the voltage after which a spectrum found the cell as it was before."""
    return tuple(
        f"{block.finding.voltage_evidence[0]}; the spectrum after a rest found the cell as before: "
        "a soft short that healed, or a contact outside the cell"
        for block in blocks
        if block.finding is not None and block.finding.cleared
    )


def _recovered(blocks: tuple[Block, ...], failed: Block | None, limits: Criteria) -> bool | None:
    """Whether the resistance, and the bulk where it was measured, came back."""
    if failed is None:
        return None
    after = [b for b in blocks if b.phase == "recovery"]
    known = [h.features.asr_end_ohm_m2 for b in after for h in b.half_cycles if h.features]
    usual = _usual_asr_ohm_m2(blocks, failed)
    if not known or usual is None:
        return None
    change = next((b.finding.change for b in reversed(after) if b.finding), None)
    bulk_is_back = change is None or change.high_frequency_ratio >= limits.recovered_ratio
    ratio = median(known) / usual
    return bulk_is_back and limits.recovered_ratio <= ratio <= 1 / limits.recovered_ratio


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


def _warnings(
    run: Run,
    blocks: tuple[Block, ...],
    largest_mah_cm2: float,
    lithium_m: float | None,
    grade: str,
    limits: Criteria,
) -> tuple[str, ...]:
    found = []
    least = limits.minimal_capacity_c_per_m2 / COULOMB_PER_M2_PER_MAH_CM2
    if 0 < largest_mah_cm2 < least:
        found.append(
            f"minimal capacity: at most {largest_mah_cm2:.3g} mAh/cm² "
            f"({largest_mah_cm2 * LITHIUM_UM_PER_MAH_CM2:.2g} µm of lithium) moved in a "
            f"half-cycle; below {least:g} mAh/cm² a critical current is overestimated"
        )
    if lithium_m and largest_mah_cm2 * LITHIUM_UM_PER_MAH_CM2 < 0.1e6 * lithium_m:
        found.append("less than 10 % of the lithium moved in any half-cycle: excess lithium helps")
    shares = [
        (b.finding.change.contact, b.density_ma_cm2)
        for b in blocks
        if b.finding is not None and b.finding.change is not None
    ]
    poor = [(share, j) for share, j in shares if share is not None and share < limits.contact_poor]
    if poor:
        share, density = min(poor)
        found.append(
            f"voids: after {density:g} mA/cm² about {100 * share:.0f} % of the area was in "
            "contact: the local current density was higher than the one stated"
        )
    if "conductivity_s_per_m" not in run.header.cell:
        found.append("no conductivity is given: a short present from the start may go unseen")
    if not any(block.sweeps for block in blocks):
        found.append("no spectrum was measured: nothing but the voltage speaks for this result")
    if grade == "A":
        found.append("evidence of grade A only: a critical current to be published needs B")
    if not run.temperature_k.size or not (run.temperature_k > 0).any():
        found.append("no temperature was recorded: warming is told from a short by spectra alone")
    if cleared := _cleared(blocks):
        times = "once" if len(cleared) == 1 else f"{len(cleared)} times"
        found.append(f"the voltage fell {times} as a short makes it fall, and came back: see there")
    if not run.is_finished:
        found.append("the run has not ended, or broke off: the result is of what is there")
    return tuple(found)


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
        charge_mah_cm2=half.charge_c_per_m2 / COULOMB_PER_M2_PER_MAH_CM2,
        noise_mv=features.noise_v * 1e3 if features else None,
        end=half.segment.end,
        alarm=half.alarm,
        gap_s=sum(gap.length_s or 0.0 for gap in half.interruptions),
    )
