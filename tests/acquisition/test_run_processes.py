"""Real processes, a real port, an instrument twin: whatever dies, the cell ends open."""

import os
import sys
from pathlib import Path

import psutil
import pytest
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.processes import ProcessId
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import (
    RunStateName,
    StartError,
    StopRefusedError,
    find_run,
    list_runs,
    request_stop,
    run_state,
)
from support.process_lab import TESTS, Lab, events, has_ended, kill, readings, wait_until
from support.served_instruments import served_instrument

pytestmark = pytest.mark.slow


@pytest.fixture
def driver():
    return "methodscript"


@pytest.fixture
def lab(tmp_path, monkeypatch, driver):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with served_instrument(driver, speed=10.0) as instrument:
        lab = Lab(tmp_path, instrument)
        yield lab
        lab.end_everything()


def test_a_run_outlives_whoever_started_it_and_comes_to_its_end(lab):
    run = lab.start("rest")
    assert run.pid not in (os.getpid(), os.getppid())
    wait_until(lambda: has_ended(run))
    state = run_state(run.run_file)
    assert (state.state, state.detail, state.safe) == (RunStateName.COMPLETED, "done", True)
    assert len(readings(run)) == 4
    with pytest.raises(StopRefusedError, match="is completed: done"):
        request_stop(run.run_file, "ada")


def test_a_run_in_a_relative_folder_is_told_by_its_whole_path(lab, monkeypatch):
    whole = lab.folder
    monkeypatch.chdir(whole)
    lab.folder = Path()
    run = lab.start("rest")
    assert run.run_file.is_relative_to(whole / "runs")
    monkeypatch.chdir("/")
    wait_until(lambda: has_ended(run))


@pytest.mark.parametrize("driver", ["methodscript", "keithley_2450"])
def test_a_killed_worker_loses_no_acknowledged_reading_and_the_cell_is_opened(lab):
    run = lab.start("rest", "plate")
    wait_until(lambda: len(readings(run)) > 30)
    assert not lab.cell.is_open
    assert run_state(run.run_file).state is RunStateName.RUNNING
    acknowledged = readings(run)
    psutil.Process(run.pid).kill()
    assert wait_until(lambda: lab.cell.is_open) < 5.0
    wait_until(lambda: has_ended(run))
    assert readings(run)[: len(acknowledged)] == acknowledged
    state = run_state(run.run_file)
    assert (state.state, state.safe) == (RunStateName.INTERRUPTED, True)
    assert "exit code" in state.detail
    assert events(run, "made_safe") == [{"output": "off", "by": "supervisor"}]


def test_a_stop_ends_the_segment_and_the_instrument_with_it(lab):
    run = lab.start("plate")
    wait_until(lambda: len(readings(run)) > 3)
    request_stop(run.run_file, "ada")
    assert wait_until(lambda: lab.cell.is_open) < 3.0
    wait_until(lambda: has_ended(run))
    state = run_state(run.run_file)
    assert (state.state, state.detail) == (RunStateName.STOPPED, "stop asked by ada")
    assert events(run, "command")[0]["who"] == "ada"


def test_an_emergency_stop_is_obeyed_at_once_by_a_worker_that_listens(lab):
    run = lab.start("plate")
    wait_until(lambda: len(readings(run)) > 3)
    request_stop(run.run_file, "ada", emergency=True)
    assert wait_until(lambda: lab.cell.is_open) < 2.0
    wait_until(lambda: has_ended(run))
    assert run_state(run.run_file).state is RunStateName.EMERGENCY_STOP
    assert events(run, "made_safe") == [{"output": "off", "by": "worker"}]


def test_an_emergency_stop_does_not_need_a_worker_that_listens(lab):
    run = lab.start("hang")
    wait_until(lambda: len(readings(run)) > 0)
    request_stop(run.run_file, "ada", emergency=True)
    assert 1.9 < wait_until(lambda: lab.cell.is_open) < 5.0
    wait_until(lambda: has_ended(run))
    state = run_state(run.run_file)
    assert (state.state, state.safe) == (RunStateName.EMERGENCY_STOP, True)
    assert not psutil.pid_exists(run.pid)
    assert events(run, "command")[0]["kind"] == "emergency_stop"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without a signal")
def test_a_worker_told_to_end_opens_the_cell_itself(lab):
    run = lab.start("plate")
    wait_until(lambda: len(readings(run)) > 3)
    psutil.Process(run.pid).terminate()
    wait_until(lambda: lab.cell.is_open)
    wait_until(lambda: has_ended(run))
    assert run_state(run.run_file).state is RunStateName.INTERRUPTED
    supervisor = read_json(RunFolder.of(run.run_file).worker_file)["supervisor"]
    wait_until(lambda: not ProcessId.from_json(supervisor).is_alive())
    assert events(run, "made_safe") == [{"output": "off", "by": "worker"}]


def test_a_second_run_on_the_channel_is_refused_and_the_first_goes_on(lab):
    run = lab.start("plate")
    with pytest.raises(StartError, match=rf"channel A1 is taken by run {run.run_id}, process"):
        lab.start("plate")
    before = len(readings(run))
    wait_until(lambda: len(readings(run)) > before + 10)
    assert not lab.cell.is_open


def test_a_second_channel_on_the_same_address_is_refused(lab):
    lab.start("plate")
    with pytest.raises(StartError, match=r"socket://127.0.0.1:\d+ is taken by run"):
        lab.start("plate", channel="B2")
    assert not lab.cell.is_open


def test_a_supervisor_that_cannot_even_begin_is_quoted(lab, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(lab.folder))
    with pytest.raises(StartError, match=r"No module named '?support.*worker\.log"):
        lab.start("plate")


def test_an_instrument_that_does_not_answer_is_one_clear_line(lab):
    with pytest.raises(StartError, match=r"127\.0\.0\.1:1\b"):
        lab.start("plate", address="socket://127.0.0.1:1")
    assert list_runs(lab.folder / "runs") == []


def test_a_run_that_nobody_watches_any_more_is_dead_and_its_output_unknown(lab):
    run = lab.start("plate")
    wait_until(lambda: not lab.cell.is_open)
    processes = read_json(RunFolder.of(run.run_file).worker_file)
    kill(processes["supervisor"]["pid"])
    kill(run.pid)
    wait_until(lambda: run_state(run.run_file).state is RunStateName.DEAD)
    assert not lab.cell.is_open
    state = run_state(run.run_file)
    assert (state.safe, state.detail) == (
        False,
        "the worker and its supervisor are gone; the output is unknown",
    )
    with pytest.raises(StopRefusedError, match="output is unknown"):
        request_stop(run.run_file, "ada", emergency=True)


def test_runs_are_listed_and_found_by_the_beginning_of_their_name(lab):
    run = lab.start("rest")
    data_dir = lab.folder / "runs"
    (listed,) = list_runs(data_dir)
    assert (listed.run_id, listed.channel) == (run.run_id, "A1")
    assert find_run(run.run_id[:12], data_dir) == run.run_file
    assert find_run(str(run.run_file), data_dir) == run.run_file
    assert find_run(str(run.run_file.parent), data_dir) == run.run_file
    with pytest.raises(FileNotFoundError, match="'' is no run"):
        find_run("", data_dir)
    with pytest.raises(FileNotFoundError, match=f"is no run.*{run.run_id}"):
        find_run("yesterday", data_dir)
    wait_until(lambda: has_ended(run))
