"""The machine's time goes on while it sleeps, and says how much it slept."""

import time

import pytest
from solidcell.drivers import clock
from solidcell.drivers.clock import SystemClock, machine_time


@pytest.fixture
def clocks(monkeypatch):
    told = {"awake": 100.0, "asleep": 0.0}

    def ask(which):
        return told["awake"] + (told["asleep"] if which == clock._COUNTS_SLEEP else 0.0)

    monkeypatch.setattr(time, "clock_gettime", ask)
    return told


needs_both = pytest.mark.skipif(
    clock._COUNTS_SLEEP is None or clock._STOPS_ASLEEP is None,
    reason="this system has not both a clock that counts sleep and one that does not",
)


@needs_both
def test_the_experiments_time_goes_on_while_the_machine_sleeps(clocks):
    experiment = SystemClock(speed=10.0)
    clocks["asleep"] += 600.0
    clocks["awake"] += 1.0
    assert experiment.now_s() == pytest.approx(6010.0)
    assert machine_time().asleep_s == pytest.approx(600.0)


@needs_both
def test_a_machine_that_has_not_slept_since_says_so():
    before, after = machine_time(), machine_time()
    assert after.passed_s >= before.passed_s
    assert after.asleep_s - before.asleep_s == pytest.approx(0.0, abs=0.01)


def test_the_experiments_time_does_not_care_for_the_wall_clock(monkeypatch):
    experiment = SystemClock()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert 0.0 <= experiment.now_s() < 60.0
