"""The settings of a critical-current-density test, in every variant.

Defaults: rest 10 min, spectrum 1 MHz to 0.1 Hz at 10 mV, 3 formation cycles at 0.05 mA/cm² with
the charge of the steps, a rest of 5 min and a spectrum after each step; after a failure a rest of
30 min, three recovery cycles at 0.1 mA/cm² and a last spectrum; the test ends beyond 5 V.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ..plans.critical_current import critical_current_test
from ..plans.critical_current_settings import (
    BOTH,
    PLATE_WORKING,
    STRIP_WORKING,
    CriticalCurrentSettings,
    Cycling,
    Ramp,
)
from ..plans.sequence import Item, Procedure, tagged
from .limit_settings import LimitSettings
from .protocol_basis import PlanBasis
from .protocol_ladder import Formation, LifeSettings, RampSettings, Recovery, Steps
from .protocol_pressure import PressureSettings
from .protocol_settings import (
    AfterInterruption,
    Cycles,
    HalfCycle,
    ImpedanceSettings,
    OrNone,
    SamplePeriod,
    sweep,
)
from .protocol_temperature import TemperatureSettings
from .schema import NotNegative, Text

_DIRECTIONS: Final = {
    "both": BOTH,
    "strip_working": (STRIP_WORKING,),
    "plate_working": (PLATE_WORKING,),
}


class CriticalCurrentTest(HalfCycle):
    """A current that grows, by steps or as a ramp, or stays until the cell gives way."""

    steps: Steps | None = None
    """The current densities of a stepped test; else ramp or life."""
    ramp: RampSettings | None = None
    """A steadily growing current in one direction, instead of steps."""
    life: LifeSettings | None = None
    """Cycles at one current density until the cell fails, instead of steps."""
    direction: Literal["both", "strip_working", "plate_working"] = "both"
    """Which way current flows: to and fro, or all steps one way, which keeps what is stripped from
    being plated again; a ramp needs one way."""
    reference: Text | None = None
    """Name of the auxiliary line that reads the working electrode against a reference electrode;
    a test with three electrodes tells stripping from plating. It is checked before the start."""
    cycles_per_step: Cycles = 1
    """Cycles at each current density; more of them probe fatigue and lower the result."""
    initial_rest_min: NotNegative = 10
    """Rest before the first spectrum."""
    rest_min: NotNegative = 5
    """Rest before each later spectrum."""
    formation: Annotated[Formation | None, OrNone] = Formation()
    """Cycles before the first step, or none."""
    impedance: Annotated[ImpedanceSettings | None, OrNone] = ImpedanceSettings()
    """The spectrum after each step, or none on a channel without an analyser."""
    recovery: Annotated[Recovery | None, OrNone] = Recovery(half_cycle_h=0.5)
    """The test after a failure, or none."""
    temperature: TemperatureSettings | None = None
    """The temperature at which it is all done, set and waited for first; as it is, if not given."""
    stack_pressure: PressureSettings | None = None
    """The stack pressure at which it is all done, asked for and waited for first."""
    voltage_limit_v: Annotated[float, Field(gt=0, le=100)] = 5
    """A half-cycle that reaches it, either way, ends the test: contact or lithium is gone."""
    sample_period_s: SamplePeriod = 1
    """Time between readings."""

    @model_validator(mode="after")
    def _one_variant(self) -> Self:
        given = [n for n in ("steps", "ramp", "life") if getattr(self, n) is not None]
        if len(given) != 1:
            raise ValueError(
                f"needs exactly one of steps, ramp and life{_named(given)}: a ladder of currents, "
                "a steadily growing one, or one current until the cell fails"
            )
        if self.ramp is not None and self.direction == "both":
            raise ValueError(
                "a ramp goes one way: direction must be strip_working or plate_working"
            )
        if self.ramp is not None and self.is_given:
            raise ValueError("a ramp has no half-cycles: leave out capacity_mah_cm2, half_cycle_h")
        if self.ramp is None and not self.is_given:
            raise ValueError(
                "the charge of a half-cycle is missing: give either capacity_mah_cm2 "
                "(constant capacity) or half_cycle_h (constant time)"
            )
        if self.ramp is not None and self.formation is not None and not self.formation.is_given:
            raise ValueError(
                "formation before a ramp needs its own capacity_mah_cm2 or half_cycle_h; or write "
                "formation: none"
            )
        return self

    def optional_blocks(self) -> tuple[str, ...]:
        """Return the blocks that may be left out of the test."""
        return ("formation", "impedance", "recovery")

    def current_densities_ma_cm2(self) -> tuple[float, ...]:
        """Return the current densities that are tried, in this order."""
        if self.steps is not None:
            return self.steps.current_densities_ma_cm2()
        if self.ramp is not None:
            return self.ramp.current_densities_ma_cm2()
        return () if self.life is None else (self.life.current_density_ma_cm2,)

    def plan_settings(self) -> CriticalCurrentSettings:
        """Return the same in SI, every half-cycle with its duration."""
        return CriticalCurrentSettings(
            steps=self._steps(),
            formation=self._formation(),
            recovery=self._recovery(),
            initial_rest_s=self.initial_rest_min * 60.0,
            rest_s=self.rest_min * 60.0,
            recovery_rest_s=(self.recovery.rest_min if self.recovery else 0.0) * 60.0,
            impedance=sweep(self.impedance) if self.impedance else None,
            temperature=self.temperature.set_temperature() if self.temperature else None,
            stack_pressure=self.stack_pressure.set_pressure() if self.stack_pressure else None,
            voltage_limit_v=self.voltage_limit_v,
            sample_period_s=self.sample_period_s,
            phase="step" if self.life is None else "life",
            ramp=self._ramp(),
        )

    def _steps(self) -> tuple[Cycling, ...]:
        way = _DIRECTIONS[self.direction]
        if self.life is not None:
            return tuple(self._life(self.life, way))
        if self.steps is None:
            return ()
        densities = self.steps.current_densities_ma_cm2()
        return tuple(self._cycling(j, self.cycles_per_step, self, way) for j in densities)

    def _life(self, life: LifeSettings, way: tuple[int, ...]) -> Iterator[Cycling]:
        """Yield the blocks, whose cycles are counted throughout."""
        first = 0
        for cycles in life.blocks():
            block = self._cycling(life.current_density_ma_cm2, cycles, self, way)
            yield replace(block, first_cycle=first)
            first += cycles

    def _ramp(self) -> Ramp | None:
        if self.ramp is None:
            return None
        return Ramp(
            current_densities_a_m2=tuple(
                round(10.0 * j, 9) for j in self.ramp.current_densities_ma_cm2()
            ),
            step_s=self.ramp.step_s,
            direction=_DIRECTIONS[self.direction][0],
        )

    def _cycling(
        self,
        density_ma_cm2: float,
        cycles: int,
        half_cycle: HalfCycle,
        directions: tuple[int, ...] = BOTH,
    ) -> Cycling:
        charge = half_cycle if half_cycle.is_given else self
        return Cycling(
            current_density_a_m2=density_ma_cm2 * 10.0,
            half_cycle_s=charge.duration_s(density_ma_cm2),
            cycles=cycles,
            directions=directions,
        )

    def _formation(self) -> Cycling | None:
        if self.formation is None:
            return None
        density_ma_cm2 = self.formation.current_density_ma_cm2
        return self._cycling(density_ma_cm2, self.formation.cycles, self.formation)

    def _recovery(self) -> Cycling | None:
        if self.recovery is None:
            return None
        density_ma_cm2 = self.recovery.current_density_ma_cm2
        return self._cycling(density_ma_cm2, self.recovery.cycles, self.recovery)


class CriticalCurrentItem(CriticalCurrentTest):
    """A critical-current test within a sequence, which goes on after it however it ends."""

    segment: Literal["critical_current"]
    """Kind of segment."""

    def item(self, basis: PlanBasis) -> Item:
        """Return the test for the area of this cell, judged as it goes."""
        settings, area_m2, judge = self.plan_settings(), basis.electrode_area_m2, basis.judge
        return tagged(
            {"measurement": "critical_current"},
            Procedure(lambda: critical_current_test(settings, area_m2, judge)),
        )


class CriticalCurrentProtocol(CriticalCurrentTest):
    """Current in steps, a spectrum after each, until the cell gives way."""

    protocol: Literal["critical_current"]
    """Which protocol this is."""
    name: Text | None = None
    """What the laboratory calls this test."""
    notes: Text | None = None
    """Anything else."""
    limits: LimitSettings = LimitSettings()
    """Limits of this test, where they are tighter than those of the channel."""
    after_interruption: AfterInterruption = "ask"
    """If its processes die: stay paused with the cell open and ask, continue, or abort."""


def _named(given: list[str]) -> str:
    return f", and has {' and '.join(given)}" if given else ""
