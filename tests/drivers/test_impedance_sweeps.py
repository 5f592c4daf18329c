"""The grid of a sweep, what an analyser can reach, and the clock while it measures."""

import math
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.e4980a_models import highest_hz, reach_of
from solidcell.drivers.errors import BadReplyError, InstrumentFaultError, OutOfRangeError
from solidcell.drivers.impedance_sweeps import (
    check_sweep,
    frequencies_hz,
    pairs,
    require_grid,
    sweep_points,
    times_s,
    wait_until,
)
from solidcell.drivers.segments import ImpedanceMode, ImpedanceSweep

REACH = reach_of("E4980A", ("001",))
BARE = reach_of("E4980A", ("0",))
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=100.0, points_per_decade=5, amplitude=0.01
)
CURRENT = replace(SWEEP, mode=ImpedanceMode.GALVANOSTATIC, amplitude=1e-3)


@given(
    low_hz=st.floats(1e-3, 1e3),
    decades=st.floats(0.0, 6.0),
    density=st.floats(0.3, 50.0),
)
def test_a_grid_falls_by_equal_ratios_between_both_ends(low_hz, decades, density):
    sweep = replace(
        SWEEP,
        frequency_min_hz=low_hz,
        frequency_max_hz=low_hz * 10**decades,
        points_per_decade=density,
    )
    grid = frequencies_hz(sweep)
    assert len(grid) == sweep_points(sweep)
    assert grid[0] == sweep.frequency_max_hz
    assert grid[-1] == sweep.frequency_min_hz or len(grid) == 1
    steps = [math.log(after / before) for before, after in pairwise(grid)]
    assert steps == pytest.approx([steps[0]] * len(steps), abs=1e-9) if steps else True
    assert all(step < 0 or decades == pytest.approx(0, abs=1e-9) for step in steps)


@pytest.mark.parametrize("sweep", [SWEEP, CURRENT, replace(SWEEP, bias=40.0)])
def test_what_is_within_reach_is_let_through(sweep):
    check_sweep(sweep, REACH)


@pytest.mark.parametrize(
    ("sweep", "reach", "words"),
    [
        (replace(SWEEP, frequency_max_hz=3e6), REACH, r"3e\+06 Hz is outside \[20, 2e\+06\] Hz"),
        (replace(SWEEP, frequency_min_hz=10.0), REACH, "lowest frequency: 10 Hz"),
        (replace(SWEEP, frequency_min_hz=2e6), REACH, "above the highest"),
        (replace(SWEEP, points_per_decade=float("nan")), REACH, "points per decade: nan"),
        (replace(SWEEP, points_per_decade=9e3), REACH, "number of points: 36001"),
        (replace(SWEEP, amplitude=2.5), BARE, r"amplitude \(rms\): 2.5 V is outside"),
        (replace(SWEEP, amplitude=0.0), REACH, r"amplitude \(rms\): 0 V"),
        (replace(CURRENT, amplitude=0.05), BARE, r"0.05 A is outside \[1e-05, 0.02\] A"),
        (replace(SWEEP, bias=1.0), BARE, "1 V is none of 0, 1.5, 2 V"),
        (replace(SWEEP, bias=float("nan")), REACH, "bias: nan V"),
        (replace(CURRENT, bias=1e-3), BARE, r"bias: 0.001 A is outside \[-0, 0\] A"),
    ],
)
def test_what_is_beyond_reach_is_refused_with_its_value_and_what_is_allowed(sweep, reach, words):
    with pytest.raises(OutOfRangeError, match=words):
        check_sweep(sweep, reach)


@pytest.mark.parametrize(
    ("model", "options", "hz"),
    [
        ("E4980A", ("0",), 2e6),
        ("E4980A", ("100",), 1e6),  # an AL that calls itself A
        ("E4980AL", ("050",), 500e3),
        ("E4980AL", ("0",), 300e3),
    ],
)
def test_the_end_of_the_frequencies_follows_from_the_option(model, options, hz):
    assert highest_hz(model, options) == hz


def test_a_frequency_that_was_not_asked_for_is_noticed():
    require_grid([1000.4, 99.99], [1e3, 1e2])
    with pytest.raises(BadReplyError, match="100 Hz was asked for, and the sweep has 10 Hz"):
        require_grid([1e3, 10.0], [1e3, 1e2])
    with pytest.raises(BadReplyError, match="2 frequencies were set, 1 are said"):
        require_grid([1e3], [1e3, 1e2])


def test_numbers_that_do_not_pair_are_refused():
    with pytest.raises(BadReplyError, match="3 numbers"):
        pairs([1.0, 2.0, 3.0])


def test_points_share_the_time_that_passed_as_they_were_expected_to():
    assert list(times_s([1.0, 3.0], 10.0, 18.0)) == [12.0, 18.0]


def test_what_never_ends_is_given_up_with_the_time_that_was_expected():
    clock = JumpClock()
    with pytest.raises(InstrumentFaultError, match=r"the sweep is not done after .*; 2 s were"):
        list(wait_until(lambda: False, clock, estimate_s=2.0, what="the sweep"))
    assert clock.now_s() == pytest.approx(40.0, abs=0.1)
