"""A gate opens for all at one moment, or for nobody; who waits at it can still be stopped."""

import pytest
from solidcell.acquisition.control.stop import NoStop, StopFile, StopKind
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.limits.limits import Limits
from solidcell.acquisition.processes import boot_id, this_process
from solidcell.acquisition.record.reader import RunReader
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.starting.gate import CalledOffError, GateFile, gate_at
from solidcell.acquisition.worker.run_channel import RunReason, run_channel
from solidcell.drivers.clock import JumpClock, machine_time
from solidcell.drivers.segments import Rest
from support.resistor_device import ResistorDevice
from support.runs import header

WIDE = Limits.of("bench", {"voltage_min_v": -5.0, "voltage_max_v": 5.0, "current_max_a": 0.05})


@pytest.fixture
def gate(tmp_path):
    gate = GateFile(tmp_path / "gate.json")
    gate.shut()
    return gate


def on_look(number, action):
    """Something that is done when a worker at the gate looks around for the ``number``-th time."""
    looks = []

    def look():
        looks.append(None)
        if len(looks) == number:
            action()

    return look


def test_nobody_passes_before_the_moment_at_which_the_gate_opens(gate):
    passed = gate_at(gate.path)(on_look(2, lambda: gate.open_in(0.12)))
    assert machine_time().passed_s >= passed["monotonic_s"]
    assert passed["late_s"] >= 0.0


def test_two_workers_are_told_the_same_moment(gate):
    at_s = gate.open_in(0.0)
    passed = [gate_at(gate.path)(lambda: None) for _ in range(2)]
    assert {each["monotonic_s"] for each in passed} == {at_s}


def test_a_start_that_is_called_off_lets_nobody_pass_and_says_why(gate):
    with pytest.raises(CalledOffError, match="called off: B2: no answer; nothing was done"):
        gate_at(gate.path)(on_look(2, lambda: gate.call_off("B2: no answer")))


def test_a_gate_whose_keeper_has_died_never_opens(gate):
    dead = {"pid": this_process().pid, "started_s": 1.0, "boot_id": boot_id()}
    write_json(gate.path, {"state": "shut", "by": dead})
    with pytest.raises(CalledOffError, match="whoever started the runs is gone"):
        gate_at(gate.path)(lambda: None)


def test_a_gate_that_is_gone_never_opens(gate):
    with pytest.raises(CalledOffError, match="is gone"):
        gate_at(gate.path)(on_look(2, gate.path.unlink))


class Worker:
    """A run on a resistor, with a gate before its first segment."""

    def __init__(self, folder):
        self.run_file = folder / "a.run.sqlite"
        self.clock = JumpClock()
        self.device = ResistorDevice(self.clock)

    def run(self, gate, stop=None):
        with RunWriter.create(self.run_file, header()) as writer:
            return run_channel(
                (segment for segment in [Rest(duration_s=1.0)]),
                self.device,
                writer,
                self.clock,
                WIDE,
                stop or NoStop(),
                gate=gate,
            )

    def kinds(self):
        with RunReader(self.run_file) as run:
            rows = [*run.events(), *run.segments()]
            return [row.kind for row in sorted(rows, key=lambda row: row.seq)]


def test_a_worker_asks_its_instrument_before_the_gate_and_begins_behind_it(tmp_path):
    worker = Worker(tmp_path)

    def gate(look):
        look()
        assert "instrument" in worker.kinds()
        assert not worker.device.history
        return {"monotonic_s": 12.0, "late_s": 0.001}

    assert worker.run(gate).reason is RunReason.COMPLETED
    kinds = worker.kinds()
    assert kinds.index("gate") < kinds.index("Rest")


def test_a_worker_whose_start_is_called_off_does_nothing_and_leaves_the_cell_open(tmp_path):
    worker = Worker(tmp_path)

    def gate(look):
        raise CalledOffError("called off: B2: no answer; nothing was done")

    end = worker.run(gate)
    assert (end.reason, end.safe) == (RunReason.STOPPED, True)
    assert end.detail == "called off: B2: no answer; nothing was done"
    assert "Rest" not in worker.kinds()
    assert not worker.device.closed


def test_an_emergency_stop_reaches_a_worker_that_waits_at_the_gate(tmp_path, gate):
    worker, stop = Worker(tmp_path), StopFile(tmp_path / "stop.json")
    stop.ask(StopKind.EMERGENCY_STOP, "ada")
    end = worker.run(gate_at(gate.path), stop)
    assert (end.reason, end.safe) == (RunReason.EMERGENCY_STOP, True)
    assert "Rest" not in worker.kinds()
