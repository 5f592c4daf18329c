"""A stack of spectra fitted at once: the same numbers as one by one, and no row harms another."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.impedance import Spectrum, fit, fit_many, parse_circuit

FREQUENCY_HZ = np.geomspace(7e6, 0.1, 60)
CIRCUIT = parse_circuit("p(R1,CPE1)-p(R2,CPE2)-CPE3")
TRUTH = np.array(
    [
        [4e3, 6e-11, 0.97, 9e3, 3e-8, 0.88, 2e-6, 0.88],
        [2e3, 9e-11, 0.95, 4e3, 8e-8, 0.85, 5e-6, 0.90],
        [8e3, 5e-11, 0.99, 3e3, 2e-8, 0.90, 9e-6, 0.85],
        [1e3, 9e-11, 0.96, 2e3, 5e-8, 0.92, 4e-6, 0.92],
    ]
)


def measured(seed=0, level=0.01):
    z = CIRCUIT.impedance_ohm(FREQUENCY_HZ, TRUTH)
    noise = np.random.default_rng(seed).normal(0, level, (2, *z.shape))
    return z + np.abs(z) * (noise[0] + 1j * noise[1])


def sigmas(ours, theirs):
    """The largest difference of two stacks of fits, in standard errors."""
    return float(np.nanmax(np.abs(ours.values - theirs.values) / theirs.standard_errors))


def test_a_stack_gives_what_its_spectra_give_one_by_one():
    z = measured()
    together = fit_many(CIRCUIT, FREQUENCY_HZ, z)
    alone = [fit(CIRCUIT, Spectrum(FREQUENCY_HZ, one)) for one in z]
    np.testing.assert_allclose([one.values for one in alone], together.values, rtol=1e-6)
    np.testing.assert_allclose(
        np.array([one.standard_errors for one in alone], dtype=float),
        together.standard_errors,
        rtol=1e-6,
    )


def test_the_order_of_spectra_and_of_points_does_not_matter():
    z = measured()
    plain = fit_many(CIRCUIT, FREQUENCY_HZ, z)
    points = np.random.default_rng(1).permutation(FREQUENCY_HZ.size)
    rows = np.array([2, 0, 3, 1])
    mixed = fit_many(CIRCUIT, FREQUENCY_HZ[points], z[rows][:, points])
    np.testing.assert_allclose(mixed.values, plain.values[rows], rtol=1e-6)


@settings(max_examples=4, deadline=None)
@given(decades=st.floats(-5, 8))
def test_scaling_every_impedance_scales_resistances_and_admittances(decades):
    factor = 10**decades
    z = measured()
    plain, scaled = (fit_many(CIRCUIT, FREQUENCY_HZ, f * z) for f in (1.0, factor))
    powers = np.array([p.impedance_power for p in CIRCUIT.parameters])
    np.testing.assert_allclose(scaled.values, plain.values * factor**powers, rtol=1e-6)


def test_residuals_are_measured_minus_fitted_over_the_modulus():
    z = measured()
    found = fit_many(CIRCUIT, FREQUENCY_HZ, z)
    off = (z - CIRCUIT.impedance_ohm(FREQUENCY_HZ, found.values)) / np.abs(z)
    np.testing.assert_allclose(found.residuals, off, atol=1e-9)
    np.testing.assert_allclose(found.chi2, (np.abs(off) ** 2).sum(axis=1), rtol=1e-9)


def test_exchanging_arcs_in_the_start_changes_nothing():
    z = measured()
    given_order = dict(zip(CIRCUIT.names, TRUTH.T, strict=True))
    exchanged = dict(zip(CIRCUIT.names, TRUTH[:, [3, 4, 5, 0, 1, 2, 6, 7]].T, strict=True))
    first, second = (fit_many(CIRCUIT, FREQUENCY_HZ, z, start=s) for s in (given_order, exchanged))
    assert sigmas(second, first) < 0.01


def test_a_start_for_each_spectrum_ends_where_no_start_ends():
    z = measured()
    warm = fit_many(CIRCUIT, FREQUENCY_HZ, z, start=dict(zip(CIRCUIT.names, TRUTH.T, strict=True)))
    assert sigmas(warm, fit_many(CIRCUIT, FREQUENCY_HZ, z)) < 0.01
    assert warm[1].settings.start["R2"] == pytest.approx(4e3)


def test_a_start_in_a_wrong_valley_is_left_for_the_right_one():
    z = measured()
    nowhere = {"R1": 10, "CPE1_0": 1e-3, "CPE1_1": 0.5, "R2": 1e7, "CPE2_0": 1e-3, "CPE2_1": 0.4}
    lost = fit_many(CIRCUIT, FREQUENCY_HZ, z, start=nowhere | {"CPE3_0": 1e-9, "CPE3_1": 0.5})
    np.testing.assert_allclose(lost.chi2, fit_many(CIRCUIT, FREQUENCY_HZ, z).chi2, rtol=1e-6)


def test_starts_that_do_not_match_the_stack_are_refused():
    with pytest.raises(ValueError, match=r"start of R1 has shape \(3,\); one number or 4"):
        fit_many(CIRCUIT, FREQUENCY_HZ, measured(), start={"R1": [1, 2, 3]})
    with pytest.raises(ValueError, match=r"start of CPE1_1 is 1\.5; allowed 0.2 to 1"):
        fit_many(CIRCUIT, FREQUENCY_HZ, measured(), start={"CPE1_1": [0.9, 0.9, 1.5, 0.9]})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda z: np.full_like(z, 100.0), "at every frequency"),
        (lambda z: np.where(np.arange(60) == 7, np.nan, z), "must be finite"),
        (lambda z: np.where(np.arange(60) == 7, 0.0, z), r"\|Z\| is 0"),
        (lambda z: z.conj(), "give the circuit an inductor"),
    ],
)
def test_a_hopeless_spectrum_has_its_reason_and_leaves_the_others_alone(spoil, reason):
    z = measured()
    plain = fit_many(CIRCUIT, FREQUENCY_HZ, z)
    z[1] = spoil(z[1])
    found = fit_many(CIRCUIT, FREQUENCY_HZ, z)
    others = [0, 2, 3]
    np.testing.assert_allclose(found.values[others], plain.values[others], rtol=1e-9)
    assert found.converged.tolist() == [True, False, True, True]
    assert np.isnan(found.standard_errors[1]).all()
    assert found[1].warnings == (found.refusals[1],)
    assert set(found[1].notes) == {"not fitted"}
    assert re.search(reason, found.refusals[1])
    with pytest.raises(ValueError, match=reason):
        fit_many(CIRCUIT, FREQUENCY_HZ, z[1:2])


def test_what_is_no_spectrum_at_all_does_not_count_as_fitted():
    rng = np.random.default_rng(3)
    z = measured()
    z[2] = 1e3 * (rng.normal(size=60) - 1j * np.abs(rng.normal(size=60)))
    found = fit_many(CIRCUIT, FREQUENCY_HZ, z)
    assert found.converged.tolist() == [True, True, False, True]
    assert np.isnan(found.standard_errors[2]).all()
    assert "did not converge" in found[2].warnings[-1]


def test_tied_parameters_share_value_and_error_and_cost_chi_square():
    z = measured()
    given_errors = {"weighting": 0.01 * np.abs(z)}
    tied = fit_many(CIRCUIT, FREQUENCY_HZ, z, tied={"CPE2_1": "CPE3_1"}, **given_errors)
    follower, leader = (CIRCUIT.names.index(name) for name in ("CPE2_1", "CPE3_1"))
    np.testing.assert_array_equal(tied.values[:, follower], tied.values[:, leader])
    np.testing.assert_allclose(
        tied.standard_errors[:, follower], tied.standard_errors[:, leader], rtol=1e-9
    )
    led_otherwise = fit_many(CIRCUIT, FREQUENCY_HZ, z, tied={"CPE3_1": "CPE2_1"}, **given_errors)
    np.testing.assert_allclose(tied.chi2, led_otherwise.chi2, rtol=1e-6)
    free = fit_many(CIRCUIT, FREQUENCY_HZ, z, **given_errors)
    assert (tied.chi2 >= free.chi2 * (1 - 1e-9)).all()
    assert (tied.standard_errors[:, leader] <= free.standard_errors[:, leader]).all()


def test_bounds_and_fixed_values_hold_in_every_row():
    z = measured()
    bounds = {"R2": (2.5e3, 2.9e3)}
    found = fit_many(CIRCUIT, FREQUENCY_HZ, z, bounds=bounds, fixed={"CPE3_1": 0.9})
    r2, exponent = (found.values[:, CIRCUIT.names.index(name)] for name in ("R2", "CPE3_1"))
    assert ((r2 >= 2.5e3 * (1 - 1e-12)) & (r2 <= 2.9e3 * (1 + 1e-12))).all()
    np.testing.assert_allclose(exponent, 0.9, rtol=1e-12)
    assert found[0].rows()[3].note == "at its upper bound"
    assert found[3].rows()[3].note == "at its lower bound"


def test_wrong_shapes_are_named():
    with pytest.raises(ValueError, match=r"shape \(m, n\)"):
        fit_many(CIRCUIT, FREQUENCY_HZ, measured()[0])
    with pytest.raises(ValueError, match="m > 0"):
        fit_many(CIRCUIT, FREQUENCY_HZ, np.empty((0, 60)))
    with pytest.raises(ValueError, match="must be finite and > 0"):
        fit_many(CIRCUIT, np.r_[0.0, FREQUENCY_HZ[1:]], measured())
