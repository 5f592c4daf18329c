"""What a reader of a critical-current result has to be warned of."""

from itertools import pairwise
from typing import Final

from ..runs import Run
from ..units import MILLIAMPERE_HOUR_PER_CM2
from .criteria import Criteria
from .replay import CYCLED, Block

CHARGE_TOLERANCE: Final = 0.01  # a half-cycle meant to move 0.5 mAh/cm² moves 0.499
LITHIUM_UM_PER_MAH_CM2 = 1 / 0.2062


def gap_warnings(
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


def cleared_alarms(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Falls of the voltage after which a spectrum found the cell as it was before."""
    return tuple(
        f"{half.alarm}; the spectrum after a rest found the cell as before: a soft short that "
        "healed, or a contact outside the cell"
        for block, after in pairwise(blocks)
        if after.phase == "confirm" and after.sweeps and after.finding is not None
        if not (after.finding.failed or after.finding.suspect)
        for half in block.half_cycles
        if half.alarm is not None
    )


def stopped_without_failure(run: Run) -> tuple[str, ...]:
    """What the judge that watched the test found, where its record shows no failure."""
    failures = [
        dict(event.body.get("data", {}))
        for event in run.events
        if event.kind == "mark" and event.body.get("label") == "ccd_failed"
    ]
    return tuple(
        f"the test was stopped at {told['current_density_ma_cm2']:g} mA/cm² for "
        f"{told.get('reason', 'a failure')}; judged again, with all that was recorded, it is none: "
        "look at that step before the result is used"
        for told in failures
        if "current_density_ma_cm2" in told
    )


def warnings_of(
    run: Run,
    blocks: tuple[Block, ...],
    largest_mah_cm2: float,
    lithium_m: float | None,
    grade: str,
    limits: Criteria,
) -> tuple[str, ...]:
    """What the charge moved, the voids, the record and the evidence leave to be doubted."""
    found = []
    least = limits.minimal_capacity_c_per_m2 / MILLIAMPERE_HOUR_PER_CM2
    if 0 < largest_mah_cm2 < least * (1 - CHARGE_TOLERANCE):
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
    if cleared := cleared_alarms(blocks):
        times = "once" if len(cleared) == 1 else f"{len(cleared)} times"
        found.append(f"the voltage fell {times} as a short makes it fall, and came back: see there")
    if not run.is_finished:
        found.append("the run has not ended, or broke off: the result is of what is there")
    return tuple(found)
