"""The settings of a critical-current test in SI, whichever variant it is."""

from dataclasses import dataclass
from typing import Final

from ...drivers.segments import ImpedanceSweep, SetStackPressure, SetTemperature

STRIP_WORKING: Final = +1
PLATE_WORKING: Final = -1
BOTH: Final = (STRIP_WORKING, PLATE_WORKING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycling:
    """Half-cycles of each of ``directions`` in turn, ``cycles`` times; +1 strips the working
    electrode. The first cycle is number ``first_cycle``.
    """

    current_density_a_m2: float
    half_cycle_s: float
    cycles: int
    directions: tuple[int, ...] = BOTH
    first_cycle: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ramp:
    """A current density that grows steadily in one direction, as a staircase of short segments."""

    current_densities_a_m2: tuple[float, ...]
    step_s: float
    direction: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalCurrentSettings:
    """The test in SI, per area. ``impedance`` is the sweep to repeat, ``None`` without analyser;
    ``temperature`` and ``stack_pressure`` are set first, if they are given.

    ``phase`` is what the steps are called in the record: ``step``, or ``life`` where all have one
    current density. A ``ramp`` takes the place of the steps.
    """

    steps: tuple[Cycling, ...]
    formation: Cycling | None
    recovery: Cycling | None
    initial_rest_s: float
    rest_s: float
    recovery_rest_s: float
    impedance: ImpedanceSweep | None
    voltage_limit_v: float
    sample_period_s: float
    temperature: SetTemperature | None = None
    stack_pressure: SetStackPressure | None = None
    phase: str = "step"
    ramp: Ramp | None = None
