"""Pause, resume and skip from the terminal, with real processes in front of a real port."""

import json
import sys
from pathlib import Path

import pytest
from solidcell.acquisition.control.commands import CommandKind, new_command
from solidcell.acquisition.control.inbox import post
from solidcell.acquisition.control.requests import CommandRefusedError
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import (
    RunStateName,
    request_pause,
    request_resume,
    request_skip,
    request_stop,
    run_state,
    start_run,
)
from solidcell.drivers.clock import SystemClock
from support.command_line import answer_here, answer_of, run_here
from support.served_instruments import served_instrument

TESTS = Path(__file__).parents[1]
SUPERVISE = (sys.executable, "-m", "support.run_processes", "supervise")


def wait_until(condition, within_s=30.0):
    clock = SystemClock()
    while not condition():
        assert clock.now_s() < within_s, f"still waiting after {within_s:g} s"
        clock.sleep_until(clock.now_s() + 0.01)


class Lab:
    def __init__(self, folder, instrument):
        self.folder, self.instrument, self.cell = folder, instrument, instrument.cell
        self.data = folder / "runs"

    def start(self, *plan):
        bench = {
            "driver": self.instrument.driver,
            "address": self.instrument.address,
            "speed": self.instrument.speed,
            "leases": str(self.folder / "leases"),
        }
        for name, content in {"ccd": list(plan), "bench": bench, "pellet": {}}.items():
            (self.folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        self.run = start_run(
            protocol=self.folder / "ccd.json",
            bench=self.folder / "bench.json",
            cell=self.folder / "pellet.json",
            channel="A1",
            data_dir=self.data,
            operator="ada",
            command=SUPERVISE,
        )
        return self.run

    def say(self, command, *options):
        said = run_here(command, self.run.run_id, *options, data=self.data)
        return said.returncode, (said.stdout + said.stderr).strip()

    def end(self):
        if not self.has_ended():
            request_stop(self.run.run_file, "the test")
            wait_until(self.has_ended)

    def has_ended(self):
        with RunReader(self.run.run_file) as run:
            return run.end() is not None

    def events(self, kind):
        with RunReader(self.run.run_file) as run:
            return [event.body for event in run.events(kind=kind)]


@pytest.fixture(params=["methodscript", "keithley_2450"])
def lab(tmp_path, monkeypatch, request):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with served_instrument(request.param, speed=10.0) as instrument:
        place = Lab(tmp_path, instrument)
        yield place
        place.end()


@pytest.mark.slow
def test_a_run_is_paused_with_its_cell_open_and_resumed_from_the_terminal(lab):
    run = lab.start("plate")
    wait_until(lambda: lab.cell.current_a != 0.0)
    assert lab.say("pause") == (0, f"{run.run_id}: paused by {_me(lab)}; the cell is open")
    assert lab.cell.is_open
    state = run_state(run.run_file)
    assert (state.state, state.safe) == (RunStateName.PAUSED, True)
    assert answer_here("watch", run.run_id, data=lab.data)["state"] == "paused"
    code, said = lab.say("pause")
    assert (code, said) == (1, f"error: refused: it is paused already, by {_me(lab)}")
    assert lab.say("resume") == (0, f"{run.run_id}: resumed")
    wait_until(lambda: lab.cell.current_a != 0.0)
    assert lab.say("resume") == (1, "error: refused: it is not paused")
    answer = answer_of("pause", run.run_id, "--rest", data=lab.data)
    assert (answer["accepted"], answer["state"]) == (True, "paused")
    assert lab.cell.current_a == 0.0
    assert list((run.run_file.parent / "inbox").iterdir()) == []
    lab.end()
    assert lab.cell.is_open
    code, said = lab.say("pause")
    assert code == 1
    assert "is stopped: stop asked by the test" in said


@pytest.mark.slow
@pytest.mark.parametrize("lab", ["methodscript"], indirect=True)
def test_two_people_and_a_note_are_all_answered_and_one_segment_is_skipped(lab):
    run = lab.start("plate", "plate", "idle")
    wait_until(lambda: lab.cell.current_a != 0.0)
    inbox = run.run_file.parent / "inbox"
    (inbox / "notes.txt").write_text("skip the next one, please", encoding="utf-8")
    wait_until(lambda: (inbox / "refused" / "notes.txt").exists())
    for who in ("ada", "ben"):
        post(RunFolder.of(run.run_file).inbox, new_command(CommandKind.SKIP, who, segment=0))
    wait_until(lambda: len(lab.events("command")) == 3)
    told = [(body["kind"], body["accepted"]) for body in lab.events("command")]
    assert told == [("unknown", False), ("skip", True), ("skip", False)]
    wait_until(lambda: len(lab.events("began")) == 2)
    (ended,) = lab.events("segment_ended")
    assert ended["end"] == "skipped"
    assert lab.say("skip") == (0, f"{run.run_id}: skipped")


@pytest.mark.slow
@pytest.mark.parametrize("lab", ["methodscript"], indirect=True)
def test_nothing_can_be_asked_of_a_run_that_is_over(lab):
    run = lab.start("rest")
    wait_until(lab.has_ended)
    for ask in (request_pause, request_resume, request_skip):
        with pytest.raises(CommandRefusedError, match="is completed: done"):
            ask(run.run_file, "ada")


@pytest.mark.slow
@pytest.mark.parametrize("lab", ["methodscript"], indirect=True)
def test_an_emergency_stop_outranks_a_pause(lab):
    run = lab.start("plate")
    wait_until(lambda: lab.cell.current_a != 0.0)
    assert lab.say("pause", "--rest")[0] == 0
    request_stop(run.run_file, "ben", emergency=True)
    wait_until(lab.has_ended)
    assert lab.cell.is_open
    assert run_state(run.run_file).state is RunStateName.EMERGENCY_STOP


def _me(lab):
    return lab.events("command")[0]["who"]
