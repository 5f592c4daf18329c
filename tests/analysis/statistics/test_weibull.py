import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, weibull_min
from solidcell.analysis.statistics import (
    Observation,
    fit_weibull,
    fit_weibull_regression,
    modulus_bias,
)
from support.censored_data import BALL_BEARINGS, COSMESIS_RADIATION, REMISSION_DRUG, on_steps

BEARINGS = [Observation.exact(life) for life in BALL_BEARINGS]


def _scipy_fit(cells):
    """The same likelihood by another hand: shape and scale."""
    exact = [c.low for c in cells if c.kind == "exact"]
    right = [c.low for c in cells if c.kind == "right"]
    left = [c.high for c in cells if c.kind == "left"]
    between = [(c.low, c.high) for c in cells if c.kind == "interval"]
    data = CensoredData(exact, left=left, right=right, interval=between or None)
    shape, _, scale = weibull_min.fit(data, 1.5, floc=0, scale=np.mean([c.low for c in cells]))
    return shape, scale


def test_ball_bearings_have_the_published_modulus_and_scale():
    fit = fit_weibull(BEARINGS)
    assert fit.model.modulus().value == pytest.approx(2.10, abs=0.005)
    assert fit.scale.value == pytest.approx(81.9, abs=0.05)
    assert fit.model.log_likelihood - np.log(BALL_BEARINGS).sum() == pytest.approx(
        -113.69, abs=0.01
    )


def test_the_modulus_is_corrected_for_its_bias_and_says_by_how_much():
    fit = fit_weibull(BEARINGS)
    assert fit.modulus_bias == pytest.approx(1 + 1.32 / 21)
    assert fit.modulus.value == pytest.approx(2.1018 / fit.modulus_bias, rel=1e-3)
    assert fit.modulus.low < 2.10 < fit.modulus.high


@pytest.mark.parametrize(("n", "factor"), [(10, 0.859), (20, 0.931), (40, 0.966)])
def test_the_bias_is_that_of_thoman_bain_and_antle(n, factor):
    assert 1 / modulus_bias(n, n) == pytest.approx(factor, abs=0.003)


def test_the_bias_of_fewer_than_three_failures_is_not_known():
    with pytest.raises(ValueError, match="2 failures"):
        modulus_bias(5, 2)


@pytest.mark.parametrize(
    "cells",
    [
        REMISSION_DRUG,
        COSMESIS_RADIATION,
        on_steps([0.35, 0.52, 0.61, 0.74, 0.75, 0.9, 1.02, 1.15, 1.3, 1.7], 0.1, 1.2),
    ],
    ids=["right-censored", "every kind of interval", "steps"],
)
def test_any_censoring_gives_the_fit_of_scipy(cells):
    fit = fit_weibull(cells)
    shape, scale = _scipy_fit(cells)
    assert fit.model.modulus().value == pytest.approx(shape, rel=2e-3)
    assert fit.scale.value == pytest.approx(scale, rel=2e-3)


def test_a_survivor_is_no_failure():
    fit = fit_weibull(REMISSION_DRUG)
    assert (fit.n, fit.failures) == (21, 9)
    assert fit.modulus.is_refused
    assert not Observation.right(1.0).has_failed


def test_an_interval_ends_where_the_likelihood_has_fallen_as_far_as_allowed():
    fit = fit_weibull(BEARINGS)
    shapes = np.linspace(0.5, 6, 4001)
    lives = np.array(BALL_BEARINGS)
    scales = (lives[:, None] ** shapes).mean(axis=0) ** (1 / shapes)  # the best for each shape
    fallen = weibull_min.logpdf(lives[:, None], shapes, scale=scales).sum(axis=0)
    fallen = 2 * (fallen.max() - fallen)
    allowed = 23 * math.log1p(2.0738730679**2 / 22)  # Student's t of 22 degrees of freedom
    inside = shapes[fallen <= allowed]
    assert fit.modulus.low == pytest.approx(inside[0], abs=3e-3)
    assert fit.modulus.high == pytest.approx(inside[-1], abs=3e-3)


def test_the_median_of_few_cells_is_given_but_no_modulus():
    fit = fit_weibull(on_steps([0.5, 0.7, 0.75, 0.9, 1.3], 0.2))
    assert fit.median.low < fit.median.value < fit.median.high
    assert "5 failures among 5 cells; 10 are needed" in fit.modulus.refused
    assert fit.b10.is_refused


def test_failures_in_one_step_have_no_modulus_but_a_bounded_median():
    fit = fit_weibull([Observation(0.6, 0.8)] * 12)
    assert fit.modulus.is_refused
    assert "scatter is smaller than the steps" in fit.reason
    assert (fit.median.low, fit.median.high) == (0.6, 0.8)


def test_failures_in_two_neighbouring_steps_have_no_modulus():
    fit = fit_weibull([Observation(0.6, 0.8)] * 6 + [Observation(0.8, 1.0)] * 6)
    assert fit.modulus.is_refused
    assert (fit.median.low, fit.median.high) == (0.6, 1.0)


def test_a_batch_without_a_failure_has_a_lower_bound_only():
    fit = fit_weibull([Observation.right(2.0)] * 6)
    assert "no cell failed" in fit.reason
    assert (fit.median.low, fit.median.high) == (2.0, math.inf)


def test_a_larger_area_fails_at_a_lower_current_by_the_modulus():
    fit = fit_weibull(BEARINGS)
    ratio = fit.of_area(10.0).value / fit.median.value
    assert ratio == pytest.approx(10 ** (-1 / 2.1018), rel=1e-3)
    assert fit.of_area(1.0).low == pytest.approx(fit.median.low, rel=1e-4)


def test_an_area_cannot_be_scaled_to_without_a_modulus():
    few = fit_weibull(on_steps([0.5, 0.7, 0.9, 1.3], 0.2))
    assert few.of_area(2.0).is_refused
    with pytest.raises(ValueError, match="ratio of areas is 0"):
        few.of_area(0.0)


@settings(max_examples=8, deadline=None)
@given(factor=st.floats(1e-3, 1e3), seed=st.integers(0, 50))
def test_another_unit_changes_the_values_and_not_the_modulus(factor, seed):
    values = np.random.default_rng(seed).weibull(3.0, 12)
    cells = [Observation.exact(v) for v in values]
    scaled = [Observation.exact(v * factor) for v in values]
    one, other = fit_weibull_regression(cells), fit_weibull_regression(scaled)
    assert other.parameters[-1] == pytest.approx(one.parameters[-1], rel=1e-5)
    assert other.quantile(0.5).low == pytest.approx(one.quantile(0.5).low * factor, rel=1e-4)


@pytest.mark.parametrize(("low", "high"), [(-1, 2), (2, 1), (0, math.inf), (math.nan, 1), (0, 0)])
def test_bounds_that_make_no_sense_are_refused(low, high):
    with pytest.raises(ValueError, match=r"interval of a positive value|says nothing"):
        Observation(low, high)


def test_of_one_cell_too_few_failures_are_the_reason_and_not_the_steps():
    fit = fit_weibull([Observation(1.8, 2.0)])
    assert fit.median.refused == "1 failure, 3 are needed for a median"
