import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from solidcell.analysis.statistics import (
    NoMaximumError,
    Observation,
    fit_weibull_regression,
    likelihood_ratio,
    log_rank,
)
from solidcell.analysis.statistics.log_weibull import LogBounds, likelihood
from support.censored_data import REMISSION_DRUG, REMISSION_PLACEBO, on_steps

BOTH = [*REMISSION_PLACEBO, *REMISSION_DRUG]
GIVEN = [[0.0]] * 21 + [[1.0]] * 21


def test_the_remission_times_have_the_published_effect_of_the_drug():
    """Kalbfleisch and Prentice 2002: 1.267 with standard error 0.311, 1/m 0.732."""
    model = fit_weibull_regression(BOTH, GIVEN, ["drug"])
    effect = model.coefficient("drug")
    assert effect.value == pytest.approx(1.267, abs=0.001)
    assert effect.standard_error == pytest.approx(0.311, abs=0.001)
    assert 1 / model.modulus().value == pytest.approx(0.732, abs=0.001)
    assert model.scale([0.0]).value == pytest.approx(np.exp(2.248), rel=1e-3)


def test_slope_and_curvature_are_those_of_the_likelihood():
    low = np.array([0.3, 0.5, 0.7, 0.0, 0.9, 1.2])
    high = np.array([0.3, 0.7, np.inf, 0.4, 1.1, 1.2])
    design = np.column_stack([np.ones(6), np.linspace(-1, 1, 6) ** 2])
    bounds, at = LogBounds.of(low, high, design), np.array([0.3, -0.2, 2.1])
    found = likelihood(bounds, at)
    slope = approx_fprime(at, lambda p: likelihood(bounds, p).value, 1e-7)
    curvature = [
        approx_fprime(at, lambda p, i=i: likelihood(bounds, p).slope[i], 1e-7) for i in range(3)
    ]
    np.testing.assert_allclose(found.slope, slope, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.curvature, curvature, rtol=1e-4, atol=1e-5)


def test_cells_over_ten_decades_are_fitted_as_by_scipy():
    low, high = np.array([1e-6, 1e-3, 1.0]), np.array([2e-6, 2e-3, 2.0])
    cells = [Observation(a, b) for a, b in zip(low, high, strict=True)]
    model = fit_weibull_regression([*cells, Observation.right(1e4)])

    def against(p):
        z = np.exp(p[1]) * (np.log([*low, 1e4]) - p[0]), np.exp(p[1]) * (np.log(high) - p[0])
        survived = np.exp(-np.exp(z[0])), np.exp(-np.exp(z[1]))
        return -np.log([*(survived[0][:3] - survived[1]), survived[0][3]]).sum()

    best = minimize(against, [0.0, -2.0], method="Nelder-Mead", options={"xatol": 1e-6}).x
    assert model.modulus().value == pytest.approx(np.exp(best[1]), rel=1e-3)


def test_a_condition_that_never_changes_is_refused_by_name():
    with pytest.raises(ValueError, match=r"pressure.*cannot be told apart"):
        fit_weibull_regression(BOTH, [[5.0]] * 42, ["pressure"])


def test_a_wrong_number_of_conditions_is_refused():
    with pytest.raises(ValueError, match="expected covariates of shape"):
        fit_weibull_regression(BOTH, [[1.0]], ["drug"])
    with pytest.raises(ValueError, match="expected values of drug"):
        fit_weibull_regression(BOTH, GIVEN, ["drug"]).quantile(0.5)


def test_a_condition_at_which_every_cell_survived_has_no_effect_in_numbers():
    cells = [*on_steps([0.5, 0.7, 0.8, 0.9, 1.1], 0.2), *[Observation.right(2.0)] * 5]
    with pytest.raises(NoMaximumError, match="at some condition"):
        fit_weibull_regression(cells, [[0.0]] * 5 + [[1.0]] * 5, ["coated"])


def test_the_log_rank_test_of_the_remission_times_is_the_published_one():
    found = log_rank(REMISSION_PLACEBO, REMISSION_DRUG)
    assert found.statistic == pytest.approx(16.79, abs=0.005)
    assert found.probability == pytest.approx(4.17e-5, rel=0.01)


def test_the_likelihood_ratio_of_the_remission_times_is_that_of_the_two_fits():
    found = likelihood_ratio(REMISSION_PLACEBO, REMISSION_DRUG)
    assert found.statistic == pytest.approx(19.65, abs=0.01)  # R's survreg: chi squared 19.65
    assert found.ratio.value == pytest.approx(np.exp(1.267), rel=1e-3)
    assert found.probability < 1e-4


def test_log_rank_refuses_intervals_and_batches_without_failure():
    with pytest.raises(ValueError, match="interval only"):
        log_rank([Observation(0.2, 0.4)], [Observation.exact(0.5)])
    with pytest.raises(ValueError, match="no cell failed"):
        log_rank([Observation.right(1)], [Observation.right(2)])


def test_equal_batches_do_not_differ():
    cells = on_steps([0.5, 0.7, 0.8, 0.9, 1.1, 1.4], 0.2)
    found = likelihood_ratio(cells, cells)
    assert found.probability == pytest.approx(1.0, abs=1e-3)
    assert found.ratio.low < 1 < found.ratio.high
