"""The small files of a run: whole or absent, and readable by whoever comes later."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.control.stop import StopFile, StopKind
from solidcell.acquisition.json_files import read_json, write_json
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.starting.job import Job, JobError, read_job, write_job

NOW = datetime(2026, 11, 21, 9, 0, 0)
JOB = Job(
    run_id="2026-11-21T090000_A1_LPSCl-7",
    channel="A1",
    protocol="/lab/ccd.yaml",
    bench="/lab/bench.toml",
    cell="/lab/LPSCl №7.yaml",
    operator="Ada",
    options={"seed": 3},
)


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path):
    first = RunFolder.create(tmp_path / "runs", "A1", "LPSCl-7", NOW)
    second = RunFolder.create(tmp_path / "runs", "A1", "LPSCl-7", NOW)
    assert (first.run_id, second.run_id) == (
        "2026-11-21T090000_A1_LPSCl-7",
        "2026-11-21T090000_A1_LPSCl-7_2",
    )
    assert RunFolder.of(first.run_file) == first


@given(name=st.text(max_size=30))
def test_any_name_of_a_cell_makes_a_folder(tmp_path_factory, name):
    data_dir = tmp_path_factory.getbasetemp() / "runs"
    folder = RunFolder.create(data_dir, "A1", name, NOW)
    assert folder.path.parent == data_dir
    assert folder.path.is_dir()
    folder.path.rmdir()


def test_a_job_comes_back_as_it_was_written(tmp_path):
    write_job(tmp_path / "job.json", JOB)
    assert read_job(tmp_path / "job.json") == JOB


def test_a_job_that_is_not_whole_is_refused_naming_the_key(tmp_path):
    path = tmp_path / "job.json"
    with pytest.raises(JobError, match="no such job"):
        read_job(path)
    path.write_text("{", encoding="utf-8")
    with pytest.raises(JobError, match="not a job"):
        read_job(path)
    write_job(path, JOB)
    stored = json.loads(path.read_text(encoding="utf-8"))
    write_json(path, stored | {"priority": 1})
    with pytest.raises(JobError, match="'priority' is not known"):
        read_job(path)
    del stored["cell"]
    write_json(path, stored)
    with pytest.raises(JobError, match="'cell' is missing"):
        read_job(path)


def test_a_file_is_replaced_whole_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "worker.json"
    for number in range(3):
        write_json(path, {"number": number})
        assert read_json(path) == {"number": number}
    assert list(tmp_path.iterdir()) == [path]


def test_a_request_to_stop_says_who_and_how_urgent(tmp_path):
    stop = StopFile(tmp_path / "stop.json")
    assert stop.asked() is None
    stop.ask(StopKind.STOP, "ada")
    assert (stop.asked().who, stop.asked().kind) == ("ada", StopKind.STOP)
    stop.ask(StopKind.EMERGENCY_STOP, "grace")
    stop.ask(StopKind.STOP, "ada")
    assert (stop.asked().who, stop.asked().kind) == ("grace", StopKind.EMERGENCY_STOP)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"kind": "pause"}', "null"])
def test_whatever_is_in_the_file_it_stops_the_run(tmp_path, content):
    path = tmp_path / "stop.json"
    path.write_text(content, encoding="utf-8")
    assert StopFile(path).asked().kind is StopKind.STOP


def test_nobody_waits_for_an_answer_that_nobody_asked_for(tmp_path):
    stop = StopFile(tmp_path / "stop.json")
    stop.acknowledge()
    assert not stop.acknowledged()
    stop.ask(StopKind.EMERGENCY_STOP, "ada")
    stop.acknowledge()
    assert stop.acknowledged()
