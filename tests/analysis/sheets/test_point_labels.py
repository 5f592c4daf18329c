"""Words beside points: which frequencies have one, and where words have room."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solidcell.analysis.sheets.columns import plotted_table
from solidcell.analysis.sheets.plot import Axis, Panel, Plot, Points, floats, points
from solidcell.analysis.sheets.point_labels import decade_labels, placed


def test_every_power_of_ten_that_was_measured_is_named_once():
    labels = decade_labels(np.geomspace(7e6, 0.1, 72))
    named = ["1 MHz", "100 kHz", "10 kHz", "1 kHz", "100 Hz", "10 Hz", "1 Hz", "0.1 Hz"]
    assert [word for word in labels if word] == named


def test_a_frequency_far_from_a_power_of_ten_is_not_called_one():
    assert decade_labels([3e4, 8e2, 2.5e1]) == ("", "", "")
    assert decade_labels([]) == ()


PLACES = st.lists(st.tuples(st.floats(-20, 120), st.floats(-20, 120)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(PLACES, st.floats(5, 40), st.floats(4, 20))
def test_words_never_lie_on_each_other_nor_beyond_the_frame(places, width, height):
    x, y = floats([x for x, _ in places]), floats([y for _, y in places])
    found = placed(x, y, ["w"] * x.size, [width] * x.size, height, (100.0, 100.0))
    centres = [
        (x[each.index] + each.right * width / 2, y[each.index] + each.above * height / 2)
        for each in found
    ]
    for number, (a, b) in enumerate(centres):
        assert width / 2 <= a + 1e-9
        assert a <= 100 - width / 2 + 1e-9
        assert height / 2 - 1e-9 <= b <= 100 - height / 2 + 1e-9
        for c, d in centres[:number]:
            assert abs(a - c) >= width - 1e-9 or abs(b - d) >= height - 1e-9


def test_a_word_goes_where_it_covers_no_point():
    x, y = floats([50.0, 55.0, 45.0, 55.0]), floats([50.0, 54.0, 54.0, 46.0])
    (only,) = placed(x, y, ("f", "", "", ""), [12.0, 0, 0, 0], 8.0, (100.0, 100.0))
    assert (only.right, only.above) == (-1, -1)


def test_the_table_of_a_plot_holds_the_words_beside_its_points():
    panel = Panel(
        x=Axis(label="x"), y=Axis(label="y"), items=(points("z", [1, 2], [3, 4], labels=("", "b")),)
    )
    table = plotted_table(Plot(name="z", caption="", panels=(panel,)))
    assert table.columns["label"] == (None, "b")


def test_points_have_a_label_each_or_none():
    with pytest.raises(ValueError, match="2 points, but 1 labels"):
        Points("z", floats([1, 2]), floats([3, 4]), labels=("a",))
