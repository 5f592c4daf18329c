"""The report on a sheet, as files that somebody opens."""

import csv
import itertools
import json
import re

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D
from solidcell.analysis.report.figures import Box
from solidcell.analysis.report.plots import draw_plot, height_in
from solidcell.analysis.report.sheet_report import write_sheets
from solidcell.analysis.sheets.plot import Axis, Panel, Plot, Points, line, points
from support.sheets import growth_plot, small_sheet

WHEN = "2026-01-02T03:04:05+00:00"


@pytest.mark.slow
def test_a_sheet_becomes_a_report_with_figures_and_exactly_the_plotted_numbers(tmp_path):
    files = write_sheets([small_sheet()], tmp_path, "growth", "Growth of cell 7", WHEN)
    assert files.pdf.read_bytes().startswith(b"%PDF")
    assert json.loads(files.data.read_text("utf-8"))["headline"].startswith("k = 2.00")
    assert [path.suffix for path in files.figures] == [".pdf", ".svg"]
    plotted = next(path for path in files.tables if path.name == "growth_growth.csv")
    with plotted.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    measured = [float(row["y"]) for row in rows if row["item"] == "measured"]
    assert measured == [10, 12.1, 13.9, 16.2]
    assert not list(tmp_path.glob(".*"))


@pytest.mark.slow
def test_several_sheets_make_one_report_and_keep_their_files_apart(tmp_path):
    files = write_sheets([small_sheet(), small_sheet()], tmp_path, "cell", "Cell 7", WHEN)
    assert len(json.loads(files.data.read_text("utf-8"))) == 2
    assert all(path.name.startswith("cell_interphase-growth_") for path in files.tables)


def test_no_sheet_is_no_report(tmp_path):
    with pytest.raises(ValueError, match="no sheet"):
        write_sheets([], tmp_path, "cell", "Cell 7", WHEN)


def test_a_drawn_plot_shows_every_item_and_both_scales():
    figure = Figure(figsize=(5, 4))
    draw_plot(figure, Box(0.12, 0.16, 0.94, 0.96), growth_plot())
    upper, right, lower = figure.axes
    assert upper.get_yscale() == "log"
    assert upper.get_ylabel() == "R / Ω cm²"
    assert right.get_ylabel() == "CE / 1"
    assert right.get_ylim() == pytest.approx((0.95, 1.005))
    assert len(lower.patches) == 4
    assert lower.get_xlabel() == "t / h"
    words = {text.get_text() for text in upper.get_legend().get_texts()}
    assert {"95 %", "measured", "fit", "failed", "CE"} == words
    assert any(re.fullmatch("limit", text.get_text()) for text in upper.texts)


def test_a_logarithmic_axis_of_few_decades_is_labelled_with_numbers_that_do_not_overlap():
    def labels(highest):
        x = Axis(label="J / mA cm⁻²", log=True)
        drawn = Points("q", np.array([1.5, highest]), np.array([1.0, 2.0]))
        panel = Panel(x=x, y=Axis(label="q / mAh"), items=(drawn,))
        figure = Figure(figsize=(3, 3))
        draw_plot(figure, Box(0.2, 0.2, 0.9, 0.9), Plot(name="q", caption="q", panels=(panel,)))
        figure.draw_without_rendering()
        axis = figure.axes[0].xaxis
        texts = [tick.get_text() for tick in axis.get_ticklabels(which="both")]
        return [text for text in texts if text]

    assert {"2", "5"} <= set(labels(6.0))
    assert not any("10^" in text for text in labels(6.0))
    assert all(re.search(r"10\^\{-?\d+\}", text) for text in labels(6000.0))
    assert all(re.search(r"10\^\{-?\d+\}", text) for text in labels(400.0))


def nyquist():
    x, y = [0, 50, 100, 130], [0, 50, 0, 300]
    words = ("1 MHz", "", "1 kHz", "1 Hz")
    panel = Panel(
        x=Axis(label="Z′ / Ω"),
        y=Axis(label="−Z″ / Ω"),
        items=(points("z", x, y, marker="open", labels=words), line("fit", x, y, colour=1)),
        equal=True,
    )
    return Plot(name="nyquist", caption="", panels=(panel, panel), layout="row")


def test_a_nyquist_plot_has_equal_scales_and_its_frequencies_written_and_filled():
    figure = Figure(figsize=(8, 4))
    draw_plot(figure, Box(0.12, 0.16, 0.94, 0.96), nyquist())
    first, second = figure.axes
    assert {text.get_text() for text in first.texts} == {"1 MHz", "1 kHz", "1 Hz"}
    frame = first.get_window_extent()
    (left, right), (low, high) = first.get_xlim(), first.get_ylim()
    assert (right - left) / frame.width == pytest.approx((high - low) / frame.height)
    filled = [one for one in first.lines if one.get_markerfacecolor() != "none"]
    assert [0.0, 100.0, 130.0] in [one.get_xdata().tolist() for one in filled]
    assert first.get_legend() is not None
    assert second.get_legend() is None


def test_lines_of_one_colour_grow_paler_and_the_legend_says_what_it_is_told_to():
    lines = [line(f"sweep {n}", [0, 1], [n, n], shade=n / 2, legend=None if n else "first")
             for n in range(3)]  # fmt: skip
    panel = Panel(x=Axis(label="x"), y=Axis(label="y"), items=(*lines, line("b", [0], [0])))
    figure = Figure(figsize=(3, 3))
    draw_plot(figure, Box(0.2, 0.2, 0.9, 0.9), Plot(name="q", caption="q", panels=(panel,)))
    drawn = figure.axes[0].lines
    assert drawn[2].get_color() == pytest.approx((1.0, 1.0, 1.0))
    assert drawn[0].get_color() < drawn[1].get_color() < drawn[2].get_color()
    words = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert words == ["first", "sweep 1", "sweep 2", "b"]


def drawn_with_names(x: Axis, y: Axis):
    """The words along an axis as boxes in inches, in a figure as high as a page gives it."""
    panel = Panel(x=x, y=y, items=(points("n", [0.0, 9.0], [0.0, 9.0]),))
    plot = Plot(name="names", caption="", panels=(panel,))
    figure = Figure(figsize=(8.27, height_in(plot)), dpi=72)
    below = 0.35 / height_in(plot)
    draw_plot(figure, Box(1.25 / 8.27, below, 7.0 / 8.27, 1 - below / 2), plot)
    figure.draw_without_rendering()
    axis = figure.axes[0].yaxis if y.ticks else figure.axes[0].xaxis
    return [label.get_window_extent().transformed(Affine2D().scale(1 / 72))
            for label in axis.get_ticklabels()]  # fmt: skip


def test_thirty_names_beside_an_axis_have_a_row_each_and_stand_on_the_page():
    names = {float(n): f"Li6.4La3Zr1.4Ta0.6O12 number {n}" for n in range(30)}
    boxes = drawn_with_names(Axis(label="x"), Axis(label="material", ticks=names))
    rows = sorted((box.y0, box.y1) for box in boxes)
    assert all(
        above[0] > 1.2 * below[1] - 0.2 * below[0] for below, above in itertools.pairwise(rows)
    )
    assert min(box.x0 for box in boxes) > 0.75


def test_long_names_below_an_axis_end_at_their_places_above_the_caption():
    names = {float(n): "Carbon black, battery grade" for n in range(10)}
    boxes = drawn_with_names(Axis(label="part", ticks=names), Axis(label="y"))
    assert min(box.y0 for box in boxes) > 0
    ends = [box.x1 for box in boxes]
    assert np.diff(ends) == pytest.approx(np.diff(ends)[0], abs=0.02)
    assert ends[-1] < 7.0
