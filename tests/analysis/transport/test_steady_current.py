"""The steady current behind a decay: value, error, refusal."""

import numpy as np
import pytest
from solidcell.analysis.transport.decay_blocks import blocks_of
from solidcell.analysis.transport.decay_noise import _lasting
from solidcell.analysis.transport.steady_current import steady_current

TIME_S = np.arange(2.0, 1202.0, 4.0)
STEADY_A = 39e-9
NOISE_A = 2e-11


def measured(decay, seed=0, noise_a=NOISE_A):
    random = np.random.default_rng(seed)
    return STEADY_A + decay + random.normal(0, noise_a, TIME_S.size)


@pytest.mark.parametrize(
    ("decay", "model"),
    [
        (2e-7 * np.exp(-TIME_S / 60), "1 exponential"),
        (2e-7 * np.exp(-TIME_S / 15) + 5e-8 * np.exp(-TIME_S / 120), "2 exponentials"),
        (5e-9 * (TIME_S / 1000) ** -0.9, "power law"),
        (0.0 * TIME_S, "constant"),
    ],
)
def test_each_kind_of_decay_is_told_and_runs_to_its_steady_current(decay, model):
    found = steady_current(TIME_S, measured(decay, seed=2))
    assert found.best.model.name == model
    assert abs(found.value_a - STEADY_A) < 3 * found.standard_error_a
    assert found.standard_error_a < 0.01 * STEADY_A


def test_an_exponential_over_a_power_of_time_does_not_pull_the_steady_current_along():
    decay = 2e-7 * np.exp(-TIME_S / 60) + 3e-9 * (TIME_S / 300) ** -0.7
    found = steady_current(TIME_S, measured(decay))
    assert abs(found.value_a - STEADY_A) < 3 * found.standard_error_a
    assert {one.family for one in found.families} == {"exponential", "power law"}


@pytest.mark.parametrize("time_constant_s", [75.0, 220.0, 510.0])
def test_a_slow_exponential_is_found_beneath_a_power_of_time_ten_thousand_times_the_noise(
    time_constant_s,
):
    t = np.unique(np.concatenate([np.arange(0.2, 10, 0.2), np.arange(10, 3601, 5)]))
    decay = 5e-8 * np.exp(-t / time_constant_s) + 8e-9 * (t / 600) ** -0.87
    noise = np.random.default_rng(4).normal(0, 1.5e-11, t.size)
    found = steady_current(t, STEADY_A + decay + noise)
    assert found.best.model.name == "1 exponential + power law"
    assert np.exp(found.best.rates[0]) == pytest.approx(time_constant_s, rel=0.02)
    assert abs(found.value_a - STEADY_A) < 3 * found.standard_error_a < 0.01 * STEADY_A


@pytest.mark.parametrize("factor", [1e-3, -1e3])
def test_the_unit_and_the_sign_of_the_current_do_not_matter(factor):
    current = measured(2e-7 * np.exp(-TIME_S / 60))
    plain, scaled = steady_current(TIME_S, current), steady_current(TIME_S, factor * current)
    assert scaled.value_a == pytest.approx(factor * plain.value_a, rel=1e-6)
    assert scaled.standard_error_a == pytest.approx(abs(factor) * plain.standard_error_a, rel=1e-4)


def test_a_current_of_ten_picoamperes_is_read_under_noise_of_one():
    found = steady_current(TIME_S, measured(0.0, noise_a=1e-12) - STEADY_A + 1e-11)
    assert found.value_a == pytest.approx(1e-11, abs=4 * found.standard_error_a)
    assert found.standard_error_a < 1e-12


LOG_TIME_S = np.unique(np.concatenate([np.arange(0.2, 10, 0.2), np.arange(10, 3601, 10)]))


@pytest.mark.parametrize(
    "decay",
    [
        6.0 * np.exp(-((LOG_TIME_S / 50) ** 0.41)),
        2.0 * np.exp(-((LOG_TIME_S / 170) ** 0.57)),
        3.0 * (1 + LOG_TIME_S / 15) ** -0.85,
        5.0 * (1 + LOG_TIME_S / 30) ** -1.05,
    ],
    ids=["stretched 0.41", "stretched 0.57", "power 0.85 after 15 s", "power 1.05 after 30 s"],
)
def test_a_decay_of_no_model_is_followed_from_where_its_readings_agree(decay):
    noise = np.random.default_rng(6).normal(0, 6e-4, LOG_TIME_S.size)
    found = steady_current(LOG_TIME_S, STEADY_A * (1 + decay + noise))
    low, high = found.steady.interval()
    assert low < STEADY_A < high
    assert found.value_a == pytest.approx(STEADY_A, rel=0.02)
    assert found.begin_s > 100
    assert any("left out" in words for words in found.warnings)


def test_a_current_that_falls_with_the_root_of_time_towards_nothing_is_never_steady():
    noise = np.random.default_rng(1).normal(0, 1e-4, LOG_TIME_S.size)
    found = steady_current(LOG_TIME_S, 1e-6 * ((1 + LOG_TIME_S / 50) ** -0.5 + noise))
    assert not found.is_steady


def test_noise_with_a_memory_widens_the_error_as_its_effective_sample_size_says():
    memory = 40.0
    random, drift = np.random.default_rng(5), np.empty(TIME_S.size)
    rho = np.exp(-4.0 / memory)
    drift[0] = random.normal()
    for k in range(1, drift.size):
        drift[k] = rho * drift[k - 1] + np.sqrt(1 - rho**2) * random.normal()
    decay = 2e-7 * np.exp(-TIME_S / 30)
    white = steady_current(TIME_S, measured(decay, seed=1))
    lasting = steady_current(TIME_S, STEADY_A + decay + NOISE_A * drift)
    # of a mean, the variance grows by (1 + rho) / (1 - rho)
    expected = np.sqrt((1 + rho) / (1 - rho))
    ratio = lasting.standard_error_a / white.standard_error_a
    assert 0.8 * expected < ratio < 2.0 * expected


def test_a_current_that_still_falls_is_not_steady():
    found = steady_current(TIME_S, measured(2e-7 * np.exp(-TIME_S / 800)))
    assert not found.is_steady
    assert found.remainder > 0.5


def test_readings_that_a_range_change_spoiled_are_left_out_and_said_so():
    decay = 2e-7 * np.exp(-TIME_S / 100)
    spoiled = measured(decay)
    early = TIME_S < 25
    spoiled[early] += 3e-9 * np.sin(TIME_S[early])
    found = steady_current(TIME_S, spoiled)
    assert found.begin_s > 25
    assert any("left out" in words for words in found.warnings)
    assert abs(found.value_a - STEADY_A) < 3 * found.standard_error_a


def test_blocks_average_every_reading_once():
    t = np.geomspace(0.1, 3600, 5000)
    blocks = blocks_of(t, t**0.5)
    assert blocks.count.sum() == t.size
    assert len(blocks.count) < 200
    assert blocks.mean(t**0.5) == pytest.approx(blocks.current_a)
    assert np.dot(blocks.count, blocks.current_a) == pytest.approx(np.sum(t**0.5))


@pytest.mark.parametrize(
    ("time_s", "current_a", "words"),
    [
        (TIME_S[:10], np.ones(10), "10 readings are too few; 20 are needed"),
        (TIME_S[::-1], np.ones(TIME_S.size), "must increase"),
        (TIME_S, np.full(TIME_S.size, np.nan), "must be finite"),
        (TIME_S, np.ones(3), "must have one shape"),
    ],
)
def test_readings_that_are_none_are_refused(time_s, current_a, words):
    with pytest.raises(ValueError, match=words):
        steady_current(time_s, current_a)


def test_too_few_readings_after_the_instruments_settling_are_refused():
    with pytest.raises(ValueError, match="readings are too few"):
        steady_current(TIME_S, np.ones(TIME_S.size), begin_s=1150.0)


def test_readings_that_never_change_say_nothing_of_their_error():
    with pytest.raises(ValueError, match="every reading is 0 A"):
        steady_current(TIME_S, np.zeros(TIME_S.size))


def test_a_slow_ramp_is_not_taken_for_a_constant():
    found = steady_current(TIME_S, measured(2e-8 * (1 - TIME_S / 1200), seed=1))
    assert not found.is_steady


@pytest.mark.parametrize("memory_s", [1.0, 4.6, 450.0])
def test_the_memory_of_readings_at_uneven_times_is_exact(memory_s):
    t = np.append(np.arange(1.0, 600.0), np.arange(637.0, 1900.0, 30.0))
    blocks = blocks_of(t, np.ones(t.size))
    every = np.exp(-np.abs(t[:, None] - t) / memory_s)
    assert _lasting(blocks, memory_s) == pytest.approx(blocks.mean(blocks.mean(every).T), abs=1e-9)


def test_a_gap_between_fast_and_slow_readings_is_no_obstacle():
    t = np.append(np.arange(1.0, 600.0), np.arange(637.0, 1900.0, 30.0))
    noise = np.random.default_rng(4).normal(0, NOISE_A, t.size)
    found = steady_current(t, STEADY_A + 2e-7 * np.exp(-t / 60) + noise)
    assert abs(found.value_a - STEADY_A) < 3 * found.standard_error_a
