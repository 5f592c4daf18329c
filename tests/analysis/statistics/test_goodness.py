import numpy as np
from solidcell.analysis.statistics import (
    Observation,
    fit_weibull_regression,
    goodness_of_fit,
)
from support.censored_data import COSMESIS_RADIATION, on_steps


def test_two_kinds_of_cells_in_one_batch_are_not_one_weibull():
    cells = [Observation.exact(v) for v in (*np.linspace(0.2, 0.3, 12), *np.linspace(2.0, 2.1, 12))]
    found = goodness_of_fit(cells, fit_weibull_regression(cells), batches=40)
    assert found.probability < 0.05
    assert found.distance > 0.25


def test_cells_drawn_from_a_weibull_fit_it():
    values = 1.2 * np.random.default_rng(4).weibull(3.3, 20)
    cells = on_steps(values.tolist(), 0.2, 1.4)
    found = goodness_of_fit(cells, fit_weibull_regression(cells), batches=40)
    assert found.probability > 0.1
    assert found.batches == 40


def test_the_probability_is_uniform_where_the_model_holds():
    rng, found = np.random.default_rng(1), []
    for seed in range(12):
        cells = on_steps((1.2 * rng.weibull(3.3, 10)).tolist(), 0.25)
        model = fit_weibull_regression(cells)
        found.append(goodness_of_fit(cells, model, batches=9, seed=seed).probability)
    assert 0.25 < np.mean(found) < 0.75


def test_intervals_that_overlap_are_not_tested_since_their_censoring_cannot_be_repeated():
    model = fit_weibull_regression(COSMESIS_RADIATION)
    assert goodness_of_fit(COSMESIS_RADIATION, model) is None
