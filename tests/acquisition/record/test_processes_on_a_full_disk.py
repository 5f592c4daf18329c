"""Supervisor, worker and command line on a disk that is full: nobody is left in the dark."""

import json
import sys
from pathlib import Path

import psutil
import pytest
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import RunStateName, list_runs, run_state, start_run
from solidcell.cli.watch import follow
from solidcell.drivers.clock import SystemClock
from support.served_instruments import served_instrument
from support.small_disk import fill, small_disk

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "support.run_processes", "supervise")


def start(folder, data_dir, instrument):
    files = {
        "ccd": ["plate"],
        "cell": {},
        "bench": {
            "driver": instrument.driver,
            "address": instrument.address,
            "speed": instrument.speed,
            "leases": str(folder / "leases"),
        },
    }
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    paths = {name: folder / f"{file}.json" for name, file in PATHS.items()}
    return start_run(**paths, channel="A1", data_dir=data_dir, command=COMMAND)


PATHS = {"protocol": "ccd", "bench": "bench", "cell": "cell"}


def wait_until(condition, within_s=30.0):
    clock = SystemClock()
    while not condition():
        assert clock.now_s() < within_s, f"still waiting after {within_s:g} s"
        clock.sleep_until(clock.now_s() + 0.01)


def processes(run):
    stored = read_json(RunFolder.of(run.run_file).worker_file)
    return [psutil.Process(each["pid"]) for each in stored.values()]


def test_a_run_on_a_disk_that_fills_up_is_listed_as_failed_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with (
        small_disk(tmp_path / "disk", "6m") as disk,
        served_instrument("methodscript", speed=10.0) as instrument,
    ):
        run = start(tmp_path, disk, instrument)
        wait_until(lambda: not instrument.cell.is_open)
        alive = processes(run)
        fill(disk)
        told = []
        state = follow(run.run_file, told.append)
        psutil.wait_procs(alive, timeout=30)
        assert (state.state, state.safe) == (RunStateName.FAILED, True)
        assert "database or disk is full" in state.detail
        assert any("run_ended  reason failed" in line for line in told)
        assert instrument.cell.is_open
        assert list_runs(disk) == [run_state(run.run_file)]
        with RunReader(run.run_file) as file:
            numbers = [reading.seq for reading in file.readings()]
            assert numbers
            assert len(file.events(kind="run_ended")) == 1
