"""Relaxation times: the distribution of known cells comes back, with an honest band."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.formats import read_spectra
from solidcell.analysis.impedance import Spectrum, relaxation_times
from support.measured_spectra import measured_spectrum_file

FREQUENCY_HZ = np.geomspace(7e6, 0.1, 60)
S = 2j * np.pi * FREQUENCY_HZ


def zarc(resistance, tau, exponent):
    return resistance / (1 + (S * tau) ** exponent)


def zarc_gamma(tau_s, resistance, tau, exponent):
    """The analytic distribution of a ZARC over ln(tau)."""
    angle = (1 - exponent) * np.pi
    x = exponent * np.log(tau_s / tau)
    return resistance * np.sin(angle) / (2 * np.pi * (np.cosh(x) - np.cos(angle)))


def spectrum(z, noise=0.0, seed=1):
    scatter = np.random.default_rng(seed).normal(0, noise, (2, z.size))
    return Spectrum(FREQUENCY_HZ, z + np.abs(z) * (scatter[0] + 1j * scatter[1]))


@pytest.mark.parametrize("exponent", [0.65, 0.8, 0.9])
@pytest.mark.parametrize("tau", [1e-5, 3e-3])
def test_the_analytic_distribution_of_a_depressed_arc_comes_back(exponent, tau):
    found = relaxation_times(spectrum(20 + zarc(150, tau, exponent)))
    truth = zarc_gamma(found.tau_s, 150, tau, exponent)
    assert found.polarisation_ohm == pytest.approx(150, rel=0.01)
    assert found.series_resistance_ohm == pytest.approx(20, rel=0.02)
    assert np.abs(found.gamma_ohm - truth).max() < 0.06 * truth.max()
    assert [peak.tau_s for peak in found.peaks] == pytest.approx([tau], rel=0.1)


@pytest.mark.parametrize("noise", [0.001, 0.01])
@pytest.mark.parametrize("exponent", [0.7, 0.85, 0.95])
def test_the_band_holds_the_true_distribution_of_a_noisy_arc(exponent, noise):
    found = relaxation_times(spectrum(20 + zarc(150, 1e-4, exponent), noise))
    truth = zarc_gamma(found.tau_s, 150, 1e-4, exponent)
    held = (truth >= found.lower_ohm) & (truth <= found.upper_ohm)
    assert held.mean() > 0.9
    assert found.polarisation_ohm == pytest.approx(150, rel=0.02)


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
def test_a_single_debye_arc_is_one_narrow_peak(noise):
    found = relaxation_times(spectrum(10 + zarc(100, 1e-3, 1.0), noise))
    (peak,) = found.peaks
    half = found.tau_s[found.gamma_ohm > 0.5 * found.gamma_ohm.max()]
    assert peak.tau_s == pytest.approx(1e-3, rel=0.1)
    assert peak.resistance_ohm == pytest.approx(100, rel=0.02)
    assert peak.capacitance_f == pytest.approx(1e-5, rel=0.12)
    assert half.max() / half.min() < 2.5


@pytest.mark.parametrize("exponent", [0.9, 1.0])
@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
def test_two_arcs_a_decade_apart_are_two_peaks(noise, exponent):
    z = 10 + zarc(100, 1e-3, exponent) + zarc(60, 1e-2, exponent)
    found = relaxation_times(spectrum(z, noise))
    assert [peak.tau_s for peak in found.peaks] == pytest.approx([1e-3, 1e-2], rel=0.25)
    for peak, truth in zip(found.peaks, (100, 60), strict=True):
        assert abs(peak.resistance_ohm - truth) < max(3 * peak.standard_error_ohm, 0.03 * truth)
    assert found.polarisation_ohm == pytest.approx(160, rel=0.03)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(1e-6, 1e6), blocking=st.booleans())
def test_a_cell_of_larger_impedance_has_a_larger_distribution_of_the_same_shape(factor, blocking):
    z = 10 + zarc(100, 1e-4, 0.9) + 1e5 * blocking / S**0.9
    one = relaxation_times(spectrum(z, 0.01))
    other = relaxation_times(spectrum(z * factor, 0.01))
    np.testing.assert_allclose(
        other.gamma_ohm, factor * one.gamma_ohm, rtol=1e-4, atol=1e-5 * factor
    )
    assert other.settings.penalty == pytest.approx(one.settings.penalty, rel=1e-4)
    assert other.peaks[0].resistance_ohm == pytest.approx(factor * one.peaks[0].resistance_ohm)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(1e-4, 1e4))
def test_a_slower_cell_measured_more_slowly_has_the_same_distribution(factor):
    z = spectrum(10 + zarc(100, 1e-4, 0.9) + zarc(40, 1e-1, 0.8), 0.01).z_ohm
    one = relaxation_times(Spectrum(FREQUENCY_HZ, z))
    other = relaxation_times(Spectrum(FREQUENCY_HZ / factor, z))
    np.testing.assert_allclose(other.tau_s, factor * one.tau_s)
    np.testing.assert_allclose(other.gamma_ohm, one.gamma_ohm, rtol=1e-4, atol=1e-4)


def test_the_order_of_the_points_does_not_matter():
    one = spectrum(10 + zarc(100, 1e-4, 0.9), 0.01)
    shuffle = np.random.default_rng(5).permutation(len(one))
    other = Spectrum(one.frequency_hz[shuffle], one.z_ohm[shuffle])
    straight, mixed = relaxation_times(one), relaxation_times(other)
    np.testing.assert_array_equal(mixed.gamma_ohm, straight.gamma_ohm)
    np.testing.assert_array_equal(mixed.residuals, straight.residuals[shuffle])


@pytest.mark.parametrize(("size", "exponent"), [(1e5, 0.85), (1e5, 1.0), (100, 0.5)])
def test_a_blocking_electrode_stays_out_of_the_distribution(size, exponent):
    found = relaxation_times(spectrum(10 + zarc(100, 1e-5, 0.9) + size / S**exponent, 0.002))
    assert found.spur.exponent == pytest.approx(exponent, abs=0.02)
    assert found.spur.q == pytest.approx(1 / size, rel=0.05)
    assert [peak.tau_s for peak in found.peaks] == pytest.approx([1e-5], rel=0.15)
    reach = max(3 * found.polarisation_standard_error_ohm, 2)
    assert abs(found.polarisation_ohm - 100) < reach


def test_a_blocked_resistor_has_no_relaxation():
    found = relaxation_times(spectrum(10 + 1e5 / S**0.9, 0.01))
    assert found.peaks == ()
    assert found.polarisation_ohm < 0.1
    assert found.series_resistance_ohm == pytest.approx(10, rel=0.02)


def test_the_leads_inductance_is_found_and_stays_out_of_the_distribution():
    found = relaxation_times(spectrum(10 + 1e-6 * S + zarc(100, 1e-3, 0.9), 0.005))
    assert found.inductance_h == pytest.approx(1e-6, rel=0.02)
    assert found.series_resistance_ohm == pytest.approx(10, rel=0.03)
    assert [peak.tau_s for peak in found.peaks] == pytest.approx([1e-3], rel=0.15)


def test_what_a_cell_does_not_have_is_not_found():
    found = relaxation_times(spectrum(10 + zarc(100, 1e-3, 0.9), 0.01))
    assert found.spur is None
    assert found.inductance_h is None
    assert found.warnings == ()


def test_a_term_that_is_ruled_out_is_not_used_and_one_that_is_asked_for_is():
    blocked = spectrum(10 + 1e-6 * S + zarc(100, 1e-5, 0.9) + 1e5 / S**0.9, 0.01)
    without = relaxation_times(blocked, blocking=False, inductive=False)
    assert without.spur is None
    assert without.inductance_h is None
    assert "structured" in without.warnings[0]
    plain = relaxation_times(spectrum(10 + zarc(100, 1e-3, 0.9), 0.01), inductive=True)
    assert plain.inductance_h == pytest.approx(0, abs=1e-8)


def test_a_gerischer_impedance_has_the_distribution_that_ends_at_its_time_constant():
    found = relaxation_times(spectrum(10 + 100 / np.sqrt(1 + S * 1e-3), 0.002))
    tau = found.tau_s
    truth = 100 / np.pi * np.sqrt(tau / (1e-3 - tau), where=tau < 1e-3, out=np.zeros_like(tau))
    fast = tau < 3e-4
    held = (truth >= found.lower_ohm) & (truth <= found.upper_ohm)
    assert found.polarisation_ohm == pytest.approx(100, rel=0.02)
    assert held[fast].mean() > 0.9
    assert found.gamma_ohm[tau > 3e-3].sum() < 0.02 * found.gamma_ohm.sum()


@pytest.mark.parametrize("exponent", [0.6, 0.75, 0.9])
def test_noise_on_a_single_arc_makes_no_second_peak(exponent):
    z = 10 + zarc(100, 1e-3, exponent)
    counts = [len(relaxation_times(spectrum(z, 0.01, seed)).peaks) for seed in range(12)]
    assert counts.count(1) >= 11


@pytest.mark.parametrize("criterion", ["evidence", "gcv", "l-curve", "re-im"])
def test_every_criterion_finds_the_arcs(criterion):
    z = 10 + zarc(100, 1e-5, 0.9) + zarc(100, 1e-2, 0.85)
    found = relaxation_times(spectrum(z, 0.005), regularisation=criterion)
    assert found.settings.regularisation == criterion
    assert found.polarisation_ohm == pytest.approx(200, rel=0.02)
    assert [peak.tau_s for peak in found.peaks] == pytest.approx([1e-5, 1e-2], rel=0.2)


def test_the_lambda_that_was_chosen_can_be_given():
    cell = spectrum(10 + zarc(100, 1e-5, 0.9), 0.01)
    chosen = relaxation_times(cell)
    given_ = relaxation_times(cell, regularisation=chosen.settings.penalty)
    np.testing.assert_allclose(given_.gamma_ohm, chosen.gamma_ohm, rtol=1e-9, atol=1e-9)
    assert given_.settings.regularisation == "given"
    smoother = relaxation_times(cell, regularisation=1e4 * chosen.settings.penalty)
    assert smoother.gamma_ohm.max() < 0.9 * chosen.gamma_ohm.max()


def test_a_higher_level_widens_the_band():
    cell = spectrum(10 + zarc(100, 1e-5, 0.9), 0.01)
    narrow, wide = relaxation_times(cell, level=0.5), relaxation_times(cell, level=0.99)
    assert (wide.lower_ohm <= narrow.lower_ohm).all()
    assert (wide.upper_ohm > narrow.upper_ohm).all()
    assert (narrow.lower_ohm >= 0).all()


def test_residuals_are_the_relative_distance_to_the_model():
    noise = 0.01
    found = relaxation_times(spectrum(10 + zarc(100, 1e-5, 0.9), noise))
    assert found.noise == pytest.approx(noise, rel=0.2)
    assert np.sqrt(np.mean(np.abs(found.residuals) ** 2)) == pytest.approx(noise * 2**0.5, rel=0.2)


def test_an_inductive_loop_at_low_frequency_is_named_for_what_it_is():
    found = relaxation_times(spectrum(10 + zarc(100, 1e-3, 0.9) - zarc(30, 1, 1), 0.005))
    assert any("structured" in warning for warning in found.warnings)


def test_an_arc_beyond_the_window_is_said_to_lie_there():
    z = 10 + zarc(100, 1e-4, 0.9) + zarc(100, 5.0, 0.95)
    found = relaxation_times(spectrum(z, 0.002))
    assert [peak.in_window for peak in found.peaks] == [True, False]
    assert any("beyond the window" in warning for warning in found.warnings)


def test_a_plain_resistor_has_no_peak():
    found = relaxation_times(spectrum(50 + 0 * S, 0.01))
    assert found.peaks == ()
    assert found.series_resistance_ohm == pytest.approx(50, rel=0.01)


@pytest.mark.slow
def test_the_band_of_95_percent_holds_the_truth_at_least_that_often():
    rng = np.random.default_rng(17)
    held, inside = 0, 0
    for seed in range(60):
        tau, exponent = 10 ** rng.uniform(-6.5, -2, 2), rng.uniform(0.7, 0.93, 2)
        size = 10 ** rng.uniform(2, 3, 2)
        z = 30 + sum(zarc(*each) for each in zip(size, tau, exponent, strict=True))
        found = relaxation_times(spectrum(z, 0.01, seed))
        each = zip(size, tau, exponent, strict=True)
        truth = sum(zarc_gamma(found.tau_s, *one) for one in each)
        seen = (found.tau_s > 1e-7) & (found.tau_s < 1)
        within = (truth >= found.lower_ohm) & (truth <= found.upper_ohm)
        held, inside = held + (within & seen).sum(), inside + seen.sum()
    assert 0.95 < held / inside < 1


def test_a_spur_that_no_constant_phase_element_follows_is_left_out():
    bent = 1 / (2e-7 * S**0.95 + 5e-7 * S**0.7)
    found = relaxation_times(spectrum(100 + zarc(1400, 1e-6, 0.9) + bent, 0.002))
    assert not found.used.all()
    assert "left out" in found.warnings[0]
    assert found.polarisation_ohm == pytest.approx(1400, rel=0.15)


def test_the_model_gives_the_impedance_at_any_frequency():
    cell = spectrum(10 + 1e-6 * S + zarc(100, 1e-5, 0.9) + 1e5 / S**0.9)
    found = relaxation_times(cell)
    off = cell.z_ohm - found.impedance_ohm(cell.frequency_hz)
    np.testing.assert_allclose(off / np.abs(cell.z_ohm), found.residuals)
    assert np.abs(found.residuals).max() < 0.005


def test_a_measured_pellet_between_blocking_electrodes_has_the_resistance_of_its_plateau():
    file = measured_spectrum_file("lpscl_blocking/PEIS_LPSCl_IonBlocking_-25C.txt")
    found = relaxation_times(read_spectra(file)[0].spectrum)
    fast = sum(peak.resistance_ohm for peak in found.peaks if peak.tau_s < 1e-5)
    assert found.series_resistance_ohm + fast == pytest.approx(1440, rel=0.05)
    assert found.spur.exponent == pytest.approx(0.9, abs=0.03)


def test_a_slow_arc_is_not_mistaken_for_a_blocking_electrode():
    z = 10 + zarc(100, 1e-3, 0.9) + zarc(60, 0.3, 0.8)
    spurs = [relaxation_times(spectrum(z, 0.01, seed)).spur for seed in range(12)]
    assert spurs.count(None) >= 11


@pytest.mark.slow
def test_the_error_of_the_polarisation_allows_for_the_exponent_of_the_spur():
    z = 10 + zarc(100, 1e-4, 0.85) + 40 / S**0.5
    found = [relaxation_times(spectrum(z, 0.01, seed)) for seed in range(40)]
    near = [abs(f.polarisation_ohm - 100) < 2 * f.polarisation_standard_error_ohm for f in found]
    assert sum(near) >= 34
