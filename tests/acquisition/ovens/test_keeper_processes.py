"""A real keeper process before a served twin: started by need, replaced when killed."""

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest
from solidcell.acquisition.ovens.client import OvenClient
from solidcell.acquisition.ovens.overview import known_ovens, switch_off
from solidcell.acquisition.ovens.place import OvenPlace
from solidcell.acquisition.ovens.state import OvenState
from solidcell.drivers.clock import SystemClock
from solidcell.drivers.errors import OutOfRangeError
from solidcell.drivers.simulated.eurotherm_3200.twin import Eurotherm3200Twin
from solidcell.drivers.simulated.oven import SimulatedOven
from support.oven_bench import oven_spec
from support.process_lab import wait_until
from support.served import served

KEEPER = Path(__file__).parents[2] / "support" / "oven_processes.py"
SPEED = 200.0


class Ovens:
    """A served oven, and the runs that want it."""

    def __init__(self, folder, port, twin, oven):
        self.folder, self.twin, self.oven = folder / "ovens", twin, oven
        self.leases = folder / "leases"
        address = f"socket://127.0.0.1:{port}"
        self.spec = oven_spec(address, "eurotherm_3200", clock_speed=SPEED)
        self.place = OvenPlace.of(address, self.folder)

    def run(self, run_id):
        command = (sys.executable, str(KEEPER), str(self.leases))
        return OvenClient(self.spec, run_id=run_id, folder=self.folder, command=command)

    @property
    def keeper(self):
        return OvenState.read(self.place.state_file).keeper

    def end_keepers(self):
        for process in _keepers(self.place.path):
            process.kill()
            process.wait(10)


@pytest.fixture
def ovens(tmp_path):
    clock, oven = SystemClock(SPEED), SimulatedOven()
    twin = Eurotherm3200Twin(oven, clock)
    with served(twin, clock) as port:
        ovens = Ovens(tmp_path, port, twin, oven)
        yield ovens
        ovens.end_keepers()


@pytest.mark.slow
def test_a_keeper_that_is_killed_is_replaced_and_the_oven_holds_meanwhile(ovens):
    first, second = ovens.run("a"), ovens.run("b")
    first.ask(333.15)
    second.ask(313.15)
    wait_until(lambda: first.look().granted)
    os.kill(ovens.keeper.pid, signal.SIGKILL)
    wait_until(lambda: not first.look().granted)
    assert ovens.oven.is_on
    wait_until(lambda: first.look().granted)
    assert not second.look().granted
    assert ovens.twin.lasting_writes == {24: 1, 273: 1}
    first.close()
    wait_until(lambda: second.look().granted)
    wait_until(lambda: second.look().temperature_k is not None)
    assert switch_off(known_ovens(ovens.folder)[0], "ada")
    assert not ovens.oven.is_on
    assert second.look().fault == "switched off by ada"
    second.close()
    second.close()
    keeper = ovens.keeper
    os.kill(keeper.pid, signal.SIGTERM)
    wait_until(lambda: not keeper.is_alive())
    assert OvenState.read(ovens.place.state_file).has_ended


@pytest.mark.slow
def test_many_runs_that_begin_at_once_have_one_keeper(ovens):
    runs = [ovens.run(f"run-{n}") for n in range(3)]
    for run in runs:
        run.ask(333.15)  # each starts a keeper, since none can be there yet
    for run in runs:
        wait_until(lambda run=run: run.look().granted)
    assert len({run.look().setpoint_k for run in runs}) == 1
    wait_until(lambda: len(list(_keepers(ovens.place.path))) == 1)


def _keepers(place):
    """The processes that keep the oven of this place; one that has ended has no command line."""
    for process in psutil.process_iter(["cmdline"]):
        if str(place) in (process.info["cmdline"] or ()):
            yield process


def test_a_temperature_beyond_the_bench_is_refused_and_nothing_is_started(ovens):
    with pytest.raises(OutOfRangeError, match=r"oven box: 400\.00 K .* \[253\.15, 373\.15\] K"):
        ovens.run("a").ask(400.0)
    assert not ovens.folder.exists()


def test_an_oven_without_a_keeper_can_be_switched_off_too(ovens):
    ovens.place.write_spec(ovens.spec)
    ovens.oven.set_setpoint(0.0, 333.15)
    ovens.oven.switch(0.0, True)
    [known] = known_ovens(ovens.folder)
    assert known.state is None
    assert switch_off(known, "ada", leases=ovens.leases)
    assert not ovens.oven.is_on
