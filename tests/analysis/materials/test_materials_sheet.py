"""The sheet of published values: table, plot, and the measured point among them."""

import pytest
from solidcell.analysis.materials.sheet import MEASUREMENT


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


def test_the_plot_holds_every_value_of_the_table_once():
    sheet = sheet_of()
    values = next(table for table in sheet.tables if table.name == "values").columns
    drawn = sorted(x for item in sheet.plots[0].panels[0].items for x in item.x.tolist())
    assert drawn == pytest.approx(sorted(values["value_ms_cm"]))


def test_disagreements_are_listed_and_said():
    sheet = sheet_of(material="Li7P3S11")
    table = next(table for table in sheet.tables if table.name == "disagreements")
    assert list(table.columns["same_work"]).count("yes") == 2
    assert any("probably a slip" in warning for warning in sheet.warnings)


def test_at_a_temperature_that_nobody_measured_the_rank_is_refused():
    sheet = sheet_of(material="LLZO", measured=0.1, temperature_c=-40.0)
    assert sheet.number("rank").refused
    assert sheet.refusals == ("none of 3 entries is within 5 K of 233.1 K",)


def test_windows_have_two_ends_and_no_plot():
    sheet = sheet_of(quantity="window", material="LGPS")
    assert sheet.plots == ()
    assert sheet.tables[0].columns["high_v"] == [2.1]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"material": "LPSCl", "measured": 1.0}, "give temperature_c"),
        ({"measured": 1.0, "temperature_c": 25.0}, "compared with a material: name it"),
        ({"quantity": "window", "material": "LGPS", "measured": 1.0}, "a measured window has two"),
        ({"quantity": "colour"}, "quantity is 'colour'; allowed: conductivity"),
    ],
)
def test_what_cannot_be_compared_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        sheet_of(**given)
