"""Spectra of a series fitted together: what is shared, what it brings, and when it is refused."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.impedance import (
    Spectrum,
    SpectrumRefusedError,
    fit,
    fit_series,
    parse_circuit,
)
from support.cell_over_temperature import (
    BOUNDARY,
    BULK,
    INTERFACE,
    ThermalArc,
    spectra_of,
    values_of,
)

TWO_ARCS = "p(R1,CPE1)-p(R2,CPE2)"
TEMPERATURE_K = np.array([233.0, 263.0, 293.0, 323.0])
FREQUENCY_HZ = np.geomspace(1e7, 1.0, 36)
SHARED = ("exponents", "capacitances")


def two_arcs(noise=0.0, seed=1, temperature_k=TEMPERATURE_K):
    values = values_of((BULK, BOUNDARY), temperature_k)
    return values, spectra_of(TWO_ARCS, values, FREQUENCY_HZ, noise, seed)


def test_exact_spectra_give_exact_values_and_activation_energies():
    values, spectra = two_arcs()
    series = fit_series(
        parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, shared=SHARED, arrhenius=("R1", "R2")
    )
    assert series.values == pytest.approx(values, rel=1e-7)
    assert series.activation_energies["R1"].value == pytest.approx(BULK.energy_ev, abs=1e-8)
    assert series.activation_energies["R2"].value == pytest.approx(BOUNDARY.energy_ev, abs=1e-8)
    assert series.values_of("C(CPE2)") == pytest.approx(BOUNDARY.farad, rel=1e-7)
    assert series.support.holds
    assert series.warnings == ()


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(
    ohm=st.floats(1e-2, 1e9),
    energy_ev=st.floats(0.1, 1.0),
    apex_hz=st.floats(1e2, 1e5),
    exponent=st.floats(0.75, 1.0),
)
def test_exact_spectra_of_any_arc_give_its_activation_energy(ohm, energy_ev, apex_hz, exponent):
    arc = ThermalArc(ohm, energy_ev, 1 / (2 * np.pi * apex_hz * ohm), exponent)
    t_k = np.array([283.0, 293.0, 303.0])
    spectra = spectra_of("p(R1,CPE1)", values_of((arc,), t_k), np.geomspace(1e7, 1, 22))
    series = fit_series(
        parse_circuit("p(R1,CPE1)"), spectra, at=t_k, shared=SHARED, arrhenius=("R1",)
    )
    assert series.activation_energies["R1"].value == pytest.approx(energy_ev, abs=1e-6)
    assert series.values_of("CPE1_1") == pytest.approx(exponent, abs=1e-6)


@pytest.mark.parametrize("tied", [{}, {"arrhenius": ("R1", "R2")}, {"smooth": ("R1", "R2")}])
def test_sharing_never_describes_the_data_better_than_separate_fits(tied):
    _, spectra = two_arcs(noise=0.01)
    circuit = parse_circuit(TWO_ARCS)
    series = fit_series(circuit, spectra, at=TEMPERATURE_K, shared=SHARED, **tied)
    separate = sum(fit(circuit, spectrum).chi2 for spectrum in spectra)
    assert series.support.separate_chi2 <= separate * (1 + 1e-6)
    assert series.chi2.sum() >= series.support.separate_chi2
    assert series.support.holds


def test_a_series_of_nothing_tied_is_as_good_as_fits_of_its_spectra():
    _, spectra = two_arcs(noise=0.01)
    circuit = parse_circuit(TWO_ARCS)
    series = fit_series(circuit, spectra, at=TEMPERATURE_K)
    each = [fit(circuit, spectrum) for spectrum in spectra]
    assert series.chi2 == pytest.approx([one.chi2 for one in each], rel=1e-6)
    assert series.values == pytest.approx(np.array([one.values for one in each]), rel=1e-3)
    assert series.support is None


def test_the_order_of_the_spectra_does_not_matter():
    _, spectra = two_arcs(noise=0.01)
    circuit = parse_circuit(TWO_ARCS)
    series = fit_series(circuit, spectra, at=TEMPERATURE_K, shared=SHARED)
    shuffle = [2, 0, 3, 1]
    again = fit_series(
        circuit, [spectra[k] for k in shuffle], at=TEMPERATURE_K[shuffle], shared=SHARED
    )
    assert again.values == pytest.approx(series.values[shuffle], rel=1e-5)
    assert again.standard_errors == pytest.approx(series.standard_errors[shuffle], rel=1e-3)


def test_exchangeable_arcs_come_out_fastest_first_from_whatever_start():
    values, spectra = two_arcs()
    circuit = parse_circuit(TWO_ARCS)
    swapped = dict(zip(circuit.names, values[:, [3, 4, 5, 0, 1, 2]].T, strict=True))
    series = fit_series(circuit, spectra, at=TEMPERATURE_K, shared=SHARED, start=swapped)
    assert series.values == pytest.approx(values, rel=1e-6)
    named = fit_series(
        circuit, spectra, at=TEMPERATURE_K, shared=("exponents", "C(CPE1)"), start=swapped
    )
    assert named.values_of("R1") == pytest.approx(values[:, 3], rel=1e-6)


def test_every_spectrum_may_have_its_own_frequencies():
    values = values_of((BULK, BOUNDARY), TEMPERATURE_K)
    grids = [np.geomspace(1e7, low, n) for low, n in ((1, 40), (3, 31), (10, 24), (1, 36))]
    circuit = parse_circuit(TWO_ARCS)
    spectra = [
        Spectrum(grid, circuit.impedance_ohm(grid, row))
        for grid, row in zip(grids, values, strict=True)
    ]
    series = fit_series(circuit, spectra, at=TEMPERATURE_K, shared=SHARED)
    assert series.values == pytest.approx(values, rel=1e-7)
    assert [len(one) for one in series.residuals] == [40, 31, 24, 36]


def test_a_bulk_arc_out_of_the_window_at_high_temperature_is_known_through_the_cold_spectra():
    t_k = np.array([213.0, 253.0, 293.0, 333.0])
    values = values_of((BULK, BOUNDARY), t_k)
    spectra = spectra_of(TWO_ARCS, values, np.geomspace(1e6, 1, 36), noise=0.005)
    circuit = parse_circuit(TWO_ARCS)
    alone = fit(circuit, spectra[-1])
    series = fit_series(circuit, spectra, at=t_k, shared=SHARED)
    assert alone.standard_error("R1") is None or alone.standard_error("R1") > 0.1 * values[-1, 0]
    assert series.errors_of("R1")[-1] < 0.05 * values[-1, 0]
    assert series.values_of("R1")[-1] == pytest.approx(values[-1, 0], rel=0.15)


def test_sharing_what_varies_is_said_not_to_be_supported_and_the_culprit_is_named():
    values = values_of((BULK, BOUNDARY), TEMPERATURE_K)
    values[:, 5] = [0.80, 0.85, 0.90, 0.95]
    spectra = spectra_of(TWO_ARCS, values, FREQUENCY_HZ, noise=0.005)
    series = fit_series(parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, shared=("exponents",))
    assert not series.support.holds
    assert series.support.contradicted[0][0] == "CPE2_1"
    assert "not supported by the data" in series.warnings[0]
    assert "CPE2_1" in series.warnings[0]


def test_an_arrhenius_tie_that_bends_is_not_supported():
    values = values_of((BULK, BOUNDARY), TEMPERATURE_K)
    values[0, 3:5] *= np.array([1.5, 1 / 1.5])
    spectra = spectra_of(TWO_ARCS, values, FREQUENCY_HZ, noise=0.005)
    series = fit_series(parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, arrhenius=("R1", "R2"))
    assert not series.support.holds
    assert series.support.contradicted[0][0] == "R2"


def test_a_spectrum_that_fails_the_screening_is_left_out_with_a_reason():
    values, spectra = two_arcs()
    short = Spectrum(FREQUENCY_HZ, np.full(36, 0.5) + 1e-3j * np.linspace(-1, 1, 36))
    series = fit_series(
        parse_circuit(TWO_ARCS), [short, *spectra], at=[213.0, *TEMPERATURE_K], shared=SHARED
    )
    assert series.places == (1, 2, 3, 4)
    assert series.values == pytest.approx(values, rel=1e-7)
    assert series.left_out[0].place == 0
    assert "short-circuited" in series.left_out[0].reason
    assert "spectrum 0 at 213 was left out" in series.warnings[0]


def test_points_that_the_leads_inductance_spoils_are_left_out_and_counted():
    values, spectra = two_arcs()
    leads = 2j * np.pi * FREQUENCY_HZ * 1e-4 * (FREQUENCY_HZ > 1.5e6)
    spoilt = Spectrum(FREQUENCY_HZ, spectra[3].z_ohm + leads)
    count = int((spoilt.z_ohm.imag > 0).sum())
    circuit = parse_circuit(TWO_ARCS)
    series = fit_series(circuit, [*spectra[:3], spoilt], at=TEMPERATURE_K, shared=SHARED)
    assert count > 3
    assert series.inductive == (0, 0, 0, count)
    assert series.values == pytest.approx(values, rel=1e-6)
    assert f"{count} points of 1 spectra have Z'' > 0" in series.warnings[0]


def test_a_spectrum_far_noisier_than_the_others_is_named():
    values = values_of((BULK, BOUNDARY), TEMPERATURE_K)
    spectra = spectra_of(TWO_ARCS, values, FREQUENCY_HZ, noise=0.002)
    spectra[2] = spectra_of(TWO_ARCS, values[2:3], FREQUENCY_HZ, noise=0.03)[0]
    series = fit_series(parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, shared=SHARED)
    assert any("spectrum 2 at 293" in words and "alone" in words for words in series.warnings)


@pytest.mark.slow
def test_a_smooth_quantity_is_known_better_than_a_free_one_and_follows_the_data():
    t_s = np.arange(8) * 3600.0
    values = np.tile(values_of((BULK, INTERFACE), np.array([293.0])), (8, 1))
    values[:, 3] = 80 + 30 * np.sqrt(t_s / 3600)
    values[:, 4] = (INTERFACE.farad * values[:, 3]) ** values[:, 5] / values[:, 3]
    spectra = spectra_of(TWO_ARCS, values, np.geomspace(1e7, 0.1, 36), noise=0.02)
    circuit = parse_circuit(TWO_ARCS)
    both = ("exponents", "C(CPE1)", "C(CPE2)", "R1")
    free = fit_series(circuit, spectra, at=t_s, along="time_s", shared=both)
    smooth = fit_series(circuit, spectra, at=t_s, along="time_s", shared=both, smooth=("R2",))
    stiff = fit_series(circuit, spectra, at=t_s, along="time_s", shared=both, smooth={"R2": 1e12})
    assert smooth.errors_of("R2").mean() < 0.95 * free.errors_of("R2").mean()
    assert smooth.values_of("R2") == pytest.approx(values[:, 3], rel=0.06)
    assert smooth.degrees_of_freedom > free.degrees_of_freedom
    assert np.diff(np.log(stiff.values_of("R2")), 2) == pytest.approx(0, abs=1e-6)
    assert stiff.strengths["R2"] == 1e12


def test_a_time_series_with_shared_exponents_follows_a_growing_interface():
    t_s = np.array([0.0, 1e3, 4e3, 9e3])
    values = np.tile(values_of((BULK, INTERFACE), np.array([293.0])), (4, 1))
    values[:, 3] *= [1, 2, 3, 4]
    spectra = spectra_of(TWO_ARCS, values, np.geomspace(1e7, 0.1, 36))
    series = fit_series(
        parse_circuit(TWO_ARCS), spectra, at=t_s, along="time_s", shared=("exponents", "R1")
    )
    assert series.values_of("R2") == pytest.approx(values[:, 3], rel=1e-7)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("p(R1,C1)-CPE2", ("C1",)),
        ("Zarc1-CPE2", ("exponents", "capacitances")),
        ("K1-CPE2", ("C(K1)",)),
        ("p(R1,CPE1)-CPE2", ("tau(CPE1)", "CPE2_0", "CPE2_1")),
    ],
)
def test_any_element_of_an_arc_can_be_shared_by_name(code, names):
    circuit = parse_circuit(code)
    r, farad, end = np.array([100.0, 300.0, 900.0]), 1e-8, [1e-5, 0.9]
    rows = {
        "p(R1,C1)-CPE2": [[x, farad, *end] for x in r],
        "Zarc1-CPE2": [[x, x * farad, 0.85, *end] for x in r],
        "K1-CPE2": [[x, x * farad, *end] for x in r],
        "p(R1,CPE1)-CPE2": [[x, 1e-5**0.9 / x, 0.9, *end] for x in r],
    }[code]
    spectra = spectra_of(code, rows, FREQUENCY_HZ)
    series = fit_series(circuit, spectra, at=[330.0, 300.0, 270.0], shared=names)
    assert series.values == pytest.approx(np.array(rows), rel=1e-6)
    assert series.support.ties >= 2 * len(names)


def test_one_spectrum_of_a_series_is_a_fit_with_the_joint_errors():
    _, spectra = two_arcs(noise=0.01)
    series = fit_series(parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, shared=SHARED)
    one = series[1]
    assert one.standard_error("R2") == pytest.approx(series.errors_of("R2")[1])
    assert one.interval("R2") == pytest.approx(tuple(series.interval("R2")[1]), rel=1e-6)
    assert one.chi2 == pytest.approx(float(np.sum(np.abs(one.residuals) ** 2)))
    assert len(list(series)) == 4
    with pytest.raises(IndexError, match="no number 4"):
        series[4]


def test_what_is_fixed_stays_and_has_no_error():
    _, spectra = two_arcs(noise=0.005)
    series = fit_series(
        parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, shared=SHARED[1:],
        fixed={"CPE1_1": BULK.exponent},
    )  # fmt: skip
    assert (series.values_of("CPE1_1") == BULK.exponent).all()
    assert np.isnan(series.errors_of("CPE1_1")).all()
    assert series.interval("CPE1_1")[0].tolist() == [0.0, np.inf]


def test_given_standard_deviations_are_believed():
    _, spectra = two_arcs(noise=0.01)
    circuit = parse_circuit(TWO_ARCS)
    deviations = [0.01 * np.abs(one.z_ohm) for one in spectra]
    known = fit_series(circuit, spectra, at=TEMPERATURE_K, shared=SHARED, weighting=deviations)
    double = fit_series(
        circuit, spectra, at=TEMPERATURE_K, shared=SHARED, weighting=[2 * d for d in deviations]
    )
    assert known.reduced_chi2 == pytest.approx(1.0, abs=0.25)
    assert double.standard_errors == pytest.approx(2 * known.standard_errors, rel=1e-4)


def test_the_covariance_of_a_series_of_nothing_tied_is_that_of_its_spectra():
    _, spectra = two_arcs(noise=0.01)
    circuit = parse_circuit(TWO_ARCS)
    deviations = [0.01 * np.abs(one.z_ohm) for one in spectra]
    series = fit_series(circuit, spectra, at=TEMPERATURE_K, weighting=deviations)
    for one, spectrum, own in zip(series, spectra, deviations, strict=True):
        alone = fit(circuit, spectrum, weighting=own).covariance_log
        scale = np.sqrt(np.outer(np.diag(alone), np.diag(alone)))
        assert one.covariance_log / scale == pytest.approx(alone / scale, abs=5e-3)


def test_a_spectrum_of_fewer_points_than_parameters_takes_part():
    t_k = np.array([273.0, 293.0, 313.0, 333.0])
    decades = (1e-11, 1e-9, 1e-7, 1e-5, 1e-3)
    arcs = [ThermalArc(200, 0.4, farad, 0.95) for farad in decades]
    code = "-".join(f"p(R{k},CPE{k})" for k in range(1, 6)) + "-CPE6"
    values = values_of(arcs, t_k, end=(1.0, 0.9))
    spectra = spectra_of(code, values, np.geomspace(1e8, 1e-2, 89), noise=0.001)
    spectra[2] = Spectrum(spectra[2].frequency_hz[::12], spectra[2].z_ohm[::12])
    series = fit_series(parse_circuit(code), spectra, at=t_k, shared=(*SHARED, "CPE6_0", "CPE6_1"))
    assert 2 * len(spectra[2]) < len(series.names)
    assert series.values[2, 0:15:3] == pytest.approx(values[2, 0:15:3], rel=0.02)


def test_the_table_names_each_quantity_with_its_role_and_unit():
    _, spectra = two_arcs(noise=0.01)
    series = fit_series(
        parse_circuit(TWO_ARCS), spectra, at=TEMPERATURE_K, shared=SHARED, arrhenius=("R1",)
    )
    rows = {row.name: row for row in series.rows()[:6]}
    assert (rows["C(CPE1)"].role, rows["C(CPE1)"].unit) == ("shared", "F")
    assert (rows["R1"].role, rows["R2"].role) == ("arrhenius", "free")
    assert rows["R1"].at == TEMPERATURE_K[0]
    assert rows["R1"].standard_error > 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"shared": ("C(CPE9)",)}, r"nothing called 'C\(CPE9\)'; it has R1.*C\(CPE1\).*exponents"),
        ({"shared": ("R1",), "arrhenius": ("R1",)}, "R1 cannot be arrhenius: it is shared already"),
        ({"shared": ("CPE1_0", "C(CPE1)")}, "are one degree of freedom"),
        ({"shared": ("C(CPE1)",), "fixed": {"CPE1_0": 1e-9}}, "is fixed already"),
        ({"shared": ("C(CPE1)",), "bounds": {"CPE1_0": (1e-12, 1e-6)}}, "cannot be fixed or"),
        ({"arrhenius": ("CPE1_1",)}, "no resistance and no time constant"),
        ({"arrhenius": ("R1",), "along": "time_s"}, "needs a series along temperature_k"),
        ({"at": [300.0] * 4, "arrhenius": ("R1",)}, "nothing varies along them"),
        ({"at": [233.0, -5.0, 293.0, 323.0]}, "spectrum 1 is -5; it must be finite and > 0 K"),
        ({"at": [233.0, 263.0]}, r"4 spectra need temperature_k of shape \(4,\)"),
        ({"smooth": ("R1",), "at": [233.0, 233.0, 293.0, 323.0]}, "no two of them at one place"),
        ({"smooth": {"R1": 0.0}}, "the strength of R1 is 0.0"),
        ({"weighting": np.ones(36)}, "are a list of 4, one a spectrum"),
        ({"start": {"R1": [1.0, 2.0]}}, r"start of R1 has shape \(2,\)"),
    ],
)
def test_a_wish_without_sense_is_refused_by_name(asked, words):
    _, spectra = two_arcs()
    wishes = {"at": TEMPERATURE_K, **asked}
    with pytest.raises(ValueError, match=words):
        fit_series(parse_circuit(TWO_ARCS), spectra, **wishes)


def test_repeated_spectra_of_one_state_may_share_everything():
    values = np.repeat(values_of((BULK, BOUNDARY), [293.0]), 3, axis=0)
    spectra = spectra_of(TWO_ARCS, values, FREQUENCY_HZ, noise=0.01)
    circuit = parse_circuit(TWO_ARCS)
    series = fit_series(circuit, spectra, at=[293.0] * 3, shared=circuit.names)
    alone = fit(circuit, spectra[0])
    assert (np.ptp(series.values, axis=0) == 0).all()
    assert series.errors_of("R2")[0] == pytest.approx(alone.standard_error("R2") / 3**0.5, rel=0.3)


def test_a_single_usable_spectrum_is_no_series():
    few = Spectrum([1e3, 1e2, 1e1], [10 - 1j, 12 - 3j, 15 - 2j])
    _, spectra = two_arcs()
    with pytest.raises(
        SpectrumRefusedError, match="1 can be used; spectrum 0 at 300: 3 points are too few"
    ):
        fit_series(parse_circuit(TWO_ARCS), [few, spectra[0]], at=[300.0, 310.0])


@pytest.mark.slow
def test_the_intervals_of_a_joint_fit_cover_the_truth():
    covered, energies = [], []
    for seed in range(25):
        values, spectra = two_arcs(0.01, seed)
        series = fit_series(
            parse_circuit(TWO_ARCS),
            spectra,
            at=TEMPERATURE_K,
            shared=SHARED,
            arrhenius=("R1", "R2"),
        )
        for name, true in (("R1", values[:, 0]), ("R2", values[:, 3])):
            low, high = series.interval(name).T
            covered += ((low <= true) & (true <= high)).tolist()
        for name, arc in (("R1", BULK), ("R2", BOUNDARY)):
            energy = series.activation_energies[name]
            energies.append(abs(energy.value - arc.energy_ev) <= 1.96 * energy.standard_error)
    assert 0.88 <= np.mean(covered) <= 0.995
    assert 0.86 <= np.mean(energies) <= 1.0


@pytest.mark.slow
def test_sharing_halves_the_error_that_a_single_spectrum_must_have():
    ratios = []
    near = replace(BOUNDARY, farad=3e-10)
    values = values_of((BULK, near), TEMPERATURE_K)
    for seed in range(12):
        spectra = spectra_of(TWO_ARCS, values, FREQUENCY_HZ, 0.01, seed)
        circuit = parse_circuit(TWO_ARCS)
        series = fit_series(circuit, spectra, at=TEMPERATURE_K, shared=SHARED)
        z, slopes = circuit.impedance_and_slopes(FREQUENCY_HZ, values)
        columns = (slopes / np.abs(z)[:, None, :]).view(float) / 0.01
        bound = np.sqrt(np.linalg.inv(columns @ np.swapaxes(columns, 1, 2))[:, 3, 3])
        ratios.append(np.abs(np.log(series.values_of("R2") / values[:, 3])) / bound)
    assert np.median(ratios) < 0.5 * 0.6745  # the median of a normal error is 0.6745 sigma
