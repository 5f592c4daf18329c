"""What a measurement asks for, and how it refuses what it cannot take."""

from pathlib import Path

import pytest
from solidcell.analysis.sheets.measurement import Measurement, Option, checked
from support.sheets import small_sheet

OPTIONS = (
    Option("area_cm2", "Electrode area.", low=1e-6, unset="the cell record's"),
    Option("model", "Which model.", str, "both", ("both", "power")),
    Option("points", "How many.", int, 3, low=2, high=9),
)


def test_what_is_not_given_has_its_default():
    assert checked(OPTIONS, {}) == {"area_cm2": None, "model": "both", "points": 3}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"aera": 1.0}, "unknown option aera; allowed: area_cm2, model, points"),
        ({"area_cm2": 0.0}, "area_cm2 is 0; allowed: from 1e-06"),
        ({"model": "cubic"}, "model is 'cubic'; allowed: both, power"),
        ({"points": 12}, "points is 12; allowed: from 2 to 9"),
    ],
)
def test_an_option_that_is_not_allowed_is_refused_with_what_is(given, words):
    with pytest.raises(ValueError, match=words):
        checked(OPTIONS, given)


def test_a_measurement_without_the_files_that_it_takes_says_which():
    measurement = Measurement(
        name="ageing",
        title="Ageing",
        takes="a run with spectra over time",
        options=OPTIONS,
        make=lambda files, options: small_sheet(),
        example="ageing RUN",
    )
    with pytest.raises(ValueError, match="ageing needs a run with spectra over time"):
        measurement.sheet([], {})
    made = measurement.sheet([Path("run")], {"points": 4})
    assert made.kind == "interphase-growth"
    assert dict(made.told_settings) == {
        "area_cm2": "the cell record's",
        "model": "both",
        "points": "4",
    }
