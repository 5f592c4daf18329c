"""The fit: exact data give exact answers, noise honest errors, and no start is needed."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.impedance import (
    Spectrum,
    fit,
    from_impedance_py,
    parse_circuit,
    to_impedance_py,
    user_element,
)
from solidcell.analysis.impedance.structure import independent_share

THREE_ARCS = parse_circuit("p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)-CPE4")
TWO_ARCS = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)")
FREQUENCY_HZ = np.geomspace(7e6, 0.1, 60)


def arc(resistance, capacitance, exponent):
    """Values of p(R,CPE) with an effective capacitance R C = tau."""
    return [resistance, (resistance * capacitance) ** exponent / resistance, exponent]


def named(circuit, values):
    return dict(zip(circuit.names, values, strict=True))


def noisy(circuit, values, rng, level=0.01, frequency=FREQUENCY_HZ):
    z = circuit.impedance_ohm(frequency, values)
    noise = rng.normal(0, level, (2, z.size))
    return Spectrum(frequency, z + np.abs(z) * (noise[0] + 1j * noise[1]))


SOLID_ELECTROLYTE = np.array(
    [*arc(4e3, 2e-11, 0.96), *arc(9e3, 3e-9, 0.9), *arc(2e3, 1e-6, 0.85), 2e-5, 0.88]
)


def test_exact_picofarads_come_back_exactly_without_a_start():
    result = fit(THREE_ARCS, Spectrum(FREQUENCY_HZ, exact(SOLID_ELECTROLYTE)))
    np.testing.assert_allclose(result.values, SOLID_ELECTROLYTE, rtol=1e-6)
    assert result.converged


def exact(values):
    return THREE_ARCS.impedance_ohm(FREQUENCY_HZ, values)


@settings(max_examples=12, deadline=None)
@given(
    log_r=st.floats(-3, 9),
    log_ratio=st.floats(-0.7, 0.7),
    log_apex=st.floats(3.5, 5.5),
    decades=st.floats(1.7, 3.0),
    exponent=st.floats(0.8, 1.0),
)
def test_exact_data_give_exact_parameters_over_the_physical_range(
    log_r, log_ratio, log_apex, decades, exponent
):
    r1, r2 = 10**log_r, 10 ** (log_r + log_ratio)
    tau1 = 1 / (2 * np.pi * 10**log_apex)
    tau2 = tau1 * 10**decades
    values = [0.2 * r1, *arc(r1, tau1 / r1, exponent), *arc(r2, tau2 / r2, 0.9)]
    z = TWO_ARCS.impedance_ohm(FREQUENCY_HZ, values)
    result = fit(TWO_ARCS, Spectrum(FREQUENCY_HZ, z))
    np.testing.assert_allclose(result.values, values, rtol=1e-5)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(1e-4, 1e4), seed=st.integers(0, 10))
def test_scaling_the_impedance_scales_the_resistances(factor, seed):
    values = [20, *arc(300, 1e-9, 0.95), *arc(500, 1e-6, 0.85)]
    spectrum = noisy(TWO_ARCS, values, np.random.default_rng(seed))
    plain = fit(TWO_ARCS, spectrum)
    scaled = fit(TWO_ARCS, Spectrum(FREQUENCY_HZ, factor * spectrum.z_ohm))
    for name in ("R0", "R1", "R2"):
        assert scaled[name] == pytest.approx(factor * plain[name], rel=1e-4)


def test_the_order_of_the_points_does_not_matter():
    spectrum = noisy(THREE_ARCS, SOLID_ELECTROLYTE, np.random.default_rng(3))
    shuffle = np.random.default_rng(4).permutation(60)
    again = Spectrum(spectrum.frequency_hz[shuffle], spectrum.z_ohm[shuffle])
    np.testing.assert_allclose(
        fit(THREE_ARCS, again).values, fit(THREE_ARCS, spectrum).values, rtol=1e-4
    )


def test_exchangeable_arcs_come_back_fastest_first_wherever_they_started():
    spectrum = noisy(TWO_ARCS, [20, *arc(3e3, 2e-9, 0.9), *arc(5e3, 1e-6, 0.9)], rng(1))
    slow_first = named(TWO_ARCS, [20, *arc(5e3, 1e-6, 0.9), *arc(3e3, 2e-9, 0.9)])
    result = fit(TWO_ARCS, spectrum, start=slow_first)
    assert result["R1"] == pytest.approx(3e3, rel=0.05)
    kept = fit(TWO_ARCS, spectrum, start=slow_first, ordered=False)
    assert kept["R1"] == pytest.approx(5e3, rel=0.05)


def rng(seed):
    return np.random.default_rng(seed)


@pytest.mark.slow
def test_the_best_fit_is_found_as_if_started_at_the_truth():
    generator = rng(20261121)
    missed = 0
    for _ in range(25):
        values = random_cell(generator)
        spectrum = noisy(THREE_ARCS, values, generator)
        blind = fit(THREE_ARCS, spectrum)
        oracle = fit(THREE_ARCS, spectrum, start=named(THREE_ARCS, values))
        missed += blind.chi2 > oracle.chi2 + 1e-4  # one unit of chi2 at 1 % noise
    assert missed <= 1


def random_cell(generator):
    """Three arcs at least a decade apart and a blocking CPE, as a ceramic pellet gives them."""
    taus = np.array([3e-8, 3e-6, 3e-4]) * 10 ** generator.uniform(-0.4, 0.4, 3)
    r = 10 ** generator.uniform(2.7, 4, 3)
    n = generator.uniform([0.92, 0.8, 0.75], [1.0, 0.98, 0.95])
    arcs = [part for k in range(3) for part in arc(r[k], taus[k] / r[k], n[k])]
    return [*arcs, 10 ** generator.uniform(-6, -4.5), generator.uniform(0.8, 0.95)]


@pytest.mark.slow
def test_95_percent_intervals_hold_the_truth_in_about_95_of_100_cases():
    values = named(TWO_ARCS, [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)])
    generator = rng(7)
    runs = 60
    hits = dict.fromkeys(values, 0)
    for _ in range(runs):
        result = fit(TWO_ARCS, noisy(TWO_ARCS, list(values.values()), generator))
        for name, truth in values.items():
            low, high = result.interval(name)
            hits[name] += low <= truth <= high
    # 60 draws at 95 %: fewer than 51 has probability 0.1 % for each parameter
    assert all(count >= 51 for count in hits.values()), hits
    # seven parameters at 95 %: all covered in every run would mean the errors are padded
    assert sum(hits.values()) < len(hits) * runs


def test_standard_errors_scale_with_the_noise():
    values = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]
    quiet = fit(TWO_ARCS, noisy(TWO_ARCS, values, rng(1), level=0.001))
    loud = fit(TWO_ARCS, noisy(TWO_ARCS, values, rng(1), level=0.01))
    assert loud.standard_error("R1") / quiet.standard_error("R1") == pytest.approx(10, rel=0.1)


def test_given_standard_deviations_are_believed_and_not_rescaled():
    values = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]
    spectrum = noisy(TWO_ARCS, values, rng(1))
    sigma = 0.02 * np.abs(spectrum.z_ohm)
    result = fit(TWO_ARCS, spectrum, weighting=sigma)
    assert result.reduced_chi2 == pytest.approx(0.25, rel=0.4)
    by_modulus = fit(TWO_ARCS, spectrum)
    ratio = result.standard_error("R1") / by_modulus.standard_error("R1")
    assert ratio == pytest.approx(2, rel=0.2)


def test_an_arc_that_is_not_in_the_data_gets_no_standard_error():
    one = parse_circuit("R0-p(R1,CPE1)")
    spectrum = noisy(one, [50, *arc(900, 2e-9, 0.95)], rng(5))
    result = fit(parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)-p(R3,CPE3)"), spectrum)
    assert None in result.standard_errors
    assert any("not determined" in note for note in result.notes)


def test_an_exponent_on_its_bound_says_so():
    one = parse_circuit("R0-p(R1,CPE1)")
    truth = parse_circuit("R0-p(R1,C1)")
    spectrum = noisy(truth, [50, 900, 2e-9], rng(2), level=0.002)
    results = [fit(one, spectrum), fit(one, spectrum, bounds={"CPE1_1": (0.5, 0.9)})]
    assert results[1].rows()[3].note == "at its upper bound"
    assert results[1].standard_error("CPE1_1") is None
    assert results[1]["CPE1_1"] == pytest.approx(0.9)


def test_fixed_parameters_stay_and_the_others_adapt():
    values = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]
    result = fit(TWO_ARCS, noisy(TWO_ARCS, values, rng(1)), fixed={"R0": 50.0, "CPE1_1": 0.95})
    assert result["R0"] == pytest.approx(50.0, rel=1e-12)
    assert result["CPE1_1"] == pytest.approx(0.95, rel=1e-12)
    assert result.rows()[0].note == "held fixed"
    assert result["R2"] == pytest.approx(700, rel=0.1)


def test_every_weighting_finds_the_cell():
    values = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]
    spectrum = noisy(TWO_ARCS, values, rng(8), level=0.003)
    for weighting in ("modulus", "proportional", "unity"):
        assert fit(TWO_ARCS, spectrum, weighting=weighting)["R2"] == pytest.approx(700, rel=0.05)


def test_inductive_points_are_left_out_of_the_fit_and_counted():
    inductive = parse_circuit("L0-R0-p(R1,CPE1)")
    z = inductive.impedance_ohm(FREQUENCY_HZ, [2e-6, 50, *arc(900, 1e-6, 0.9)])
    spectrum = Spectrum(FREQUENCY_HZ, z)
    count = int((z.imag > 0).sum())
    assert count >= 3
    result = fit(parse_circuit("R0-p(R1,CPE1)"), spectrum)
    assert result.n == 60 - count
    assert f"{count} points" in result.warnings[0]
    assert fit(inductive, spectrum).n == 60


def test_structured_residuals_are_told():
    values = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]
    spectrum = noisy(TWO_ARCS, values, rng(1))
    wrong = fit(parse_circuit("R0-p(R1,CPE1)"), spectrum)
    assert "correlate" in wrong.warnings[-1]
    assert "widened" in wrong.warnings[-1]
    assert fit(TWO_ARCS, spectrum).warnings == ()
    believed = fit(parse_circuit("R0-p(R1,CPE1)"), spectrum, weighting=np.abs(spectrum.z_ohm))
    assert "given deviations alone" in believed.warnings[-1]


@pytest.mark.slow
def test_intervals_are_widened_where_the_instrument_errs_smoothly():
    # gain and phase err together over half a decade, as a calibration does: 0.5 % of |Z|
    values = named(TWO_ARCS, [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)])
    decades = np.log10(FREQUENCY_HZ)
    together = np.exp(-0.5 * ((decades[:, None] - decades) / 0.5) ** 2)
    root = np.linalg.cholesky(together + 1e-9 * np.eye(60))
    generator = rng(8)
    runs, hits, without = 40, 0, 0
    for _ in range(runs):
        spectrum = noisy(TWO_ARCS, list(values.values()), generator, level=0.001)
        error = 0.005 * root @ generator.normal(size=(60, 2))
        smooth = Spectrum(FREQUENCY_HZ, spectrum.z_ohm * (1 + error[:, 0] + 1j * error[:, 1]))
        result = fit(TWO_ARCS, smooth)
        share = independent_share(FREQUENCY_HZ, result.residuals)
        for name in ("R0", "R1", "R2"):
            low, high = result.interval(name)
            hits += low <= values[name] <= high
            half = np.log(high / result[name]) * share**0.5
            without += abs(np.log(result[name] / values[name])) <= half
    assert hits > 0.8 * 3 * runs
    assert without < hits - 0.15 * 3 * runs


@pytest.mark.parametrize(
    ("settings_", "message"),
    [
        ({"start": {"R9": 1}}, "no parameter R9"),
        ({"fixed": {"CPE1_1": 1.5}}, "allowed 0.2 to 1"),
        ({"bounds": {"R1": (5, 2)}}, "low < high"),
        ({"weighting": "modulo"}, "modulus, proportional, unity"),
        ({"weighting": np.ones(3)}, "need shape"),
        ({"weighting": np.zeros(60)}, "finite weight"),
    ],
)
def test_a_wrong_setting_is_named(settings_, message):
    spectrum = Spectrum(FREQUENCY_HZ, exact(SOLID_ELECTROLYTE))
    with pytest.raises(ValueError, match=message):
        fit(TWO_ARCS, spectrum, **settings_)


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="too few"):
        fit(TWO_ARCS, Spectrum([1e3, 1e2, 1e1], [1 - 1j, 2 - 2j, 3 - 1j]))


def test_a_result_can_be_sent_to_another_process():
    result = fit(
        TWO_ARCS, noisy(TWO_ARCS, [50, *arc(900, 2e-9, 0.95), *arc(7e2, 4e-7, 0.85)], rng(1))
    )
    again = pickle.loads(pickle.dumps(result))
    np.testing.assert_array_equal(again.values, result.values)
    assert again.circuit == result.circuit


def test_a_fit_goes_to_impedance_py_and_back():
    values = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]
    result = fit(TWO_ARCS, noisy(TWO_ARCS, values, rng(1)), fixed={"R0": 50.0})
    custom = to_impedance_py(result)
    np.testing.assert_allclose(
        custom.predict(FREQUENCY_HZ), result.impedance_ohm(FREQUENCY_HZ), rtol=1e-12
    )
    circuit, back = from_impedance_py(custom)
    assert str(circuit) == result.circuit
    np.testing.assert_allclose(list(back.values()), result.values)


def test_a_fit_with_an_element_of_ones_own_evaluates_and_gives_intervals():
    leaky = user_element("X", ("ohm", "s"), lambda s, r, tau: r / (1 + s * tau))
    circuit = parse_circuit("R0-X1", elements=[leaky])
    spectrum = noisy(circuit, [20.0, 300.0, 1e-3], rng(4))
    result = fit(circuit, spectrum)
    low, high = result.interval("X1_0")
    assert low < 300.0 < high
    np.testing.assert_allclose(result.impedance_ohm([1e-3])[0], 320.0, rtol=0.02)
