"""``solidcell protocols``: the library, a check without a cell, and a map made into files."""

import pytest
from solidcell.acquisition.files.protocol_library import library
from solidcell.acquisition.files.protocols import load_protocol
from support.command_line import answer_here, run_here
from support.settings_files import EXAMPLES, SMALL_CELL, written

BENCH = EXAMPLES / "bench_simulated.toml"


def test_everything_in_the_library_is_listed_shown_and_copied(tmp_path):
    assert [each["name"] for each in answer_here("protocols")] == [e.name for e in library()]
    assert run_here("protocols", "show", "gitt").stdout.startswith("# Titration by pulses (GITT)")
    run_here("protocols", "copy", "gitt", "--out", tmp_path)
    assert load_protocol(tmp_path / "gitt.yaml").name == "GITT, pulses of 10 min at C/10"
    again = run_here("protocols", "copy", "gitt", "--out", tmp_path)
    assert again.returncode == 1
    assert "is there already" in again.stderr


def test_a_check_draws_the_course_and_says_whether_the_channel_allows_it(tmp_path):
    named = written(tmp_path, "p.yaml", next(_text("pressure_series")))
    alone = run_here("protocols", "check", named)
    assert alone.returncode == 0
    assert "MPa  5" in alone.stdout
    assert "No channel was asked." in alone.stdout
    asked = run_here("protocols", "check", named, "--bench", BENCH, "--channel", "A1")
    assert asked.returncode == 1
    assert "has no pressure gauge" in asked.stderr
    assert "(load_cell)" in asked.stderr


def test_a_check_names_the_line_of_a_mistake_and_the_mass_that_a_cell_lacks(tmp_path):
    bad = written(tmp_path, "p.yaml", "protocol: sequence\nsegments: [{segment: rets}]\n")
    said = run_here("protocols", "check", bad)
    assert said.returncode == 1
    assert "p.yaml:2: segments[0]" in said.stderr
    cell = written(tmp_path, "cell.yaml", SMALL_CELL)
    text = written(tmp_path, "c.yaml", next(_text("cycling")))
    answer = answer_here("protocols", "check", text, "--cell", cell)
    assert "has no active_mass_mg" in answer["problems"][0]


def test_a_reference_electrode_that_nobody_reads_is_told_before_the_start(tmp_path):
    text = written(tmp_path, "c.yaml", next(_text("ccd_three_electrodes")))
    answer = answer_here("protocols", "check", text, "--bench", BENCH, "--channel", "A1")
    assert "[channel.A1.auxiliary.reference]" in answer["unsafe"][0]


def test_a_map_is_made_into_a_file_for_each_cell_once(tmp_path):
    text = written(tmp_path, "map.yaml", next(_text("ccd_map_sulfide")))
    assert len(answer_here("protocols", "check", text)["tests"]) == 9
    files = answer_here("protocols", "expand", text, "--out", tmp_path / "tests")
    assert len(files) == 9
    assert all(load_protocol(path).kind == "critical_current" for path in map(_path, files[:2]))
    again = run_here("protocols", "expand", text, "--out", tmp_path / "tests")
    assert "is there already, nothing was written" in again.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show",), "needs NAME"),
        (("expand",), "needs FILE"),
        (("copy", "git"), "did you mean 'gitt'"),
        (("check", "x.yaml", "--bench", "b.toml"), "--bench and --channel go together"),
    ],
)
def test_what_is_missing_is_said(words, said):
    told = run_here("protocols", *words)
    assert told.returncode == 1
    assert said in told.stderr


def _text(name):
    return (e.path.read_text(encoding="utf-8") for e in library() if e.name == name)


def _path(text):
    return EXAMPLES / text
