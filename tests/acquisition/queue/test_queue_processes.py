"""Whoever dies half-way, and however many come at once: no job is lost, and none is run twice."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.queue import state as states
from solidcell.acquisition.queue.commands import hold
from solidcell.acquisition.queue.place import all_queues, queue_of
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.runs import RunStateName, list_runs
from solidcell.acquisition.session import enqueue, queued, queues
from solidcell.acquisition.starting.job import read_job
from solidcell.drivers.clock import SystemClock
from support.queue_processes import COMMAND
from support.settings_files import SMALL_BENCH, SMALL_CCD, SMALL_CELL, written

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[2]


def wait_until(condition, within_s=30.0):
    clock = SystemClock()
    while not condition():
        assert clock.now_s() < within_s, f"still waiting after {within_s:g} s"
        clock.sleep_until(clock.now_s() + 0.02)


class Lab:
    """A data folder, the files of one channel, and everybody who uses its queue."""

    def __init__(self, folder):
        self.data_dir = folder / "runs"
        self.data_dir.mkdir()
        self.files = {
            "protocol": written(folder, "ccd.yaml", SMALL_CCD),
            "bench": written(folder, "bench.toml", SMALL_BENCH),
            "cell": written(folder, "pellet-7.yaml", SMALL_CELL),
        }
        self.folder = folder
        self.people = []

    def add(self):
        return enqueue(**self.files, channel="A1", command=COMMAND)

    def let_one_wait(self):
        """Queue a job on a free channel without starting it."""
        queue = queue_of(self.data_dir, self.files["bench"], "A1")
        hold(queue, "", "ada")
        self.add()
        with queue.locked() as state:
            queue.save(states.release(state))

    def tell(self, name, text=""):
        written(self.data_dir, name, text)

    def process(self, role, path):
        command = [sys.executable, "-m", "support.queue_processes", role, str(path)]
        self.people.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        return self.people[-1]

    def runs(self):
        """Every run that has a record, with the job that it came from."""
        return {
            state.run_id: read_job(RunFolder.of(state.run_file).job_file).options["queue"]["id"]
            for state in list_runs(self.data_dir)
        }

    def states(self):
        return [state.state for state in reversed(list_runs(self.data_dir))]

    def held(self):
        (queue,) = queues(self.data_dir)
        return queue.held.reason if queue.held else ""

    def end_everything(self):
        for person in self.people:
            person.kill()
            person.wait(10)
        self.tell("now")
        for queue in all_queues(self.data_dir):
            with queue.locked() as state:
                queue.save(state.__class__(channel=state.channel, bench=state.bench))
        for file in self.data_dir.glob("*/worker.json"):
            for process in filter(None, (read_json(file) or {}).values()):
                try:
                    psutil.Process(process["pid"]).kill()
                except psutil.NoSuchProcess:
                    continue


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    monkeypatch.setenv("SOLIDCELL_DATA", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    lab = Lab(tmp_path)
    yield lab
    lab.end_everything()


def test_each_supervisor_starts_the_next_until_a_run_fails(lab):
    ids = [lab.add().id for _ in range(3)]
    lab.tell("go", "2")
    wait_until(lambda: RunStateName.FAILED in lab.states() and lab.held())
    assert lab.states() == [RunStateName.COMPLETED, RunStateName.FAILED]
    assert "the plan was told to fail" in lab.held()
    assert sorted(lab.runs().values()) + [job.id for job in queued()] == ids


def test_of_many_that_come_at_once_each_is_queued_and_one_starts(lab):
    comers = [lab.process("add", lab.folder) for _ in range(3)]
    assert [comer.wait(60) for comer in comers] == [0] * 3
    waiting = [job.id for job in queued()]
    assert len(waiting) == 2
    assert len(lab.runs()) == 1
    assert sorted([*lab.runs().values(), *waiting]) == ["A1-1", "A1-2", "A1-3"]


def test_a_job_whose_starter_died_before_it_launched_anything_is_started_by_the_next(lab):
    lab.let_one_wait()
    assert lab.process("die-before-launch", lab.data_dir).wait(60) != 0
    assert [job.place for job in queued()] == [0]
    assert lab.process("look", lab.data_dir).wait(60) == 0
    assert (queued(), [*lab.runs().values()]) == ([], ["A1-1"])


def test_a_job_whose_starter_died_after_it_launched_the_run_is_not_started_again(lab):
    lab.let_one_wait()
    assert lab.process("die-after-launch", lab.data_dir).wait(60) != 0
    wait_until(lambda: lab.runs())
    lookers = [lab.process("look", lab.data_dir) for _ in range(2)]
    assert [looker.wait(60) for looker in lookers] == [0, 0]
    assert (queued(), [*lab.runs().values()]) == ([], ["A1-1"])


def test_a_run_that_was_given_up_for_dead_never_begins_beside_the_one_in_its_stead(lab):
    lab.let_one_wait()
    lab.tell("late")
    assert lab.process("die-after-launch", lab.data_dir).wait(60) != 0
    wait_until((lab.data_dir / "asleep").exists)
    (lab.data_dir / "late").unlink()
    assert lab.process("look", lab.data_dir).wait(60) == 0  # the first supervisor still sleeps
    assert len(lab.runs()) == 1
    (withdrawn,) = lab.data_dir.glob("*/withdrawn")
    lab.tell("go")
    wait_until(lambda: lab.states() == [RunStateName.COMPLETED])
    lab.tell("now")
    wait_until((lab.data_dir / "refused").exists, within_s=10.0)
    assert withdrawn.parent.name not in lab.runs()
    assert not (withdrawn.parent / "lease.json").exists()
