"""Who decides, during a critical-current test, whether the cell has given way."""

from collections.abc import Sequence
from typing import Protocol

from ...drivers.readings import ImpedancePoint, Reading


class Finding(Protocol):
    """What a judge makes of a spectrum and of all it has seen before."""

    @property
    def failed(self) -> bool:
        """The cell has given way."""
        ...

    @property
    def suspect(self) -> bool:
        """The cell may have given way; look again."""
        ...

    @property
    def reason(self) -> str:
        """The evidence in a few words."""
        ...


class StepJudge(Protocol):
    """Decides whether the cell still does what it did; the analysis supplies one."""

    def begin_half_cycle(self, current_density_a_m2: float, duration_s: float) -> None:
        """Prepare for the readings of a half-cycle of this signed current density."""
        ...

    def begin_ramp(self) -> None:
        """Prepare for the readings of a current that climbs, all in one direction."""
        ...

    def see(self, reading: Reading) -> str | None:
        """Look at one reading; a text is an alarm and ends the half-cycle or the ramp."""
        ...

    def assess(self, phase: str, spectrum: Sequence[ImpedancePoint]) -> Finding:
        """Judge the cell after a rest and a spectrum; an empty one means none could be measured."""
        ...
