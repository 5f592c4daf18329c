"""The bootstrap: as the curvature for plain noise, and honest where the weights are not."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum, bootstrap, fit, parse_circuit

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 50)
CIRCUIT = parse_circuit("R0-p(R1,CPE1)")
TRUTH = np.array([50.0, 900.0, 2e-7, 0.9])


def spectrum(seed, level):
    """`level` is a number or a number for each frequency."""
    z = CIRCUIT.impedance_ohm(FREQUENCY_HZ, TRUTH)
    noise = np.random.default_rng(seed).normal(0, 1, (2, z.size)) * level
    return Spectrum(FREQUENCY_HZ, z + np.abs(z) * (noise[0] + 1j * noise[1]))


def test_for_plain_noise_it_agrees_with_curvature_and_profile():
    result = fit(CIRCUIT, spectrum(1, 0.01))
    drawn = bootstrap(result, draws=300, seed=3)
    np.testing.assert_allclose(drawn.standard_errors, result.standard_errors, rtol=0.25)
    np.testing.assert_allclose(drawn.correlations, result.correlations, atol=0.25)
    for name in ("R0", "R1", "CPE1_1"):
        width = np.ptp(result.interval(name))
        np.testing.assert_allclose(drawn.interval(name), result.interval(name), atol=0.25 * width)
    assert (drawn.block, drawn.draws, len(drawn.values)) == (1, 300, 300)


@pytest.mark.slow
def test_noise_that_the_weights_do_not_know_is_carried_over():
    # ten times the noise below 10 Hz, where R1 + R0 is read, weighted as if it were everywhere
    level = np.where(FREQUENCY_HZ < 10, 0.03, 0.003)
    fits = [fit(CIRCUIT, spectrum(seed, level)) for seed in range(60)]
    true = np.std([np.log(one["R1"]) for one in fits])
    curvature = np.mean([one.standard_error("R1") / one["R1"] for one in fits])
    drawn = [bootstrap(one, draws=60).standard_errors[1] / one["R1"] for one in fits[:6]]
    assert np.mean(drawn) == pytest.approx(true, rel=0.3)
    assert abs(np.log(np.mean(drawn) / true)) < abs(np.log(curvature / true))


def test_errors_that_drift_smoothly_are_drawn_in_blocks():
    distance = np.abs(np.subtract.outer(np.arange(50), np.arange(50)))
    root = np.linalg.cholesky(0.8**distance)
    smooth = (root @ np.random.default_rng(2).normal(size=(50, 2))).T
    z = CIRCUIT.impedance_ohm(FREQUENCY_HZ, TRUTH)
    drifting = Spectrum(FREQUENCY_HZ, z * (1 + 0.01 * (smooth[0] + 1j * smooth[1])))
    result = fit(CIRCUIT, drifting)
    drawn = bootstrap(result, draws=100)
    assert drawn.block > 1
    plain = np.sqrt(result.covariance_log[1, 1] * result.alone.share[0])
    assert drawn.standard_errors[1] / result["R1"] > 1.2 * plain


def test_the_same_seed_draws_the_same():
    result = fit(CIRCUIT, spectrum(1, 0.01))
    one, same, other = (bootstrap(result, draws=20, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.values, same.values)
    assert (one.values != other.values).all()


def test_what_was_held_does_not_vary():
    result = fit(CIRCUIT, spectrum(1, 0.01), fixed={"R0": 50.0})
    drawn = bootstrap(result, draws=20)
    assert drawn.standard_errors[0] == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_array_equal(drawn.correlations[0], [1, 0, 0, 0])


def test_points_that_were_left_out_stay_out():
    inductive = parse_circuit("L0-R0-p(R1,CPE1)")
    z = inductive.impedance_ohm(FREQUENCY_HZ, [2e-5, *TRUTH])
    noise = np.random.default_rng(1).normal(0, 0.01, (2, z.size))
    result = fit(CIRCUIT, Spectrum(FREQUENCY_HZ, z + np.abs(z) * (noise[0] + 1j * noise[1])))
    assert result.n < 50
    drawn = bootstrap(result, draws=20)
    assert (drawn.fits.stack.used.sum(axis=1) == result.n).all()
    assert drawn.standard_errors[1] == pytest.approx(result.standard_error("R1"), rel=0.7)


def test_a_handful_of_draws_is_refused():
    with pytest.raises(ValueError, match="5 draws are too few; at least 20"):
        bootstrap(fit(CIRCUIT, spectrum(1, 0.01)), draws=5)
