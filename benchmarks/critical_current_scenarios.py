"""What is done to simulated cells to see whether the judge of a critical-current test is right.

Every scenario is a cell with a hidden life of its own or one prescribed fault, the test it is taken
through, and what lies between it and the instrument. ``group`` says which figure it belongs to:

life       every slow state alive: the cell dies of what it dies of
abrupt     a path of a given resistance appears within a reading
gradual    a path begins at 20 times the bulk's resistance and falls with a time constant
contact    little stack pressure and no dendrites: voids open until contact is lost
fresh      shorted before the test
heals      a soft short that burns through, or is gone again
variant    lives again, one way, along a ramp, and at one current until the end
benign     nothing is wrong with the cell
labelled   the right answer is arguable; shown apart, counted in no rate
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from solidcell.acquisition.plans.critical_current_settings import (
    CriticalCurrentSettings,
    Cycling,
    Ramp,
)
from solidcell.drivers.segments import ImpedanceSweep
from solidcell.drivers.simulated.cell import Change, SymmetricCell
from solidcell.drivers.simulated.front_end import NO_FAULTS, Faults
from solidcell.drivers.simulated.lithium_contact import Options
from solidcell.drivers.simulated.presets import PRESETS, Material

NO_FLAWS = Options(contact_loss=False, dendrites=False)
STILL = Options(contact_loss=False, dendrites=False, interphase_growth=False)
ONLY_VOIDS = Options(dendrites=False)
ONSET_S = 9_000.0
OVEN = "25 -> 60 -> 25 °C"
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


def scenarios(seeds: int) -> Iterator[Scenario]:
    """All of them; ``seeds`` is the number of lives a preset and mode, the rest goes with it."""
    for number, part in enumerate(_parts(seeds)):
        yield replace(part, seed=number)


def _parts(seeds: int) -> Iterator[Scenario]:
    for of in PRESETS:
        yield from _in_turn(_lives, [Making(of, seed) for seed in range(seeds)])
        for seed in range(max(1, seeds // 4)):
            yield from _with_and_without_thermometer(Making(of, 100 + seed))
    for of in PRESETS:
        makings = [Making(of, 200 + seed) for seed in range(max(2, seeds // 2))]
        yield from _in_turn(_variants, makings)


def _in_turn(kind: Callable[[Making], Iterator[Scenario]], makings: list[Making]):
    """Every other cell has a thermometer."""
    for number, making in enumerate(makings):
        for each in kind(making):
            yield replace(each, thermometer=number % 2 == 0)


def _with_and_without_thermometer(making: Making) -> Iterator[Scenario]:
    for kind in KINDS:
        for has_thermometer in (True, False):
            for each in kind(making):
                blind = each.kind == OVEN and not has_thermometer
                group = "labelled" if blind else each.group
                yield replace(each, thermometer=has_thermometer, group=group)


def _variants(making: Making) -> Iterator[Scenario]:
    for direction, name in ((1, "strip"), (-1, "plate")):
        steps = rising(making.of, capacity_mah_cm2=0.1, half_cycle_s=None)
        one_way = protocol_of([replace(step, directions=(direction,)) for step in steps])
        yield _scenario("variant", f"one way, {name} working", making.cell(Options()), one_way)
    climb = Ramp(
        current_densities_a_m2=tuple(0.25 * (n + 1) for n in range(240)), step_s=30.0, direction=1
    )
    ramp = replace(protocol_of([]), ramp=climb)
    yield _scenario("variant", "ramp of 0.05 mA/cm² a minute", making.cell(Options()), ramp)
    density = 1.1 * making.of.critical_scale_a_m2
    block = Cycling(current_density_a_m2=density, half_cycle_s=3600.0 / density, cycles=4)
    life = replace(protocol_of([block] * 10), phase="life")
    yield _scenario("variant", "life at 1.1 of the scale", making.cell(Options()), life)


def _scenario(group: str, kind: str, cell: SymmetricCell, plan, **more) -> Scenario:
    return Scenario(
        group=group, kind=kind, cell=cell, settings=plan, thermometer=False, seed=0, **more
    )


def _lives(making: Making) -> Iterator[Scenario]:
    of = making.of
    small = rising(of, capacity_mah_cm2=0.1, half_cycle_s=None)
    yield _scenario(
        "life", "constant capacity 0.1 mAh/cm²", making.cell(Options()), protocol_of(small)
    )
    timed = rising(of, capacity_mah_cm2=None, half_cycle_s=1800.0)
    yield _scenario("life", "constant time 0.5 h", making.cell(Options()), protocol_of(timed))


def _abrupt(making: Making) -> Iterator[Scenario]:
    places = {
        "in a half-cycle": ONSET_S + 200.0,
        "in a rest": None,
    }
    for name, ohm in _paths(making):
        for place, at_s in places.items():
            plan = protocol_of(gentle(making, 6))
            onset_s = at_s if at_s is not None else _a_rest_s(plan)
            short = Change(at_s=onset_s, short_ohm=ohm)
            cell = making.cell(NO_FLAWS, stack_pressure_pa=2e7, changes=(short,))
            kind = f"{name}, {place}"
            yield _scenario("abrupt", kind, cell, plan, onset_s=onset_s)


def _paths(making: Making) -> Iterator[tuple[str, float]]:
    yield "0.3 Ω", 0.3
    for share in (0.5, 1.0, 2.0):
        yield f"{share:g} R_bulk", share * making.bulk_ohm


def _a_rest_s(plan: CriticalCurrentSettings) -> float:
    """Some seconds into the rest after the third step: half-cycles, rests and sweeps before it."""
    sweep_s = sum(max(0.1, 2 / f) for f in np.geomspace(1e6, 0.1, 71))
    assert plan.formation is not None
    before = [plan.formation, *plan.steps[:3]]
    cycled_s = sum(2 * each.half_cycle_s for each in before)
    rested_s = plan.initial_rest_s + len(before[:-1]) * plan.rest_s
    return cycled_s + rested_s + len(before) * sweep_s + 100.0


def _gradual(making: Making) -> Iterator[Scenario]:
    for hours in (0.05, 0.5, 2.0, 5.0):
        grow = Change(at_s=ONSET_S, short_ohm=20 * making.bulk_ohm, short_decay_s=3600 * hours)
        cell = making.cell(NO_FLAWS, stack_pressure_pa=2e7, changes=(grow,))
        plan = protocol_of(gentle(making, 32 if hours > 1 else 10))
        yield _scenario("gradual", f"tau {hours:g} h", cell, plan, onset_s=ONSET_S)


def _contact(making: Making) -> Iterator[Scenario]:
    for half_cycle_s in (1800.0, 3600.0):
        cell = making.cell(ONLY_VOIDS, stack_pressure_pa=0.1 * making.pressure_pa)
        plan = protocol_of(rising(making.of, capacity_mah_cm2=None, half_cycle_s=half_cycle_s))
        yield _scenario(
            "contact", f"a tenth of the pressure, {half_cycle_s / 3600:g} h", cell, plan
        )


def _fresh(making: Making) -> Iterator[Scenario]:
    for share in (0.02, 0.2, 0.5):
        short = Change(at_s=0.0, short_ohm=share * making.bulk_ohm)
        cell = making.cell(NO_FLAWS, changes=(short,))
        plan = protocol_of(gentle(making, 4))
        yield _scenario("fresh", f"{share:g} R_bulk from the start", cell, plan, onset_s=0.0)


def _healing(making: Making) -> Iterator[Scenario]:
    """The path burns through: before the spectrum that is to confirm it, or after it."""
    for share, name, after_s in ((0.5, "before", 150.0), (1.0, "after", 800.0)):
        onset_s = ONSET_S + 200.0
        short = Change(at_s=onset_s, short_ohm=share * making.bulk_ohm)
        cell = making.cell(NO_FLAWS, stack_pressure_pa=2e7, changes=(short,))

        def burn(cell: SymmetricCell, from_s: float = onset_s + after_s) -> None:
            if cell.short.exists and cell.time_s > from_s:
                cell.short.burn_through()

        plan = protocol_of(gentle(making, 6))
        kind = f"{share:g} R_bulk, gone {name} the spectrum"
        yield _scenario("heals", kind, cell, plan, onset_s=onset_s, act=burn)


def _every_minute(end_s: float, kelvin: Callable[[float], float]) -> tuple[Change, ...]:
    times = np.arange(ONSET_S, end_s, 60.0)
    return tuple(Change(at_s=float(t), temperature_k=kelvin(float(t - ONSET_S))) for t in times)


def _benign(making: Making) -> Iterator[Scenario]:
    plan = protocol_of(gentle(making, 7))
    end_s = 25_000.0
    hard = 2e7

    def still(kind: str, **more) -> Scenario:
        cell = more.pop("cell", None) or making.cell(NO_FLAWS, stack_pressure_pa=hard)
        return _scenario("benign", kind, cell, more.pop("plan", plan), **more)

    yield still("healthy")
    yield still("interface activation 44 -> 4 Ω cm²", cell=making.cell(STILL), act=_activate)
    ramp = _every_minute(end_s, lambda t: 298.15 + 10 * min(1.0, t / 7200))
    step = _every_minute(end_s, lambda t: 298.15 + 10 * -math.expm1(-t / 600))
    wave = _every_minute(end_s, lambda t: 298.15 + 3 * math.sin(2 * math.pi * t / 3600))
    hot = _every_minute(end_s, _oven_k)
    yield still("+10 K in 2 h", cell=making.cell(NO_FLAWS, changes=ramp))
    yield still("+10 K step, 10 min lag", cell=making.cell(NO_FLAWS, changes=step))
    yield still("sine of 3 K in 1 h", cell=making.cell(NO_FLAWS, changes=wave))
    yield still(OVEN, cell=making.cell(NO_FLAWS, changes=hot))
    yield still("pressure 3 -> 20 MPa", cell=_pressed(making, (0.6, 4.0)))
    yield still("pressure lost and re-torqued", cell=_pressed(making, (1.0, 0.4, 1.0)))
    yield still("lithium creeps into voids", cell=_creeping(making))
    yield still("range switches", distortion=_range_switches)
    yield still("missed readings", distortion=_missed)
    yield still("mains pickup 3 mV", faults=Faults(pickup_v=3e-3, mains_hz=49.97))
    bad = tuple((ONSET_S + 1000.0 * n, 400.0, 20.0) for n in range(12))
    yield still("probe contact comes and goes, 20 Ω", faults=Faults(probe_contacts=bad))
    early = ((0.0, ONSET_S + 300.0, 20.0),)
    yield still("bad probe contact until it is better", faults=Faults(probe_contacts=early))
    yield still("compliance clamp", plan=protocol_of(gentle(making, 9), _clamp_v(making)))


def _oven_k(after_s: float) -> float:
    """To 60 °C for less than two hours, and back, each with a lag of 20 min."""
    warm = 35 * -math.expm1(-min(after_s, 6000.0) / 1200)
    return 298.15 + warm * math.exp(-max(0.0, after_s - 6000.0) / 1200)


def _activate(cell: SymmetricCell) -> None:
    """Both interfaces: from 44 to 4 ohm cm2 over two hours; in sum, half of it on either side."""
    share = min(1.0, max(0.0, cell.time_s - 3600.0) / 7200.0)
    for contact in cell.contacts:
        contact.interphase_ohm_m2 = (44e-4 - 40e-4 * share) / 2


def _pressed(making: Making, parts: tuple[float, ...]) -> SymmetricCell:
    """Voids live; the pressure goes through these shares of the usual, 2 h each."""
    changes = tuple(
        Change(at_s=ONSET_S + 7200.0 * n, stack_pressure_pa=share * making.pressure_pa)
        for n, share in enumerate(parts[1:])
    )
    return making.cell(ONLY_VOIDS, stack_pressure_pa=parts[0] * making.pressure_pa, changes=changes)


def _creeping(making: Making) -> SymmetricCell:
    """Contact begins at 60 % and is made good within hours."""
    cell = making.cell(replace(ONLY_VOIDS, interphase_growth=False))
    for contact in cell.contacts:
        contact.void_c_m2 = 1300.0
    return cell


def _clamp_v(making: Making) -> float:
    """What the last steps of the gentle test reach."""
    cell = making.cell(NO_FLAWS)
    total_ohm = float(cell.elements()[0].sum())
    return total_ohm * 10 * making.low_ma_cm2 * 1.25 * 0.785e-4


def _range_switches(at_s: float, v: float, i: float, chance: np.random.Generator) -> Seen | None:
    """Each quarter of an hour up to three readings are of another current, and some of no sense."""
    within = at_s % 900.0
    if within < 10.0 * (1 + int(at_s // 900) % 3):
        share = chance.uniform(0.2, 1.1)
        return share * v, share * i
    if 450.0 <= within < 460.0:
        return chance.uniform(0.3, 1.5) * v, i
    gain = 1.003 if int(at_s // 900) % 2 else 1.0
    return gain * v, i


def _missed(at_s: float, v: float, i: float, chance: np.random.Generator) -> Seen | None:
    return None if chance.random() < 0.3 or at_s % 1500.0 < 200.0 else (v, i)


def _arguable(making: Making) -> Iterator[Scenario]:
    jump = Change(at_s=ONSET_S + 200.0, temperature_k=308.15)
    cell = making.cell(NO_FLAWS, changes=(jump,))
    plan = protocol_of(gentle(making, 8))
    yield _scenario("labelled", "+10 K within one reading, no thermometer", cell, plan)
    weak = Change(at_s=0.0, short_ohm=3 * making.bulk_ohm)
    cell = making.cell(NO_FLAWS, changes=(weak,))
    yield _scenario("labelled", "3 R_bulk from the start", cell, plan, onset_s=0.0)
    drained = _pressed(making, (4.0, 0.2, 0.2))
    yield _scenario("labelled", "pressure 20 -> 1 MPa: voids", drained, plan)


KINDS = (_abrupt, _gradual, _contact, _fresh, _healing, _benign, _arguable)
