import numpy as np
import pytest
from scipy.optimize import approx_fprime, curve_fit
from solidcell.analysis.geometry import Quantity
from solidcell.analysis.stability.growth_laws import Series, least_squares, resistance_of
from solidcell.analysis.stability.interphase_growth import growth_of
from solidcell.analysis.stability.interphase_kind import decomposed_thickness_m, kind_of

HOURS = np.linspace(0, 50, 20)


def grown(exponent: float, rate: float, initial: float = 5.0, noise: float = 0.02, seed: int = 0):
    factor = 1 + noise * np.random.default_rng(seed).standard_normal(HOURS.size)
    return growth_of(HOURS * 3600, 1e-4 * (initial + rate * HOURS**exponent) * factor)


@pytest.mark.parametrize("seed", range(2))
def test_twenty_spectra_with_two_per_cent_noise_tell_diffusion_from_reaction(seed: int) -> None:
    slow, fast = grown(0.5, 3.0, seed=seed), grown(1.0, 0.4, seed=seed)
    assert slow.fit.admits(0.5)
    assert not slow.fit.admits(1.0)
    assert fast.fit.admits(1.0)
    assert not fast.fit.admits(0.5)
    kinds = [kind_of(each, age_known=True) for each in (slow, fast)]
    assert [each.kind for each in kinds] == ["SEI", "MCI"]
    assert "holds diffusion through the layer (n = 1/2)" in kinds[0].evidence
    assert "holds a constant rate (linear, n = 1)" in kinds[1].evidence


def test_a_growth_that_hardly_slows_down_is_no_case_for_nobody_to_decide() -> None:
    found = kind_of(grown(0.93, 4.0, initial=20.0, noise=0.005), age_known=True)
    assert found.kind == "MCI"
    assert "hardly slowing down" in found.evidence
    assert "linear" not in found.evidence


def test_a_resistance_that_falls_is_said_to_and_its_change_is_that_of_the_readings() -> None:
    """From 40 to 15 on a straight line, 2 % of scatter: 0.375, give or take 0.011."""
    noise = 1 + 0.02 * np.random.default_rng(3).standard_normal(HOURS.size)
    ohm = 1e-4 * (40 - 0.5 * HOURS) * noise
    found = growth_of(HOURS * 3600, ohm)
    assert found.falls
    assert found.fit is None
    assert found.change == pytest.approx(ohm[-1] / ohm[0])
    assert abs(found.change - 0.375) < 2 * found.change_error < 0.1
    assert "the resistance falls" in found.refused
    assert "no growth" not in found.refused + kind_of(found).evidence
    assert kind_of(found).kind == "falling"
    assert not grown(0.5, 0.0).falls


def test_the_change_is_as_uncertain_as_the_fitted_law_at_both_its_ends() -> None:
    """Against scipy's curve_fit, and its covariance propagated into R(50 h) / R(0)."""
    error = 0.02 * (5 + 3 * HOURS**0.5)
    ohm = 5 + 3 * HOURS**0.5 + error * np.random.default_rng(8).standard_normal(20)
    found = growth_of(HOURS * 3600, 1e-4 * ohm, 1e-4 * error / 3)

    def law(t, initial, rate, exponent):
        return initial + rate * t**exponent

    best, covariance = curve_fit(law, HOURS, ohm, (5, 3, 0.5), sigma=error)

    def ratio(parameters):
        return law(50.0, *parameters) / law(0.0, *parameters)

    slopes = approx_fprime(best, ratio, 1e-6)
    assert found.change == pytest.approx(ratio(best), rel=1e-3)
    assert found.change_error == pytest.approx(np.sqrt(slopes @ covariance @ slopes), rel=0.02)


def test_without_noise_all_three_come_back_exactly() -> None:
    fit = growth_of(HOURS * 3600, 1e-4 * (5 + 3 * HOURS**0.7)).fit
    values = [fit.initial.value * 1e4, fit.rate.value * 1e4, fit.exponent.value]
    assert values == pytest.approx([5, 3, 0.7], rel=1e-3)
    assert not fit.rejected


def test_the_law_of_any_age_never_fits_worse_than_the_laws_at_its_ends() -> None:
    for law, exponent in (("added", 1.4), ("continued", 0.5)):
        ohm = 1e-4 * resistance_of(law, HOURS, 5.0, 3.0, exponent)
        noisy = ohm * (1 + 1e-3 * np.random.default_rng(1).standard_normal(HOURS.size))
        fit = growth_of(HOURS * 3600, noisy, law=law).fit
        assert fit.age_gain > -0.1
        assert fit.admits(exponent, any_age=True)


def test_the_interval_of_the_exponent_is_where_chi_squared_rises_by_students_t_squared() -> None:
    """An independent computation: linear least squares at each end of the interval."""
    ohm = (5 + 3 * HOURS**0.6) * (1 + 0.02 * np.random.default_rng(4).standard_normal(20))
    fit = growth_of(HOURS * 3600, ohm * 1e-4, 0.02 * 1e-4 * ohm).fit

    def chi_squared(exponent: float) -> float:
        design = np.column_stack([np.ones(20), HOURS**exponent]) / (0.02 * ohm)[:, None]
        return float(np.linalg.lstsq(design, ohm / (0.02 * ohm))[1][0])

    best = chi_squared(fit.exponent.value)
    spread = max(1.0, best / 17)
    for end in (fit.exponent.low, fit.exponent.high):
        assert (chi_squared(end) - best) / spread == pytest.approx(2.1098**2, rel=0.02)


def test_a_steady_resistance_has_neither_rate_nor_exponent() -> None:
    found = grown(0.5, 0.0)
    assert found.fit is None
    assert "no growth can be told from the scatter of" in found.refused
    assert kind_of(found).kind == "stable"


def test_a_layer_that_was_there_bends_another_law_and_is_said_so() -> None:
    """R^2 = R0^2 + k^2 t is diffusion too, but looks like a higher exponent when R0 is added."""
    ohm = 1e-4 * resistance_of("continued", HOURS, 12.0, 3.0, 0.5)
    added = growth_of(HOURS * 3600, ohm)
    continued = growth_of(HOURS * 3600, ohm, law="continued")
    assert continued.fit.exponent.value == pytest.approx(0.5, abs=2e-3)
    assert continued.fit.rate.value * 1e4 == pytest.approx(3.0, rel=5e-3)
    assert added.fit.exponent.value > 0.6
    assert any("was there before" in each for each in added.warnings)
    assert added.fit.age_gain > 0


def test_where_the_data_reject_the_law_the_layer_of_any_age_counts_in_fit_and_word() -> None:
    """12 of charge transfer beside 4 that grow by diffusion: R = R0 + k t^n is not true of them."""
    truth = 1e-4 * (12.0 + resistance_of("continued", HOURS, 4.0, 3.0, 0.5))
    noisy = truth * (1 + 0.001 * np.random.default_rng(6).standard_normal(20))
    found = growth_of(HOURS * 3600, noisy)
    assert "was there before t = 0 fits better" in found.fit.rejected
    assert found.fit.exponent.low > 0.5
    assert found.fit.counting[0] == "aged"
    between = np.linspace(0.5, 49.0, 30)
    curve = 12.0 + resistance_of("continued", between, 4.0, 3.0, 0.5)
    assert found.fit.resistance_ohm_m2(between) * 1e4 == pytest.approx(curve, rel=2e-3)
    assert found.change == pytest.approx(truth[-1] / truth[0], rel=3e-3)
    assert kind_of(found, age_known=True).kind == "SEI"
    assert "of any age" in kind_of(found, age_known=True).evidence


def test_beside_a_constant_the_layer_of_any_age_still_holds_the_truth() -> None:
    """12 of charge transfer, and a layer of 4 that grows by diffusion: neither simple law is it."""
    truth = 12.0 + resistance_of("continued", HOURS, 4.0, 3.0, 0.5)
    noisy = truth * (1 + 0.001 * np.random.default_rng(6).standard_normal(20))
    aged = growth_of(HOURS * 3600, 1e-4 * noisy, law="aged").fit
    assert aged.admits(0.5)
    assert aged.age_h.low <= (4.0 / 3.0) ** 2 <= aged.age_h.high
    added = growth_of(HOURS * 3600, 1e-4 * noisy).fit
    assert not added.admits(0.5)
    assert added.admits(0.5, any_age=True)


def test_a_short_series_says_how_little_it_knows_of_the_exponent() -> None:
    hours = np.linspace(0, 4, 6)
    noisy = (5 + 3 * hours**0.5) * (1 + 0.03 * np.random.default_rng(2).standard_normal(6))
    found = growth_of(hours * 3600, 1e-4 * noisy)
    assert found.fit is None or any("hold the exponent only" in each for each in found.warnings)


def test_least_squares_holds_what_it_is_told() -> None:
    series = Series(HOURS, 5 + 3 * HOURS**0.5, np.ones(20), 1.0)
    chi_squared, values = least_squares("added", series, {"exponent": 1.0})
    assert values[2] == 1.0
    assert chi_squared > least_squares("added", series, {})[0] + 1


@pytest.mark.parametrize(
    ("time_s", "ohm_m2", "message"),
    [
        (np.arange(5.0), np.ones(5), "at least 6 are needed"),
        (np.arange(8.0), np.ones(7), "one length"),
        (np.arange(8.0) - 1, np.ones(8), "from 0 s on"),
        (np.zeros(8), np.ones(8), "not all be the same"),
        (np.arange(8.0), -np.ones(8), "must be > 0"),
    ],
)
def test_what_is_no_series_is_refused(time_s, ohm_m2, message) -> None:
    with pytest.raises(ValueError, match=message):
        growth_of(time_s, ohm_m2)


def test_a_charge_makes_a_layer_as_thick_as_faraday_says() -> None:
    """Li10GeP2S12 + 20 Li: 588.6 g/mol, 2.04 g/cm3; 1 mAh/cm2 (36000 C/m2) takes 5.38 um."""
    gone = decomposed_thickness_m(Quantity(36_000.0, 360.0, "C/m2"), 20, 0.5886, 2040)
    assert gone.value == pytest.approx(36_000 / 96485.33 / 20 * 0.5886 / 2040)
    assert gone.value * 1e6 == pytest.approx(5.38, abs=0.01)
    assert gone.relative == pytest.approx(0.01)
    with pytest.raises(ValueError, match="lithium_per_formula is 0"):
        decomposed_thickness_m(Quantity(1.0, None, "C/m2"), 0, 0.5886, 2040)
