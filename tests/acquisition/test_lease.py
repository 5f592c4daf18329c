"""No two processes ever drive one channel or one instrument."""

import os
import subprocess
import sys

import pytest
from solidcell.acquisition.lease import LeaseTakenError, take_lease
from solidcell.acquisition.processes import ProcessId, this_process

NAMES = ("channel A1", "socket://127.0.0.1:5025")
HOLDER = """
import sys
from pathlib import Path
from solidcell.acquisition.lease import take_lease
lease = take_lease(tuple(sys.argv[2:]), "the-first-run", folder=Path(sys.argv[1]))
print("taken", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), *NAMES],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        yield process
        process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_what_another_process_has_is_refused_saying_who_has_it(tmp_path, holder, name):
    expected = f"{name} is taken by run the-first-run, process {holder.pid}"
    with pytest.raises(LeaseTakenError, match=expected):
        take_lease(("channel B2", name), "the-second-run", folder=tmp_path)


@pytest.mark.slow
def test_a_refused_lease_leaves_nothing_taken(tmp_path, holder):
    with pytest.raises(LeaseTakenError):
        take_lease(("channel A0", "channel A1"), "second", folder=tmp_path)
    take_lease(("channel A0",), "third", folder=tmp_path).release()


@pytest.mark.slow
def test_the_lease_of_a_killed_process_is_free_at_once(tmp_path, holder):
    holder.kill()
    take_lease(NAMES, "the-second-run", folder=tmp_path, timeout_s=5.0).release()


def test_a_released_lease_can_be_taken_again(tmp_path):
    with take_lease(NAMES, "first", folder=tmp_path) as lease:
        lease.release()
        with take_lease(NAMES, "second", folder=tmp_path):
            pass


def test_names_that_differ_only_in_signs_do_not_exclude_each_other(tmp_path):
    with take_lease(("COM3",), "first", folder=tmp_path):
        take_lease(("COM-3",), "second", folder=tmp_path).release()


def test_this_process_is_alive_and_is_known_again_from_json():
    known = ProcessId.from_json(this_process().as_json())
    assert known == this_process()
    assert known.is_alive()


def test_a_process_number_given_to_another_process_is_not_the_same_process():
    me = this_process()
    earlier = ProcessId(pid=me.pid, started_s=me.started_s - 60.0, boot_id=me.boot_id)
    other_boot = ProcessId(pid=me.pid, started_s=me.started_s, boot_id="before the power cut")
    assert not earlier.is_alive()
    assert not other_boot.is_alive()


@pytest.mark.slow
def test_a_process_that_has_ended_is_not_alive_even_before_anyone_has_waited_for_it():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        known = ProcessId.of(process.pid)
        assert known.is_alive()
        process.stdin.close()
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # ended, and not reaped
        else:
            process.wait()
        assert not known.is_alive()
