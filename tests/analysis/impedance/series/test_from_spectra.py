"""From spectra and temperatures to everything, in one call."""

import numpy as np
import pytest
from solidcell.analysis.impedance import (
    Geometry,
    Spectrum,
    SpectrumRefusedError,
    parse_circuit,
    series_from_spectra,
)
from support.cell_over_temperature import BOUNDARY, BULK, INTERFACE, spectra_of, values_of

SEVEN_K = np.array([213.0, 233.0, 253.0, 263.0, 273.0, 293.0, 313.0])
PELLET = Geometry(1e-3, 10e-3)
CELL = "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"
FREQUENCY_HZ = np.geomspace(7e6, 0.1, 50)


def pairs(noise=0.005, values=None):
    values = values_of((BULK, BOUNDARY, INTERFACE), SEVEN_K) if values is None else values
    return list(zip(spectra_of(CELL, values, FREQUENCY_HZ, noise), SEVEN_K, strict=True))


def test_a_given_circuit_yields_resistances_and_lines():
    found = series_from_spectra(pairs(), parse_circuit(CELL), PELLET)
    assert found.arrhenius.bulk.activation_energy.value == pytest.approx(BULK.energy_ev, abs=5e-3)
    assert found.released == ()
    assert len(found.resistances) == 7
    assert found.resistances[0].temperature_k == 213.0


def test_what_the_data_contradict_is_released_and_said():
    values = values_of((BULK, BOUNDARY, INTERFACE), SEVEN_K)
    values[:, 5] = np.linspace(0.82, 0.96, 7)
    values[:, 4] = (BOUNDARY.farad * values[:, 3]) ** values[:, 5] / values[:, 3]
    found = series_from_spectra(pairs(values=values), parse_circuit(CELL), PELLET)
    assert "CPE2_1" in found.released
    assert found.series.support.holds
    assert any("not shared" in words for words in found.reasons)


@pytest.mark.slow
def test_without_a_circuit_the_richest_spectrum_names_it_and_bad_ones_are_left_out():
    bad = Spectrum(FREQUENCY_HZ, np.full(50, 0.5) + 1e-3j * np.linspace(-1, 1, 50))
    found = series_from_spectra([(bad, 333.0), *pairs()[::2]], None, PELLET)
    assert found.series.circuit.root is not None
    assert str(found.series.circuit).count("p(") == 3
    assert found.series.places == (1, 2, 3, 4)
    assert found.series.left_out[0].place == 0
    assert any("spectrum 0 at 333 was left out" in words for words in found.reasons)
    assert found.arrhenius.total.activation_energy.value == pytest.approx(0.42, abs=0.02)


def test_two_temperatures_give_resistances_and_a_reason_instead_of_a_line():
    found = series_from_spectra(pairs()[:2], parse_circuit(CELL), PELLET)
    assert found.arrhenius is None
    assert any("2 temperatures are too few" in words for words in found.reasons)
    assert found.resistances[0].total.value > 0


def test_where_no_spectrum_can_be_used_each_reason_is_given():
    few = Spectrum([1e3, 1e2, 1e1], [10 - 1j, 12 - 3j, 15 - 2j])
    with pytest.raises(SpectrumRefusedError, match="spectrum 1 at 310: 3 points are too few"):
        series_from_spectra([(few, 300.0), (few, 310.0)])
