"""The 1287 with a 1260 beside it on one bus: impedance through a potentiostat, on its twins."""

from dataclasses import replace

import numpy as np
import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import InstrumentFaultError, OutOfRangeError, UnsupportedError
from solidcell.drivers.readings import Flag
from solidcell.drivers.segments import ImpedanceMode, ImpedanceSweep
from solidcell.drivers.simulated.electronics import IDEAL
from solidcell.drivers.simulated.prologix import Instrument, PrologixTwin
from solidcell.drivers.simulated.rig import load_rig
from solidcell.drivers.simulated.solartron.fra import FraTwin
from solidcell.drivers.simulated.solartron.interface import BehindInterface, InterfaceTwin
from support.contracts.solartron_1287_1260 import pair_on
from support.gpib_bench import wire_to

SWEEP = ImpedanceSweep(
    frequency_max_hz=1e6, frequency_min_hz=0.1, points_per_decade=2, amplitude=0.01
)


class Overheard(InterfaceTwin):
    """A 1287 that remembers what it was told."""

    heard = b""
    is_stuck = False

    def receive(self, data: bytes) -> bytes:
        self.heard += data
        if self.is_stuck:
            data = data.replace(b"PW 0", b"")
        return super().receive(data)

    @property
    def resistors(self) -> list[int]:
        return [int(line[3:]) for line in self.heard.split(b"\n") if line.startswith(b"RR")]


class Bench:
    """The pair before the first cell of a rig, without any error of its own."""

    def __init__(self, cell: str = "llzo", model: str = "1260") -> None:
        self.clock = JumpClock()
        self.rig = load_rig(cell, self.clock)
        self.front_end = self.rig.front_end(IDEAL)
        self.interface = Overheard(self.front_end, self.clock)
        self.analyser = FraTwin(BehindInterface(self.interface), self.clock, model)
        self.adapter = PrologixTwin(
            self.clock, {4: Instrument(self.analyser), 6: Instrument(self.interface)}
        )
        self.pair = pair_on(wire_to(self.adapter, self.clock), self.clock)
        self.found = self.pair.connect()

    def points(self, sweep: ImpedanceSweep = SWEEP):
        return [point for point in self.pair.perform(sweep) if point is not None]

    def worst(self, points) -> float:
        """The largest relative distance from the cell's true impedance."""
        true = self.rig.cells[0].impedance(np.array([point.frequency_hz for point in points]))
        return float(np.abs(np.array([point.z_ohm for point in points]) / true - 1).max())


@pytest.mark.parametrize("model", ["1260", "1255B"])
@pytest.mark.parametrize("cell", ["llzo", "lpscl"])
def test_the_cell_s_impedance_comes_out_with_either_analyser(cell, model):
    bench = Bench(cell, model)
    assert bench.found is OutputState.OFF
    points = bench.points()
    assert len(points) == 15
    assert bench.worst(points) < 3e-4
    assert not any(point.flags for point in points)
    assert bench.front_end.is_open


@pytest.mark.parametrize(("amplitude", "first"), [(0.01, [4, 5]), (0.5, [4, 3])])
def test_the_resistor_follows_the_current(amplitude, first):
    bench = Bench()
    points = bench.points(replace(SWEEP, amplitude=amplitude))
    assert bench.interface.resistors[:2] == first
    assert bench.worst(points) < 3e-4
    assert not any(point.flags for point in points)  # what overloads is measured again


def test_more_current_than_any_resistor_holds_is_told():
    bench = Bench()
    bench.front_end.impedance = lambda at_s, frequency_hz, duration_s: 0.01 + 0j
    points = bench.points(replace(SWEEP, amplitude=0.5))
    assert all(point.flags == Flag.OVERLOAD for point in points)
    assert bench.interface.resistors[-1] == 1


def test_a_signal_above_30_mv_is_not_attenuated():
    bench = Bench()
    bench.points(replace(SWEEP, amplitude=0.05))
    assert bench.interface.analyser_gain == 1.0
    bench.points()
    assert bench.interface.analyser_gain == 0.01


def test_a_bias_is_at_the_cell_while_it_is_measured_and_no_longer():
    bench = Bench()
    running = bench.pair.perform(replace(SWEEP, bias=0.2))
    next(running)
    assert bench.front_end.output == "voltage"
    assert bench.front_end.measure(bench.clock.now_s()).voltage_v == pytest.approx(0.2)
    running.close()
    assert bench.front_end.is_open


def test_the_signal_is_taken_away_though_the_interface_cannot_be_switched_off():
    bench = Bench()
    running = bench.pair.perform(SWEEP)
    next(running)
    bench.interface.is_stuck = True
    with pytest.raises(InstrumentFaultError, match="still polarized"):
        running.close()
    assert bench.analyser.receive(b"?VA\n") == b"+0.0000E+00\r\n"


def test_what_the_pair_does_not_do_is_refused():
    bench = Bench()
    with pytest.raises((OutOfRangeError, UnsupportedError)):
        bench.pair.check(replace(SWEEP, mode=ImpedanceMode.GALVANOSTATIC, amplitude=1e-4))
    with pytest.raises(OutOfRangeError):
        bench.pair.check(replace(SWEEP, frequency_max_hz=2e6))
    with pytest.raises(OutOfRangeError):
        bench.pair.check(replace(SWEEP, bias=15.0))
    assert bench.pair.silence_s(SWEEP) > 20.0
