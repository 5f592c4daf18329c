"""Spectra of any file come with what is known of the cell, and each is answered or refused."""

import numpy as np
import pytest
from solidcell.analysis.impedance import Spectrum
from solidcell.analysis.impedance.circuits.circuit_code import CircuitError
from solidcell.analysis.spectra import (
    LabelledSpectrum,
    answer_spectrum,
    geometry_of,
    spectra_of_file,
)

FREQUENCY_HZ = np.logspace(6, -1, 71)


def of(z_ohm, path):
    return LabelledSpectrum(path, "", Spectrum(FREQUENCY_HZ, z_ohm), geometry_of(0.785e-4, 8e-4))


def test_a_good_spectrum_is_answered_with_resistance_and_conductivity(tmp_path):
    z = 34.0 + 60.0 / (1 + (2j * np.pi * FREQUENCY_HZ * 1e-5) ** 0.9)
    answer = answer_spectrum(of(z, tmp_path))
    assert answer.refused is None
    assert answer.identification.circuit == answer.fit.circuit
    assert answer.resistances is answer.identification.resistances
    assert answer.resistances.total.value == pytest.approx(94.0, rel=1e-3)
    assert answer.resistances.conductivity.unit == "S/m"
    assert answer.resistances.conductivity.value == pytest.approx(8e-4 / 0.785e-4 / 34.0, rel=2e-3)


def test_a_short_circuit_is_refused_and_not_fitted(tmp_path):
    z = 0.3 + 2j * np.pi * FREQUENCY_HZ * 3e-7
    answer = answer_spectrum(of(z, tmp_path))
    assert answer.fit is None
    assert "short" in answer.refused


@pytest.mark.parametrize(
    ("z_ohm", "reason"),
    [
        (0.3 + 2j * np.pi * FREQUENCY_HZ * 3e-7, "short"),
        (np.full(71, 1e6 - 1e3j), "saturated"),
        (30.0 + 200.0 / (1 - 2j * np.pi * FREQUENCY_HZ * 1e-4), "-Im(Z)"),
    ],
)
def test_a_spectrum_without_a_resistance_is_refused_with_a_given_circuit_too(
    z_ohm, reason, tmp_path
):
    answer = answer_spectrum(of(z_ohm, tmp_path), "R0-p(R1,CPE1)")
    assert answer.fit is None
    assert answer.identification is None
    assert reason in answer.refused


def test_a_cell_that_changed_during_the_sweep_is_refused_with_the_reason(tmp_path):
    z = 34.0 + 900.0 / (1 + (2j * np.pi * FREQUENCY_HZ * 1e-2) ** 0.9)
    answer = answer_spectrum(of(z * np.linspace(1.0, 1.8, z.size), tmp_path))
    assert answer.fit is None
    assert "Kramers-Kronig" in answer.refused


def test_a_spectrum_with_the_wrong_sign_is_refused_and_asked_about(tmp_path):
    z = 34.0 + 60.0 / (1 + (2j * np.pi * FREQUENCY_HZ * 1e-4) ** 0.9)
    assert answer_spectrum(of(z, tmp_path)).refused is None
    assert "-Im(Z)" in answer_spectrum(of(z.conj(), tmp_path)).refused


def test_a_circuit_that_cannot_be_read_is_the_callers_mistake(tmp_path):
    with pytest.raises(CircuitError):
        answer_spectrum(of(np.full(71, 10.0 + 0j), tmp_path), "R0-p(R1")


def test_half_of_the_relative_doubt_of_the_area_is_that_of_the_diameter():
    geometry = geometry_of(1e-4, 1e-3, electrode_area_uncertainty_m2=2e-6)
    assert geometry.diameter_uncertainty_m / geometry.diameter_m == pytest.approx(0.01)
    assert geometry.area_m2 == pytest.approx(1e-4)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.csv"):
        spectra_of_file(tmp_path / "nothing.csv")
