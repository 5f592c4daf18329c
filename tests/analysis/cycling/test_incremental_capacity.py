"""dQ/dV: no charge is lost, and a slow discharge gives back the slope of the table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.cycling.half_cycles import half_cycles
from solidcell.analysis.cycling.incremental_capacity import incremental_capacity, of_half_cycle
from solidcell.drivers.simulated.full_cell.materials import NMC
from support.full_cell_lab import FullCellLab


@given(
    st.lists(st.floats(3.0, 4.3), min_size=5, max_size=60),
    st.lists(st.floats(0.0, 2.0), min_size=5, max_size=60),
    st.floats(1e-3, 5e-2),
)
@settings(max_examples=25)
def test_the_bins_hold_the_whole_charge(volts, steps, bin_v) -> None:
    volts = np.array([2.9, *volts, 4.4])
    charge = np.cumsum(np.resize(steps, volts.size))
    found = incremental_capacity(volts, charge, bin_v=bin_v)
    assert (found.capacity_c_per_v * bin_v).sum() == pytest.approx(charge[-1] - charge[0])


def test_a_straight_line_has_one_slope() -> None:
    found = incremental_capacity(np.linspace(3, 4, 57), np.linspace(0, 50, 57), bin_v=0.04)
    assert found.capacity_c_per_v[1:-1] == pytest.approx(50.0)


def test_a_slow_charge_gives_back_the_slope_of_the_table() -> None:
    lab = FullCellLab()
    lab.drive(0.05, 4.25, 300.0)
    (half,) = half_cycles(lab.stretches())
    found = of_half_cycle(half, bin_v=0.02)
    inner = (found.voltage_v > 3.65) & (found.voltage_v < 4.2)
    drop_v = 0.007  # what a twentieth of C costs
    fraction = np.array([NMC.potential.fraction_at(v - drop_v) for v in found.voltage_v[inner]])
    slope = np.array([NMC.potential.slope(float(x)) for x in fraction])
    expected = lab.cell.capacity_c / slope
    off = found.capacity_c_per_v[inner] / expected - 1
    assert np.median(np.abs(off)) < 0.02


def test_nothing_is_smoothed_unless_asked_for() -> None:
    volts = np.linspace(3, 4, 200)
    charge = np.cumsum(np.where((volts > 3.5) & (volts < 3.52), 10.0, 0.1))
    plain = incremental_capacity(volts, charge, bin_v=0.01)
    smooth = incremental_capacity(volts, charge, bin_v=0.01, smooth_v=0.03)
    assert plain.smoothed_v == 0.0
    assert plain.peak_v == pytest.approx(3.51, abs=0.01)
    assert smooth.capacity_c_per_v.max() < 0.6 * plain.capacity_c_per_v.max()
    assert smooth.capacity_c_per_v.sum() == pytest.approx(plain.capacity_c_per_v.sum(), rel=0.02)


def test_what_passed_in_a_hold_is_left_out() -> None:
    lab = FullCellLab()
    lab.drive(1.0, 4.3)
    lab.hold(4.3, 0.2)
    (half,) = half_cycles(lab.stretches())
    counted_c = (of_half_cycle(half).capacity_c_per_v * 5e-3).sum()
    driven_c = half.capacity_c * (1 - half.held_share) - half.charge_c[0]  # up to the first reading
    assert counted_c == pytest.approx(driven_c, rel=1e-9)


@pytest.mark.parametrize(
    ("volts", "bin_v", "words"),
    [
        ([3.0, 3.1], 0.01, "3 or more readings"),
        ([3.0, 3.1, 3.2], 0.0, "must be > 0"),
        ([3.0, 3.001, 3.002], 0.01, "less than 3 bins"),
    ],
)
def test_what_cannot_be_counted_is_refused(volts, bin_v, words) -> None:
    with pytest.raises(ValueError, match=words):
        incremental_capacity(volts, np.arange(len(volts)), bin_v=bin_v)
