"""A frequency that is measured twice tells whether the cell stood still."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum, kramers_kronig, parse_circuit

SWEEP_HZ = np.geomspace(1e6, 0.1, 60)
CELL = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)")
VALUES = [50, 900, 1e-8, 0.92, 700, 1e-5, 0.85]


def verdict(frequency, factor, seed=1):
    z = factor * CELL.impedance_ohm(frequency, VALUES)
    noise = np.random.default_rng(seed).normal(0, 0.001, (2, z.size))
    return kramers_kronig(Spectrum(frequency, z + np.abs(z) * (noise[0] + 1j * noise[1])))


def with_first_point_again(change):
    frequency = np.append(SWEEP_HZ, SWEEP_HZ[0])
    return verdict(frequency, np.where(np.arange(61) == 60, 1 + change, 1.0))


def test_a_sweep_without_repeats_says_nothing_of_drift():
    assert verdict(SWEEP_HZ, 1.0).drift is None


def test_a_first_point_that_comes_again_the_same_is_said():
    found = with_first_point_again(0.0)
    assert found.valid
    assert not found.drift.significant
    assert "measured again at 1e+06 Hz is the same" in found.verdict


@pytest.mark.parametrize("change", [-0.05, 0.03])
def test_a_first_point_that_has_changed_is_an_objection(change):
    found = with_first_point_again(change)
    assert not found.valid
    assert found.drift.significant
    assert found.drift.relative_change == pytest.approx(change, abs=5 * found.drift.standard_error)
    assert "the cell changed during the sweep" in found.verdict
    assert f"changed by {found.drift.relative_change:+.2%} +- " in found.verdict


def test_a_significant_change_below_the_limit_is_told_and_allowed():
    found = with_first_point_again(0.008)
    assert found.valid
    assert found.drift.significant
    assert "measured again at 1e+06 Hz changed by" in found.verdict


def test_a_sweep_down_and_up_again_adds_up_small_changes():
    there = np.geomspace(1e6, 1, 30)
    frequency = np.concatenate([there, there[::-1]])
    found = verdict(frequency, 1 + 0.02 * np.arange(60) / 59)
    assert found.drift.frequency_hz.size == 30
    assert found.drift.significant
    assert found.drift.relative_change == pytest.approx(0.01, rel=0.15)


def test_noise_is_seldom_taken_for_drift():
    frequency = np.append(SWEEP_HZ, SWEEP_HZ[0])
    assert sum(verdict(frequency, 1.0, seed).drift.significant for seed in range(20)) <= 1
