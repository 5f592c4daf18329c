"""A data folder and a channel in front of a served instrument, with real processes."""

import json
import sys
from pathlib import Path

import psutil
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import start_run
from solidcell.drivers.clock import SystemClock

TESTS = Path(__file__).parents[1]
COMMAND = (sys.executable, "-m", "support.run_processes", "supervise")


def wait_until(condition, within_s=30.0):
    """Return how long it took, in s; fails loudly if it does not come true."""
    clock = SystemClock()
    while not condition():
        assert clock.now_s() < within_s, f"still waiting after {within_s:g} s"
        clock.sleep_until(clock.now_s() + 0.01)
    return clock.now_s()


class Lab:
    """A data folder and one channel in front of a served instrument."""

    def __init__(self, folder, instrument):
        self.folder = folder
        self.cell = instrument.cell
        self._bench = {
            "driver": instrument.driver,
            "address": instrument.address,
            "speed": instrument.speed,
            "leases": str(folder / "leases"),
        }
        self.started = []

    def start(self, *plan, channel="A1", **bench):
        files = {
            "ccd": list(plan),
            "bench": self._bench | bench,
            "pellet-7": {},
        }
        for name, content in files.items():
            (self.folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        run = start_run(
            protocol=self.folder / "ccd.json",
            bench=self.folder / "bench.json",
            cell=self.folder / "pellet-7.json",
            channel=channel,
            data_dir=self.folder / "runs",
            operator="ada",
            command=COMMAND,
        )
        self.started.append(run)
        return run

    def end_everything(self):
        for run in self.started:
            for process in (read_json(RunFolder.of(run.run_file).worker_file) or {}).values():
                kill(process["pid"])


def kill(pid):
    try:
        psutil.Process(pid).kill()
    except psutil.NoSuchProcess:
        return


def readings(run):
    with RunReader(run.run_file) as file:
        return file.readings()


def events(run, kind):
    with RunReader(run.run_file) as file:
        return [event.body for event in file.events(kind=kind)]


def has_ended(run):
    return bool(events(run, "run_ended"))
