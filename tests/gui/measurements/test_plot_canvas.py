"""Plots that are plain data, as the window draws them."""

import numpy as np
import pyqtgraph as pg
import pytest
from solidcell.gui.measurements.plot_canvas import PlotCanvas
from solidcell.gui.theme import DARK
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
