"""Numbers, tables and plots as plain data, and what they refuse to be."""

import math

import pytest
from solidcell.analysis.geometry import Quantity
from solidcell.analysis.sheets.columns import plotted_table
from solidcell.analysis.sheets.plain import as_plain, as_text
from solidcell.analysis.sheets.plot import Axis, Panel, Plot, points
from solidcell.analysis.sheets.sheet import Number, Table, number_of
from support.sheets import growth_plot, small_sheet


def test_points_of_unequal_lengths_are_no_points():
    with pytest.raises(ValueError, match="R: 2 values of x, but 3 beside them"):
        points("R", [0, 1], [1, 2, 3])


def test_what_counts_on_the_right_needs_an_axis_there():
    one = points("R", [0], [1])
    with pytest.raises(ValueError, match="no right axis"):
        Panel(x=Axis(label="x"), y=Axis(label="y"), items=(), right_items=(one,))


def test_a_plot_has_a_panel():
    with pytest.raises(ValueError, match="'empty' has no panel"):
        Plot(name="empty", caption="", panels=())


@pytest.mark.parametrize(("value", "refused"), [(None, ""), (1.0, "too noisy")])
def test_a_number_has_either_a_value_or_a_reason_why_not(value, refused):
    with pytest.raises(ValueError, match="a value or a reason"):
        Number(name="r_ohm", label="R", unit="Ω", value=value, refused=refused)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_number_that_is_not_finite_is_not_shown_as_one(value):
    with pytest.raises(ValueError, match="must be finite, or refused"):
        Number(name="r_ohm", label="R", unit="Ω", value=value)


def test_the_columns_of_a_table_are_of_one_length():
    with pytest.raises(ValueError, match="different lengths"):
        Table(name="t", title="T", columns={"a": [1], "b": [1, 2]})


def test_a_quantity_takes_its_error_and_interval_along_into_another_unit():
    found = number_of(
        Quantity(-2.0, 0.1, "A"), "current_ma", "I", "mA", -1e3, interval=(-2.2, -1.8)
    )
    assert (found.value, found.standard_error) == (2000.0, 100.0)
    assert found.interval == pytest.approx((1800.0, 2200.0))


def test_the_table_of_a_plot_holds_every_number_that_is_drawn():
    plot = growth_plot()
    rows = plotted_table(plot).rows()
    kinds = [(row[0], row[1], row[3]) for row in rows]
    assert kinds.count((0, "left", "points")) == 4
    assert kinds.count((0, "right", "points")) == 4
    assert kinds.count((1, "left", "bar")) == 4
    assert {kind for _, _, kind in kinds} == {"band", "points", "line", "mark", "span", "bar"}
    measured = [row for row in rows if row[2] == "measured"]
    assert [row[5] for row in measured] == [10, 12.1, 13.9, 16.2]
    assert [row[6] for row in measured] == [0.2, 0.2, 0.3, 0.3]


def test_a_sheet_as_data_holds_every_number_under_its_name():
    plain = as_plain(small_sheet())
    assert plain["numbers"]["rate_ohm_cm2_h_n"]["interval_95"] == [1.8, 2.2]
    assert plain["numbers"]["exponent"]["value"] is None
    assert plain["numbers"]["exponent"]["refused"] == "3 spectra do not tell it"
    assert plain["tables"]["spectra"]["time_h"] == [0.0, 1.0, 2.0, 3.0]
    assert plain["settings"] == {"area_cm2": 0.785}


def test_a_sheet_as_text_tells_the_answer_first_and_what_to_know_of_it_last():
    lines = list(as_text(small_sheet()))
    assert lines[:2] == ["Interphase growth: cell 7", "  k = 2.00 ± 0.10 Ω cm² h^-n"]
    assert "  k  2.00 ± 0.10 Ω cm² h^-n (95 %: 1.8 to 2.2)" in lines
    assert "  n  refused: 3 spectra do not tell it" in lines
    assert lines[-1] == "  refused: the exponent"
