"""A supervisor opens the cell that its worker left driven, and never claims what it cannot know."""

import json
import signal
import sys
from pathlib import Path

import pytest
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.lease import take_lease
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.runs import RunStateName, run_state
from solidcell.acquisition.supervision.exit_codes import NEVER_BEGAN
from solidcell.acquisition.supervision.supervisor import supervise
from solidcell.drivers.errors import LinkLostError

pytestmark = pytest.mark.slow

DYING_WORKER = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from solidcell.acquisition.json_files import write_json
from solidcell.acquisition.record.writer import RunWriter
from solidcell.acquisition.run_folder import RunFolder
from support.runs import header
folder = RunFolder(Path(sys.argv[1]))
write_json(folder.lease_file, {"names": ["A1", "COM3"]})
writer = RunWriter.create(folder.run_file, header(run_id=folder.run_id))
writer.segment(0.0, "Galvanostatic", "plate", {}, {})
writer.reading(0, 12.5, 0.1, 1e-3)
for event in sys.argv[3:]:
    writer.event(12.5, event, {"reason": "completed", "detail": "done"})
writer.commit()
os._exit(9)
"""


class Instrument:
    """What answers the supervisor: nothing, as often as ``silent`` says."""

    def __init__(self, silent=0):
        self.silent = silent
        self.asked = 0

    def make_safe(self):
        self.asked += 1
        if self.asked <= self.silent:
            raise LinkLostError("no answer from COM3")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run-1").mkdir()
    before = signal.getsignal(signal.SIGTERM)
    yield RunFolder(tmp_path / "run-1")
    signal.signal(signal.SIGTERM, before)


def supervise_dying_worker(folder, instrument, *last_events):
    tests = Path(__file__).parents[2]
    command = [sys.executable, "-c", DYING_WORKER, str(folder.path), str(tests), *last_events]
    leases = folder.path.parent / "leases"
    return supervise(folder.job_file, command, instrument.make_safe, leases=leases)


def test_the_cell_is_opened_and_the_end_is_dated_by_the_last_reading(folder):
    instrument = Instrument()
    assert supervise_dying_worker(folder, instrument) == 9
    assert instrument.asked == 1
    state = run_state(folder.run_file)
    assert (state.state, state.safe, state.elapsed_s) == (RunStateName.INTERRUPTED, True, 12.5)
    assert "exit code 9" in state.detail


def test_an_instrument_that_answers_late_is_asked_again(folder):
    instrument = Instrument(silent=2)
    supervise_dying_worker(folder, instrument)
    assert instrument.asked == 3
    assert run_state(folder.run_file).safe


def test_an_instrument_that_never_answers_is_unknown_and_not_off(folder):
    instrument = Instrument(silent=99)
    supervise_dying_worker(folder, instrument)
    assert instrument.asked == 5
    state = run_state(folder.run_file)
    assert not state.safe
    assert state.detail.endswith("output unknown: LinkLostError: no answer from COM3")


def test_an_instrument_that_another_run_has_taken_meanwhile_is_not_touched(folder):
    instrument = Instrument()
    with take_lease(("COM3",), "the-next-run", folder=folder.path.parent / "leases"):
        supervise_dying_worker(folder, instrument)
    assert instrument.asked == 0
    assert "output unknown: COM3 is taken by run the-next-run" in run_state(folder.run_file).detail


def test_a_worker_that_had_said_everything_is_left_its_own_words(folder):
    supervise_dying_worker(folder, Instrument(), "made_safe", "run_ended")
    state = run_state(folder.run_file)
    assert (state.state, state.detail) == (RunStateName.COMPLETED, "done")


def test_an_end_without_a_safe_cell_is_made_safe_and_keeps_its_reason(folder):
    instrument = Instrument()
    supervise_dying_worker(folder, instrument, "run_ended")
    assert instrument.asked == 1
    state = run_state(folder.run_file)
    assert (state.state, state.safe) == (RunStateName.COMPLETED, True)


def test_nothing_is_touched_for_a_worker_that_never_took_its_instrument(folder):
    instrument = Instrument()
    command = [sys.executable, "-c", "raise SystemExit(3)"]
    assert supervise(folder.job_file, command, instrument.make_safe) == NEVER_BEGAN
    assert instrument.asked == 0
    assert "exit code 3 before the run began" in read_json(folder.failure_file)["error"]
    assert json.loads(folder.worker_file.read_text(encoding="utf-8"))["supervisor"]["pid"] > 0
