import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, binom, ecdf
from solidcell.analysis.statistics import (
    Observation,
    failed_share_limits,
    kaplan_meier,
    quantile_interval,
    summarise,
    turnbull,
)
from support.censored_data import (
    COSMESIS_MASSES,
    COSMESIS_RADIATION,
    REMISSION_DRUG,
    on_steps,
)


def test_the_cosmesis_data_have_the_published_masses():
    found = turnbull(COSMESIS_RADIATION)
    masses = {
        (left, right): mass
        for left, right, mass in zip(found.left, found.right, found.mass, strict=True)
        if mass > 1e-6
    }
    assert masses.keys() == COSMESIS_MASSES.keys()
    for place, mass in COSMESIS_MASSES.items():
        assert masses[place] == pytest.approx(mass, abs=5e-5)
    assert found.has_converged


def test_without_intervals_turnbull_is_kaplan_meier():
    free, product = turnbull(REMISSION_DRUG), kaplan_meier(REMISSION_DRUG)
    share = [free.failed_share(at)[0] for at in product.at]
    np.testing.assert_allclose(share, 1 - product.survival, atol=1e-5)


def test_the_remission_times_survive_as_published():
    """Freireich's drug, e.g. in Collett 2015: survival, Greenwood's error, median 23 weeks."""
    found = kaplan_meier(REMISSION_DRUG)
    assert found.at.tolist() == [6, 7, 10, 13, 16, 22, 23]
    published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    np.testing.assert_allclose(found.survival, published, atol=5e-5)
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    np.testing.assert_allclose(found.standard_error, errors, atol=5e-5)
    assert found.quantile(0.5).value == 23
    assert found.quantile(0.5).low == 13
    assert found.quantile(0.5).high == math.inf


def test_the_interval_of_survival_is_that_of_scipy():
    failed = [o.low for o in REMISSION_DRUG if o.kind == "exact"]
    left = [o.low for o in REMISSION_DRUG if o.kind == "right"]
    peer = ecdf(CensoredData(failed, right=left)).sf
    limits = peer.confidence_interval(0.95, method="log-log")
    found = kaplan_meier(REMISSION_DRUG)
    np.testing.assert_allclose(found.low, limits.low.evaluate(found.at), rtol=1e-10)
    np.testing.assert_allclose(found.high, limits.high.evaluate(found.at), rtol=1e-10)


def test_a_median_that_was_not_reached_is_refused():
    found = kaplan_meier([Observation.exact(1), *[Observation.right(5)] * 4]).quantile(0.5)
    assert found.is_refused
    assert (found.low, found.high) == (1, math.inf)


def test_survival_that_ends_at_zero_keeps_its_last_upper_limit():
    found = kaplan_meier([Observation.exact(v) for v in (1, 2, 3)])
    assert found.survival[-1] == 0
    assert found.high[-1] == found.high[-2]


def test_kaplan_meier_refuses_what_is_known_to_an_interval():
    with pytest.raises(ValueError, match="interval only"):
        kaplan_meier([Observation(0.2, 0.4)])


def test_an_exact_value_at_the_end_of_a_step_is_not_in_the_next_step():
    cells = [Observation.exact(0.4), Observation(0.4, 0.6), Observation(0.2, 0.4)]
    found = turnbull(cells)
    assert found.mass[found.right <= 0.4].sum() == pytest.approx(2 / 3)
    assert found.failed_share(0.4)[0] == pytest.approx(2 / 3)


def test_equal_steps_without_overlap_have_the_shares_of_their_counts():
    found = turnbull(on_steps([0.1, 0.3, 0.35, 0.5, 0.9], 0.2, 0.8))
    np.testing.assert_allclose(found.mass, [0.2, 0.4, 0.2, 0.2], atol=1e-6)
    assert found.quantile(0.5) == (pytest.approx(0.2), pytest.approx(0.4))
    assert found.right[-1] == math.inf


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(1, 4), st.booleans()), min_size=1, max_size=12
    )
)
def test_the_masses_meet_the_condition_of_a_maximum(draws):
    cells = [
        Observation.right(low) if is_right and low else Observation(low, low + width)
        for low, width, is_right in draws
    ]
    found = turnbull(cells)
    assert found.mass.sum() == pytest.approx(1)
    assert found.has_converged
    assert (found.left <= found.right).all()


def test_six_cells_bound_a_median_and_five_do_not():
    lives = [float(k) for k in range(1, 7)]
    assert quantile_interval([Observation.exact(v) for v in lives], 0.5) == (1.0, 6.0)
    assert quantile_interval([Observation.exact(v) for v in lives[:5]], 0.5) == (0.0, math.inf)


def test_the_interval_of_a_median_is_the_binomial_one():
    lives = [Observation.exact(float(k)) for k in range(1, 31)]
    low, high = quantile_interval(lives, 0.5)
    assert binom.cdf(low - 1, 30, 0.5) <= 0.025 < binom.cdf(low, 30, 0.5)
    assert high == 31 - low


def test_censoring_only_widens_the_interval_of_a_median():
    values = [0.35, 0.52, 0.61, 0.74, 0.75, 0.9, 1.02, 1.15, 1.3, 1.7]
    exact = quantile_interval([Observation.exact(v) for v in values], 0.5)
    stepped = quantile_interval(on_steps(values, 0.2, 1.2), 0.5)
    assert stepped[0] <= exact[0] < exact[1] <= stepped[1]


def test_a_fraction_or_level_outside_of_zero_and_one_is_refused():
    with pytest.raises(ValueError, match=r"fraction is 1\.5"):
        quantile_interval([Observation.exact(1.0)], 1.5)
    with pytest.raises(ValueError, match="fraction is 0"):
        turnbull([Observation.exact(1.0)]).quantile(0)
    with pytest.raises(ValueError, match="fraction of cells is 2"):
        kaplan_meier([Observation.exact(1.0)]).quantile(2)


def test_limits_of_a_failed_share_are_those_of_clopper_and_pearson():
    low, high = failed_share_limits([Observation.exact(float(k)) for k in range(1, 11)], [3.5])
    assert (low[0], high[0]) == (pytest.approx(0.0667, abs=1e-4), pytest.approx(0.6525, abs=1e-4))


def test_a_summary_has_the_interval_of_student_and_the_relative_spread():
    found = summarise([10.0, 12.0, 14.0])
    assert (found.mean.value, found.deviation) == (12.0, pytest.approx(2.0))
    assert found.mean.high == pytest.approx(12 + 4.3027 * 2 / math.sqrt(3), rel=1e-4)
    assert found.relative_deviation == pytest.approx(1 / 6)
    assert (found.median.low, found.median.high) == (-math.inf, math.inf)


def test_a_single_cell_has_no_spread_and_nothing_bounds_it():
    found = summarise([3.0])
    assert found.deviation is None
    assert found.mean.high == math.inf


def test_negative_values_have_a_median_too():
    found = summarise([-5.0, -4.0, -3.0, -2.0, -1.0, 0.0])
    assert (found.median.low, found.median.high) == (-5.0, 0.0)
    with pytest.raises(ValueError, match="finite"):
        summarise([math.nan])
