"""Plots that are plain data, as the window draws them."""

from itertools import pairwise

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from solidcell.analysis.sheets.plot import INK, Axis, Panel, Plot, Points, floats, line, points
from solidcell.gui.measurements.placed_legend import emptiest_corner
from solidcell.gui.measurements.plot_canvas import PlotCanvas
from solidcell.gui.plots import AXIS_WIDTH
from solidcell.gui.theme import DARK, LIGHT, mixed
from support.sheets import growth_plot


@pytest.fixture
def canvas(qtbot):
    made = PlotCanvas()
    qtbot.addWidget(made)
    made.show_plot(growth_plot())
    return made


def items(panel, kind):
    return [item for item in panel.items if isinstance(item, kind)]


def test_every_item_of_a_panel_is_drawn(canvas):
    upper, lower = canvas.panels
    assert len(items(upper, pg.ErrorBarItem)) == 1
    assert len(items(upper, pg.FillBetweenItem)) == 1
    assert len(items(upper, pg.LinearRegionItem)) == 1
    assert len(items(upper, pg.InfiniteLine)) == 1
    assert len(items(lower, pg.BarGraphItem)) == 1


def test_numbers_on_a_logarithmic_axis_stand_at_their_logarithm(canvas):
    (dots,) = items(canvas.panels[0], pg.ScatterPlotItem)
    assert dots.getData()[1] == pytest.approx(np.log10([10, 12.1, 13.9, 16.2]))
    assert canvas.panels[0].getAxis("left").logMode


def test_panels_above_each_other_move_together(canvas):
    canvas.panels[0].setXRange(1.0, 2.0, padding=0)
    assert canvas.panels[1].viewRange()[0] == pytest.approx([1.0, 2.0], abs=0.2)


def test_the_second_scale_above_has_its_own_words(canvas):
    (ticks,) = canvas.panels[0].getAxis("top")._tickLevels
    assert ticks == [(0.0, "25"), (2.0, "60")]


def test_the_colours_follow_the_theme(canvas):
    canvas.set_theme(DARK)
    assert canvas.canvas.backgroundBrush().color().name() == DARK.panel
    assert len(canvas.panels) == 2


def drawn(qtbot, *items_of_panel, **more):
    canvas = PlotCanvas()
    qtbot.addWidget(canvas)
    x, y = more.pop("x", Axis(label="J / mA cm⁻²")), more.pop("y", Axis(label="cell"))
    panel = Panel(x=x, y=y, items=items_of_panel, **more)
    canvas.show_plot(Plot(name="one", caption="", panels=(panel,)))
    return canvas


def test_errors_in_x_are_drawn(qtbot):
    dots = Points("cells", floats([1.0, 2.0]), floats([0, 1]), x_error=floats([0.1, 0.2]))
    (bars,) = items(drawn(qtbot, dots).panels[0], pg.ErrorBarItem)
    assert bars.opts["left"] == pytest.approx([0.1, 0.2])
    assert bars.opts["right"] == pytest.approx([0.1, 0.2])


def test_an_axis_of_words_is_as_wide_as_they_are(qtbot):
    words = {0.0: "a pellet with a long name", 1.0: "b"}
    wide = drawn(qtbot, points("", [1, 2], [0, 1]), y=Axis(label="cell", ticks=words))
    assert wide.panels[0].getAxis("left").width() > AXIS_WIDTH + 40


@pytest.mark.parametrize(("word", "lines"), [("Carbon black", {0, 1}), ("C", {0})])
def test_long_names_below_a_panel_stand_by_turns_on_two_lines(qtbot, word, lines):
    names = {float(n): f"{word} {n}" for n in range(10)}
    panel = Panel(x=Axis(label="part", ticks=names), y=Axis(label="y"), items=())
    made = PlotCanvas()
    qtbot.addWidget(made)
    made.show_plot(Plot(name="cost", caption="", panels=(panel,)))
    (ticks,) = made.panels[0].getAxis("bottom")._tickLevels
    assert [text.strip() for _, text in ticks] == list(names.values())
    assert {text.count("\n") for _, text in ticks} == lines
    assert all(a[1].count("\n") != b[1].count("\n") for a, b in pairwise(ticks)) is (1 in lines)


def test_the_axis_on_the_right_keeps_its_unit_and_has_the_colour_of_what_it_counts(canvas):
    right = canvas.panels[0].getAxis("right")
    assert not right.autoSIPrefix
    assert right.textPen().color().name() == LIGHT.spectra[2]


def test_the_legend_is_where_the_data_are_not(qtbot):
    canvas = drawn(qtbot, *(line(f"{n}", [0, 1, 2], [n, n + 1, n + 2]) for n in (0, 0.1)))
    canvas.resize(500, 400)
    canvas.show()
    legend = canvas.drawings[0].legend
    qtbot.waitUntil(lambda: legend.corner != (1, 0), timeout=5000)
    assert legend.corner == (0, 0)


@pytest.mark.parametrize(("x", "y"), [(0.1, 0.1), (0.1, 0.9), (0.9, 0.1), (0.9, 0.9)])
def test_the_only_free_corner_is_found(x, y):
    corners = {(0.1, 0.1), (0.1, 0.9), (0.9, 0.1), (0.9, 0.9)} - {(x, y)}
    others = floats(sorted(corners))
    assert emptiest_corner(others[:, 0], others[:, 1], 0.3, 0.3) == (round(x), 1 - round(y))


def test_all_is_shown_again_after_somebody_zoomed(canvas):
    upper = canvas.panels[0]
    upper.setXRange(1.0, 1.1, padding=0)
    canvas.show_all()
    upper.vb.updateAutoRange()
    low, high = upper.viewRange()[0]
    assert low < 0.0
    assert high > 3.0


def test_words_beside_points_that_have_no_room_come_when_one_zooms(qtbot):
    dots = points("z", [0, 1, 2, 100], [0, 0, 0, 100], marker="open", labels=("", "a", "b", "c"))
    canvas = drawn(qtbot, dots)
    canvas.resize(500, 400)
    canvas.show()
    (words,) = canvas.drawings[0]._words.values()

    def shown():
        return {number for number, text in words.texts.items() if text.isVisible()}

    qtbot.waitUntil(lambda: len(shown()) == 3, timeout=5000)
    canvas.panels[0].setXRange(-1, 3, padding=0)
    qtbot.waitUntil(lambda: 3 not in shown(), timeout=5000)
    assert shown() == {1, 2}


def test_a_labelled_point_is_filled_and_the_others_stay_open(qtbot):
    dots = points("z", [0, 1], [0, 1], marker="open", labels=("", "1 kHz"))
    (made,) = items(drawn(qtbot, dots).panels[0], pg.ScatterPlotItem)
    brushes = [one.brush().style() for one in made.points()]
    assert brushes == [Qt.BrushStyle.NoBrush, Qt.BrushStyle.SolidPattern]


def test_what_the_panel_above_has_told_its_neighbour_does_not_tell_again(qtbot):
    panel = Panel(
        x=Axis(label="x"),
        y=Axis(label="y"),
        items=(line("a", [0, 1], [0, 1]), line("b", [0, 1], [1, 2], colour=1, shade=0.5)),
    )
    canvas = PlotCanvas()
    qtbot.addWidget(canvas)
    canvas.show_plot(Plot(name="one", caption="", panels=(panel, panel)))
    assert [each.legend.legend.isVisible() for each in canvas.drawings] == [True, False]
    pens = [item.opts["pen"].color().name() for item in items(canvas.panels[0], pg.PlotCurveItem)]
    assert pens == [LIGHT.spectra[0], mixed(LIGHT.spectra[1], LIGHT.panel, 0.5)]


def test_a_line_of_no_series_has_the_colour_of_words(qtbot):
    canvas = drawn(qtbot, line("fit", [0, 1], [0, 1], colour=INK))
    (curve,) = items(canvas.panels[0], pg.PlotCurveItem)
    assert curve.opts["pen"].color().name() == LIGHT.text


def test_an_axis_of_long_numbers_has_room_for_them(qtbot):
    tall = drawn(qtbot, line("z", [0, 1], [0, 600_000.0]))
    short = drawn(qtbot, line("z", [0, 1], [0, 60.0]))
    widths = [canvas.panels[0].getAxis("left").width() for canvas in (tall, short)]
    assert widths[0] > widths[1] == AXIS_WIDTH


def test_of_panels_side_by_side_the_last_tells_what_all_show(qtbot):
    lines = (line("a", [0, 1], [0, 1]), line("b", [0, 1], [1, 2], colour=1))
    panel = Panel(x=Axis(label="x"), y=Axis(label="y"), items=lines)
    canvas = PlotCanvas()
    qtbot.addWidget(canvas)
    canvas.show_plot(Plot(name="one", caption="", panels=(panel, panel), layout="row"))
    assert [each.legend.legend.isVisible() for each in canvas.drawings] == [False, True]
