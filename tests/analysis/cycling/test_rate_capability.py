"""Rate capability: blocks of one current, and the ohmic share against the simulated cell."""

import numpy as np
import pytest
from solidcell.analysis.cycling.cycles import Meter, cycles_of
from solidcell.analysis.cycling.half_cycles import half_cycles
from solidcell.analysis.cycling.rate_capability import (
    asr_from_spectrum,
    asr_from_steps,
    rate_capability,
)
from solidcell.drivers.simulated.full_cell.cell import NONE, FullCell
from support.full_cell_lab import AREA_M2, FullCellLab
from support.half_cycles import cycle


@pytest.fixture(scope="module")
def lab() -> FullCellLab:
    made = FullCellLab(FullCell(ageing=NONE, charge_fraction=0.1))
    for rate_c in (0.5, 2.0, 0.5):
        made.rest(1200.0, 300.0)
        made.drive(rate_c, 4.3, 60.0)
        made.rest(1200.0, 300.0)
        made.drive(-rate_c, 3.0, 15.0)
    return made


def test_cycles_at_one_current_are_one_block() -> None:
    cycles = [cycle(k, 100.0 - k) for k in range(3)]
    cycles += [cycle(3 + k, 60.0 + k, current_a=4.0) for k in range(3)]
    cycles += [cycle(6, 95.0)]
    found = rate_capability(cycles, 1e-4)
    assert [point.n for point in found.points] == [3, 3, 1]
    assert [point.capacity.value for point in found.points] == [99.0, 61.0, 95.0]
    assert [point.current_density_a_m2 for point in found.points] == [1e4, 4e4, 1e4]
    assert found.recovered.value == pytest.approx(95 / 99)
    assert found.points[0].capacity.standard_error == pytest.approx(1 / np.sqrt(3))
    assert found.points[2].capacity.standard_error is None


def test_a_share_is_as_uncertain_as_both_capacities_that_it_is_made_of() -> None:
    """61 (n = 3, s = 1) over 99 (n = 3, s = 1), each s / sqrt 3: by hand 0.00685."""
    cycles = [cycle(k, 100.0 - k) for k in range(3)]
    cycles += [cycle(3 + k, 60.0 + k, current_a=4.0) for k in range(3)]
    first, fast = rate_capability(cycles, 1e-4).points
    assert first.relative.standard_error == 0
    by_hand = 61 / 99 * np.hypot(1 / np.sqrt(3) / 61, 1 / np.sqrt(3) / 99)
    assert fast.relative.standard_error == pytest.approx(by_hand)


def test_a_share_of_single_cycles_has_the_error_of_their_readings_and_of_the_offset() -> None:
    """Discharges of 100 s and 15 s: 1 mA of offset adds 0.1 C to one and 0.015 C to the other."""
    cycles = [cycle(0, 100.0, sampling_c=0.5), cycle(1, 60.0, current_a=4.0, sampling_c=1.2)]
    share = rate_capability(cycles, 1e-4).points[1].relative
    assert share.standard_error == pytest.approx(0.6 * np.hypot(0.5 / 100, 1.2 / 60))
    drifting = Meter(current_offset_a=1e-3)
    wider = rate_capability(cycles, 1e-4, None, drifting).points[1].relative.standard_error
    shifted = (60.0 + 0.015) / (100.0 + 0.1) - 0.6
    assert np.sqrt(wider**2 - share.standard_error**2) == pytest.approx(abs(shifted), rel=2e-3)


def test_a_capacity_of_one_cycle_has_the_error_of_its_readings_and_of_the_meter() -> None:
    """100 C in 100 s: 0.5 C of sampling, 1 % of gain, 1 mA of offset; by hand."""
    cycles = [cycle(0, 100.0, sampling_c=0.5), cycle(1, 60.0, current_a=4.0, sampling_c=1.2)]
    slow, fast = rate_capability(cycles, 1e-4).points
    assert slow.capacity.standard_error == pytest.approx(0.5)
    assert fast.capacity.standard_error == pytest.approx(1.2)
    meter = Meter(current_gain=0.01, current_offset_a=1e-3)
    told = rate_capability(cycles, 1e-4, None, meter).points[0].capacity
    assert told.standard_error == pytest.approx(np.sqrt(0.5**2 + 1.0**2 + 0.1**2))


def test_one_current_is_no_rate_test() -> None:
    with pytest.raises(ValueError, match="all whole discharges went at one current"):
        rate_capability([cycle(k, 100.0, current_a=1.0 + 0.01 * k) for k in range(3)], 1e-4)
    with pytest.raises(ValueError, match="must be > 0"):
        rate_capability([cycle(0, 100.0)], 0.0)


def test_the_ohmic_share_is_what_the_simulated_resistance_costs(lab) -> None:
    cycles = cycles_of(half_cycles(lab.stretches()))
    steps = asr_from_steps(cycles, AREA_M2)
    charged = FullCell(ageing=NONE, charge_fraction=0.9)
    truth = charged.impedance(np.array([0.1]))[0].real * AREA_M2
    assert steps.value == pytest.approx(truth, rel=0.2)  # charge transfer bends with the current
    found = rate_capability(cycles, AREA_M2, steps.value)
    fast = found.points[1]
    assert fast.ohmic_v == pytest.approx(fast.current_density_a_m2 * steps.value)
    assert 0.6 < fast.ohmic_share < 1.1
    assert fast.relative.value < 0.8
    assert found.recovered.value == pytest.approx(1.0, abs=0.02)
    assert found.points[0].ohmic_share is None  # the slowest is the measure of all others


def test_a_spectrum_gives_the_resistance_where_diffusion_begins(lab) -> None:
    hertz = np.logspace(5, -3, 65)
    areal, at_hz = asr_from_spectrum(hertz, lab.cell.impedance(hertz), AREA_M2)
    middle = lab.cell.impedance(np.array([at_hz]))[0].real * AREA_M2
    assert 0.05 < at_hz < 100
    assert areal == pytest.approx(middle)
    with pytest.raises(ValueError, match="no minimum"):
        asr_from_spectrum(hertz, 10.0 + 1 / (1j * hertz), AREA_M2)


def test_there_is_no_step_without_a_rest() -> None:
    with pytest.raises(ValueError, match="no discharge follows a rest"):
        asr_from_steps([cycle(0, 100.0)], 1e-4)
