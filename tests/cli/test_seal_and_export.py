"""Runs are sealed, checked and exported from the command line; a run seals itself in the end."""

import csv
import time
from pathlib import Path

import pytest
from solidcell.acquisition.sealing import read_seal
from support.command_line import answer_here, answer_of, run_here, served_twin
from support.written_runs import write_run

SHORT = """\
protocol: sequence
segments:
  - {segment: rest, duration_min: 1}
  - {segment: galvanostatic, current_density_ma_cm2: 0.1, duration_min: 2,
     voltage_min_v: -4, voltage_max_v: 4}
"""
BENCH = """\
[channel.A1]
voltage_min_v = -5
voltage_max_v = 5
current_max_ma = 10
clock_speed = 500
[channel.A1.potentiostat]
driver = "methodscript"
address = "{address}"
"""
CELL = """\
name: cell-1
electrolyte: LPSCl
electrode_area_cm2: 0.785
thickness_um: 800
temperature_c: 25
conductivity_ms_cm: 3.0
"""


def write_two(data):
    return [write_run(data / name / f"{name}.run.sqlite", run_id=name) for name in ("one", "two")]


def vandalise(run_file):
    run_file.chmod(0o644)
    content = bytearray(run_file.read_bytes())
    content[-1] ^= 1
    run_file.write_bytes(content)


@pytest.mark.slow
def test_the_check_tells_which_of_two_runs_was_changed(tmp_path):
    one, two = write_two(tmp_path)
    sealed = answer_here("seal", "one", "two", data=tmp_path)
    assert [answer["verdict"] for answer in sealed] == ["sealed", "sealed"]
    good = run_here("seal", "--check", "one", "two", data=tmp_path)
    assert good.returncode == 0, good.stderr
    vandalise(two)
    bad = run_here("seal", "--check", "one", "two", data=tmp_path)
    assert bad.returncode == 1
    told = {line.split()[1]: line.split()[0] for line in bad.stdout.splitlines()}
    assert (told[one.name], told[two.name]) == ("unchanged", "changed")
    again = run_here("seal", "two", data=tmp_path)
    assert (again.returncode, "was changed since it was sealed" in again.stderr) == (1, True)


@pytest.mark.slow
def test_a_run_that_cannot_be_sealed_does_not_keep_the_others_from_it(tmp_path):
    write_two(tmp_path)
    write_run(tmp_path / "broken" / "broken.run.sqlite", end=None)
    said = run_here("seal", "broken", "one", "nosuchrun", data=tmp_path)
    assert said.returncode == 1
    assert said.stdout.splitlines()[0].startswith("sealed      one.run.sqlite")
    assert "no end of the run is recorded; it broke off" in said.stderr
    assert "'nosuchrun' is no run" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.slow
def test_an_unfinished_run_is_exported_and_the_row_that_was_reached_is_told(tmp_path):
    write_run(tmp_path / "b" / "b.run.sqlite", end=None)
    said = run_here("export", "b", "--to", "bdf", data=tmp_path)
    assert said.returncode == 0, said.stderr
    assert "exported up to row 17, at 0:00:06" in said.stderr
    with (tmp_path / "b" / "export" / "b.bdf.csv").open(encoding="utf-8", newline="") as file:
        assert [row["Voltage / V"] for row in csv.DictReader(file)][-1] == "0.05"
    wrong = run_here("export", "b", "--to", "xls", data=tmp_path)
    assert wrong.returncode == 1
    assert "can be exported to bdf, csv, parquet" in wrong.stderr


@pytest.mark.slow
def test_a_run_that_ends_well_seals_itself(tmp_path):
    data = tmp_path / "runs"
    with served_twin("methodscript", "--cell", "lpscl", "--speed", "500") as twin:
        bench = BENCH.format(address=twin["address"])
        files = {"p.yaml": SHORT, "bench.toml": bench, "cell.yaml": CELL}
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        arguments = ["--bench", tmp_path / "bench.toml", "--channel", "A1"]
        arguments += ["--cell", tmp_path / "cell.yaml"]
        started = answer_of("run", tmp_path / "p.yaml", *arguments, data=data)
        deadline_s = time.monotonic() + 60
        while read_seal(Path(started["run_file"])) is None:
            assert time.monotonic() < deadline_s, "it was not sealed in time"
    checked = answer_of("seal", "--check", started["run_id"], data=data)
    assert {answer["verdict"] for answer in checked} == {"unchanged"}
    exported = answer_of("export", started["run_id"], "--to", "csv", data=data)
    assert exported["is_finished"]
    later = answer_here(
        "seal", "--check", started["run_id"], data=data
    )  # exports may be there, too
    assert all(answer in later for answer in checked)
    assert {answer["verdict"] for answer in later} == {"unchanged"}
