"""How fast the current of a galvanodynamic ramp climbed, and how fast it was meant to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ..geometry import Quantity
from ..run_rows import RunSegment

LEAST_DEVIATION: Final = 0.02
_COVERAGE: Final = 2.0
_LEAST_STAIRS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RampRate:
    """dJ/dt in A/m²/s: ``planned`` of the stairs as asked for, ``measured`` by the clock."""

    planned: float
    measured: Quantity

    @property
    def deviation(self) -> float:
        """Measured over planned, less one."""
        return self.measured.value / self.planned - 1

    @property
    def is_off_plan(self) -> bool:
        """Whether they differ by more than two standard errors and by more than 2 %."""
        error = self.measured.standard_error or 0.0
        is_beyond_error = abs(self.measured.value - self.planned) > _COVERAGE * error
        return is_beyond_error and abs(self.deviation) > LEAST_DEVIATION


def ramp_rate(stairs: Sequence[RunSegment], electrode_area_m2: float) -> RampRate | None:
    """The rate of a staircase, a least-squares line through the beginnings of its stairs.

    Parameters
    ----------
    stairs : sequence of RunSegment
        In order of time; galvanostatic ones count. What continues a stair after a pause counts as
        part of it.
    electrode_area_m2 : float

    Returns
    -------
    RampRate or None
        None with fewer than three stairs: no line has an error then.

    Examples
    --------
    >>> settings = [{"current_a": 1e-6 * n, "duration_s": 10.0} for n in range(1, 7)]
    >>> stairs = [
    ...     RunSegment(
    ...         number=n, kind="Galvanostatic", name="", settings=each, tags={}, start_s=30.0 * n,
    ...         end="completed", detail="", duration_s=30.0,
    ...     )
    ...     for n, each in enumerate(settings)
    ... ]
    >>> found = ramp_rate(stairs, 1e-4)
    >>> f"{found.planned:.4f} {found.measured.value:.4f} A/m2/s, {found.is_off_plan}"
    '0.0010 0.0003 A/m2/s, True'
    """
    begun = [s for s in stairs if s.kind == "Galvanostatic" and s.continues is None]
    if len(begun) < _LEAST_STAIRS:
        return None
    density = np.array([abs(float(s.settings["current_a"])) for s in begun]) / electrode_area_m2
    asked_s = np.array([float(s.settings["duration_s"]) for s in begun])
    meant_s = np.concatenate([[0.0], np.cumsum(asked_s)[:-1]])
    start_s = np.array([s.start_s for s in begun])
    planned = float((density[-1] - density[0]) / meant_s[-1])
    x = start_s - start_s.mean()
    spread = float(x @ x)
    slope = float(x @ density) / spread
    left = density - density.mean() - slope * x
    error = math.sqrt(float(left @ left) / (len(begun) - 2) / spread)
    return RampRate(planned=planned, measured=Quantity(slope, error, "A/m2/s"))
