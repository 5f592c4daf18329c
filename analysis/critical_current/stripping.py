"""The critical stripping current: above it, voids open under the lithium cycle after cycle.

Kasemchainan et al., Nat. Mater. 18 (2019) 1105: where stripping takes lithium away faster than
creep and diffusion bring it, the voltage of a stripping half-cycle accelerates and ends higher
with every cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from .half_cycles import HalfCycle

LEAST_RISE = 0.01  # of the resistance, within one half-cycle
ABOVE_NOISE = 2.0  # the rise is a difference of medians of six readings
SURE_ERRORS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippingLimit:
    """Where one electrode is seen to lose contact while it is stripped: in (passed, failed].

    ``passed_ma_cm2`` is the highest density up to which the voltage rose in no stripping.
    ``failed_ma_cm2`` is ``None`` where it nowhere accelerated. ``electrode`` is "working"
    (stripped by positive current) or "counter". ``by_reference``: seen in the voltage of that
    electrode against a reference one, not in that of the whole cell.
    """

    electrode: str
    passed_ma_cm2: float
    failed_ma_cm2: float | None
    evidence: str
    by_reference: bool = False

    @property
    def interval(self) -> str:
        """The result in words.

        >>> limit = StrippingLimit(
        ...     electrode="working", passed_ma_cm2=0.2, failed_ma_cm2=0.3, evidence="")
        >>> limit.interval
        '0.2 < CCS ≤ 0.3 mA/cm² (working electrode)'
        """
        if self.failed_ma_cm2 is None:
            return f"CCS > {self.passed_ma_cm2:g} mA/cm² ({self.electrode} electrode)"
        return (
            f"{self.passed_ma_cm2:g} < CCS ≤ {self.failed_ma_cm2:g} mA/cm² "
            f"({self.electrode} electrode)"
        )


def stripping_limits(
    half_cycles: Sequence[HalfCycle], *, by_reference: bool = False
) -> tuple[StrippingLimit, ...]:
    """The critical stripping current of each electrode that was stripped at least twice.

    Parameters
    ----------
    half_cycles : sequence of HalfCycle
        All half-cycles of the steps of one test, in order; positive current strips the working
        electrode.
    by_reference : bool
        Whether each has the voltage of the stripped side alone.

    Notes
    -----
    A voltage rises where it does so by more than 1 % and twice the noise; it accelerates where the
    curvature is above three of its standard errors. The limit is the first step that does both and
    whose next stripping of that electrode does so too and ends at a higher resistance: a single
    bend may be anything. An interphase that grows by diffusion bends the other way, but so does
    the overpotential of a contact that is nearly lost; hence steps that rose at all have not
    passed. A loss too gentle to be seen by then makes the limit look higher than it is.
    """
    found = []
    for sign, electrode in ((1, "working"), (-1, "counter")):
        own = [h for h in half_cycles if sign * h.current_density_a_m2 > 0]
        if len(own) > 1:
            found.append(replace(_limit(own, electrode), by_reference=by_reference))
    return tuple(found)


def _limit(own: Sequence[HalfCycle], electrode: str) -> StrippingLimit:
    first = next(
        (
            n
            for n, (half, later) in enumerate(pairwise(own))
            if _opens_voids(half)
            and _opens_voids(later)
            and later.asr_end_ohm_m2 > half.asr_end_ohm_m2
        ),
        None,
    )
    if first is None:
        flat = list(takewhile(lambda half: not _rises(half), own))
        is_flat = len(flat) == len(own)
        return StrippingLimit(
            electrode=electrode,
            passed_ma_cm2=_most_ma_cm2(flat),
            failed_ma_cm2=None,
            evidence="the voltage rises in no stripping"
            if is_flat
            else "above it the voltage rises, but does not accelerate in two strippings one after "
            "the other: voids and a growing interphase cannot be told apart by it",
        )
    half, later = own[first], own[first + 1]
    failed = _most_ma_cm2([half])
    below = takewhile(lambda each: not _rises(each), own[:first])
    return StrippingLimit(
        electrode=electrode,
        passed_ma_cm2=_most_ma_cm2([h for h in below if _most_ma_cm2([h]) < failed]),
        failed_ma_cm2=failed,
        evidence=(
            f"stripping the {electrode} electrode at {failed:.3g} mA/cm² the ASR rose from "
            f"{half.asr_start_ohm_m2 * 1e4:.3g} to {half.asr_end_ohm_m2 * 1e4:.3g} Ω cm², "
            f"accelerating, and the next time to {later.asr_end_ohm_m2 * 1e4:.3g} Ω cm²"
        ),
    )


def _opens_voids(half: HalfCycle) -> bool:
    return half.convexity > SURE_ERRORS * half.convexity_error and _rises(half)


def _rises(half: HalfCycle) -> bool:
    least_v = LEAST_RISE * half.asr_start_ohm_m2 * abs(half.current_density_a_m2)
    return half.rise_v > max(least_v, ABOVE_NOISE * half.noise_v)


def _most_ma_cm2(halves: Sequence[HalfCycle]) -> float:
    return round(max((abs(h.current_density_a_m2) for h in halves), default=0.0) / 10, 4)
