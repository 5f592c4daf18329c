"""How a table's columns share a page, and where its words break."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.report.grid_layout import PADDING_IN, SIZES, lay_out
from solidcell.analysis.report.lettering import Ruler, pieces
from solidcell.analysis.report.table import Grid

UPRIGHT_IN, LANDSCAPE_IN = 6.8, 10.2
RULER = Ruler()


def measure(text, size):
    """Letters 0.6 of their size wide."""
    return len(text) * 0.6 * size / 72


def laid(*columns):
    header, *rows = zip(*columns, strict=True)
    return lay_out(Grid("t", header, tuple(rows)), measure, UPRIGHT_IN, LANDSCAPE_IN)


WORD = st.text("abcdefg", min_size=1, max_size=14)
CELL = st.lists(WORD, max_size=8).map(" ".join)
COLUMNS = st.lists(st.tuples(WORD, CELL, CELL), min_size=1, max_size=14)


@settings(max_examples=25, deadline=None)
@given(COLUMNS)
def test_columns_fill_the_page_and_break_no_word_that_could_be_kept_whole(columns):
    found = laid(*columns)
    width_in = LANDSCAPE_IN if found.landscape else UPRIGHT_IN
    assert sum(found.widths_in) == pytest.approx(width_in)
    words = [[word for text in column for word in text.split()] for column in columns]
    least_in = [max(measure(word, SIZES[-1]) for word in column) + PADDING_IN for column in words]
    if sum(least_in) <= LANDSCAPE_IN:
        for column, width_in in zip(words, found.widths_in, strict=True):
            longest = max(measure(word, found.size) for word in column)
            assert longest + PADDING_IN <= width_in + 1e-9


def test_a_short_column_keeps_its_line_beside_a_long_remark():
    numbers, remarks = ("n", "12.3 ± 0.4"), ("remark", "word " * 40)
    narrow, wide = laid(numbers, remarks).widths_in
    assert narrow >= measure("12.3 ± 0.4", SIZES[0]) + PADDING_IN
    assert wide > 4 * narrow


def test_letters_grow_smaller_before_the_page_is_turned():
    columns = [("h", "x" * 12)] * 9
    assert not laid(*columns).landscape
    assert laid(*columns).size < SIZES[0]
    turned = laid(*[("h", "x" * 12)] * 13)
    assert turned.landscape


def test_a_page_is_turned_for_a_remark_of_many_lines():
    columns = [("h", "12345678")] * 12
    assert not laid(*columns).landscape
    assert laid(*columns, ("remark", "word " * 40)).landscape


def test_what_fits_no_page_is_shrunk_alike_and_fills_it():
    found = laid(*[("h", "x" * 20)] * 30)
    assert found.landscape
    assert found.size == SIZES[-1]
    assert sum(found.widths_in) == pytest.approx(LANDSCAPE_IN)


def test_lines_break_at_blanks_and_behind_slashes_only():
    words = "interphase resistance/area of 0.785"
    lines = RULER.wrapped(words, RULER.width_in("interphase r", 8.0), 8.0)
    assert lines == ["interphase", "resistance/", "area of", "0.785"]
    assert pieces("a/b") == ["a/", "b"]


def test_a_hash_that_fits_no_line_is_cut_and_loses_nothing():
    lines = RULER.wrapped("0f" * 32, 1.0, 7.5)
    assert len(lines) > 1
    assert "".join(lines) == "0f" * 32
