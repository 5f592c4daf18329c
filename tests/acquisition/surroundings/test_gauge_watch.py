"""A gauge beside a run: the latest value, never a stale one, and each loss told once."""

import math
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solidcell.acquisition.surroundings.gauge_watch import GaugeWatch
from solidcell.drivers.capabilities import Identity
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import LinkLostError
from solidcell.drivers.load_cell import load_cell
from solidcell.drivers.simulated.gauges import LOAD_CELL_PATTERN, PRESS_AREA_MM2, LoadCellTwin
from solidcell.drivers.simulated.serve import InProcessLink

PRESSURE_PA = 5e6


class Bench:
    """A watch on a load cell's twin; ``look`` is what its thread would do."""

    def __init__(self, **options):
        self.clock = JumpClock()
        self.pressure_pa = PRESSURE_PA
        self.is_plugged_in = True
        self.opened = 0
        self.told = []
        force = PRESS_AREA_MM2 * 1e-6
        self.twin = LoadCellTwin(lambda _: self.pressure_pa * force, self.clock)
        self.watch = GaugeWatch(
            "press", self._open, tell=self.told.append, now_s=self.clock.now_s, **options
        )

    def _open(self):
        if not self.is_plugged_in:
            raise LinkLostError("cannot open COM9: no such port")
        self.opened += 1
        bench = self

        class Wire(InProcessLink):
            def read(self, timeout_s):
                return super().read(timeout_s) if bench.is_plugged_in else b""

        return load_cell(
            Wire(self.twin, self.clock),
            clock=self.clock,
            unit="N",
            pattern=LOAD_CELL_PATTERN,
            area_mm2=PRESS_AREA_MM2,
        )


def test_the_latest_value_is_in_pascal_and_has_its_time_and_who_gave_it():
    bench = Bench()
    assert bench.watch.identity is None
    bench.watch.look()
    latest = bench.watch.latest()
    assert latest.value == pytest.approx(PRESSURE_PA, rel=1e-3)
    assert latest.unit == "Pa"
    assert latest.at_s == bench.clock.now_s()
    assert bench.watch.identity.model


def test_an_old_value_says_nothing_of_now():
    bench = Bench(stale_s=5.0)
    bench.watch.look()
    bench.clock.sleep_until(bench.clock.now_s() + 5.1)
    assert bench.watch.latest() is None


def test_a_loss_is_told_once_and_so_is_the_return():
    bench = Bench()
    bench.watch.look()
    bench.is_plugged_in = False
    for _ in range(4):
        bench.watch.look()
    assert len(bench.told) == 1
    assert "press: nothing is read any more" in bench.told[0]
    assert bench.watch.fault
    bench.is_plugged_in = True
    bench.watch.look()
    assert bench.told[1:] == ["press: it reads again"]
    assert bench.watch.latest() is not None
    assert bench.watch.fault == ""


def test_after_a_loss_it_is_tried_on_a_new_port():
    bench = Bench()
    bench.watch.look()
    bench.is_plugged_in = False
    bench.watch.look()
    bench.is_plugged_in = True
    bench.watch.look()
    assert bench.opened == 2


def test_options_that_do_not_fit_are_told_and_end_nothing():
    def badly():
        return load_cell(InProcessLink(None, JumpClock()), clock=JumpClock(), unit="N")

    told = []
    watch = GaugeWatch("press", badly, tell=told.append)
    assert watch.look() > 0
    assert "needs area_mm2" in told[0]


def test_an_overload_is_no_value():
    bench = Bench()
    bench.pressure_pa = 1e9
    bench.watch.look()
    assert bench.watch.latest() is None
    assert "OL" in bench.watch.fault


def test_its_thread_reads_by_itself_and_ends_when_it_is_closed():
    read = threading.Event()

    class Gauge:
        identity = Identity(manufacturer="", model="gauge", serial="", firmware="")
        unit = "K"

        def connect(self):
            pass

        def read(self):
            read.set()
            return 298.15

        def close(self):
            self.is_closed = True

    gauge = Gauge()
    with GaugeWatch("air", lambda: gauge, speed=1e6) as watch:
        assert read.wait(10.0)
    watch.close()
    assert gauge.is_closed
    assert watch.latest().value == 298.15


@given(st.lists(st.floats(1e4, 2e8), min_size=1, max_size=5))
def test_it_follows_whatever_presses(pressures_pa):
    bench = Bench()
    for pressure_pa in pressures_pa:
        bench.pressure_pa = pressure_pa
        bench.watch.look()
        assert math.isclose(bench.watch.latest().value, pressure_pa, rel_tol=0.07)
