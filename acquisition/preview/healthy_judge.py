"""A judge for whom every cell is healthy: what a plan is built with to be carried out on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...drivers.readings import ImpedancePoint, Reading
from ..plans.judge import Finding


@dataclass(frozen=True, slots=True)
class _Clean:
    failed: bool = False
    suspect: bool = False
    reason: str = "preview"


class HealthyJudge:
    """A judge for whom every cell is healthy; what a preview is built with."""

    def begin_half_cycle(self, current_density_a_m2: float, duration_s: float) -> None:
        """Take note of nothing."""

    def begin_ramp(self) -> None:
        """Take note of nothing."""

    def see(self, reading: Reading) -> str | None:  # noqa: ARG002
        """Raise no alarm."""
        return None

    def assess(self, phase: str, spectrum: Sequence[ImpedancePoint]) -> Finding:  # noqa: ARG002
        """Find nothing wrong."""
        return _Clean()
