"""Intervals: as wide as chi square allows, on each side on its own, and no wider."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t
from solidcell.analysis.impedance import (
    Spectrum,
    SumOf,
    TimeConstant,
    fit,
    fit_many,
    parse_circuit,
)

FREQUENCY_HZ = np.geomspace(1e6, 0.1, 50)
TWO_ARCS = parse_circuit("R0-p(R1,CPE1)-p(R2,CPE2)")
ONE_ARC = parse_circuit("R0-p(R1,C1)")


def arc(resistance, capacitance, exponent):
    """Values of p(R,CPE) with an effective capacitance R C = tau."""
    return [resistance, (resistance * capacitance) ** exponent / resistance, exponent]


def noisy(circuit, values, seed, level=0.01, frequency=FREQUENCY_HZ):
    """Spectra (m, n) of values (m, p) or (p,)."""
    z = circuit.impedance_ohm(frequency, values)
    noise = np.random.default_rng(seed).normal(0, level, (2, *z.shape))
    return z + np.abs(z) * (noise[0] + 1j * noise[1])


CLOSE = [50, *arc(900, 1e-8, 0.95), *arc(400, 1e-7, 0.9)]
APART = [50, *arc(900, 2e-9, 0.95), *arc(700, 4e-7, 0.85)]


def fitted(values, seed=1, level=0.01, circuit=TWO_ARCS, **settings_):
    z = noisy(circuit, values, seed, level)
    return fit(circuit, Spectrum(FREQUENCY_HZ, z), **settings_)


def scattered_resistor(deviation):
    """A resistor of 100 ohm with equal noise at all frequencies: an average of 50 numbers."""
    noise = np.random.default_rng(4).normal(0, deviation, (2, 50))
    return Spectrum(FREQUENCY_HZ, 100 + noise[0] + 1j * noise[1])


@pytest.mark.parametrize("deviation", [1.0, 100.0, 200.0])
def test_a_resistor_alone_has_the_interval_of_an_average(deviation):
    spectrum = scattered_resistor(deviation)
    result = fit(parse_circuit("R0"), spectrum, weighting="unity")
    mean = spectrum.z_ohm.real.mean()
    left = np.concatenate([spectrum.z_ohm.real - mean, spectrum.z_ohm.imag])
    half = t.ppf(0.975, 99) * np.sqrt((left @ left) / 99 / 50)
    assert result["R0"] == pytest.approx(mean, rel=1e-6)
    # symmetric in R although the fit is in ln R
    assert result.interval("R0") == pytest.approx((mean - half, mean + half), rel=0.01)


def test_an_average_that_could_be_zero_has_no_lower_end():
    spectrum = scattered_resistor(800.0)
    result = fit(parse_circuit("R0"), spectrum, weighting="unity")
    low, high = result.interval("R0")
    assert low == 0.0
    assert np.isfinite(high)
    assert result.interval_note("R0") == "the data bound it from above only"


def test_with_known_noise_the_interval_is_that_of_the_normal_law():
    spectrum = scattered_resistor(60.0)
    result = fit(parse_circuit("R0"), spectrum, weighting=np.full(50, 60.0))
    half = norm.ppf(0.95) * 60.0 / np.sqrt(50)
    mean = spectrum.z_ohm.real.mean()
    assert result.interval("R0", 0.90) == pytest.approx((mean - half, mean + half), rel=0.01)


@pytest.mark.parametrize(
    ("name", "side"), [("R0", 0), ("R1", 1), ("R2", 0), ("CPE2_0", 0), ("CPE2_0", 1)]
)
def test_at_the_ends_chi_square_has_risen_by_what_student_allows(name, side):
    # on the sides where the two arcs do not take each other's place
    z = noisy(TWO_ARCS, CLOSE, 3, 0.02)
    spectrum = Spectrum(FREQUENCY_HZ, z)
    result = fit(TWO_ARCS, spectrum)
    allowed = t.ppf(0.975, result.degrees_of_freedom) ** 2 * result.reduced_chi2
    start = dict(zip(result.names, result.values.tolist(), strict=True))
    end = result.interval(name)[side]
    there = fit(TWO_ARCS, spectrum, start=start, fixed={name: end}, ordered=False)
    assert there.chi2 - result.chi2 == pytest.approx(allowed, rel=0.03)


def test_a_well_determined_resistance_has_the_interval_of_its_standard_error():
    result = fitted(APART, level=0.0005)
    for name in ("R0", "R1", "R2"):
        error = t.ppf(0.975, result.degrees_of_freedom) * result.standard_error(name) / result[name]
        low, high = result.interval(name)
        assert -np.log(low / result[name]) == pytest.approx(error, rel=0.07)
        assert np.log(high / result[name]) == pytest.approx(error, rel=0.07)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(factor=st.floats(1e-4, 1e4), seed=st.integers(0, 5))
def test_scaling_the_impedance_scales_the_interval(factor, seed):
    z = noisy(TWO_ARCS, CLOSE, seed)
    plain, scaled = (fit(TWO_ARCS, Spectrum(FREQUENCY_HZ, k * z)) for k in (1.0, factor))
    expected = factor * np.array(plain.interval("R2"))
    np.testing.assert_allclose(scaled.interval("R2"), expected, rtol=5e-3)


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 20), levels=st.lists(st.floats(0.3, 0.995), min_size=2, max_size=2))
def test_more_confidence_never_takes_away(seed, levels):
    result = fitted(CLOSE, seed)
    narrow, wide = (result.interval("R2", level) for level in sorted(levels))
    slack = 1e-2 * abs(np.log(wide[1] / result["R2"]))
    assert np.log(wide[0] / narrow[0]) <= slack
    assert np.log(narrow[1] / wide[1]) <= slack


def test_an_arc_that_only_begins_within_the_window_is_bounded_from_below():
    result = fitted([20, 1e9, 1e-6], circuit=ONE_ARC)
    low, high = result.interval("R1")
    assert 1e7 < low < 1e9
    assert high == np.inf
    assert result.interval_note("R1") == "the data bound it from below only"
    assert result.standard_error("R1") is None
    assert result.interval_note("C1") == ""


def test_a_resistance_that_drowns_in_noise_is_bounded_from_above():
    result = fitted([0.02, 300, 1e-8], circuit=ONE_ARC)
    low, high = result.interval("R0")
    assert low == 0.0
    assert 0.02 < high < 20
    assert result.interval_note("R0") == "the data bound it from above only"


def test_of_two_resistances_in_series_only_the_sum_is_known():
    result = fitted([30, 70, 1e-3], circuit=parse_circuit("R0-R1-C1"))
    for name in ("R0", "R1"):
        low, high = result.interval(name)
        assert low == 0.0
        assert high == pytest.approx(100, rel=0.02)
    low, high = result.interval(SumOf("R0", "R1"))
    assert 98 < low < 100 < high < 102


def test_the_sum_of_merged_arcs_is_known_better_than_either():
    result = fitted(CLOSE)
    low, high = result.interval(SumOf("R1", "R2"))
    widths = [np.log(np.divide(*reversed(result.interval(name)))) for name in ("R1", "R2")]
    assert low < result["R1"] + result["R2"] < high
    assert np.log(high / low) < min(widths) / 3
    total = result.sum_of("R1", "R2")
    assert total.value == pytest.approx(result["R1"] + result["R2"])
    assert total.standard_error * 4 == pytest.approx(high - low, rel=0.3)
    assert result.correlations[1, 4] < -0.9


def test_a_time_constant_has_the_interval_of_the_element_that_has_it_as_a_parameter():
    z = noisy(TWO_ARCS, APART, 2)
    spectrum = Spectrum(FREQUENCY_HZ, z)
    zarc = fit(parse_circuit("R0-Zarc1-Zarc2"), spectrum)
    arcs = fit(TWO_ARCS, spectrum)
    found = arcs.interval(TimeConstant("R2", "CPE2"))
    assert found == pytest.approx(zarc.interval("Zarc2_1"), rel=0.01)


def test_the_time_constant_of_a_capacitor_is_resistance_times_capacitance():
    result = fitted([20, 300, 1e-6], circuit=ONE_ARC)
    low, high = result.interval(TimeConstant("R1", "C1"))
    assert low < 3e-4 < high
    assert high / low < 1.05


def test_an_exponent_on_its_bound_of_one_is_bounded_from_below_by_the_data():
    result = fitted([50, 900, 2e-9, 1.0, 700, 4e-7, 1.0], seed=3)
    assert result["CPE2_1"] == pytest.approx(1.0, abs=1e-6)
    low, high = result.interval("CPE2_1")
    assert 0.95 < low < 0.9999
    assert high == 1.0
    assert result.interval_note("CPE2_1") == "the data bound it from below only"


def test_a_bound_of_the_callers_is_where_the_interval_ends():
    result = fitted(CLOSE, bounds={"R2": (300.0, 420.0)})
    low, high = result.interval("R2")
    assert (low, high) == (300.0, 420.0)
    free = fitted(CLOSE).interval("R2")
    assert free[0] < 300.0
    assert free[1] > 420.0


def test_what_was_held_has_an_interval_without_width_and_a_follower_that_of_its_leader():
    result = fitted(APART, fixed={"R0": 50.0}, tied={"CPE2_1": "CPE1_1"})
    assert result.interval("R0") == pytest.approx((50.0, 50.0), rel=1e-12)
    assert result.interval_note("R0") == "held fixed"
    np.testing.assert_allclose(result.interval("CPE2_1"), result.interval("CPE1_1"), rtol=2e-3)
    held = result.names.index("R0")
    assert (np.delete(result.correlations[held], held) == 0).all()


def test_exact_data_leave_no_width():
    result = fitted(APART, level=0.0)
    for name in result.names:
        np.testing.assert_allclose(result.interval(name), result[name], rtol=1e-5)


def test_a_stack_gives_the_intervals_of_its_spectra_one_by_one():
    values = np.array([CLOSE, APART, [50, *arc(900, 1e-8, 1.0), *arc(100, 1e-7, 0.8)]])
    many = fit_many(TWO_ARCS, FREQUENCY_HZ, noisy(TWO_ARCS, values, 5))
    for asked in ("R2", "CPE1_1", SumOf("R1", "R2")):
        alone = [one.interval(asked) for one in many]
        np.testing.assert_allclose(many.interval(asked), alone, rtol=1e-3)
    np.testing.assert_array_equal(many.correlations[1], many[1].correlations)


def test_a_spectrum_that_could_not_be_fitted_has_no_interval():
    z = noisy(TWO_ARCS, np.array([APART, APART]), 5)
    z[0] = np.nan
    many = fit_many(TWO_ARCS, FREQUENCY_HZ, z)
    found = many.intervals("R1")
    assert np.isnan(found.ends[0]).all()
    assert found.remark(0) == "not fitted"
    assert np.isfinite(found.ends[1]).all()


@pytest.mark.slow
def test_intervals_of_close_arcs_hold_the_truth_in_95_of_100_cases():
    generator = np.random.default_rng(12)
    runs = 400
    r = 10 ** generator.uniform(2, 3, (runs, 2))
    ratio = 10 ** generator.uniform(0.5, 1.0, runs)
    n = generator.uniform(0.8, 1.0, (runs, 2))
    tau = np.stack([np.full(runs, 3e-5), 3e-5 * ratio], axis=1)
    arcs = np.stack([r, tau**n / r, n], axis=2).reshape(runs, 6)
    values = np.hstack([0.1 * r[:, :1], arcs])
    many = fit_many(TWO_ARCS, FREQUENCY_HZ, noisy(TWO_ARCS, values, 13))
    for k, name in ((1, "R1"), (4, "R2")):
        low, high = many.interval(name).T
        share = np.mean((low <= values[:, k]) & (values[:, k] <= high))
        assert 0.92 <= share <= 0.98, (name, share)  # 95 % less or more three deviations
        assert np.isfinite(high).mean() > 0.9, "covered by being withheld"


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ("R9", KeyError, "no parameter R9; it has R0, R1"),
        (SumOf("R1", "CPE1_0"), ValueError, "no sum of quantities of one unit"),
        (SumOf("CPE1_1", "CPE2_1"), ValueError, "no sum of quantities of one unit"),
        (SumOf(), ValueError, "no sum"),
        (TimeConstant("R1", "R2"), ValueError, "have no time constant"),
        (TimeConstant("R1", "C7"), KeyError, "no parameter C7"),
    ],
)
def test_what_cannot_be_asked_is_named(asked, error, message):
    result = fitted(APART)
    with pytest.raises(error, match=message):
        result.interval(asked)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_beyond_certainty_is_refused(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        fitted(APART).interval("R1", level)
