"""Who asks, and which process is meant."""

import os
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest
from solidcell.acquisition.processes import ProcessId, this_process, user_name


def test_the_user_is_known_by_the_name_of_the_session(monkeypatch):
    monkeypatch.setenv("LOGNAME", "ada")
    assert user_name() == "ada"


@pytest.mark.skipif(os.name == "nt", reason="Windows always names the user")
def test_a_user_without_a_name_can_start_and_stop_runs_all_the_same(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_123)  # as in many a container
    assert user_name() == "user 2000000123"


def test_a_process_lives_on_when_somebody_sets_the_wall_clock(monkeypatch):
    before = this_process()
    boot_s = psutil.boot_time()
    for where in ("psutil.boot_time", "psutil._psplatform.boot_time"):
        monkeypatch.setattr(where, lambda: boot_s + 3600.0)  # as the kernel tells it from then on
    assert before.is_alive()
    assert this_process() == before


def test_a_process_that_has_ended_is_not_alive():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = ProcessId.of(child.pid)
    assert known.is_alive()
    child.communicate()
    assert not known.is_alive()
    with pytest.raises(ProcessLookupError, match=f"there is no process {child.pid}"):
        ProcessId.of(child.pid)


def test_another_process_of_the_same_number_is_not_meant():
    me = this_process()
    assert not replace(me, started_s=me.started_s - 1.0).is_alive()
    assert not replace(me, boot_id="before the power cut").is_alive()
