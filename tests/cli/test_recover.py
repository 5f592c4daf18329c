"""``solidcell recover`` tells of runs that broke off, and does only what was asked."""

import json

import pytest
from solidcell.cli.doctor import _interrupted
from solidcell.cli.recover import recover
from support.broken_off import WrittenRun, ended


@pytest.fixture
def dead(tmp_path):
    run = WrittenRun(tmp_path)
    run.plate()
    return run.closed()


def test_where_nothing_broke_off_it_says_so(tmp_path, capsys):
    assert recover(data=tmp_path) == 0
    assert capsys.readouterr().out == f"no run broke off in {tmp_path}\n"
    assert _interrupted(tmp_path) == []


def test_a_dead_run_is_listed_with_what_is_known_of_its_cell(tmp_path, dead, capsys):
    recover(data=tmp_path)
    said = capsys.readouterr().out
    assert said.startswith(f"{dead.parent.name}\n  state       dead: ")
    assert "  cell        unknown\n" in said
    assert "  segment     plate, 0% of 1:00:00\n" in said
    assert "  policy      ask; may be continued\n" in said
    (finding,) = _interrupted(tmp_path)
    assert finding.verdict == "problem"


def test_a_program_gets_the_same_as_json(tmp_path, dead, capsys):
    recover(data=tmp_path, as_json=True)
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    assert (run["state"], run["cell"], run["may_continue"]) == ("dead", "unknown", True)
    recover(dead.parent.name, data=tmp_path, as_json=True)
    assert json.loads(capsys.readouterr().out) == run


def test_a_run_that_may_not_be_continued_says_why(tmp_path, capsys):
    file = ended(tmp_path, "limit_tripped", "6 V is beyond voltage_max_v 5 V of the bench")
    recover(file.parent.name, data=tmp_path)
    assert "may not be continued: its cell left the limits: 6 V" in capsys.readouterr().out


def test_looking_changes_nothing(tmp_path, dead):
    before = dead.read_bytes()
    recover(data=tmp_path)
    recover(dead.parent.name, data=tmp_path)
    assert dead.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"run": "x", "open_": True, "abort": True}, "choose one"),
        ({"go_on": True}, "name the run"),
        ({"address": "COM4"}, "name the run"),
        ({"run": "x", "by_policy": True}, "name none"),
    ],
)
def test_contradictions_are_refused(tmp_path, options, text):
    with pytest.raises(ValueError, match=text):
        recover(data=tmp_path, **options)


def test_by_policy_sees_to_every_run_and_tells_what_it_could_not_do(tmp_path, capsys):
    run = WrittenRun(tmp_path, protocol={"after_interruption": "abort"}, bench={})
    run.plate()
    run.closed()
    ended(tmp_path, "stopped", "stop asked by ada", safe=False)
    assert recover(data=tmp_path, by_policy=True, as_json=True) == 1
    did = {answer["did"] for answer in json.loads(capsys.readouterr().out)}
    assert did == {"nothing", "failed"}
