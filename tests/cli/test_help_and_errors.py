"""Every command explains itself, and a mistake is one clear line."""

import importlib.metadata
import json
import sys

import pytest
from solidcell.cli import application
from support.command_line import run_command, run_here
from typer.testing import CliRunner

COMMANDS = (
    "demo",
    "run",
    "watch",
    "stop",
    "runs",
    "catalogue",
    "fit",
    "report",
    "twin",
    "bench",
    "gui",
    "make-safe",
    "doctor",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command):
    shown = CliRunner().invoke(application(), [command, "--help"])
    assert shown.exit_code == 0
    assert f"Example: solidcell {command}" in " ".join(shown.output.split())


@pytest.mark.parametrize("command", [c for c in COMMANDS if c != "gui"])
def test_every_command_that_answers_can_answer_in_json(command):
    assert "--json" in CliRunner().invoke(application(), [command, "--help"]).output


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["twin", "galvani"], "'galvani' is not a twin; there are methodscript, keithley_2450"),
        (["twin"], "name a twin: methodscript, keithley_2450"),
        (["twin", "methodscript", "--port", "70000"], "port 70000 is not allowed: 0 to 65535"),
        (["twin", "methodscript", "--host", "192.0.2.1"], "192.0.2.1 port 0: "),
        (["twin", "methodscript", "--seed", "-3"], "seed -3 is not allowed: 0 or more"),
        (["twin", "methodscript", "--speed", "inf"], "clock speed must be"),
        (["demo", "--seed", "-3"], "seed -3 is not allowed: 0 or more"),
        (["demo", "--speed", "0.5"], "speed 0.5 is not allowed: 1 to 1000000"),
        (["demo", "--preset", "LGPS"], "'LGPS' is not a preset; there are LPSCl, LLZO"),
        (["fit", "missing.csv"], "missing.csv"),
        (["fit", "x.csv", "--area", "1"], "give --area and --thickness together"),
        (["fit", __file__, "--circuit", "R0-R0"], "'R0-R0', character 4: the name R0 is used"),
        (["fit", __file__, "--area", "0", "--thickness", "9"], "electrode_area_m2 is 0.0 m²"),
        (["report", "never-was"], "'never-was' is no run in"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_is_allowed(arguments, line, tmp_path):
    said = run_here(*arguments, data=tmp_path / "runs")
    assert said.returncode != 0
    assert said.stderr.startswith("error: ")
    assert said.stderr.count("\n") == 1
    assert line in said.stderr
    assert "Errno" not in said.stderr
    assert not list(tmp_path.iterdir()), "something was made before the mistake was seen"


def test_the_program_tells_its_version():
    shown = CliRunner().invoke(application(), ["--version"])
    assert shown.output == f"solidcell {importlib.metadata.version('solidcell')}\n"


@pytest.mark.slow
def test_the_traceback_is_shown_on_request(tmp_path):
    said = run_command("report", "never-was", "--debug", data=tmp_path)
    assert said.returncode != 0
    assert "Traceback" in said.stderr


@pytest.mark.slow
def test_the_doctor_looks_at_the_disk_the_window_and_the_database(tmp_path):
    said = run_command("doctor", "--json", data=tmp_path)
    subjects = {finding["subject"] for finding in json.loads(said.stdout)["findings"]}
    assert {"program", "window", "database", "disk", "VISA", "serial ports"} <= subjects


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be without a display")
def test_a_window_without_a_display_is_an_error_and_not_a_crash(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    said = run_command("gui")
    assert said.returncode == 1
    assert said.stderr.startswith("error: there is no display")
