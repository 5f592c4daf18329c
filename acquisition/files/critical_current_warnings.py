"""What makes the result of a critical-current test hard to compare; no reason to refuse it."""

from collections.abc import Iterator
from typing import Final

from .protocol_critical_current import CriticalCurrentTest
from .protocol_settings import LITHIUM_UM_PER_MAH_CM2

CAPACITY_TRAP_MAH_CM2: Final = 0.5
HALF_CYCLE_MIN_S: Final = 60.0
COARSE_INCREMENT_MA_CM2: Final = 0.2
DEPTH_OF_DISCHARGE_LOW: Final = 0.1


def comparability_warnings(
    test: CriticalCurrentTest, lithium_thickness_um: float | None
) -> Iterator[str]:
    """Yield one sentence for each; the lithium of the cell is counted where it is known."""
    if test.ramp is not None:
        yield from _ramp_warnings(test, lithium_thickness_um)
        return
    yield from _capacity_warnings(test, lithium_thickness_um)
    yield from _ladder_warnings(test)
    if test.direction != "both":
        yield from _one_way_warnings(test, lithium_thickness_um)


def _capacity_warnings(
    test: CriticalCurrentTest, lithium_thickness_um: float | None
) -> Iterator[str]:
    densities = test.current_densities_ma_cm2()
    charges = [test.duration_s(j) / 3600.0 * j for j in densities]
    moved_um = [LITHIUM_UM_PER_MAH_CM2 * charge for charge in charges]
    if charges[0] < CAPACITY_TRAP_MAH_CM2:
        which = "each half-cycle" if test.capacity_mah_cm2 else "a half-cycle of the first step"
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


def _ladder_warnings(test: CriticalCurrentTest) -> Iterator[str]:
    densities = test.current_densities_ma_cm2()
    shortest_s = test.duration_s(densities[-1])
    if shortest_s < HALF_CYCLE_MIN_S:
        yield (
            f"half-cycles at {densities[-1]:g} mA/cm² last {shortest_s:.3g} s; below "
            f"{HALF_CYCLE_MIN_S:g} s they show the double layer rather than the lithium"
        )
    if (steps := test.steps) is not None:
        if steps.increment_ma_cm2 > COARSE_INCREMENT_MA_CM2:
            yield (
                f"steps of {steps.increment_ma_cm2:g} mA/cm² are coarse: the critical current is "
                "only known between two steps, and coarse steps make it come out too high"
            )
        if steps.stop_ma_cm2 - densities[-1] > 1e-6:
            yield (
                f"the last step is {densities[-1]:g} mA/cm², since the next one would exceed stop "
                f"({steps.stop_ma_cm2:g} mA/cm²)"
            )
    formation = test.formation
    if formation is not None and formation.current_density_ma_cm2 > densities[0]:
        yield (
            f"formation at {formation.current_density_ma_cm2:g} mA/cm² is harder on the cell than "
            f"the first step at {densities[0]:g} mA/cm²"
        )


def _one_way_warnings(
    test: CriticalCurrentTest, lithium_thickness_um: float | None
) -> Iterator[str]:
    """In one direction all steps strip the same electrode, whose lithium is not given back."""
    densities = test.current_densities_ma_cm2()
    charges = (test.duration_s(j) / 3600.0 * j for j in densities)
    cycles = test.cycles_per_step if test.life is None else test.life.cycles_max
    yield from _stripped_warnings(sum(charges) * cycles, lithium_thickness_um)


def _ramp_warnings(test: CriticalCurrentTest, lithium_thickness_um: float | None) -> Iterator[str]:
    ramp = test.ramp
    if ramp is None:
        return
    hours = (ramp.stop_ma_cm2 - ramp.start_ma_cm2) / ramp.ramp_ma_cm2_min / 60.0
    mean_ma_cm2 = 0.5 * (ramp.start_ma_cm2 + ramp.stop_ma_cm2)
    yield (
        f"a ramp of {ramp.ramp_ma_cm2_min:g} mA/cm²/min gives a critical current that depends on "
        "its rate: compare it only with ramps as fast"
    )
    yield from _stripped_warnings(hours * mean_ma_cm2, lithium_thickness_um)


def _stripped_warnings(charge_mah_cm2: float, lithium_thickness_um: float | None) -> Iterator[str]:
    stripped_um = LITHIUM_UM_PER_MAH_CM2 * charge_mah_cm2
    if lithium_thickness_um is not None and stripped_um > lithium_thickness_um:
        yield (
            f"in one direction the whole test strips {stripped_um:.3g} µm of lithium, but the "
            f"electrode has {lithium_thickness_um:g} µm: it will run out before the last step"
        )
