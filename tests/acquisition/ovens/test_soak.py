"""When a cell has soaked."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.ovens.soak import SAMPLES_AT_MOST, Soak, SoakCriterion

TARGET_K = 333.15


def soak(stable_s=600.0, tolerance_k=0.5):
    return Soak(SoakCriterion(target=TARGET_K, tolerance=tolerance_k, stable_s=stable_s))


def first_soaked_s(watch, temperature_k, every_s=5.0, until_s=20_000.0):
    at_s = 0.0
    while at_s <= until_s:
        if watch.add(at_s, temperature_k(at_s)):
            return at_s
        at_s += every_s
    return None


def test_a_steady_temperature_has_soaked_after_exactly_the_time_asked_for():
    assert first_soaked_s(soak(), lambda _: TARGET_K) == 600.0


def test_an_approach_counts_from_when_it_is_within_tolerance():
    found_s = first_soaked_s(soak(), lambda t: TARGET_K - 35 * math.exp(-t / 300))
    within_s = 300 * math.log(35 / 0.5)
    assert found_s == pytest.approx(within_s + 600, abs=10)


def test_one_excursion_begins_it_anew():
    found_s = first_soaked_s(soak(), lambda t: TARGET_K + (2.0 if t == 500 else 0.0))
    assert found_s == 1105.0


def test_a_drift_within_tolerance_is_not_yet_a_soak():
    assert first_soaked_s(soak(), lambda t: TARGET_K - 0.49 + t * 0.9 / 600, until_s=600) is None


def test_a_temperature_that_is_not_known_for_a_moment_breaks_nothing():
    unknown = {100.0, 105.0, 110.0}
    assert first_soaked_s(soak(), lambda t: None if t in unknown else TARGET_K) == 600.0


def test_a_temperature_that_is_not_known_for_long_begins_it_anew():
    found_s = first_soaked_s(soak(), lambda t: None if 100 <= t <= 300 else TARGET_K)
    assert found_s == 905.0


def test_what_is_not_a_number_is_out_of_tolerance():
    watch = soak(stable_s=0.0)
    assert not watch.add(0.0, math.nan)
    assert watch.add(1.0, TARGET_K)


@given(
    noise=st.lists(st.floats(-0.2, 0.2), min_size=5, max_size=40),
    stable_s=st.floats(10, 1e5),
)
def test_however_often_somebody_looks_the_answer_is_for_the_time_not_for_the_count(noise, stable_s):
    watch = soak(stable_s=stable_s)
    step_s = stable_s / (len(noise) - 1)
    said = [watch.add(n * step_s, TARGET_K + k) for n, k in enumerate(noise)]
    assert not any(said[: max(0, len(noise) - 2)])
    if step_s <= max(60.0, stable_s / 10) and watch.stable_for_s >= stable_s:
        assert said[-1] is (abs(watch.drift()) < 0.5)


def test_a_soak_of_days_keeps_few_temperatures():
    watch = soak(stable_s=86_400.0)
    for n in range(3000):
        watch.add(n * 60.0, TARGET_K)
    assert len(watch._samples) <= SAMPLES_AT_MOST + 2


@pytest.mark.parametrize("given", [{"tolerance_k": 0.0}, {"stable_s": -1.0}])
def test_a_criterion_that_is_none_is_refused(given):
    with pytest.raises(ValueError, match="tolerance"):
        soak(**given)
