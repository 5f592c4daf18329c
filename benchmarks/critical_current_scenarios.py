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

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from critical_current_scenario import (
    NO_FLAWS,
    ONLY_VOIDS,
    ONSET_S,
    Making,
    Scenario,
    gentle,
    protocol_of,
    rising,
    scenario_of,
)
from critical_current_traps import OVEN, arguable, benign
from solidcell.acquisition.plans.critical_current_settings import (
    CriticalCurrentSettings,
    Cycling,
    Ramp,
)
from solidcell.drivers.simulated.cell import Change, SymmetricCell
from solidcell.drivers.simulated.lithium_contact import Options
from solidcell.drivers.simulated.presets import PRESETS


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
        yield scenario_of("variant", f"one way, {name} working", making.cell(Options()), one_way)
    climb = Ramp(
        current_densities_a_m2=tuple(0.25 * (n + 1) for n in range(240)), step_s=30.0, direction=1
    )
    ramp = replace(protocol_of([]), ramp=climb)
    yield scenario_of("variant", "ramp of 0.05 mA/cm² a minute", making.cell(Options()), ramp)
    density = 1.1 * making.of.critical_scale_a_m2
    block = Cycling(current_density_a_m2=density, half_cycle_s=3600.0 / density, cycles=4)
    life = replace(protocol_of([block] * 10), phase="life")
    yield scenario_of("variant", "life at 1.1 of the scale", making.cell(Options()), life)


def _lives(making: Making) -> Iterator[Scenario]:
    of = making.of
    small = rising(of, capacity_mah_cm2=0.1, half_cycle_s=None)
    yield scenario_of(
        "life", "constant capacity 0.1 mAh/cm²", making.cell(Options()), protocol_of(small)
    )
    timed = rising(of, capacity_mah_cm2=None, half_cycle_s=1800.0)
    yield scenario_of("life", "constant time 0.5 h", making.cell(Options()), protocol_of(timed))


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
            yield scenario_of("abrupt", kind, cell, plan, onset_s=onset_s)


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
        yield scenario_of("gradual", f"tau {hours:g} h", cell, plan, onset_s=ONSET_S)


def _contact(making: Making) -> Iterator[Scenario]:
    for half_cycle_s in (1800.0, 3600.0):
        cell = making.cell(ONLY_VOIDS, stack_pressure_pa=0.1 * making.pressure_pa)
        plan = protocol_of(rising(making.of, capacity_mah_cm2=None, half_cycle_s=half_cycle_s))
        yield scenario_of(
            "contact", f"a tenth of the pressure, {half_cycle_s / 3600:g} h", cell, plan
        )


def _fresh(making: Making) -> Iterator[Scenario]:
    for share in (0.02, 0.2, 0.5):
        short = Change(at_s=0.0, short_ohm=share * making.bulk_ohm)
        cell = making.cell(NO_FLAWS, changes=(short,))
        plan = protocol_of(gentle(making, 4))
        yield scenario_of("fresh", f"{share:g} R_bulk from the start", cell, plan, onset_s=0.0)


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
        yield scenario_of("heals", kind, cell, plan, onset_s=onset_s, act=burn)


KINDS = (_abrupt, _gradual, _contact, _fresh, _healing, benign, arguable)
