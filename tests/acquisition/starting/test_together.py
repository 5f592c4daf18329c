"""Many channels begin at one moment, or none does: with real processes."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from solidcell.acquisition.files.yaml_lines import FileError
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.preview.preflight import PreflightError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.runs import RunStateName, list_runs
from solidcell.acquisition.session import StartError, start_together, stop_everything
from solidcell.acquisition.starting.batch import load_batch
from solidcell.acquisition.starting.together import check_together
from solidcell.drivers.clock import SystemClock
from support.queue_processes import COMMAND
from support.settings_files import SMALL_BENCH, SMALL_CCD, SMALL_CELL, written

TESTS = Path(__file__).parents[2]


def wait_until(condition, within_s=30.0):
    clock = SystemClock()
    while not condition():
        assert clock.now_s() < within_s, f"still waiting after {within_s:g} s"
        clock.sleep_until(clock.now_s() + 0.02)


class Lab:
    """A bench of some channels, with a cell for each, and a batch file that names them all."""

    def __init__(self, folder):
        self.folder = folder
        self.people = []
        self.data_dir = folder / "runs"
        self.data_dir.mkdir()
        written(folder, "ccd.yaml", SMALL_CCD)

    def batch(self, *channels, **cells):
        tables, runs = [], []
        for number, channel in enumerate(channels):
            table = SMALL_BENCH.replace("A1", channel).replace("5025", str(5025 + number))
            tables.append(table)
            cell = SMALL_CELL.replace("c3", cells.get(channel, f"cell of {channel}"))
            written(self.folder, f"{channel}.yaml", cell)
            runs.append(f"  - {{channel: {channel}, cell: {channel}.yaml}}\n")
        written(self.folder, "bench.toml", "\n".join(tables))
        text = "bench: bench.toml\nprotocol: ccd.yaml\nruns:\n" + "".join(runs)
        return load_batch(written(self.folder, "batch.yaml", text))

    def tell(self, name, text=""):
        written(self.data_dir, name, text)

    def start(self, *channels):
        return start_together(self.batch(*channels), data_dir=self.data_dir, command=COMMAND)

    def starter(self, *channels):
        """Somebody who starts them, and may be killed."""
        self.batch(*channels)
        command = [sys.executable, "-m", "support.queue_processes", "together", str(self.folder)]
        self.people.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        return self.people[-1]

    def states(self):
        return [(state.state, state.safe, state.detail) for state in list_runs(self.data_dir)]

    def kinds(self):
        """What each run did, in order."""
        found = []
        for state in list_runs(self.data_dir):
            with RunReader(state.run_file) as run:
                rows = sorted([*run.events(), *run.segments()], key=lambda row: row.seq)
                found.append([row.kind for row in rows])
        return found

    def end_everything(self):
        for person in self.people:
            person.kill()
            person.wait(10)
        for name in ("now", "go"):
            self.tell(name)
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


@pytest.mark.slow
def test_all_begin_at_one_moment_once_every_instrument_has_answered(lab):
    started = lab.start("A1", "A2", "A3")
    assert len(started.runs) == 3
    lab.tell("go")
    wait_until(lambda: [state for state, *_ in lab.states()] == [RunStateName.COMPLETED] * 3)
    moments = set()
    for run in started.runs:
        with RunReader(run.run_file) as record:
            (gate,) = record.events(kind="gate")
            moments.add(gate.body["monotonic_s"])
            assert record.events(kind="instrument")[0].seq < gate.seq < record.segments()[0].seq
    assert moments == {started.monotonic_s}


@pytest.mark.slow
def test_if_one_does_not_begin_none_does_and_the_error_says_which_and_why(lab):
    with pytest.raises(StartError, match="none of 3 runs began: BROKEN: no answer from COM3"):
        lab.start("A1", "BROKEN", "A2")
    said = "called off: BROKEN: no answer from COM3; nothing was done"
    assert set(lab.states()) == {(RunStateName.STOPPED, True, said)}
    assert not any("Rest" in kinds for kinds in lab.kinds())


@pytest.mark.slow
def test_if_whoever_starts_them_is_killed_none_begins(lab):
    lab.tell("late", "A2")
    starter = lab.starter("A1", "A2")
    wait_until(lambda: any("instrument" in kinds for kinds in lab.kinds()))
    starter.kill()
    starter.wait(10)
    lab.tell("now")
    said = "called off: whoever started the runs is gone; nothing was done"
    wait_until(lambda: lab.states() == [(RunStateName.STOPPED, True, said)] * 2)
    assert not any("Rest" in kinds for kinds in lab.kinds())


@pytest.mark.slow
def test_an_emergency_stop_of_everything_ends_a_worker_at_the_gate_and_calls_off_the_start(lab):
    lab.tell("late", "A2")
    starter = lab.starter("A1", "A2")
    wait_until(lambda: any("instrument" in kinds for kinds in lab.kinds()))
    assert len(stop_everything(lab.data_dir, "ada", emergency=True)) == 1
    lab.tell("now")
    assert starter.wait(60) != 0
    assert (RunStateName.EMERGENCY_STOP, True) in [state[:2] for state in lab.states()]
    assert not any("Rest" in kinds for kinds in lab.kinds())


def test_a_cell_a_channel_and_an_instrument_are_named_once(lab):
    members = lab.batch("A1", "A2", A2="cell of A1")
    with pytest.raises(PreflightError, match="A2: cell cell of A1 is on A1 already"):
        check_together(members)
    with pytest.raises(PreflightError, match="A1: is named twice"):
        check_together([members[0], members[0]])
    with pytest.raises(PreflightError, match="no channel is named"):
        check_together([])


def test_everything_that_is_wrong_on_any_channel_is_told_at_once(lab):
    members = lab.batch("A1", "A2")
    for member in members:
        written(lab.folder, member.cell.name, "name: c1\n")
    with pytest.raises(PreflightError) as refused:
        check_together(members)
    lines = str(refused.value).splitlines()
    assert {line.split(":")[0] for line in lines} == {"A1", "A2"}
    assert sum("thickness_um: is missing" in line for line in lines) == 2


def test_a_batch_may_give_each_channel_a_protocol_of_its_own(lab):
    text = (
        'bench = "bench.toml"\nprotocol = "all.yaml"\n'
        '[[runs]]\nchannel = "A1"\ncell = "a.yaml"\n'
        '[[runs]]\nchannel = "A2"\ncell = "b.yaml"\nprotocol = "own.yaml"\n'
    )
    members = load_batch(written(lab.folder, "batch.toml", text))
    assert [member.protocol.name for member in members] == ["all.yaml", "own.yaml"]
    assert all(member.cell.parent == lab.folder for member in members)


def test_a_batch_without_a_protocol_names_the_line_of_the_run(lab):
    text = "bench: b.toml\nruns:\n  - {channel: A1, cell: a.yaml}\n"
    with pytest.raises(FileError, match=r"batch\.yaml:3: runs\[0\]: names no protocol"):
        load_batch(written(lab.folder, "batch.yaml", text))
