"""Noise that is known is found again, out of replicates and out of one spectrum."""

import numpy as np
import pytest
from solidcell.analysis.impedance import (
    ErrorModel,
    Spectrum,
    error_model_of_replicates,
    error_model_of_residuals,
    parse_circuit,
)

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 60)
CELL = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)-CPE3")
Z = CELL.impedance_ohm(FREQUENCY_HZ, [50, 900, 1e-8, 0.92, 700, 1e-6, 0.85, 1e-4, 0.9])
SIZE = np.abs(Z)
PARTS = np.abs([Z.real, Z.imag])
ONE = np.ones((2, 60))


def model(proportional=0.0, modulus=0.0, per_ohm=0.0, absolute_ohm=0.0):
    return ErrorModel(
        proportional, modulus, per_ohm, absolute_ohm, np.zeros((4, 4)), 1.0, "assumed"
    )


def measured(deviation_ohm, rng, drift=0.0):
    noise = rng.normal(size=(2, 60)) * deviation_ohm
    change = 1 + drift * np.linspace(-1, 1, 60) ** 2
    return Spectrum(FREQUENCY_HZ, Z * change + noise[0] + 1j * noise[1])


KINDS = [
    pytest.param(ONE * 0.01 * SIZE, id="modulus"),
    pytest.param(0.01 * PARTS, id="proportional"),
    pytest.param(ONE * 2.0, id="absolute"),
    pytest.param(ONE * 3e-6 * SIZE**2, id="quadratic"),
    pytest.param(ONE * np.hypot(0.002 * SIZE, 3.0), id="modulus and absolute"),
]


@pytest.mark.parametrize("deviation_ohm", KINDS)
def test_the_noise_of_replicates_is_recovered_while_the_cell_drifts(deviation_ohm):
    rng = np.random.default_rng(5)
    spectra = [measured(deviation_ohm, rng, drift=0.01 * k) for k in range(8)]
    found = error_model_of_replicates(spectra)
    ratio = found.deviation_ohm(Spectrum(FREQUENCY_HZ, Z)) / deviation_ohm
    expected = 1 / np.sqrt(2 * found.degrees_of_freedom)
    assert abs(np.median(ratio) - 1) < 4 * expected
    assert np.quantile(np.abs(ratio - 1), 0.9) < 0.25
    assert found.source == "8 replicates"


@pytest.mark.parametrize("deviation_ohm", KINDS)
def test_one_spectrum_tells_its_noise_roughly(deviation_ohm):
    rng = np.random.default_rng(5)
    found = error_model_of_residuals(measured(deviation_ohm, rng))
    ratio = found.deviation_ohm(Spectrum(FREQUENCY_HZ, Z)) / deviation_ohm
    assert np.median(np.abs(np.log(ratio))) < 0.25


def test_a_wrong_point_is_no_noise():
    spectrum = measured(ONE * 0.002 * SIZE, np.random.default_rng(2))
    z = spectrum.z_ohm.copy()
    z[30] *= 1.2
    found = error_model_of_residuals(Spectrum(FREQUENCY_HZ, z))
    assert found.modulus == pytest.approx(0.002, rel=0.3)


def test_the_standard_error_of_the_noise_is_what_repetition_shows():
    spectrum = Spectrum(FREQUENCY_HZ, Z)
    found = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        found.append(
            error_model_of_replicates([measured(ONE * 0.01 * SIZE, rng) for _ in range(4)])
        )
    plain = [each for each in found if each.modulus and not each.absolute_ohm and not each.per_ohm]
    assert len(plain) > 20
    deviations = [each.deviation_ohm(spectrum)[0, 30] for each in plain]
    told = np.median([each.standard_errors_ohm(spectrum)[0, 30] for each in plain])
    assert np.std(deviations) == pytest.approx(told, rel=0.5)
    assert np.mean(deviations) == pytest.approx(0.01 * SIZE[30], abs=2 * told)


def test_the_fraction_of_the_noise_that_smoothing_takes_is_given_back():
    # two replicates only: half of the squares go into the mean, more into the polynomials
    deviations = [
        error_model_of_replicates(
            [measured(ONE * 0.01 * SIZE, np.random.default_rng([seed, k])) for k in range(2)]
        ).deviation_ohm(Spectrum(FREQUENCY_HZ, Z))
        for seed in range(20)
    ]
    assert np.median(deviations / SIZE) == pytest.approx(0.01, rel=0.05)


def test_each_term_has_the_unit_that_its_name_says():
    spectrum = Spectrum([3, 2, 1], [3 - 4j, 30 - 40j, 300 - 400j])
    np.testing.assert_allclose(
        model(proportional=0.1).deviation_ohm(spectrum), [[0.3, 3, 30], [0.4, 4, 40]]
    )
    np.testing.assert_allclose(model(modulus=0.1).deviation_ohm(spectrum)[0], [0.5, 5, 50])
    np.testing.assert_allclose(model(per_ohm=0.1).deviation_ohm(spectrum)[1], [2.5, 250, 25e3])
    np.testing.assert_allclose(model(absolute_ohm=3).deviation_ohm(spectrum), np.full((2, 3), 3))


def test_a_part_that_is_zero_keeps_a_deviation():
    spectrum = Spectrum([3, 2, 1], [100, 200, 300])
    assert (model(proportional=0.01).deviation_ohm(spectrum) > 0).all()


@pytest.mark.parametrize(
    ("spectra", "message"),
    [
        ([Spectrum(FREQUENCY_HZ, Z)], "two spectra or more, got 1"),
        ([Spectrum([3, 2, 1], [1, 2, 3])] * 2, "8 points at least, got 3"),
        (
            [Spectrum(FREQUENCY_HZ, Z), Spectrum(1.01 * FREQUENCY_HZ, Z)],
            "replicate 2 has other frequencies than the first",
        ),
    ],
)
def test_what_are_no_replicates_is_refused(spectra, message):
    with pytest.raises(ValueError, match=message):
        error_model_of_replicates(spectra)


def test_too_few_points_have_no_error_model():
    with pytest.raises(ValueError, match="8 different frequencies at least, got 3"):
        error_model_of_residuals(Spectrum([3, 2, 1], [1, 2, 3]))
