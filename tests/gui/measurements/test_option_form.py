"""The options of a measurement as fields."""

import pytest
from solidcell.analysis.measurements import measurement
from solidcell.analysis.sheets.measurement import Option
from solidcell.gui.measurements.option_form import OptionForm


@pytest.fixture
def form(qtbot):
    made = OptionForm()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("of", "name", "words"),
    [
        ("conductivity", "circuit", "one is chosen"),
        ("conductivity", "thickness_um", "the cell record's"),
        ("critical-current", "group", "all"),
        ("critical-current", "lost", "0"),
        ("conductivity-ageing", "medium", "not given"),
        ("incremental-capacity", "cycles", "first and last"),
    ],
)
def test_an_empty_field_says_what_counts_without_it(form, of, name, words):
    form.show_options(measurement(of).options)
    assert form.fields[name].placeholderText() == words


def test_a_choice_that_nobody_made_is_left_to_the_files(form):
    form.show_options(measurement("stability-window").options)
    assert form.fields["reference"].currentText() == "(the record's counter electrode)"
    assert form.given() == {}
    form.set_text("reference", "Li-In")
    assert form.given() == {"reference": "Li-In"}


def test_a_choice_with_a_default_begins_with_it(form):
    form.show_options((Option("mode", "What counts.", str, "short", ("any", "short")),))
    assert form.given() == {"mode": "short"}
