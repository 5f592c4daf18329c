"""What all plots of the window have in common."""

from solidcell.gui.plots import AXIS_WIDTH, plot_item, widen_for_numbers


def test_an_axis_grows_with_the_numbers_that_somebody_zooms_to(qapp):
    plot = plot_item("Z / Ω", "Z / Ω")
    widen_for_numbers(plot)
    plot.setYRange(0, 700_000, padding=0)
    assert plot.getAxis("left").fixedWidth > AXIS_WIDTH
    plot.setYRange(0, 70, padding=0)
    assert plot.getAxis("left").fixedWidth == AXIS_WIDTH
