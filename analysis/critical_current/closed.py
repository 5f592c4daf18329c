"""The half-cycles of a step once they are over: what they were, and what they say of contact."""

from collections.abc import Sequence
from dataclasses import dataclass

from .criteria import Criteria
from .half_cycles import HalfCycle


@dataclass(frozen=True, slots=True)
class Clean:
    """A clean resistance at room temperature and the current density at which it was seen."""

    asr_ohm_m2: float
    density_a_m2: float


@dataclass(frozen=True, slots=True)
class Closed:
    """A finished half-cycle: features, alarm, and its lower ASR carried to room temperature."""

    features: HalfCycle
    alarm: str | None
    low_ohm_m2: float

    @property
    def direction(self) -> int:
        """+1 where it stripped the working electrode, else -1."""
        return 1 if self.features.current_density_a_m2 > 0 else -1

    @property
    def as_clean(self) -> Clean:
        """The half-cycle as a reference for others."""
        return Clean(self.low_ohm_m2, abs(self.features.current_density_a_m2))


def contact_evidence(step: Sequence[Closed], limits: Criteria) -> tuple[str, ...]:
    """Half-cycles that end in an accelerating rise, as a void opening under the strip does."""
    return tuple(
        f"ASR rose from {h.asr_start_ohm_m2 * 1e4:.3g} to {h.asr_end_ohm_m2 * 1e4:.3g} "
        f"Ω cm², accelerating, at {h.current_density_a_m2 / 10:+.3g} mA/cm²"
        for h in (half.features for half in step)
        if h.convexity > 0
        and h.asr_end_ohm_m2 > limits.contact_asr_ratio * h.asr_start_ohm_m2
        and h.rise_v > limits.drop_mad * h.noise_v
    )


def suspected_direction(step: Sequence[Closed], failure: str) -> int:
    """Without an alarm: that of the half-cycle with the lowest (or steepest) ASR; 0 if none."""
    if not step or failure == "none":
        return 0
    if failure == "contact loss":
        return max(step, key=lambda half: half.features.asr_slope_ohm_m2_per_s).direction
    return min(step, key=lambda half: half.low_ohm_m2).direction
