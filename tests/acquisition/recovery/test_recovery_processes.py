"""Both processes of a run are killed, the power is cut, and the run goes on: on a real port."""

import random

import pytest
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.record.errors import RecordError
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.sealing import seal_run
from solidcell.acquisition.session import (
    AfterInterruption,
    RecoveryRefusedError,
    RunStateName,
    StartError,
    continue_run,
    give_up,
    interrupted_runs,
    look_at,
    open_interrupted,
    request_resume,
    run_state,
    start_run,
)
from support.broken_off import Told
from support.process_lab import kill, readings, wait_until
from support.served_instruments import served_instrument

pytestmark = pytest.mark.slow

SPEED = 20.0
SLACK_C = 1e-3 * SPEED * 0.5
"""What flows from the last reading of a segment until a busy host ends it, at the twin's speed."""
ROLES = {"methodscript": "potentiostat", "keithley_2450": "galvanostat"}
PROTOCOL = """protocol: sequence
name: there and back
after_interruption: {policy}
segments:
  - {{segment: galvanostatic, current_ma: 1, duration_s: {seconds}, sample_period_s: 0.5,
     voltage_min_v: -5, voltage_max_v: 5}}
  - {{segment: galvanostatic, current_ma: -0.5, duration_s: 10, sample_period_s: 0.5,
     voltage_min_v: -5, voltage_max_v: 5}}
"""
BENCH = """[channel.A1]
voltage_min_v = -10.0
voltage_max_v = 10.0
current_max_ma = 50.0
clock_speed = {speed}
[channel.A1.{role}]
driver = "{driver}"
address = "{address}"
"""
CELL = """name: pellet 7
electrolyte: LPSCl
electrode_area_cm2: 1
thickness_um: 800
temperature_c: 25
"""


class Bench:
    """The real command line's processes in front of a served instrument."""

    def __init__(self, folder, instrument):
        self.folder, self.instrument, self.cell = folder, instrument, instrument.cell
        self.data_dir = folder / "runs"
        self.run = None

    def start(self, policy="ask", seconds=30):
        texts = {
            "protocol.yaml": PROTOCOL.format(policy=policy, seconds=seconds),
            "cell.yaml": CELL,
            "bench.toml": BENCH.format(
                speed=SPEED,
                role=ROLES[self.instrument.driver],
                driver=self.instrument.driver,
                address=self.instrument.address,
            ),
        }
        for name, text in texts.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        self.run = start_run(
            protocol=self.folder / "protocol.yaml",
            bench=self.folder / "bench.toml",
            cell=self.folder / "cell.yaml",
            channel="A1",
            data_dir=self.data_dir,
            operator="ada",
        )
        return self.run

    @property
    def run_file(self):
        return self.run.run_file

    def wait_for_readings(self, count):
        wait_until(lambda: len(readings(self.run)) >= count)

    def cut_the_power(self):
        """As far as the processes go: neither of them can do anything any more."""
        processes = read_json(RunFolder.of(self.run_file).worker_file)
        for who in ("supervisor", "worker"):
            kill(processes[who]["pid"])
        wait_until(lambda: run_state(self.run_file).state is RunStateName.DEAD)

    def wait_for_the_end(self):
        wait_until(lambda: run_state(self.run_file).state is RunStateName.COMPLETED)

    def end_everything(self):
        if self.run is None:
            return
        processes = read_json(RunFolder.of(self.run_file).worker_file) or {}
        for process in processes.values():
            kill(process["pid"])


@pytest.fixture
def driver():
    return "methodscript"


@pytest.fixture
def bench(tmp_path, monkeypatch, driver):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with served_instrument(driver, speed=SPEED) as instrument:
        bench = Bench(tmp_path, instrument)
        yield bench
        bench.end_everything()


@pytest.mark.parametrize("driver", ["methodscript", "keithley_2450"])
def test_a_run_killed_at_a_random_moment_is_brought_to_its_end_with_its_charge(bench, driver):
    chance = random.Random(driver)
    bench.start()
    bench.wait_for_readings(chance.randint(5, 30))
    bench.cut_the_power()
    kept = readings(bench.run)
    (found,) = interrupted_runs(bench.data_dir)
    assert (found.state, found.cell, found.may_continue) == ("dead", "unknown", True)
    continue_run(bench.run_file, "ada", AfterInterruption.CONTINUE)
    assert interrupted_runs(bench.data_dir) == []
    assert readings(bench.run)[: len(kept)] == kept
    bench.wait_for_the_end()
    told = Told(bench.run_file)
    if driver == "methodscript":  # it keeps time on board; a source meter waits for a busy host
        assert told.charge_c() == pytest.approx(0.030 - 0.005, rel=0.01)
    (gap,) = [body for body in told.bodies("gap") if body["cause"] == "interruption"]
    unseen_c = bench.cell.charge_c - told.charge_c()
    assert gap["charge_min_c"] - SLACK_C <= unseen_c <= gap["charge_max_c"] + SLACK_C
    elapsed_s = [reading.elapsed_s for reading in told.readings]
    assert elapsed_s == sorted(elapsed_s)
    assert [body["who"] for body in told.bodies("run_resumed")] == ["ada"]


def test_by_default_a_person_is_asked_and_the_edited_files_are_not_looked_at(bench):
    bench.start()
    bench.wait_for_readings(20)
    bench.cut_the_power()
    (bench.folder / "protocol.yaml").write_text("nothing of the kind", encoding="utf-8")
    (bench.folder / "cell.yaml").unlink()
    (bench.folder / "bench.toml").unlink()
    continue_run(bench.run_file, "ada")
    wait_until(lambda: run_state(bench.run_file).state is RunStateName.PAUSED)
    assert bench.cell.is_open
    assert run_state(bench.run_file).safe
    request_resume(bench.run_file, "grace")
    bench.wait_for_the_end()
    assert Told(bench.run_file).charge_c() == pytest.approx(0.025, rel=0.01)


def test_a_supervisor_whose_run_is_to_continue_goes_on_with_it_by_itself(bench):
    run = bench.start(policy="continue")
    bench.wait_for_readings(20)
    kill(run.pid)
    bench.wait_for_the_end()
    told = Told(bench.run_file)
    assert [body["who"] for body in told.bodies("run_resumed")] == ["supervisor"]
    assert [body["reason"] for body in told.bodies("run_ended")] == ["completed"]
    assert told.charge_c() == pytest.approx(0.025, rel=0.01)
    safe, resumed = told.bodies("made_safe")[0], told.bodies("gap")[-1]
    assert safe == {"output": "off", "by": "supervisor"}
    assert resumed["unobserved_s"] < resumed["passed_s"]


def test_a_cell_of_a_dead_run_is_opened_and_the_run_given_up_for_good(bench):
    bench.start()
    bench.wait_for_readings(5)
    bench.cut_the_power()
    assert not bench.cell.is_open
    with pytest.raises(StartError, match=r"127\.0\.0\.1:1\b"):
        continue_run(bench.run_file, "ada", address="socket://127.0.0.1:1")
    wait_until(lambda: len(interrupted_runs(bench.data_dir)) == 1)
    opened = open_interrupted(bench.run_file, "ada")
    assert opened.output == "unknown"
    assert bench.cell.is_open
    assert look_at(bench.run_file).cell == "open"
    give_up(bench.run_file, "ada")
    state = run_state(bench.run_file)
    assert (state.state, state.detail) == (RunStateName.INTERRUPTED, "given up by ada")
    assert interrupted_runs(bench.data_dir) == []
    with pytest.raises(RecoveryRefusedError, match="it was given up"):
        continue_run(bench.run_file, "ada", AfterInterruption.CONTINUE)
    seal_run(bench.run_file)
    with pytest.raises(RecordError, match="it is sealed"):
        RunWriter.append_to(bench.run_file)
    with pytest.raises(RecoveryRefusedError, match="it is sealed"):
        open_interrupted(bench.run_file, "ada")


def test_a_run_whose_worker_lives_is_not_touched(bench):
    bench.start()
    kill(read_json(RunFolder.of(bench.run_file).worker_file)["supervisor"]["pid"])
    before = len(readings(bench.run))
    for refused in (open_interrupted, give_up):
        with pytest.raises(RecoveryRefusedError, match="its processes live"):
            refused(bench.run_file, "ada")
    with pytest.raises(RecoveryRefusedError, match="its processes live"):
        continue_run(bench.run_file, "ada", AfterInterruption.CONTINUE)
    bench.wait_for_readings(before + 10)
    assert not bench.cell.is_open
