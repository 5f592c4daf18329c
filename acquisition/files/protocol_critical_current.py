"""The settings of a critical-current-density test, their defaults, and what to warn of.

Defaults: rest 10 min, spectrum 1 MHz to 0.1 Hz at 10 mV, 3 formation cycles at 0.05 mA/cm² with
the charge of the steps, a rest of 5 min and a spectrum after each step; after a failure a rest of
30 min, three recovery cycles at 0.1 mA/cm² and a last spectrum; the test ends beyond 5 V.
"""

from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from ...drivers.segments import ImpedanceSweep
from ..plans.critical_current import CriticalCurrentSettings, Cycling
from .limit_settings import LimitSettings
from .protocol_settings import (
    LITHIUM_UM_PER_MAH_CM2,
    AfterInterruption,
    Current,
    Cycles,
    HalfCycle,
    ImpedanceSettings,
    OrNone,
    SamplePeriod,
)
from .protocol_temperature import TemperatureSettings
from .schema import NotNegative, Settings, Text

STEPS_MAX: Final = 1000
CAPACITY_TRAP_MAH_CM2: Final = 0.5
HALF_CYCLE_MIN_S: Final = 60.0
COARSE_INCREMENT_MA_CM2: Final = 0.2
DEPTH_OF_DISCHARGE_LOW: Final = 0.1


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


class CriticalCurrentProtocol(HalfCycle):
    """Current in steps, a spectrum after each, until the cell gives way."""

    protocol: Literal["critical_current"]
    """Which protocol this is."""
    name: Text | None = None
    """What the laboratory calls this test."""
    notes: Text | None = None
    """Anything else."""
    steps: Steps
    """The current densities."""
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
    voltage_limit_v: Annotated[float, Field(gt=0, le=100)] = 5
    """A half-cycle that reaches it, either way, ends the test: contact or lithium is gone."""
    sample_period_s: SamplePeriod = 1
    """Time between readings."""
    limits: LimitSettings = LimitSettings()
    """Limits of this test, where they are tighter than those of the channel."""
    after_interruption: AfterInterruption = "ask"
    """If its processes die: stay paused with the cell open and ask, continue, or abort."""

    @model_validator(mode="after")
    def _one_charge(self) -> Self:
        if not self.is_given:
            raise ValueError(
                "the charge of a half-cycle is missing: give either capacity_mah_cm2 "
                "(constant capacity) or half_cycle_h (constant time)"
            )
        return self

    def optional_blocks(self) -> tuple[str, ...]:
        """Return the blocks that may be left out of the test."""
        return ("formation", "impedance", "recovery")

    def plan_settings(self) -> CriticalCurrentSettings:
        """Return the same in SI, every half-cycle with its duration."""
        densities = self.steps.current_densities_ma_cm2()
        return CriticalCurrentSettings(
            steps=tuple(self._cycling(j, self.cycles_per_step, self) for j in densities),
            formation=self._formation(),
            recovery=self._recovery(),
            initial_rest_s=self.initial_rest_min * 60.0,
            rest_s=self.rest_min * 60.0,
            recovery_rest_s=(self.recovery.rest_min if self.recovery else 0.0) * 60.0,
            impedance=_sweep(self.impedance) if self.impedance else None,
            temperature=self.temperature.set_temperature() if self.temperature else None,
            voltage_limit_v=self.voltage_limit_v,
            sample_period_s=self.sample_period_s,
        )

    def _cycling(self, density_ma_cm2: float, cycles: int, half_cycle: HalfCycle) -> Cycling:
        charge = half_cycle if half_cycle.is_given else self
        return Cycling(
            current_density_a_m2=density_ma_cm2 * 10.0,
            half_cycle_s=charge.duration_s(density_ma_cm2),
            cycles=cycles,
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

    def warnings(self, lithium_thickness_um: float | None = None) -> Iterator[str]:
        """Yield what makes the result of this test hard to compare, one sentence each."""
        yield from _capacity_warnings(self, lithium_thickness_um)
        yield from _ladder_warnings(self)


def _sweep(settings: ImpedanceSettings) -> ImpedanceSweep:
    return ImpedanceSweep(
        frequency_max_hz=settings.frequency_max_hz,
        frequency_min_hz=settings.frequency_min_hz,
        points_per_decade=settings.points_per_decade,
        amplitude=settings.amplitude_mv * 1e-3,
    )


def _capacity_warnings(
    protocol: CriticalCurrentProtocol, lithium_thickness_um: float | None
) -> Iterator[str]:
    densities = protocol.steps.current_densities_ma_cm2()
    charges = [protocol.duration_s(j) / 3600.0 * j for j in densities]
    moved_um = [LITHIUM_UM_PER_MAH_CM2 * charge for charge in charges]
    if charges[0] < CAPACITY_TRAP_MAH_CM2:
        which = "each half-cycle" if protocol.capacity_mah_cm2 else "a half-cycle of the first step"
        yield (
            f"{which} moves {charges[0]:.3g} mAh/cm², {moved_um[0]:.2g} µm of lithium; below "
            f"{CAPACITY_TRAP_MAH_CM2:g} mAh/cm² the critical current comes out too high "
            "(the minimal-capacity trap)"
        )
    if lithium_thickness_um is None:
        return
    depth = moved_um[-1] / lithium_thickness_um
    if depth > 1.0:
        yield (
            f"a half-cycle of the last step strips {moved_um[-1]:.3g} µm of lithium, but the "
            f"electrode has {lithium_thickness_um:g} µm: it will run out"
        )
    elif depth < DEPTH_OF_DISCHARGE_LOW:
        yield (
            f"a half-cycle moves at most {100 * depth:.2g} % of the {lithium_thickness_um:g} µm "
            "of lithium; so large an excess hides what a practical electrode would do"
        )


def _ladder_warnings(protocol: CriticalCurrentProtocol) -> Iterator[str]:
    steps = protocol.steps
    densities = steps.current_densities_ma_cm2()
    shortest_s = protocol.duration_s(densities[-1])
    if shortest_s < HALF_CYCLE_MIN_S:
        yield (
            f"half-cycles at {densities[-1]:g} mA/cm² last {shortest_s:.3g} s; below "
            f"{HALF_CYCLE_MIN_S:g} s they show the double layer rather than the lithium"
        )
    if steps.increment_ma_cm2 > COARSE_INCREMENT_MA_CM2:
        yield (
            f"steps of {steps.increment_ma_cm2:g} mA/cm² are coarse: the critical current is only "
            "known between two steps, and coarse steps make it come out too high"
        )
    if steps.stop_ma_cm2 - densities[-1] > 1e-6:
        yield (
            f"the last step is {densities[-1]:g} mA/cm², since the next one would exceed stop "
            f"({steps.stop_ma_cm2:g} mA/cm²)"
        )
    formation = protocol.formation
    if formation is not None and formation.current_density_ma_cm2 > densities[0]:
        yield (
            f"formation at {formation.current_density_ma_cm2:g} mA/cm² is harder on the cell than "
            f"the first step at {densities[0]:g} mA/cm²"
        )
