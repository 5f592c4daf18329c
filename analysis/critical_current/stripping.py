"""The critical stripping current: above it, voids open under the lithium cycle after cycle.

Kasemchainan et al., Nat. Mater. 18 (2019) 1105: where stripping takes lithium away faster than
creep and diffusion bring it, the voltage of a stripping half-cycle accelerates and ends higher
with every cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .criteria import Criteria
from .half_cycles import HalfCycle

LEAST_RISE = 0.03  # of the resistance, within one half-cycle
SURE_ERRORS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StrippingLimit:
    """Where one electrode begins to lose contact while it is stripped. The true value lies in
    (passed, failed]; ``failed_ma_cm2`` is ``None`` where it never did: at least ``passed_ma_cm2``.

    ``electrode`` is "working" (stripped by positive current) or "counter".
    """

    electrode: str
    passed_ma_cm2: float
    failed_ma_cm2: float | None
    evidence: str

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
    half_cycles: Sequence[HalfCycle], criteria: Criteria | None = None
) -> tuple[StrippingLimit, ...]:
    """The critical stripping current of each electrode that was stripped at least twice.

    Parameters
    ----------
    half_cycles : sequence of HalfCycle
        All half-cycles of the steps of one test, in order; positive current strips the working
        electrode.

    Notes
    -----
    A half-cycle opens voids if its voltage accelerates by more than three standard errors of the
    curvature, and rises by more than 3 % and by six times the noise. The limit is the first step
    from which the next stripping of that electrode does so too and ends at a higher resistance:
    a single bend may be anything. An interphase that grows by diffusion bends the other way. A
    gentle loss is seen only once it has become visible: the interval is of what is detected.
    """
    limits = criteria or Criteria()
    found = []
    for sign, electrode in ((1, "working"), (-1, "counter")):
        own = [h for h in half_cycles if sign * h.current_density_a_m2 > 0]
        if len(own) > 1:
            found.append(_limit(own, electrode, limits))
    return tuple(found)


def _limit(own: Sequence[HalfCycle], electrode: str, limits: Criteria) -> StrippingLimit:
    first = next(
        (
            n
            for n, (half, later) in enumerate(pairwise(own))
            if _opens_voids(half, limits)
            and _opens_voids(later, limits)
            and later.asr_end_ohm_m2 > half.asr_end_ohm_m2
        ),
        None,
    )
    if first is None:
        return StrippingLimit(
            electrode=electrode,
            passed_ma_cm2=_most_ma_cm2(own),
            failed_ma_cm2=None,
            evidence="no rise of the voltage accelerates in two strippings one after the other",
        )
    half, later = own[first], own[first + 1]
    failed = _most_ma_cm2([half])
    below = [h for h in own[:first] if _most_ma_cm2([h]) < failed]
    return StrippingLimit(
        electrode=electrode,
        passed_ma_cm2=_most_ma_cm2(below),
        failed_ma_cm2=failed,
        evidence=(
            f"stripping the {electrode} electrode at {failed:.3g} mA/cm² the ASR rose from "
            f"{half.asr_start_ohm_m2 * 1e4:.3g} to {half.asr_end_ohm_m2 * 1e4:.3g} Ω cm², "
            f"accelerating, and the next time to {later.asr_end_ohm_m2 * 1e4:.3g} Ω cm²"
        ),
    )


def _opens_voids(half: HalfCycle, limits: Criteria) -> bool:
    rise = half.asr_end_ohm_m2 / half.asr_start_ohm_m2 - 1 if half.asr_start_ohm_m2 > 0 else 0.0
    return (
        half.convexity > SURE_ERRORS * half.convexity_error
        and rise > LEAST_RISE
        and half.rise_v > limits.drop_mad * half.noise_v
    )


def _most_ma_cm2(halves: Sequence[HalfCycle]) -> float:
    return round(max((abs(h.current_density_a_m2) for h in halves), default=0.0) / 10, 4)
