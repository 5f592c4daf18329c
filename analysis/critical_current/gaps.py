"""Half-cycles that stood still for a while, and what that means for a critical current.

While a cell stands open, lithium diffuses and creeps: concentration in the electrodes levels out,
voids close under the stack pressure, and what follows is milder than an unbroken half-cycle of the
same charge. A step passed with a long gap is therefore weaker evidence that the cell bears its
current, and a failure in such a step was met by a cell with another history than the protocol's.
The bounds stay as they are measured; the grade goes down by one, and every gap is told.
"""

from dataclasses import dataclass
from typing import Final

from ..gaps import RunGap
from .criteria import Criteria

_C_PER_MAH_CM2: Final = 36_000.0
_LOWER: Final = {"C": "B", "B": "A"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interruption:
    """One gap in the cycling of a step or of the formation.

    ``cause`` is "pause" or "interruption"; ``done`` the share of the half-cycle done before it,
    ``None`` between two half-cycles; ``cell`` "open", "rest" or "unknown". While it was unknown a
    charge between the two may have passed; ``None``: no bound is known. ``counts`` says that it is
    long enough, or its charge large enough, to be taken off the grade.
    """

    phase: str
    step: int | None
    cycle: int | None
    direction: int
    current_density_ma_cm2: float
    cause: str
    from_s: float
    length_s: float | None
    done: float | None
    cell: str
    charge_min_mah_cm2: float | None
    charge_max_mah_cm2: float | None
    counts: bool

    @property
    def sentence(self) -> str:
        """What happened, for a report.

        >>> told = Interruption(
        ...     phase="step", step=3, cycle=0, direction=-1, current_density_ma_cm2=0.4,
        ...     cause="interruption", from_s=9000.0, length_s=720.0, done=0.61, cell="open",
        ...     charge_min_mah_cm2=0.0, charge_max_mah_cm2=0.0, counts=True,
        ... )
        >>> told.sentence
        'step 0.4 mA/cm², cycle 1, negative half-cycle: interrupted for 12 min after 61 %'
        """
        where = f"{self.phase} {self.current_density_ma_cm2:g} mA/cm²"
        if self.cycle is not None:
            where += f", cycle {self.cycle + 1}"
        if self.done is None:
            after = " between two half-cycles"
        else:
            sign = "positive" if self.direction > 0 else "negative"
            where, after = f"{where}, {sign} half-cycle", f" after {100 * self.done:.0f} %"
        what = "paused" if self.cause == "pause" else "interrupted"
        return f"{where}: {what}{_for(self.length_s)}{after}{self._unknown()}"

    def _unknown(self) -> str:
        if self.cell != "unknown":
            return ""
        low, high = self.charge_min_mah_cm2, self.charge_max_mah_cm2
        if low is None or high is None:
            return "; how much charge passed meanwhile is not known"
        return f"; from {low:.3g} to {high:.3g} mAh/cm² may have passed meanwhile"


def interruption_of(
    gap: RunGap,
    *,
    phase: str,
    step: int | None,
    cycle: int | None,
    direction: int,
    current_density_ma_cm2: float,
    half_cycle_s: float,
    electrode_area_m2: float,
    criteria: Criteria,
) -> Interruption:
    """Say what a gap of a run was to the half-cycle in which, or before which, it fell."""
    low = _mah_cm2(gap.charge_min_c, electrode_area_m2)
    high = _mah_cm2(gap.charge_max_c, electrode_area_m2)
    whole_mah_cm2 = current_density_ma_cm2 * half_cycle_s / 3600.0
    too_much = low is None or high is None
    too_much = too_much or max(abs(low or 0.0), abs(high or 0.0)) > (
        criteria.gap_fraction * whole_mah_cm2
    )
    too_long = gap.length_s is None or gap.length_s > criteria.gap_fraction * half_cycle_s
    return Interruption(
        phase=phase,
        step=step,
        cycle=cycle,
        direction=direction,
        current_density_ma_cm2=current_density_ma_cm2,
        cause=gap.cause,
        from_s=gap.from_s,
        length_s=gap.length_s,
        done=None if gap.done_s is None else gap.done_s / half_cycle_s,
        cell=gap.cell,
        charge_min_mah_cm2=low,
        charge_max_mah_cm2=high,
        counts=too_long or too_much,
    )


def lowered(grade: str) -> str:
    """The grade of evidence one below; there is none below A.

    >>> lowered("C"), lowered("A"), lowered("")
    ('B', 'A', '')
    """
    return _LOWER.get(grade, grade)


def _mah_cm2(charge_c: float | None, area_m2: float) -> float | None:
    return None if charge_c is None else charge_c / area_m2 / _C_PER_MAH_CM2


def _for(length_s: float | None) -> str:
    if length_s is None:
        return ""
    if length_s < 120:
        return f" for {length_s:.0f} s"
    if length_s < 7200:
        return f" for {length_s / 60:.0f} min"
    return f" for {length_s / 3600:.1f} h"
