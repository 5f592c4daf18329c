"""Retention and fade: the reference, the interval, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from solidcell.analysis.cycling.cycles import Cycle
from solidcell.analysis.cycling.retention import mean_of_replicates, retention
from support.half_cycles import cycle


def faded(n: int, fade: float, noise: float = 0.0, seed: int = 0) -> list[Cycle]:
    rng = np.random.default_rng(seed)
    return [cycle(k, 100.0 * (1 - fade * k) + noise * rng.normal()) for k in range(n)]


@given(st.floats(0.0, 5e-3), st.integers(6, 60))
@settings(max_examples=20)
def test_a_cell_that_fades_evenly_has_that_fade(fade, n) -> None:
    found = retention(faded(n, fade))
    assert found.retained[-1] == pytest.approx(1 - fade * (n - 1))
    assert found.fade_per_cycle.value == pytest.approx(-fade, abs=1e-12)


def test_the_interval_of_the_fade_holds_the_truth_as_often_as_it_says() -> None:
    hits = 0
    for seed in range(100):
        cycles = faded(25, 1e-3, noise=0.2, seed=seed)
        low, high = retention(cycles).fade_interval
        # the truth in units of the reference, which is noisy itself
        hits += low <= -1e-3 * 100 / cycles[0].discharge.capacity_c <= high
    assert 0.88 < hits / 100 < 0.995


def test_capacities_that_are_alike_to_a_reading_have_a_fade_known_no_better_than_they_are() -> None:
    def with_error(each: Cycle) -> Cycle:
        return replace(each, discharge=replace(each.discharge, sampling_c=0.1))

    alike = [with_error(cycle(k, 100.0)) for k in range(6)]
    found = retention(alike)
    low, high = found.fade_interval
    # the error of a slope over evenly spaced points of known scatter
    expected = 1e-3 / np.sqrt(np.sum((np.arange(6) - 2.5) ** 2))
    assert found.fade_per_cycle.standard_error == pytest.approx(expected)
    assert low < 0 < high


def test_scatter_that_drifts_widens_the_interval() -> None:
    rng = np.random.default_rng(3)
    walk = np.zeros(60)
    for k in range(1, 60):
        walk[k] = 0.8 * walk[k - 1] + rng.normal(0, 0.2)
    shuffled = rng.permutation(walk)
    widths, likeness = [], []
    for noise in (walk, shuffled):
        cycles = [cycle(k, 100 - 0.1 * k + each) for k, each in enumerate(noise)]
        found = retention(cycles)
        widths.append(found.fade_interval[1] - found.fade_interval[0])
        likeness.append(found.likeness)
    assert widths[0] > 1.5 * widths[1]
    assert likeness[0] > 0.5 > likeness[1]


def test_the_reference_is_the_first_cycle_after_formation_at_that_rate() -> None:
    formed = [replace_phase(each, "formation") for each in faded(2, 0.0)]
    slow = cycle(2, 99.0, current_a=0.5)
    later = [replace_phase(cycle(k, 90.0 - k), "cycling") for k in range(3, 6)]
    found = retention([*formed, *later, slow])
    assert found.reference == 3
    assert found.numbers == (3, 4, 5)
    assert found.retained[1] == pytest.approx(86 / 87)


def test_any_whole_cycle_can_be_the_reference() -> None:
    found = retention(faded(10, 1e-2), reference=4)
    assert found.reference == 4
    assert found.retained[0] == 1.0
    with pytest.raises(ValueError, match="cycle 40 is not there; the run has 0 to 9"):
        retention(faded(10, 1e-2), reference=40)
    cycles = faded(5, 0.0)
    broken = replace(cycles[2], discharge=replace(cycles[2].discharge, is_complete=False))
    with pytest.raises(ValueError, match="cycle 2 is not whole"):
        retention([*cycles[:2], broken, *cycles[3:]], reference=2)


def test_a_cycle_that_broke_off_does_not_count() -> None:
    cycles = faded(5, 0.0)
    broken = replace(cycles[2], discharge=replace(cycles[2].discharge, is_complete=False))
    assert retention([*cycles[:2], broken, *cycles[3:]]).numbers == (0, 1, 3, 4)
    with pytest.raises(ValueError, match="no cycle has a charge and a discharge"):
        retention([broken])
    with pytest.raises(ValueError, match="no whole cycle at the rate"):
        retention(cycles[:1])


def test_few_cycles_have_no_fade_rate_and_a_good_cell_no_end_of_life() -> None:
    found = retention(faded(5, 0.0))
    assert found.fade_per_cycle is None
    assert "needs 6 or more" in found.fade_refused
    assert found.life_cycles is None
    assert retention(faded(40, 0.01)).life_cycles == 21


def test_the_time_between_readings_is_in_the_error() -> None:
    cycles = [cycle(k, 100.0, sampling_c=0.3) for k in range(3)]
    found = retention(cycles)
    assert found.standard_error[0] == 0.0
    assert found.standard_error[2] == pytest.approx(0.3 * np.sqrt(2) / 100)


def test_replicates_have_students_interval() -> None:
    values = [0.91, 0.93, 0.86, 0.90]
    mean, interval = mean_of_replicates(values)
    expected = stats.t.interval(0.95, 3, loc=np.mean(values), scale=stats.sem(values))
    assert interval == pytest.approx(expected)
    assert mean.standard_error == pytest.approx(stats.sem(values))
    with pytest.raises(ValueError, match="2 cells; an interval"):
        mean_of_replicates(values[:2])


def replace_phase(each: Cycle, phase: str) -> Cycle:
    return replace(each, discharge=replace(each.discharge, phase=phase))
