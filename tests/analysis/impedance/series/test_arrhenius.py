"""Activation energies: the line, its errors, and what may be called bulk or total."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.analysis.impedance import (
    ArrheniusRefusedError,
    Geometry,
    arrhenius_columns,
    arrhenius_figure,
    arrhenius_fit,
    arrhenius_of,
    fit_series,
    parse_circuit,
)
from support.cell_over_temperature import (
    BOLTZMANN_EV_PER_K,
    BOUNDARY,
    BULK,
    INTERFACE,
    spectra_of,
    values_of,
)

SEVEN_K = np.array([213.0, 233.0, 253.0, 263.0, 273.0, 293.0, 313.0])
SHARED = ("exponents", "capacitances")
PELLET = Geometry(1e-3, 10e-3, 10e-6, 50e-6)
CELL = "p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"


def conductivity(temperature_k, energy_ev, prefactor=1e5):
    return prefactor / temperature_k * np.exp(-energy_ev / (BOLTZMANN_EV_PER_K * temperature_k))


@pytest.fixture(scope="module")
def series():
    values = values_of((BULK, BOUNDARY, INTERFACE), SEVEN_K)
    spectra = spectra_of(CELL, values, np.geomspace(7e6, 0.1, 50), noise=0.005)
    return fit_series(parse_circuit(CELL), spectra, at=SEVEN_K, shared=SHARED, geometry=PELLET)


@given(st.floats(0.05, 1.5), st.floats(1e-3, 1e9))
def test_an_exact_line_gives_its_activation_energy_and_prefactor(energy_ev, prefactor):
    sigma = conductivity(SEVEN_K, energy_ev, prefactor)
    line = arrhenius_fit(SEVEN_K, sigma, np.full(7, 1e-4))
    assert line.activation_energy.value == pytest.approx(energy_ev, abs=1e-9)
    assert line.prefactor.value == pytest.approx(prefactor, rel=1e-7)
    assert line.predict(300.0).value == pytest.approx(
        conductivity(300.0, energy_ev, prefactor), rel=1e-7
    )
    assert line.warnings == ()


def test_the_two_forms_differ_by_the_thermal_energy_at_the_mean_temperature():
    t_k = np.array([285.0, 295.0, 305.0, 315.0])
    line = arrhenius_fit(t_k, conductivity(t_k, 0.35), np.full(4, 1e-4))
    difference = line.activation_energy.value - line.activation_energy_other_form.value
    assert difference == pytest.approx(0.026, abs=5e-4)
    assert difference == pytest.approx(BOLTZMANN_EV_PER_K * 300, rel=2e-3)
    plain = arrhenius_fit(t_k, conductivity(t_k, 0.35), np.full(4, 1e-4), form="sigma")
    assert plain.activation_energy.value == pytest.approx(line.activation_energy_other_form.value)


def test_geometry_leaves_the_activation_energy_alone_and_widens_the_prefactor():
    sigma = conductivity(SEVEN_K, 0.35)
    bare = arrhenius_fit(SEVEN_K, sigma, np.full(7, 1e-4))
    doubtful = arrhenius_fit(SEVEN_K, sigma, np.full(7, 1e-4), common_relative_uncertainty=0.2)
    assert doubtful.activation_energy == bare.activation_energy
    assert doubtful.prefactor.relative**2 == pytest.approx(bare.prefactor.relative**2 + 0.04)
    assert doubtful.predict().relative > 0.2


def test_a_common_error_of_the_thermometer_moves_the_energy_as_it_is_said_to():
    exact = arrhenius_fit(
        SEVEN_K, conductivity(SEVEN_K, 0.35), np.full(7, 1e-12),
        temperature_offset_uncertainty_k=1.0,
    )  # fmt: skip
    moved = arrhenius_fit(SEVEN_K + 1.0, conductivity(SEVEN_K, 0.35), np.full(7, 1e-12))
    shift = abs(moved.activation_energy.value - 0.35)
    assert exact.activation_energy.standard_error == pytest.approx(shift, rel=0.05)


@pytest.mark.slow
def test_random_errors_of_the_thermometer_are_covered():
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(300):
        true_k = SEVEN_K + rng.normal(0, 1.0, 7)
        sigma = conductivity(true_k, 0.35) * np.exp(rng.normal(0, 0.01, 7))
        line = arrhenius_fit(SEVEN_K, sigma, np.full(7, 1e-4), temperature_uncertainty_k=1.0)
        low, high = line.activation_energy_interval()
        inside.append(low <= 0.35 <= high)
    assert 0.92 <= np.mean(inside) <= 0.985


def test_a_bend_is_warned_of():
    sigma = conductivity(SEVEN_K, 0.35) * np.where(SEVEN_K > 260, 1.0, 0.8)
    line = arrhenius_fit(SEVEN_K, sigma, np.full(7, 1e-4))
    assert any("scatter" in words or "bend" in words for words in line.warnings)
    curved = 1 / (1 / conductivity(SEVEN_K, 0.3) + 1 / conductivity(SEVEN_K, 0.6, 2e10))
    line = arrhenius_fit(SEVEN_K, curved, np.full(7, 1e-4))
    assert any("bend away" in words for words in line.warnings)


def test_scatter_beyond_the_errors_gives_each_point_an_error_of_its_own():
    rough = conductivity(SEVEN_K, 0.35) * np.exp(0.1 * np.array([1, -1, 0.5, 1, -1, 0.3, -0.2]))
    line = arrhenius_fit(SEVEN_K, rough, np.full(7, 1e-4))
    credible = arrhenius_fit(SEVEN_K, rough, np.full(7, 1e-4 + line.excess_scatter**2))
    assert line.line.chi2 == pytest.approx(5, rel=1e-2)
    assert 0.05 < line.excess_scatter < 0.15
    assert line.activation_energy.value == pytest.approx(credible.activation_energy.value)
    assert line.activation_energy.standard_error == pytest.approx(
        credible.activation_energy.standard_error
    )
    assert any("was added to the error of each" in words for words in line.warnings)


def test_errors_that_all_points_share_put_no_line_beside_all_of_them():
    shared = 0.015**2 * (0.999 * np.ones((7, 7)) + 0.001 * np.eye(7))
    bend = 4e-3 * np.array([3, 1, -1, -2, -2, 0, 3])
    points = conductivity(SEVEN_K, 0.35) * np.exp(bend)
    line = arrhenius_fit(SEVEN_K, points, shared)
    off = np.log(points / line.curve(SEVEN_K))
    assert off.min() < 0 < off.max()
    assert abs(off.mean()) < 2e-3


@pytest.mark.parametrize(
    ("t_k", "words"),
    [
        ([280.0, 300.0], "2 temperatures are too few; 3 are needed"),
        ([280.0, 300.0, 300.0], "2 temperatures are too few"),
        ([298.0, 299.0, 300.0], "span 2 K; 10 K are needed"),
    ],
)
def test_too_few_or_too_close_temperatures_are_refused(t_k, words):
    t = np.array(t_k)
    with pytest.raises(ArrheniusRefusedError, match=words):
        arrhenius_fit(t, conductivity(t, 0.35), np.full(len(t), 1e-4))


def test_a_conductivity_that_is_none_is_named():
    with pytest.raises(ValueError, match=r"conductivity\[1\] is -1; it must be finite and > 0"):
        arrhenius_fit([280.0, 290.0, 300.0], [1.0, -1.0, 2.0], [1e-4] * 3)
    with pytest.raises(ValueError, match="of one shape"):
        arrhenius_fit([280.0, 290.0, 300.0], [1.0, 2.0], [1e-4] * 3)


def test_seven_temperatures_give_the_energies_of_bulk_boundary_interface_and_total(series):
    found = arrhenius_of(series)
    for line, arc in (
        (found.bulk, BULK),
        (found.grain_boundary, BOUNDARY),
        (found.interface, INTERFACE),
    ):
        energy = line.activation_energy
        assert abs(energy.value - arc.energy_ev) < 3.5 * energy.standard_error
        assert energy.standard_error < 0.005
        assert len(line.temperature_k) == 7
    total = BULK.resistance(SEVEN_K) + BOUNDARY.resistance(SEVEN_K)
    expected = PELLET.length_over_area_per_m / total
    assert found.total.conductivity == pytest.approx(expected, rel=0.02)
    assert found.total.name == "bulk + GB"
    assert BULK.energy_ev < found.total.activation_energy.value < BOUNDARY.energy_ev
    assert [row.name for row in found.rows()] == [
        "bulk + GB",
        "bulk",
        "grain boundary",
        "interface",
    ]


def test_the_line_through_a_tied_resistance_is_the_tie(series):
    tied = fit_series(
        series.circuit, series.spectra, at=SEVEN_K, shared=SHARED, arrhenius=("R1", "R2")
    )
    found = arrhenius_of(tied, PELLET)
    for line, name in ((found.bulk, "R1"), (found.grain_boundary, "R2")):
        energy = tied.activation_energies[name]
        assert line.activation_energy.value == pytest.approx(energy.value, rel=1e-6)
        assert line.activation_energy.standard_error == pytest.approx(
            energy.standard_error, rel=1e-3
        )


def test_where_no_spectrum_tells_bulk_and_boundary_apart_there_is_a_total_only():
    values = values_of((BULK, BOUNDARY), SEVEN_K)
    spectra = spectra_of("p(R1,CPE1)-p(R2,CPE2)", values, np.geomspace(1e5, 1, 40), noise=0.005)
    series = fit_series(parse_circuit("R0-p(R1,CPE1)"), spectra, at=SEVEN_K, shared=("exponents",))
    found = arrhenius_of(series, PELLET)
    assert found.bulk is None
    assert found.grain_boundary is None
    assert any("not told apart" in words for words in found.reasons)
    total = BULK.resistance(SEVEN_K) + BOUNDARY.resistance(SEVEN_K)
    assert found.total.conductivity == pytest.approx(
        PELLET.length_over_area_per_m / total, rel=0.03
    )


@pytest.mark.slow
def test_arcs_of_free_capacitance_are_called_bulk_only_where_they_are_told_apart():
    values = values_of((BULK, BOUNDARY, INTERFACE), SEVEN_K)
    spectra = spectra_of(CELL, values, np.geomspace(7e6, 0.1, 50), noise=0.002)
    series = fit_series(parse_circuit(CELL), spectra, at=SEVEN_K, shared=("exponents",))
    found = arrhenius_of(series, PELLET)
    assert found.bulk is None or found.bulk.temperature_k.max() < 260
    assert any(words.startswith("bulk: ") for words in found.reasons)
    assert len(found.total.temperature_k) == 7


def test_a_series_over_time_has_no_arrhenius_plot(series):
    over_time = fit_series(
        series.circuit, series.spectra, at=np.arange(7.0), along="time_s", shared=SHARED
    )
    with pytest.raises(ValueError, match="along temperature_k, not time_s"):
        arrhenius_of(over_time)


@pytest.mark.slow
def test_the_plot_shows_the_points_with_errors_the_lines_and_celsius_on_top(series):
    found = arrhenius_of(series)
    columns = arrhenius_columns(found)
    figure = arrhenius_figure(found, "pellet")
    left, right = figure.axes[:2]
    assert columns[1].unit == "S cm^-1"
    assert 10 ** columns[1].log10 == pytest.approx(
        0.01 * found.bulk.conductivity * SEVEN_K, rel=1e-9
    )
    middle = np.interp(
        columns[1].inverse_temperature_per_kk[3],
        columns[1].line_inverse_temperature_per_kk[::-1],
        columns[1].line_log10[::-1],
    )
    assert middle == pytest.approx(columns[1].log10[3], abs=0.02)
    relative = found.bulk.conductivity_error / found.bulk.conductivity
    assert columns[1].log10_error == pytest.approx(np.log10(1 + relative), rel=0.01)
    assert left.get_ylabel() == "log$_{10}$(σ T / S cm$^{-1}$ K)"
    assert "cm$^{-2}$" in right.get_ylabel()
    top = left.child_axes[0]
    assert top.get_xlabel() == "T / °C"
    shown = {label.get_text(): label.get_position()[0] for label in top.get_xticklabels()}
    assert shown["0"] == pytest.approx(1000 / 273.15)
    legend = [text.get_text() for text in left.get_legend().get_texts()]
    assert legend[1].startswith("bulk: $E_a$ = 0.35")
    assert "±" in legend[1]


def test_lines_of_two_forms_share_no_plot():
    sigma = conductivity(SEVEN_K, 0.35)
    lines = [arrhenius_fit(SEVEN_K, sigma, np.full(7, 1e-4), form=f) for f in ("sigma*T", "sigma")]
    with pytest.raises(ValueError, match="of one form"):
        arrhenius_figure(lines)
