"""The evidence for a failure: its sentences, its grade, the electrode, and whether it came back."""

from statistics import median

from .criteria import Criteria
from .electrodes import ElectrodeChange
from .finding import CellFinding
from .replay import CYCLED, Block, RecordedHalfCycle

VOLTAGE_ENDS = ("voltage_limit", "compliance", "current_limit")


def grade_of(
    finding: CellFinding,
    culprit: RecordedHalfCycle | None,
    failure: str,
    recovered: bool | None,
) -> str:
    """A: voltage or spectrum alone; B: both; C: both, and cycles after them. Empty: no failure."""
    if failure in ("none", "compliance"):
        return ""
    alarm = culprit.alarm if culprit is not None else None
    voltage, impedance = bool(finding.voltage_evidence) or alarm is not None, is_shown_by(finding)
    if voltage and impedance:
        return "B" if recovered is None else "C"
    return "A"


def is_shown_by(finding: CellFinding) -> bool:
    """Whether the spectrum itself shows the failure; one that looks like warming does not."""
    if finding.failure == "contact loss":
        return finding.change is not None and finding.failed
    if finding.change is not None and finding.change.cause == "warming":
        return False
    return finding.failure in ("soft short", "hard short", "shorted from the start")


def sentences_of(
    finding: CellFinding, culprit: RecordedHalfCycle | None, failure: str, recovered: bool | None
) -> tuple[str, ...]:
    """What speaks for a failure, the voltage first, then the spectrum, then the cycles after it."""
    if failure == "none":
        return ()
    sentences = [*finding.voltage_evidence]
    if culprit is not None and culprit.alarm is not None and culprit.alarm not in sentences:
        sentences.insert(0, culprit.alarm)
    if culprit is not None and culprit.segment.end in VOLTAGE_ENDS:
        end = str(culprit.segment.end).replace("_", " ")
        sentences.append(f"half-cycle ended by its {end}: {culprit.segment.detail}")
    sentences += finding.impedance_evidence
    if recovered is not None:
        state = "as before the failure" if recovered else "not as before the failure"
        sentences.append(f"in the cycles after it the resistance is {state}")
    return tuple(sentences)


def has_recovered(blocks: tuple[Block, ...], failed: Block | None, limits: Criteria) -> bool | None:
    """Whether the resistance, and the bulk where it was measured, came back."""
    if failed is None:
        return None
    after = [b for b in blocks if b.phase == "recovery"]
    known = [h.features.asr_end_ohm_m2 for b in after for h in b.half_cycles if h.features]
    usual = usual_asr_ohm_m2(blocks, failed)
    if not known or usual is None:
        return None
    change = next((b.finding.change for b in reversed(after) if b.finding), None)
    bulk_is_back = change is None or change.high_frequency_ratio >= limits.recovered_ratio
    ratio = median(known) / usual
    return bulk_is_back and limits.recovered_ratio <= ratio <= 1 / limits.recovered_ratio


def usual_asr_ohm_m2(blocks: tuple[Block, ...], failed: Block) -> float | None:
    """Median ASR of the last cycled block before the failed one."""
    before = [b for b in blocks[: blocks.index(failed)] if b.phase in CYCLED]
    known = [h.features.asr_low_ohm_m2 for b in before[-1:] for h in b.half_cycles if h.features]
    return median(known) if known else None


def failed_electrode_of(failure: str, direction: int, by_reference: ElectrodeChange | None) -> str:
    """A void opens under the electrode that is stripped, a dendrite on the one that is plated.

    A reference electrode tells of itself which side lost its contact.
    """
    stripped, plated = {1: ("working", "counter"), -1: ("counter", "working")}.get(
        direction, ("", "")
    )
    if "short" in failure:
        return plated if failure != "shorted from the start" else ""
    if failure != "contact loss":
        return ""
    return (by_reference.electrode if by_reference is not None else "") or stripped
