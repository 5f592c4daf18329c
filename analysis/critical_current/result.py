"""What a critical-current test came to, as a report states it."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from .criteria import Criteria
from .gaps import Interruption
from .life import Life
from .stripping import StrippingLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfCycleRow:
    """One half-cycle as a table shows it; resistances include both interfaces.

    ``gap_s`` is how long it stood still, the time since the half-cycle before it included.
    """

    phase: str
    step: int | None
    cycle: int | None
    direction: int
    current_density_ma_cm2: float
    start_s: float
    duration_s: float
    asr_start_ohm_cm2: float | None
    asr_end_ohm_cm2: float | None
    charge_mah_cm2: float
    noise_mv: float | None
    end: str | None
    alarm: str | None
    gap_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalCurrent:
    """The result of a critical-current test. The true value lies in (passed, failed].

    ``failed_ma_cm2`` is ``None`` where no step failed: the value is right-censored, at least
    ``passed_ma_cm2``. ``failure`` is "none", "hard short", "soft short", "suspected short",
    "contact loss", "compliance" or "shorted from the start". ``evidence_grade`` is A (voltage
    or impedance alone), B (both) or C (both, and cycles after it). ``plated_electrode`` is the
    one on which lithium grew during the half-cycle that failed; ``failed_electrode`` that one for
    a short, the stripped one (or what a reference electrode tells) where contact was lost.
    ``confirmed_by_spectrum`` says that a spectrum shows the failure. ``recovered`` is ``None``
    where no recovery was tried. ``cleared`` tells of falls of the voltage that a spectrum did not
    confirm: a soft short that healed is reported, not forgotten. ``stripping`` has the critical
    stripping current of each electrode, ``life`` what a test at one current density came to,
    ``None`` for any other test; its ``failed_ma_cm2`` is that density. ``interruptions`` are all
    the gaps in the cycling; ``passed_with_gap`` and ``failed_with_gap`` say of either bound that
    its step had one that counts, which takes one off the grade.
    """

    passed_ma_cm2: float
    failed_ma_cm2: float | None
    failure: str
    failed_segment: int | None
    direction: int
    plated_electrode: str
    failed_electrode: str
    evidence_grade: str
    confirmed_by_spectrum: bool
    evidence: tuple[str, ...]
    cleared: tuple[str, ...]
    recovered: bool | None
    stripping: tuple[StrippingLimit, ...]
    life: Life | None
    half_cycles: tuple[HalfCycleRow, ...]
    initial_asr_ohm_cm2: float | None
    bulk_asr_ohm_cm2: float | None
    cumulative_charge_mah_cm2: float
    largest_half_cycle_mah_cm2: float
    lithium_moved_um: float
    depth_of_discharge: float | None
    interruptions: tuple[Interruption, ...]
    passed_with_gap: bool
    failed_with_gap: bool
    warnings: tuple[str, ...]
    is_finished: bool
    criteria: Criteria
    software_version: str

    @property
    def interval(self) -> str:
        """The result as an interval, never as one number; open above where nothing failed."""
        if self.failure == "shorted from the start":
            return "CCD not defined: the cell was shorted before the test"
        if self.life is not None:
            return self.life.sentence
        if self.failed_ma_cm2 is None:
            gap = ", passed with a gap" if self.passed_with_gap else ""
            return f"CCD > {self.passed_ma_cm2:.4g} mA/cm² (no failure: right-censored{gap})"
        interval = f"{self.passed_ma_cm2:.4g} < CCD ≤ {self.failed_ma_cm2:.4g} mA/cm²"
        gaps = {"lower": self.passed_with_gap, "upper": self.failed_with_gap}
        named = " and ".join(name for name, has_gap in gaps.items() if has_gap)
        return f"{interval} ({named} bound from a step with a gap)" if named else interval

    def as_json(self) -> dict[str, Any]:
        """The result as plain values, for a file."""
        plain = {f.name: getattr(self, f.name) for f in fields(self)}
        plain["criteria"] = {f.name: getattr(self.criteria, f.name) for f in fields(Criteria)}
        plain["half_cycles"] = [
            {f.name: getattr(row, f.name) for f in fields(HalfCycleRow)} for row in self.half_cycles
        ]
        plain["stripping"] = [
            {**asdict(limit), "interval": limit.interval} for limit in self.stripping
        ]
        plain["life"] = asdict(self.life) if self.life is not None else None
        plain["interruptions"] = [
            {**{f.name: getattr(gap, f.name) for f in fields(Interruption)}, "told": gap.sentence}
            for gap in self.interruptions
        ]
        return {"interval": self.interval, **plain}
