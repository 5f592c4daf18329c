"""The sheet of published values: table, plot, and the measured point among them."""

import numpy as np
import pytest
from solidcell.analysis.materials.sheet import MEASUREMENT
from solidcell.analysis.sheets.plot import Line, Points


def sheet_of(**given):
    return MEASUREMENT.sheet((), given)


def test_a_measured_value_stands_among_the_published_ones():
    sheet = sheet_of(material="LPSCl", measured=2.1, measured_uncertainty=0.2, temperature_c=25.0)
    assert sheet.headline.startswith("rank 3 of 8")
    assert sheet.number("measured_ms_cm").value == pytest.approx(2.1)
    assert "2 to 3 within two standard uncertainties" in sheet.number("rank").note
    (panel,) = sheet.plots[0].panels
    assert panel.x.log
    own = next(item for item in panel.items if item.name == "measured")
    assert own.x.tolist() == [2.1]
    assert own.x_error.tolist() == [0.2]


def drawn(sheet):
    (panel,) = sheet.plots[0].panels
    return panel.items


def test_the_plot_holds_every_value_of_the_table_once():
    sheet = sheet_of()
    values = next(table for table in sheet.tables if table.name == "values").columns
    shown = sorted(x for item in drawn(sheet) if isinstance(item, Points) for x in item.x.tolist())
    assert shown == pytest.approx(sorted(values["value_ms_cm"]))


def test_a_range_is_a_bar_from_its_lower_to_its_upper_end():
    sheet = sheet_of(material="LLZO")
    values = next(table for table in sheet.tables if table.name == "values").columns
    stated = [
        (low, high)
        for low, high in zip(values["value_ms_cm"], values["high_ms_cm"], strict=True)
        if high is not None
    ]
    (bars,) = (item for item in drawn(sheet) if isinstance(item, Line))
    ends = bars.x.reshape(-1, 3)
    assert ends[:, :2] == pytest.approx(np.array(stated))
    assert np.isnan(ends[:, 2]).all()


def test_a_scatter_between_cells_is_a_bar_about_the_value():
    sheet = sheet_of(material="LLZO", quantity="critical-current")
    (bars,) = (item for item in drawn(sheet) if isinstance(item, Line))
    assert bars.x[:2] == pytest.approx([0.2, 1.6])


def test_a_bound_is_not_drawn_as_a_value():
    items = {item.name: item for item in drawn(sheet_of(quantity="electronic"))}
    assert items["upper bound"].x.tolist() == pytest.approx([1e-8])
    assert items["upper bound"].marker == "cross"


def test_disagreements_are_listed_and_said():
    sheet = sheet_of(material="Li7P3S11")
    table = next(table for table in sheet.tables if table.name == "disagreements")
    assert list(table.columns["same_work"]).count("yes") == 2
    assert any("probably a slip" in warning for warning in sheet.warnings)


def test_a_range_of_one_source_that_is_wider_than_threefold_is_listed_with_both_ends():
    sheet = sheet_of(material="LLZO")
    (table,) = (table for table in sheet.tables if table.name == "disagreements")
    assert table.columns["lowest_ms_cm"] == pytest.approx([0.2])
    assert table.columns["highest_ms_cm"] == pytest.approx([1.0])
    assert table.columns["ratio"] == pytest.approx([5.0])
    assert any("ends of one range are 5 times apart" in warning for warning in sheet.warnings)


def test_a_thousandfold_disagreement_is_told_without_an_exponent():
    assert any("values 1000 times apart" in each for each in sheet_of(material="MgPON").warnings)


def test_at_a_temperature_that_nobody_measured_the_rank_is_refused():
    sheet = sheet_of(material="LLZO", measured=0.1, temperature_c=-40.0)
    assert sheet.number("rank").refused
    assert sheet.refusals == ("none of 3 entries is within 5 K of -40 °C",)


def test_a_measured_window_is_drawn_above_the_calculated_one_and_said_to_be_wider():
    sheet = sheet_of(quantity="window", material="LGPS", measured=1.2, measured_high=5.0)
    assert sheet.tables[0].columns["high_v"] == [2.1]
    items = {item.name: item for item in drawn(sheet) if isinstance(item, Points)}
    assert items["calculated"].x.tolist() == [1.7, 2.1]
    assert items["measured"].x.tolist() == [1.2, 5.0]
    assert items["measured"].y[0] > items["calculated"].y[0]
    assert sheet.warnings[0].startswith("wider by 3.4 V than the calculated window, 1.7 to 2.1 V")


def test_a_window_within_the_calculated_one_gets_no_warning():
    sheet = sheet_of(quantity="window", material="LGPS", measured=1.75, measured_high=2.05)
    assert sheet.warnings == ()


def test_of_a_window_with_one_end_that_end_is_drawn():
    items = {item.name: item for item in drawn(sheet_of(quantity="window"))}
    assert sorted(items["planar"].x.tolist()) == [0.5, 5.0, 7.0, 9.0]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"material": "LPSCl", "measured": 1.0}, "give temperature_c"),
        ({"measured": 1.0, "temperature_c": 25.0}, "compared with a material: name it"),
        ({"quantity": "window", "material": "LGPS", "measured": 1.0}, "a measured window has two"),
        (
            {"quantity": "window", "material": "LGPS", "measured": 2.0, "measured_high": 1.0},
            "ends at 1 V, not above 2 V",
        ),
        ({"material": "LPSCl", "measured_high": 1.0}, "measured_high is of a window"),
        ({"quantity": "colour"}, "quantity is 'colour'; allowed: conductivity"),
    ],
)
def test_what_cannot_be_compared_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        sheet_of(**given)
