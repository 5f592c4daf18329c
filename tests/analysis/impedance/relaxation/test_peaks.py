"""Peaks are what the uncertainty of a distribution supports, and no more."""

import numpy as np
import pytest
from solidcell.analysis.impedance.relaxation.peaks import find_peaks

LOG_TAU = np.arange(-14.0, 2.0, 0.25)
WINDOW = (-12.0, 0.0)


def bump(centre, size=100.0, width=0.8):
    height = np.exp(-0.5 * ((LOG_TAU - centre) / width) ** 2)
    return size * height / (height.sum() * 0.25)


def peaks(gamma, sigma):
    return find_peaks(LOG_TAU, gamma, sigma**2 * np.eye(LOG_TAU.size), WINDOW)


def test_a_peak_has_its_area_its_centre_and_its_capacitance():
    (peak,) = peaks(bump(-6.0), 0.1)
    assert peak.resistance_ohm == pytest.approx(100)
    assert peak.tau_s == pytest.approx(np.exp(-6.0))
    assert peak.capacitance_f == pytest.approx(np.exp(-6.0) / 100)
    assert peak.in_window


def test_two_peaks_share_the_area_at_their_minimum():
    fast, slow = peaks(bump(-9.0, 60) + bump(-5.0, 30), 0.01)
    assert fast.resistance_ohm + slow.resistance_ohm == pytest.approx(90)
    assert fast.resistance_ohm == pytest.approx(60, rel=0.02)
    assert fast.tau_s < slow.tau_s


def test_what_lies_under_a_minimum_is_part_of_the_uncertainty():
    apart = peaks(bump(-9.0) + bump(-4.0), 0.01)[0]
    close = peaks(bump(-9.0) + bump(-6.6), 0.01)[0]
    assert close.standard_error_ohm > 20 * apart.standard_error_ohm


def test_a_valley_within_the_noise_joins_its_peaks():
    gamma = bump(-9.0) + bump(-7.0)
    assert len(peaks(gamma, 0.01)) == 2
    (joined,) = peaks(gamma, 25.0)
    assert joined.resistance_ohm == pytest.approx(200, rel=0.01)


def test_a_peak_no_larger_than_its_uncertainty_is_none():
    assert len(peaks(bump(-9.0) + bump(-3.0, 3.0), 0.01)) == 2
    assert len(peaks(bump(-9.0) + bump(-3.0, 3.0), 1.0)) == 1
    assert peaks(bump(-9.0, 1.0), 10.0) == ()


def test_a_speck_beside_a_large_peak_is_none():
    assert len(peaks(bump(-9.0) + bump(-3.0, 0.4), 1e-6)) == 1


def test_a_peak_beyond_the_window_says_so():
    (peak,) = peaks(bump(0.5, width=0.3), 0.1)
    assert not peak.in_window


def test_nothing_has_no_peak():
    assert peaks(np.zeros(LOG_TAU.size), 1.0) == ()
