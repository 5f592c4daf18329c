"""Sound cells with a trap for the judge of a critical-current test, and arguable cells."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from critical_current_scenario import (
    NO_FLAWS,
    ONLY_VOIDS,
    ONSET_S,
    Making,
    Scenario,
    Seen,
    gentle,
    protocol_of,
    scenario_of,
)
from solidcell.drivers.simulated.cell import Change, SymmetricCell
from solidcell.drivers.simulated.front_end import Faults
from solidcell.drivers.simulated.lithium_contact import Options

OVEN = "25 -> 60 -> 25 °C"
_STILL = Options(contact_loss=False, dendrites=False, interphase_growth=False)


def benign(making: Making) -> Iterator[Scenario]:
    plan = protocol_of(gentle(making, 7))
    end_s = 25_000.0
    hard = 2e7

    def still(kind: str, **more) -> Scenario:
        cell = more.pop("cell", None) or making.cell(NO_FLAWS, stack_pressure_pa=hard)
        return scenario_of("benign", kind, cell, more.pop("plan", plan), **more)

    yield still("healthy")
    yield still("interface activation 44 -> 4 Ω cm²", cell=making.cell(_STILL), act=_activate)
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


def arguable(making: Making) -> Iterator[Scenario]:
    jump = Change(at_s=ONSET_S + 200.0, temperature_k=308.15)
    cell = making.cell(NO_FLAWS, changes=(jump,))
    plan = protocol_of(gentle(making, 8))
    yield scenario_of("labelled", "+10 K within one reading, no thermometer", cell, plan)
    weak = Change(at_s=0.0, short_ohm=3 * making.bulk_ohm)
    cell = making.cell(NO_FLAWS, changes=(weak,))
    yield scenario_of("labelled", "3 R_bulk from the start", cell, plan, onset_s=0.0)
    drained = _pressed(making, (4.0, 0.2, 0.2))
    yield scenario_of("labelled", "pressure 20 -> 1 MPa: voids", drained, plan)


def _every_minute(end_s: float, kelvin: Callable[[float], float]) -> tuple[Change, ...]:
    times = np.arange(ONSET_S, end_s, 60.0)
    return tuple(Change(at_s=float(t), temperature_k=kelvin(float(t - ONSET_S))) for t in times)


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
