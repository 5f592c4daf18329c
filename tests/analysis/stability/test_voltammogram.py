import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.stability.baseline import quiet_baseline
from solidcell.analysis.stability.onset import onset_by_tangent, onset_by_threshold
from solidcell.analysis.stability.reference_shift import shift_to_lithium
from solidcell.analysis.stability.sweeps import Sweep, sweeps_of
from solidcell.analysis.stability.voltammogram import read_sweep, window_of

AREA_M2 = 0.785e-4
RATE_V_S = 1e-4


def exponential_sweep(
    onset_v: float = 4.0,
    slope_v: float = 0.05,
    start_v: float = 2.0,
    end_v: float = 4.6,
    noise: float = 2e-4,
    seed: int = 0,
) -> Sweep:
    """10 uA/cm2 beyond the baseline of 1 uA/cm2 at ``onset_v``; either direction."""
    direction = 1 if end_v > start_v else -1
    potential = np.linspace(start_v, end_v, 1301)
    beyond = 0.1 * np.exp(direction * (potential - onset_v) / slope_v)
    density = direction * (0.01 + beyond) + np.random.default_rng(seed).normal(0, noise, 1301)
    return Sweep(direction, np.abs(potential - start_v) / RATE_V_S, potential, density)


@settings(max_examples=25)
@given(onset=st.floats(3.2, 4.3), slope=st.floats(0.02, 0.08), seed=st.integers(0, 1000))
def test_the_threshold_finds_where_the_current_passes_it_within_its_doubt(
    onset, slope, seed
) -> None:
    sweep = exponential_sweep(onset, slope, seed=seed)
    found = onset_by_threshold(sweep, quiet_baseline(sweep)).potential
    assert found is not None
    assert abs(found.value - onset) < 5 * found.standard_error
    assert found.standard_error < 0.003


@pytest.mark.parametrize("per_stair", [1, 4])
def test_no_onset_is_told_finer_than_the_step_from_reading_to_reading_allows(per_stair) -> None:
    step_v = 2.6 / 1300
    smooth = exponential_sweep(noise=1e-6)
    stairs = [np.repeat(each, per_stair) for each in (smooth.potential_v, smooth.time_s)]
    density = np.repeat(smooth.current_density_a_m2, per_stair)
    sweep = Sweep(1, stairs[1] + np.tile(np.arange(per_stair), 1301) * 1e-3, stairs[0], density)
    for read in (onset_by_threshold, onset_by_tangent):
        found = read(sweep, quiet_baseline(sweep)).potential
        assert found.standard_error >= 0.999 * step_v / math.sqrt(12)
    by_threshold = onset_by_threshold(sweep, quiet_baseline(sweep)).potential
    assert by_threshold.standard_error < 2 * step_v / math.sqrt(12)


def test_a_falling_sweep_reads_the_reduction() -> None:
    sweep = exponential_sweep(1.2, 0.05, start_v=2.5, end_v=0.6)
    found = onset_by_threshold(sweep, quiet_baseline(sweep)).potential
    assert found is not None
    assert found.value == pytest.approx(1.2, abs=0.003)


def test_a_tenfold_threshold_moves_the_onset_by_the_slope_of_the_current() -> None:
    sweep = exponential_sweep(3.9, 0.05)
    low, high = (onset_by_threshold(sweep, quiet_baseline(sweep), each) for each in (0.1, 1.0))
    assert high.potential.value - low.potential.value == pytest.approx(
        0.05 * math.log(10), abs=2e-3
    )


def test_a_current_that_never_passes_the_threshold_is_a_window_wider_than_swept() -> None:
    sweep = exponential_sweep(6.0)
    found = onset_by_threshold(sweep, quiet_baseline(sweep))
    assert found.potential is None
    assert "window wider than swept: the current never exceeds 10 µA/cm²" in found.refused
    assert "4.600 V" in found.refused


@pytest.mark.parametrize(
    ("start_v", "end_v", "words"),
    [
        (2.0, 4.6, r"is cathodic from (3.99|4.00)\d V on, in a sweep towards oxidation"),
        (5.5, 3.4, r"is anodic from (3.99|4.00)\d V on, in a sweep towards reduction"),
    ],
)
def test_a_current_of_reversed_sign_is_no_window_wider_than_swept(start_v, end_v, words) -> None:
    sweep = exponential_sweep(4.0, start_v=start_v, end_v=end_v, noise=1e-5)
    reversed_sign = replace(sweep, current_density_a_m2=-sweep.current_density_a_m2)
    found = onset_by_threshold(reversed_sign, quiet_baseline(reversed_sign))
    assert found.potential is None
    assert re.search(words, found.refused)
    assert "wider than swept" not in found.refused
    kind = "anodic" if end_v > start_v else "cathodic"
    tangent = onset_by_tangent(reversed_sign, quiet_baseline(reversed_sign))
    assert f"no {kind} current rises above five times" in tangent.refused


def test_a_single_spike_is_no_onset() -> None:
    sweep = exponential_sweep(6.0)
    sweep.current_density_a_m2[700:702] = 1.0
    assert onset_by_threshold(sweep, quiet_baseline(sweep)).potential is None


def test_a_current_beyond_the_threshold_from_the_first_is_refused() -> None:
    sweep = exponential_sweep(4.0)
    found = onset_by_threshold(sweep, quiet_baseline(sweep), from_v=4.2)
    assert found.potential is None
    assert "from the first, at 4.2" in found.refused


def test_the_tangent_of_a_straight_rise_meets_the_baseline_at_its_foot() -> None:
    potential = np.linspace(2, 4, 1001)
    density = 0.02 + 2.0 * np.clip(potential - 3.1, 0, None)
    density += np.random.default_rng(1).normal(0, 1e-3, potential.size)
    sweep = Sweep(1, (potential - 2) / RATE_V_S, potential, density)
    found = onset_by_tangent(sweep, quiet_baseline(sweep)).potential
    assert found.value == pytest.approx(3.1, abs=3 * found.standard_error)
    assert found.standard_error < 0.005


def test_a_current_that_only_bends_upwards_has_a_doubtful_tangent() -> None:
    straight = exponential_sweep(4.0, 0.05)
    found = onset_by_tangent(straight, quiet_baseline(straight)).potential
    assert found.standard_error > 0.01


def test_a_flat_sweep_has_no_tangent() -> None:
    sweep = exponential_sweep(9.0, noise=1e-3)
    assert "five times the noise" in onset_by_tangent(sweep, quiet_baseline(sweep)).refused


def test_the_charge_of_a_gaussian_peak_is_its_area() -> None:
    """10 mC/cm2 under a peak of 40 mV at 0.1 mV/s, on a capacitance of 0.2 mF/cm2."""
    potential = np.linspace(1.5, 3.5, 4001)
    peak = 100.0 * RATE_V_S * np.exp(-(((potential - 2.6) / 0.04) ** 2) / 2) / (0.04 * 2.5066283)
    density = peak + 2.0 * RATE_V_S + np.random.default_rng(3).normal(0, 1e-5, potential.size)
    sweep = Sweep(1, (potential - 1.5) / RATE_V_S, potential, density)
    read = read_sweep(sweep)
    charge = read.oxidation_charge
    assert charge.value == pytest.approx(100.0, abs=4 * charge.standard_error)
    assert charge.standard_error < 1.0
    assert read.reduction_charge.value < 0.5
    assert read.baseline.capacitance_f_m2 == pytest.approx(2.0, rel=0.02)
    assert read.by_tangent.potential.value == pytest.approx(2.6 - 2 * 0.04, abs=0.02)


def test_a_small_current_long_before_the_threshold_is_pointed_at() -> None:
    """A peak of 5 uA/cm2 at 2.4 V, and 10 uA/cm2 only at 4 V: as on a planar electrode."""
    sweep = exponential_sweep(4.0, 0.15)
    sweep.current_density_a_m2[:] += 0.05 * np.exp(-(((sweep.potential_v - 2.4) / 0.05) ** 2) / 2)
    (warning,) = window(sweep).warnings
    assert "put the onset of oxidation 1.7" in warning
    assert "a small current begins long before" in warning


def window(*sweeps: Sweep, electrode_type="composite", **more):
    return window_of([read_sweep(each) for each in sweeps], electrode_type, **more)


def test_the_window_lies_between_both_onsets() -> None:
    up, down = exponential_sweep(4.0), exponential_sweep(1.2, start_v=2.5, end_v=0.6)
    found = window(up, down, all_fresh=True)
    assert found.width.value == pytest.approx(2.8, abs=0.005)
    assert not found.warnings


def test_a_planar_electrode_is_always_said_to_read_too_wide() -> None:
    assert "too wide" in window(exponential_sweep(), electrode_type="planar").warnings[0]


def test_a_side_measured_after_the_other_is_said_to_show_products_too() -> None:
    up = exponential_sweep(4.0)
    down = exponential_sweep(1.2, start_v=2.5, end_v=0.6)
    later = Sweep(-1, down.time_s + up.time_s[-1] + 1, down.potential_v, down.current_density_a_m2)
    (warning,) = window(up, later).warnings
    assert warning.startswith("the reduction was measured on a cell that had passed its oxidation")


@pytest.mark.parametrize(
    ("sweeps", "reason"),
    [
        ([exponential_sweep(4.0)], "no sweep towards reduction"),
        (
            [exponential_sweep(9.0), exponential_sweep(1.2, start_v=2.5, end_v=0.6)],
            "oxidation: window wider than swept",
        ),
        (
            [exponential_sweep(2.4), exponential_sweep(2.8, start_v=4.0, end_v=2.6)],
            "below the onset of reduction",
        ),
    ],
)
def test_a_window_that_was_not_seen_is_refused_with_the_reason(sweeps, reason) -> None:
    found = window(*sweeps)
    assert found.width is None
    assert reason in found.refused


def test_an_electrode_that_is_neither_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: planar, composite"):
        window(exponential_sweep(), electrode_type="flat")


@settings(max_examples=20)
@given(
    turns=st.lists(st.floats(0.3, 4.0), min_size=2, max_size=6),
    noise=st.floats(0, 5e-4),
    seed=st.integers(0, 99),
)
def test_a_voltammogram_is_cut_where_its_potential_turns(turns, noise, seed) -> None:
    corners = [2.0]
    for number, size in enumerate(turns):
        corners.append(corners[-1] + (size if number % 2 == 0 else -size))
    legs = [np.linspace(a, b, 200, endpoint=False) for a, b in pairwise(corners)]
    potential = np.concatenate(legs) + np.random.default_rng(seed).normal(0, noise, 200 * len(legs))
    time_s = np.arange(potential.size, dtype=float)
    found = sweeps_of(time_s, potential, np.zeros_like(potential), AREA_M2)
    assert [each.direction for each in found] == [1 - 2 * (n % 2) for n in range(len(turns))]
    for number, each in enumerate(found):
        assert abs(each.potential_v[-1] - corners[number + 1]) < 0.03


@pytest.mark.parametrize(
    ("time_s", "potential_v", "area_m2", "message"),
    [
        ([0, 1, 2], [1, 2], 1e-4, "must have one length"),
        ([0, 1, 2], [1, 2, 3], 0.0, "area_m2 is 0"),
        ([0, 2, 1], [1, 2, 3], 1e-4, "time_s falls from 2 s to 1 s"),
        ([0, 1, 2], [1, math.nan, 3], 1e-4, "potential_v is nan at reading 1"),
    ],
)
def test_what_is_no_voltammogram_is_refused(time_s, potential_v, area_m2, message) -> None:
    with pytest.raises(ValueError, match=message):
        sweeps_of(time_s, potential_v, np.zeros(len(time_s)), area_m2)


def test_lithium_indium_stands_062_volt_above_lithium_while_it_has_two_phases() -> None:
    assert shift_to_lithium("Li").shift.value == 0.0
    known = shift_to_lithium("Li-In", 0.4)
    assert (known.shift.value, known.warnings) == (0.62, ())
    assert "composition" in shift_to_lithium("Li-In").warnings[0]
    for poor in (0.0, 0.95, 1.3):
        with pytest.raises(ValueError, match="Li per In"):
            shift_to_lithium("Li-In", poor)
    with pytest.raises(ValueError, match="allowed: Li, Li-In"):
        shift_to_lithium("Ag/AgCl")
