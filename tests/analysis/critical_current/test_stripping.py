"""The critical stripping current, against the replenishment that the simulated cell hides."""

import numpy as np
import pytest
from solidcell.analysis.critical_current.half_cycles import HalfCycle, half_cycle_features
from solidcell.analysis.critical_current.stripping import stripping_limits
from solidcell.drivers.simulated.cell import SymmetricCell
from solidcell.drivers.simulated.lithium_contact import Options
from solidcell.drivers.simulated.network import Drive
from solidcell.drivers.simulated.presets import material

AREA_M2 = 1e-4
HOUR_S = np.arange(40.0, 3601.0, 40.0)


def stripped_one_way(stack_pressure_pa: float, densities_ma_cm2) -> list[HalfCycle]:
    cell = SymmetricCell(
        material("LPSCl"), stack_pressure_pa=stack_pressure_pa, options=Options(dendrites=False)
    )
    noise = np.random.default_rng(1)
    found = []
    for density in densities_ma_cm2:
        current_a = 10 * density * cell.area_m2
        course = [cell.advance(40.0, Drive("current", current_a)).voltage_v for _ in HOUR_S]
        seen = np.array(course) + 1e-4 * noise.standard_normal(HOUR_S.size)
        half = half_cycle_features(HOUR_S, seen, np.full(HOUR_S.size, current_a), cell.area_m2)
        assert half is not None
        found.append(half)
    return found


def half_cycle(density_ma_cm2: float, shape) -> HalfCycle:
    x = HOUR_S / 3600.0
    noise = 2e-5 * np.random.default_rng(2).standard_normal(x.size)
    voltage_v = 6e-3 * density_ma_cm2 * (1 + shape(x)) + np.sign(density_ma_cm2) * noise
    current_a = np.full(x.size, 10 * density_ma_cm2 * AREA_M2)
    half = half_cycle_features(HOUR_S, voltage_v, current_a, AREA_M2)
    assert half is not None
    return half


@pytest.mark.parametrize(("stack_pressure_pa", "replenishment_ma_cm2"), [(3e6, 0.23), (5e6, 0.558)])
def test_the_interval_holds_the_replenishment_of_the_cell(stack_pressure_pa, replenishment_ma_cm2):
    densities = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
    (limit,) = stripping_limits(stripped_one_way(stack_pressure_pa, densities))
    assert limit.electrode == "working"
    assert limit.passed_ma_cm2 < replenishment_ma_cm2 <= limit.failed_ma_cm2
    assert limit.failed_ma_cm2 - limit.passed_ma_cm2 < 0.31


def test_an_interphase_that_grows_by_diffusion_is_no_stripping_limit():
    halves = [half_cycle(s * j, lambda x: 0.2 * np.sqrt(x)) for j in (2, 3, 4) for s in (1, -1)]
    for limit in stripping_limits(halves):
        assert limit.failed_ma_cm2 is None
        assert "cannot be told apart" in limit.evidence


def test_one_bend_alone_is_no_limit_and_its_step_has_not_passed():
    shapes = [lambda x: 0 * x, lambda x: 0.1 * x**3, lambda x: 0 * x, lambda x: 0 * x]
    halves = [half_cycle(j, shape) for j, shape in zip((2, 3, 4, 5), shapes, strict=True)]
    (limit,) = stripping_limits(halves)
    assert (limit.passed_ma_cm2, limit.failed_ma_cm2) == (2.0, None)


def test_each_direction_tells_of_the_electrode_that_it_strips():
    def opening(size):
        return lambda x: size * x**3

    halves = []
    for n, j in enumerate((2, 3, 4, 5)):
        halves += [half_cycle(j, opening(0)), half_cycle(-j, opening(0.1 * n))]
    working, counter = stripping_limits(halves)
    assert (working.electrode, working.failed_ma_cm2) == ("working", None)
    assert (counter.passed_ma_cm2, counter.failed_ma_cm2) == (2.0, 3.0)
    assert "counter electrode at 3 mA/cm²" in counter.evidence


def test_a_single_stripping_tells_nothing():
    assert stripping_limits([half_cycle(2, lambda x: x**3)]) == ()
