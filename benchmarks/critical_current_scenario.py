"""One simulated test of the judge: the cell, the plan it is taken through, what lies between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from solidcell.acquisition.plans.critical_current_settings import (
    CriticalCurrentSettings,
    Cycling,
)
from solidcell.drivers.segments import ImpedanceSweep
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.front_end import NO_FAULTS, Faults
from solidcell.drivers.simulated.lithium_contact import Options
from solidcell.drivers.simulated.presets import Material

NO_FLAWS = Options(contact_loss=False, dendrites=False)
ONLY_VOIDS = Options(dendrites=False)
ONSET_S = 9_000.0
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=10, amplitude=0.01
)
Seen = tuple[float, float]
Distortion = Callable[[float, float, float, np.random.Generator], Seen | None]
Act = Callable[[SymmetricCell], None]


def _as_it_is(_at_s: float, voltage_v: float, current_a: float, _chance: object) -> Seen | None:
    return voltage_v, current_a


def _nothing(cell: SymmetricCell) -> None:
    pass


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One test of one cell. ``onset_s`` is when a prescribed short begins.

    ``distortion`` turns a true reading into the one that is seen, ``None`` where it is missed;
    ``act`` does something to the cell before every reading.
    """

    group: str
    kind: str
    cell: SymmetricCell
    settings: CriticalCurrentSettings
    thermometer: bool
    seed: int
    onset_s: float | None = None
    faults: Faults = NO_FAULTS
    distortion: Distortion = _as_it_is
    act: Act = _nothing


@dataclass(frozen=True)
class Making:
    """The cells of one preset at one seed."""

    of: Material
    seed: int

    @property
    def thickness_m(self) -> float:
        return 1e-3 if self.of.name == "LLZO" else 0.8e-3

    @property
    def pressure_pa(self) -> float:
        return 2e6 if self.of.name == "LLZO" else 5e6

    def cell(self, options: Options, **more: object) -> SymmetricCell:
        asked = {"stack_pressure_pa": self.pressure_pa, "thickness_m": self.thickness_m, **more}
        return SymmetricCell(self.of, seed=self.seed, options=options, **asked)

    @property
    def bulk_ohm(self) -> float:
        """Thickness over conductivity and area, grain boundaries included."""
        return self.thickness_m / conductivity_s_m(self.of) / 0.785e-4

    @property
    def low_ma_cm2(self) -> float:
        """A density that none of these cells is troubled by."""
        return 0.1 if self.of.name in ("LLZO", "Li3PS4") else 0.2


def conductivity_s_m(of: Material) -> float:
    grain = of.grain_boundary_conductivity_s_m
    return 1 / (1 / of.bulk_conductivity_s_m + (1 / grain if grain else 0.0))


def protocol_of(
    steps: Iterator[Cycling] | list[Cycling], limit_v: float = 5.0
) -> CriticalCurrentSettings:
    return CriticalCurrentSettings(
        steps=tuple(steps),
        formation=Cycling(current_density_a_m2=0.5, half_cycle_s=1200.0, cycles=1),
        recovery=Cycling(current_density_a_m2=1.0, half_cycle_s=600.0, cycles=1),
        initial_rest_s=60.0,
        rest_s=300.0,
        recovery_rest_s=600.0,
        impedance=SWEEP,
        voltage_limit_v=limit_v,
        sample_period_s=10.0,
    )


def rising(of: Material, *, capacity_mah_cm2: float | None, half_cycle_s: float | None):
    """Steps of 0.05 (garnet, Li3PS4) or 0.1 mA/cm2 to 6; constant capacity or constant time."""
    increment = 0.5 if of.critical_scale_a_m2 < 10 else 1.0
    for n in range(1, int(60 / increment) + 1):
        density = increment * n
        if half_cycle_s is None:
            assert capacity_mah_cm2 is not None
            seconds = max(60.0, capacity_mah_cm2 * 36_000.0 / density)
        else:
            seconds = half_cycle_s
        yield Cycling(current_density_a_m2=density, half_cycle_s=seconds, cycles=1)


def gentle(making: Making, steps: int, half_cycle_s: float = 1200.0) -> list[Cycling]:
    """A test that rises so slowly that nothing but the prescribed fault happens."""
    first = 10 * making.low_ma_cm2
    return [
        Cycling(current_density_a_m2=first * (1 + 0.05 * n), half_cycle_s=half_cycle_s, cycles=1)
        for n in range(steps)
    ]


def scenario_of(group: str, kind: str, cell: SymmetricCell, plan, **more) -> Scenario:
    return Scenario(
        group=group, kind=kind, cell=cell, settings=plan, thermometer=False, seed=0, **more
    )
