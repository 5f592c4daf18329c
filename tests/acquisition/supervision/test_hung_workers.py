"""Whatever a worker hangs in, the cell is open within seconds, and the record says why."""

import signal
import sys

import psutil
import pytest
from solidcell.acquisition.json_files import read_json
from solidcell.acquisition.run_folder import RunFolder
from solidcell.acquisition.session import RunStateName, request_stop, run_state
from support.process_lab import TESTS, Lab, events, has_ended, kill, readings, wait_until
from support.served_instruments import served_instrument

pytestmark = pytest.mark.slow
STATED_S = 15.0
"""The page on trust says 9 s, measured; this leaves room for a machine with other things to do."""
no_signals = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot stop a process")


@pytest.fixture
def lab(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    with served_instrument("methodscript", speed=10.0) as instrument:
        lab = Lab(tmp_path, instrument)
        yield lab
        lab.end_everything()


def test_a_driver_that_hangs_in_its_read_while_current_flows_leaves_an_open_cell(lab):
    run = lab.start("plate", falls_silent_after=3, limits={"silence_max_s": 5.0})
    wait_until(lambda: len(readings(run)) == 3)
    assert not lab.cell.is_open
    assert wait_until(lambda: lab.cell.is_open) < STATED_S
    wait_until(lambda: has_ended(run))
    state = run_state(run.run_file)
    assert (state.state, state.safe) == (RunStateName.LIMIT_TRIPPED, True)
    assert "beyond silence_max_s 5 s of the bench" in state.detail
    assert "stuck waiting for the instrument" in state.detail
    assert events(run, "limit_trip") == [{"detail": state.detail}]
    assert events(run, "made_safe") == [{"output": "off", "by": "supervisor"}]
    assert not psutil.pid_exists(run.pid)


@no_signals
def test_a_worker_that_is_frozen_altogether_leaves_an_open_cell(lab):
    run = lab.start("plate")
    wait_until(lambda: len(readings(run)) > 3)
    psutil.Process(run.pid).send_signal(signal.SIGSTOP)
    assert wait_until(lambda: lab.cell.is_open) < STATED_S
    wait_until(lambda: has_ended(run))
    state = run_state(run.run_file)
    assert (state.state, state.safe) == (RunStateName.INTERRUPTED, True)
    assert "no sign of life for 5 s, the last waiting for the instrument" in state.detail


def test_a_run_whose_supervisor_is_gone_says_so_once_and_goes_on(lab):
    run = lab.start("plate")
    wait_until(lambda: len(readings(run)) > 3)
    kill(read_json(RunFolder.of(run.run_file).worker_file)["supervisor"]["pid"])
    wait_until(lambda: events(run, "supervision"))
    before = len(readings(run))
    wait_until(lambda: len(readings(run)) > before + 20)
    (told,) = events(run, "supervision")
    assert told["lost"] is True
    assert not lab.cell.is_open
    request_stop(run.run_file, "ada")
    wait_until(lambda: lab.cell.is_open)
    wait_until(lambda: has_ended(run))
    assert run_state(run.run_file).state is RunStateName.STOPPED
