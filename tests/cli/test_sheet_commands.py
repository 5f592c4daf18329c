"""`solidcell analyse`, `design` and `sheet`: commands made of measurements."""

import json
import subprocess
import sys

import pytest
from solidcell.analysis.designs import DESIGNS, design
from solidcell.analysis.measurements import MEASUREMENTS, measurement
from solidcell.cli import application
from support.prescribed_cell import PrescribedCell
from support.recorded_test import record_test, settings
from typer.testing import CliRunner

LIMIT = ["design", "ohmic-limit", "--conductivity-ms-cm", "0.1"]


def said(*arguments, code=0):
    result = CliRunner().invoke(application(), [*map(str, arguments)])
    assert result.exit_code == code, (result.output, result.exception)
    return result


@pytest.fixture(scope="module")
def critical_current_run(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "ccd" / "ccd.run.sqlite"
    path.parent.mkdir()
    return record_test(path, PrescribedCell(), settings((0.2, 0.4), half_cycle_s=600.0))


@pytest.mark.parametrize(("group", "titles"), [("analyse", MEASUREMENTS), ("design", DESIGNS)])
def test_the_list_names_every_measurement(group, titles):
    shown = said(group, "--help").output
    assert all(name in shown for name in titles)


@pytest.mark.slow
def test_the_list_is_shown_without_importing_the_measurements():
    code = (
        "import sys; from solidcell.cli import application\n"
        "sys.argv = ['solidcell', 'analyse', '--help']\n"
        "try: application(['analyse'])()\n"
        "except SystemExit: pass\n"
        "print(sorted(m for m in sys.modules if m.endswith('_sheet') or m == 'scipy'))\n"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert asked.stdout.splitlines()[-1] == "[]", asked.stderr


@pytest.mark.parametrize("name", MEASUREMENTS)
def test_every_measurement_says_what_it_takes_and_has_a_help_for_each_option(name):
    of = measurement(name)
    assert of.name == name
    assert of.takes
    assert of.example.startswith(name)
    assert all(option.help.endswith(".") for option in of.options)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_calculator_takes_no_file_and_answers_its_example(name):
    of = design(name)
    assert not of.takes
    words = of.example.split()
    assert words[0] == name
    plain = json.loads(said("design", *words, "--json").stdout)
    assert plain["headline"]


def test_two_conductivities_that_are_known_make_a_transference_number_without_a_file():
    pair = ("--ionic-conductivity-ms-cm", "12", "--electronic-conductivity-s-cm", "5.7e-9")
    plain = json.loads(said("analyse", "transference", *pair, "--json").stdout)
    assert plain["numbers"]["electronic_transference"]["value"] == pytest.approx(4.75e-7, rel=1e-3)
    assert "Missing argument" in said("analyse", "arrhenius", code=2).output


def test_an_answer_as_json_holds_the_numbers_and_what_they_were_made_with():
    plain = json.loads(said(*LIMIT, "--json").stdout)
    assert plain["numbers"]["thickness_limit_um"]["value"] == pytest.approx(16.67, abs=0.01)
    assert plain["settings"]["conductivity_ms_cm"] == 0.1


@pytest.mark.slow
def test_a_report_is_written_and_its_files_are_named(tmp_path):
    told = said(*LIMIT, "--out", tmp_path).stderr.split()
    assert str(tmp_path / "ohmic-limit.pdf") in told
    assert (tmp_path / "ohmic-limit.json").is_file()


def test_a_run_is_taken_by_its_folder(critical_current_run):
    shown = said("analyse", "critical-current", critical_current_run.parent).output
    assert "0.4" in shown


@pytest.mark.slow
def test_the_sheet_of_a_cell_gathers_what_its_runs_say(critical_current_run, tmp_path):
    out = tmp_path / "sheet"
    shown = said("sheet", critical_current_run, "--out", out)
    assert "Critical current density" in shown.stdout
    gathered, *parts = json.loads((out / "cell.json").read_text("utf-8"))
    assert gathered["kind"] == "cell"
    assert gathered["subject"] == "pellet 7"
    assert {part["kind"] for part in parts} <= set(MEASUREMENTS)
    assert (out / "cell.pdf").read_bytes().startswith(b"%PDF")
