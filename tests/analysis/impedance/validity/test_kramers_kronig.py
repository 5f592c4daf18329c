"""The Kramers-Kronig test passes what a cell can do and finds what it cannot."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.formats import read_spectra
from solidcell.analysis.impedance import Spectrum, kramers_kronig, parse_circuit
from support.measured_spectra import measured_spectrum_file

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 71)
CELL = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)")
VALUES = [50, 900, 1e-8, 0.92, 700, 1e-5, 0.85]
CLEAN = CELL.impedance_ohm(FREQUENCY_HZ, VALUES)


def with_noise(z, level, seed=1):
    noise = np.random.default_rng(seed).normal(0, level, (2, z.size))
    return z + np.abs(z) * (noise[0] + 1j * noise[1])


def outcome(z, level=0.001, seed=1, **settings):
    return kramers_kronig(Spectrum(FREQUENCY_HZ, with_noise(z, level, seed)), **settings)


@pytest.mark.parametrize("level", [0.0, 0.001, 0.005, 0.02])
def test_a_cell_of_arcs_passes_and_its_noise_is_told(level):
    verdict = outcome(CLEAN, level)
    assert verdict.valid
    assert verdict.failing_hz.size == 0
    assert verdict.noise == pytest.approx(level, rel=0.3, abs=1e-4)
    assert verdict.verdict.startswith("obeys the Kramers-Kronig relations: largest residual")


W = 2j * np.pi * FREQUENCY_HZ


@pytest.mark.parametrize(
    "z",
    [
        pytest.param(1 / (W * 1e-6), id="a capacitor"),
        pytest.param(W * 1e-6 + 1 + 1 / (W * 1e-5), id="a resonance"),
        pytest.param(20 + 1 / (1e-5 * W**0.8), id="a blocking electrode"),
        pytest.param(300 / np.sqrt(W) + 100 / (1 + W * 1e-5), id="diffusion"),
        pytest.param(CLEAN + W * 2e-5, id="long leads"),
        pytest.param(100 + 50 * W * 1e-2 / (1 + W * 1e-2), id="an inductive loop"),
        pytest.param(
            1 / (1e-3 + 1e-9 * W - 4e-4 / (1 + W * 1e-3)), id="a cell known by admittance"
        ),
        pytest.param(-50 + 0 * W + 20 / (1 + W * 1e-3), id="a negative resistance"),
    ],
)
@pytest.mark.parametrize("level", [0.001, 0.01])
def test_what_is_linear_and_causal_passes(z, level):
    assert outcome(z, level).valid


@settings(max_examples=30)
@given(
    seed=st.integers(0, 10**6),
    points=st.sampled_from([20, 30, 60, 120]),
    level=st.sampled_from([0.001, 0.003, 0.01]),
    arcs=st.integers(1, 4),
)
def test_a_good_spectrum_is_seldom_refused(seed, points, level, arcs):
    rng = np.random.default_rng(seed)
    frequency = np.geomspace(7e6, 0.1, points)
    w = 2j * np.pi * frequency
    z = rng.choice([0, 5]) + w * rng.choice([0, 3e-7]) + rng.choice([0, 1]) / (1e-6 * w**0.9)
    for tau in 10 ** rng.uniform(-8, 0, arcs):
        z = z + 10 ** rng.uniform(2, 4) / (1 + (w * tau) ** rng.uniform(0.7, 1))
    assert kramers_kronig(Spectrum(frequency, with_noise(z, level, seed))).valid


def test_a_cell_that_drifts_during_the_sweep_fails_where_it_drifts():
    grown = VALUES.copy()
    grown[4] *= 3
    z = CLEAN.copy()
    slow = FREQUENCY_HZ < 3
    share = np.linspace(0, 1, int(slow.sum()))
    z[slow] += share * (CELL.impedance_ohm(FREQUENCY_HZ, grown) - z)[slow]
    verdict = outcome(z)
    assert not verdict.valid
    assert np.median(verdict.failing_hz) < 30
    assert "violates" in verdict.verdict
    assert verdict.change > 0.1


@pytest.mark.parametrize("percent", [5, 10])
def test_resistances_that_grow_by_a_few_percent_are_noticed(percent):
    grown = np.linspace(1, 1 + percent / 100, 71)
    z = np.array(
        [
            CELL.impedance_ohm(
                FREQUENCY_HZ[k : k + 1], [50 * g, 900 * g, 1e-8, 0.92, 700 * g, 1e-5, 0.85]
            )[0]
            for k, g in enumerate(grown)
        ]
    )
    verdict = outcome(z)
    assert not verdict.valid
    assert "the cell drifts" in verdict.verdict
    assert verdict.change == pytest.approx(percent / 100, rel=0.5)


@pytest.mark.parametrize("percent", [1, 2, -2])
def test_a_step_between_two_ranges_is_found_with_its_size_and_place(percent):
    z = np.where(FREQUENCY_HZ < 1e3, CLEAN * (1 + percent / 100), CLEAN)
    verdict = outcome(z)
    assert not verdict.valid
    assert verdict.change == pytest.approx(abs(percent) / 100, rel=0.15)
    assert f"{FREQUENCY_HZ[FREQUENCY_HZ < 1e3].max():.3g} Hz" in verdict.verdict
    assert FREQUENCY_HZ[FREQUENCY_HZ < 1e3].max() in verdict.failing_hz


def test_a_small_step_is_told_but_no_objection():
    verdict = outcome(np.where(FREQUENCY_HZ < 1e3, CLEAN * 1.003, CLEAN), level=1e-4)
    assert verdict.valid
    assert "with a small disturbance: a step of 0.3" in verdict.verdict


def test_the_caller_sets_what_is_no_objection():
    z = np.where(FREQUENCY_HZ < 1e3, CLEAN * 1.02, CLEAN)
    assert not outcome(z).valid
    assert outcome(z, limit=0.1).valid


def test_pickup_of_the_mains_at_one_point_is_named_and_the_rest_valid():
    at = int(np.argmin(abs(FREQUENCY_HZ - 50)))
    z = CLEAN.copy()
    z[at] *= 1.08 + 0.05j
    verdict = outcome(z)
    assert verdict.valid
    assert verdict.failing_hz.tolist() == [FREQUENCY_HZ[at]]
    assert "but for 1 of 71 points (50.1 Hz)" in verdict.verdict
    assert verdict.noise == pytest.approx(0.001, rel=0.3)


def test_a_point_left_out_keeps_its_residual():
    z = CLEAN.copy()
    z[20] *= 1.3
    assert outcome(z).residuals[20] == pytest.approx(0.3 / 1.3, abs=0.06)


def test_more_than_a_twentieth_of_wrong_points_is_too_much():
    z = CLEAN.copy()
    z[5::12] *= 1.2
    verdict = outcome(z)
    assert not verdict.valid
    assert "violates" in verdict.verdict


def test_an_input_that_ended_before_the_cell_fails():
    z = CLEAN / np.abs(CLEAN) * np.minimum(np.abs(CLEAN), 800)
    assert not outcome(z).valid


def test_the_wrong_sign_of_the_imaginary_part_is_told_as_such():
    assert "Z'' has the wrong sign" in outcome(CLEAN.conj()).verdict


def test_the_wrong_sign_over_a_part_fails():
    part = (FREQUENCY_HZ > 30) & (FREQUENCY_HZ < 3e3)
    assert not outcome(np.where(part, CLEAN.conj(), CLEAN)).valid


def test_a_resistance_with_the_wrong_phase_fails():
    assert not outcome(1.2 * CLEAN.real + 1j * CLEAN.imag).valid


def test_noise_alone_is_said_to_be_too_noisy_and_not_to_violate():
    verdict = outcome(CLEAN, level=0.1)
    assert not verdict.valid
    assert "scatters too much to tell" in verdict.verdict


def test_a_cell_of_negative_conductance_is_better_followed_by_admittance():
    z = 1 / (1e-3 + 1e-9 * W - 3e-3 / (1 + W * 1e-3))
    assert outcome(z).form == "admittance"
    assert outcome(z, form="impedance").form == "impedance"


def test_residuals_of_both_forms_mean_the_same():
    z = CLEAN.copy()
    z[30] *= 1.02
    one, other = (outcome(z, form=form).residuals for form in ("impedance", "admittance"))
    assert one[30] == pytest.approx(other[30], abs=0.004)


def test_residuals_follow_the_order_of_the_points():
    z = CLEAN.copy()
    z[20] *= 1.3
    forward = kramers_kronig(Spectrum(FREQUENCY_HZ, z))
    backward = kramers_kronig(Spectrum(FREQUENCY_HZ[::-1], z[::-1]))
    assert np.argmax(abs(forward.residuals)) == 20
    assert np.argmax(abs(backward.residuals)) == FREQUENCY_HZ.size - 1 - 20
    assert FREQUENCY_HZ[20] in forward.failing_hz


@settings(max_examples=20)
@given(scale=st.floats(1e-6, 1e12), faster=st.floats(1e-3, 1e3))
def test_the_unit_of_impedance_or_frequency_does_not_matter(scale, faster):
    z = np.where(FREQUENCY_HZ < 1e3, CLEAN * 1.01, CLEAN)
    z = with_noise(z, 0.001)
    one = kramers_kronig(Spectrum(FREQUENCY_HZ, z))
    other = kramers_kronig(Spectrum(faster * FREQUENCY_HZ, scale * z))
    np.testing.assert_allclose(one.residuals, other.residuals, atol=1e-7)
    assert (one.valid, one.elements) == (other.valid, other.elements)


def test_a_measured_pellet_between_blocking_electrodes_passes():
    file = measured_spectrum_file("lpscl_blocking/PEIS_LPSCl_IonBlocking_-25C.txt")
    verdict = kramers_kronig(read_spectra(file)[0].spectrum)
    assert verdict.valid
    assert verdict.noise < 0.002


@pytest.mark.parametrize(
    ("frequency", "z", "settings", "message"),
    [
        ([3, 2, 1], [1, 2, 3], {}, "needs 8 points at different frequencies, got 3"),
        (np.full(71, 50.0), CLEAN, {}, "needs 8 points at different frequencies, got 1"),
        (FREQUENCY_HZ, CLEAN * (FREQUENCY_HZ > 0.11), {}, r"z_ohm\[70\] is 0 ohm"),
        (FREQUENCY_HZ, CLEAN, {"limit": 1}, "limit is 1; it must lie between 0 and 1"),
        (FREQUENCY_HZ, CLEAN, {"form": "Z"}, "form 'Z' is unknown; allowed are auto, impedance"),
    ],
)
def test_what_cannot_be_tested_is_refused(frequency, z, settings, message):
    with pytest.raises(ValueError, match=message):
        kramers_kronig(Spectrum(frequency, z), **settings)


@pytest.mark.parametrize("points", [8, 9, 11, 15])
def test_few_points_are_tested_without_a_false_refusal(points):
    frequency = np.geomspace(1e5, 1, points)
    z = CELL.impedance_ohm(frequency, VALUES)
    assert kramers_kronig(Spectrum(frequency, with_noise(z, 0.003))).valid


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("noisy", [FREQUENCY_HZ > 1e5, FREQUENCY_HZ < 3])
def test_an_end_that_is_noisier_is_no_violation(noisy, seed):
    assert outcome(CLEAN, 0.0005 + 0.01 * noisy, seed).valid


def test_a_step_is_found_where_one_end_is_noisy():
    z = np.where(FREQUENCY_HZ < 1e4, CLEAN * 1.02, CLEAN)
    verdict = outcome(z, 0.0005 + 0.01 * (FREQUENCY_HZ < 3))
    assert not verdict.valid
    assert verdict.change == pytest.approx(0.02, rel=0.2)


def test_points_too_far_apart_to_tell_are_no_violation_and_said():
    frequency = np.geomspace(1e7, 1e-2, 10)
    z = CELL.impedance_ohm(frequency, VALUES)
    verdict = kramers_kronig(Spectrum(frequency, with_noise(z, 0.003)))
    assert verdict.valid
    assert "the points are so far apart that up to" in verdict.verdict
    assert "far apart" not in outcome(CLEAN).verdict
