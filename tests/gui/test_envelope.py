"""Decimation may drop points, never extremes, and must not make a trace dance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.gui.envelope import bin_width_s, envelope, page

NO_BREAKS = np.empty(0, dtype=np.int64)
values = st.tuples(st.integers(0, 2**32 - 1), st.integers(200, 600)).map(
    lambda drawn: np.random.default_rng(drawn[0]).normal(size=drawn[1])
)


def drawn(value, start_s=0.0, end_s=1e9, width_s=16.0, breaks=NO_BREAKS):
    time_s = np.arange(value.size, dtype=float)
    return envelope(time_s, value, breaks, start_s, min(end_s, value.size), width_s)


def bins_of(line):
    """The extremes of every bin, by the time at which it is drawn."""
    assert line.time_s.size % 2 == 0
    pairs = zip(line.value[::2].tolist(), line.value[1::2].tolist(), strict=True)
    return dict(zip(line.time_s[::2].tolist(), pairs, strict=True))


@given(values)
def test_every_bin_keeps_its_smallest_and_its_largest_value(value):
    line = drawn(value)
    bins = np.arange(value.size) // 16
    for number in np.unique(bins):
        inside = line.value[np.floor(line.time_s / 16.0) == number]
        assert inside.min() == value[bins == number].min()
        assert inside.max() == value[bins == number].max()


@given(values, st.floats(0.0, 100.0))
def test_a_bin_looks_the_same_wherever_the_view_begins(value, start_s):
    whole, moved = bins_of(drawn(value)), bins_of(drawn(value, start_s=start_s))
    inside = [t for t in moved if t + 8.0 > start_s]
    assert inside
    assert all(moved[t] == whole[t] for t in inside)


def test_a_single_spike_among_a_million_readings_is_drawn():
    value = np.zeros(1_000_000)
    value[654_321] = 5.0
    line = drawn(value, width_s=1024.0)
    assert line.value.max() == 5.0
    assert line.value.size < 2100


def test_few_readings_are_drawn_as_they_are():
    value = np.sin(np.arange(30.0))
    line = drawn(value, width_s=1.0)
    assert np.array_equal(line.value, value)


@pytest.mark.parametrize("width_s", [1.0, 16.0])
def test_no_line_is_drawn_across_a_gap(width_s):
    time_s = np.concatenate([np.arange(300.0), 1000.0 + np.arange(300.0)])
    line = envelope(time_s, np.ones(600), np.array([300]), 0.0, 1300.0, width_s)
    joined = np.flatnonzero(line.connect[:-1])
    assert (np.diff(line.time_s)[joined] < 100.0).all()
    assert (line.connect == 0).sum() == 1


def test_the_line_reaches_the_edges_of_the_view():
    line = drawn(np.arange(100.0), start_s=40.5, end_s=60.5, width_s=1.0)
    assert line.time_s[0] < 40.5
    assert line.time_s[-1] > 60.5


@given(st.floats(1.0, 1e7), st.integers(100, 4000))
def test_a_bin_is_never_wider_than_a_pixel(span_s, pixels):
    width_s = bin_width_s(span_s, pixels)
    assert span_s / pixels / 2 < width_s <= span_s / pixels


@given(st.floats(0.0, 1e6), st.sampled_from([None, 60.0, 3600.0]))
def test_the_newest_reading_is_always_in_view(end_s, span_s):
    left_s, right_s = page(end_s, span_s)
    assert left_s <= end_s < right_s
    assert span_s is None or right_s - left_s == pytest.approx(span_s)


def test_the_view_moves_in_pages_and_not_with_every_reading():
    views = {page(float(end_s), 3600.0) for end_s in range(10_000, 13_600)}
    assert len(views) <= 5
