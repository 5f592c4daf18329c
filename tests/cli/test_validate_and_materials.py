"""The commands that print published numbers: beside ours, and beside a measured one."""

import json

import pytest
from solidcell.cli import application
from solidcell.cli.materials import _parted
from typer.testing import CliRunner


def run(*arguments: str):
    return CliRunner().invoke(application([arguments[0]]), list(arguments))


def test_validation_as_json_is_a_list_of_objects_with_six_fields():
    done = run("validate", "--only", "cell_cost total inconsistent", "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert [each["published"] for each in found] == [60.478, 5.6096, 100.0]
    fields = {"item", "source", "published", "ours", "deviation", "verdict"}
    assert all(set(each) == fields for each in found)


def test_a_number_that_is_wrong_makes_the_exit_code_1(monkeypatch):
    from solidcell.analysis.validation import everything
    from solidcell.analysis.validation.check import compare

    wrong = compare("a number", "a paper", "1.0", 2.0)
    monkeypatch.setattr(everything, "checks", lambda words: iter([("library", wrong)]))
    done = run("validate")
    assert done.exit_code == 1
    assert "FAILED" in done.stdout


def test_words_that_nothing_holds_are_an_error():
    done = run("validate", "--only", "cell_cost perpetuum mobile")
    assert isinstance(done.exception, ValueError)
    assert "no check holds all of the words cell_cost, perpetuum, mobile" in str(done.exception)


@pytest.mark.parametrize("text", ["2.1±0.2", "2.1+-0.2", "2.1 +/- 0.2", " 2.1 ± 0.2 "])
def test_a_measured_value_is_read_with_its_uncertainty(text):
    assert _parted(text) == (2.1, 0.2)


@pytest.mark.parametrize("text", ["", "±0.2", "two", "2.1±", "2.1±0.2±0.1"])
def test_what_is_no_measured_value_is_refused(text):
    with pytest.raises(ValueError, match="is no value; write 2"):
        _parted(text)


def test_a_measured_value_is_placed_among_the_published_ones():
    done = run("materials", "LPSCl", "--measured", "2.1+-0.2", "--temperature", "25", "--json")
    assert done.exit_code == 0, done.exception
    assert json.loads(done.stdout)["numbers"]["rank"]["value"] == 3.0
