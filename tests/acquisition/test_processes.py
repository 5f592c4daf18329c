"""Who asks, and which process is meant."""

import os

import pytest
from solidcell.acquisition.processes import user_name


def test_the_user_is_known_by_the_name_of_the_session(monkeypatch):
    monkeypatch.setenv("LOGNAME", "ada")
    assert user_name() == "ada"


@pytest.mark.skipif(os.name == "nt", reason="Windows always names the user")
def test_a_user_without_a_name_can_start_and_stop_runs_all_the_same(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_123)  # as in many a container
    assert user_name() == "user 2000000123"
