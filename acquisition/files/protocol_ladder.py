"""What a critical-current test does to find its end: a ladder, a ramp, or one current for life."""

import math
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from .protocol_settings import Current, Cycles, HalfCycle
from .schema import NotNegative, Settings

STEPS_MAX: Final = 1000
RAMP_STEPS_MAX: Final = 20_000


class Steps(Settings):
    """The ladder of current densities; the last step is the highest that does not exceed stop."""

    start_ma_cm2: Current
    """Current density of the first step."""
    increment_ma_cm2: Current
    """By how much each step exceeds the one before."""
    stop_ma_cm2: Current
    """Highest current density to be tried."""

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        if self.stop_ma_cm2 < self.start_ma_cm2:
            raise ValueError(
                f"stop_ma_cm2 is {self.stop_ma_cm2:g} mA/cm²: "
                f"must be at least start_ma_cm2, which is {self.start_ma_cm2:g} mA/cm²"
            )
        if self._count() > STEPS_MAX:
            raise ValueError(
                f"increment_ma_cm2 {self.increment_ma_cm2:g} mA/cm² makes {self._count()} steps: "
                f"at most {STEPS_MAX} are allowed"
            )
        return self

    def _count(self) -> int:
        return int((self.stop_ma_cm2 - self.start_ma_cm2) / self.increment_ma_cm2 + 1e-9) + 1

    def current_densities_ma_cm2(self) -> tuple[float, ...]:
        """Return the ladder.

        >>> steps = Steps(start_ma_cm2=0.1, increment_ma_cm2=0.2, stop_ma_cm2=0.6)
        >>> steps.current_densities_ma_cm2()
        (0.1, 0.3, 0.5)
        """
        start, increment = self.start_ma_cm2, self.increment_ma_cm2
        return tuple(round(start + n * increment, 9) for n in range(self._count()))


class RampSettings(Settings):
    """A current density that grows steadily in one direction (galvanodynamic); quick, and what
    comes out depends on the rate.
    """

    start_ma_cm2: Annotated[float, Field(ge=0, le=1000)] = 0
    """Where it begins."""
    ramp_ma_cm2_min: Annotated[float, Field(gt=0, le=100)]
    """How fast it grows; 0.01 to 0.1 is usual."""
    stop_ma_cm2: Current
    """Where it ends if nothing fails."""
    step_s: Annotated[float, Field(ge=1, le=600)] = 10
    """Length of a stair; the current grows from one to the next."""

    @model_validator(mode="after")
    def _climbs(self) -> Self:
        if self.stop_ma_cm2 <= self.start_ma_cm2:
            raise ValueError(
                f"stop_ma_cm2 is {self.stop_ma_cm2:g} mA/cm²: "
                f"must be above start_ma_cm2, which is {self.start_ma_cm2:g} mA/cm²"
            )
        if self._count() > RAMP_STEPS_MAX:
            raise ValueError(
                f"step_s {self.step_s:g} s makes {self._count()} stairs: at most {RAMP_STEPS_MAX} "
                "are allowed"
            )
        return self

    @property
    def increment_ma_cm2(self) -> float:
        """By how much a stair exceeds the one before."""
        return self.ramp_ma_cm2_min * self.step_s / 60.0

    def _count(self) -> int:
        rise_ma_cm2 = self.stop_ma_cm2 - self.start_ma_cm2
        return max(1, math.floor(rise_ma_cm2 / self.increment_ma_cm2 + 1e-9))

    def current_densities_ma_cm2(self) -> tuple[float, ...]:
        """Return the stairs: the first is one increment above the start.

        >>> RampSettings(ramp_ma_cm2_min=0.6, stop_ma_cm2=0.3).current_densities_ma_cm2()
        (0.1, 0.2, 0.3)
        """
        start, increment = self.start_ma_cm2, self.increment_ma_cm2
        return tuple(round(start + (n + 1) * increment, 9) for n in range(self._count()))


class LifeSettings(Settings):
    """Cycles at one current density until the cell fails, and how much charge it took."""

    current_density_ma_cm2: Current
    """Current density."""
    cycles_max: Cycles = 1000
    """Where the test ends if nothing fails."""
    impedance_every_cycles: Cycles = 10
    """After so many cycles a rest, a spectrum and a verdict."""

    def blocks(self) -> tuple[int, ...]:
        """Return the number of cycles of each block that a spectrum follows.

        >>> LifeSettings(current_density_ma_cm2=1.0, cycles_max=25).blocks()
        (10, 10, 5)
        """
        whole, rest = divmod(self.cycles_max, self.impedance_every_cycles)
        return (self.impedance_every_cycles,) * whole + ((rest,) if rest else ())


class Formation(HalfCycle):
    """Gentle cycles before the first step; by default with the half-cycles of the steps."""

    current_density_ma_cm2: Current = 0.05
    """Current density; at most a tenth of the critical one expected."""
    cycles: Cycles = 3
    """Number of cycles."""


class Recovery(HalfCycle):
    """Cycles after a confirmed failure that show whether the cell comes back."""

    rest_min: NotNegative = 30
    """Rest before them."""
    current_density_ma_cm2: Current = 0.1
    """Current density."""
    cycles: Cycles = 3
    """Number of cycles."""
