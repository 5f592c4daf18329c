"""Gamry potentiostats: the driver on a module with the interface of toolkitpy."""

import sys

import pytest
from solidcell.drivers.capabilities import OutputState
from solidcell.drivers.clock import JumpClock
from solidcell.drivers.errors import (
    DriverError,
    InstrumentFaultError,
    LinkLostError,
    OutOfRangeError,
    UnsupportedError,
)
from solidcell.drivers.gamry import GamryPotentiostat, open_gamry
from solidcell.drivers.segments import (
    Galvanostatic,
    ImpedanceMode,
    ImpedanceSweep,
    Potentiostatic,
    Rest,
    SegmentEnd,
    Voltammetry,
)
from support.toolkitpy_double import SECTION, ToolkitDouble

pytestmark = pytest.mark.proves("gamry", library="a module in Python")

HOLD = Galvanostatic(current_a=1e-3, duration_s=5.0, voltage_min_v=-1.0, voltage_max_v=1.0)
SCAN = Voltammetry(
    start_v=0.0,
    vertex1_v=0.05,
    vertex2_v=-0.05,
    step_v=0.01,
    scan_rate_v_per_s=0.05,
    current_max_a=0.01,
)
SWEEP = ImpedanceSweep(
    frequency_max_hz=1e4, frequency_min_hz=1.0, points_per_decade=3, amplitude=0.01
)


class Bench:
    def __init__(self):
        self.clock = JumpClock()
        self.kit = ToolkitDouble(self.clock)
        self.device = self.another()

    def another(self):
        return GamryPotentiostat(self.kit, SECTION, current_max_a=0.1, clock=self.clock)


@pytest.fixture
def bench():
    bench = Bench()
    bench.device.connect()
    return bench


def rest_of(course):
    seen, beats = [], 0
    while True:
        try:
            observation = next(course)
        except StopIteration as stopped:
            return seen, stopped.value, beats
        if observation is None:
            beats += 1
        else:
            seen.append(observation)


def carried_out(bench, segment):
    return rest_of(bench.device.perform(segment))


def begun(bench, segment):
    course = bench.device.perform(segment)
    while next(course) is not None:
        pass
    return course


def test_a_machine_without_toolkitpy_is_told_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "toolkitpy", None)
    with pytest.raises(UnsupportedError, match=r"toolkitpy cannot be imported.*gamry\.com"):
        open_gamry(SECTION, current_max_a=0.1, voltage_max_v=10.0)


def test_where_the_package_is_installed_it_is_used(monkeypatch):
    kit = ToolkitDouble(JumpClock())
    monkeypatch.setitem(sys.modules, "toolkitpy", kit)
    device = open_gamry(SECTION, current_max_a=0.1, voltage_max_v=10.0, clock=kit.clock)
    assert device.connect() is OutputState.OFF
    assert (device.identity.model, device.identity.serial) == ("IFC1010", "12345")


def test_an_instrument_that_is_not_there_is_named_with_those_that_are(bench):
    bench.kit.sections = ["REF600-1"]
    with pytest.raises(LinkLostError, match=rf"{SECTION} is not among .* REF600-1"):
        bench.device.connect()
    with pytest.raises(LinkLostError, match="connect again"):
        bench.device.perform(HOLD)


def test_an_instrument_that_somebody_else_has_is_left_to_them(bench):
    with pytest.raises(LinkLostError, match="DEVICE_IN_USE"):
        bench.another().connect()


def test_a_rest_leaves_the_cell_open(bench):
    readings, end, beats = carried_out(bench, Rest(duration_s=2.0, sample_period_s=0.5))
    assert end is SegmentEnd.COMPLETED
    assert [reading.time_s for reading in readings] == pytest.approx([0, 0.5, 1, 1.5, 2])
    assert beats >= 20
    assert bench.kit.cell.output == "open"


def test_a_current_gives_the_voltage_that_it_drives_and_the_cell_is_open_afterwards(bench):
    readings, end, _ = carried_out(bench, HOLD)
    assert end is SegmentEnd.COMPLETED
    assert readings[-1].voltage_v == pytest.approx(0.15, rel=1e-3)
    assert readings[-1].current_a == pytest.approx(1e-3)
    assert bench.kit.cell.output == "open"
    assert bench.kit.settings["set_i_convention"] == "anodic"


@pytest.mark.parametrize("current_a", [9e-3, -9e-3])
def test_a_voltage_limit_is_watched_in_both_directions(bench, current_a):
    segment = Galvanostatic(
        current_a=current_a,
        duration_s=60.0,
        voltage_min_v=-0.8,
        voltage_max_v=0.8,
        sample_period_s=0.1,
    )
    readings, end, _ = carried_out(bench, segment)
    assert end is SegmentEnd.VOLTAGE_LIMIT
    assert 0.8 <= abs(readings[-1].voltage_v) < 1.4
    assert bench.kit.cell.output == "open"


def test_a_current_limit_ends_a_voltage(bench):
    segment = Potentiostatic(voltage_v=1.0, duration_s=60.0, current_max_a=5e-3)
    readings, end, _ = carried_out(bench, segment)
    assert end is SegmentEnd.CURRENT_LIMIT
    assert abs(readings[-1].current_a) >= 5e-3


def test_a_voltammetry_goes_to_both_vertices_and_back(bench):
    readings, end, _ = carried_out(bench, SCAN)
    assert end is SegmentEnd.COMPLETED
    volts = [round(reading.voltage_v, 3) for reading in readings]
    assert (max(volts), min(volts), volts[0], volts[-1], len(volts)) == (0.05, -0.05, 0, 0, 21)


def test_a_current_beyond_its_limit_ends_a_voltammetry_on_board(bench):
    scan = Voltammetry(
        start_v=0,
        vertex1_v=1.0,
        vertex2_v=-1.0,
        step_v=0.05,
        scan_rate_v_per_s=0.2,
        current_max_a=2e-3,
    )
    _, end, _ = carried_out(bench, scan)
    assert end is SegmentEnd.CURRENT_LIMIT
    assert bench.kit.curves[-1].over


def test_a_sweep_gives_the_impedance_of_the_cell(bench):
    bench.kit.bad_points = 2
    points, end, _ = carried_out(bench, SWEEP)
    assert end is SegmentEnd.COMPLETED
    assert len(points) == 13
    for point in points:
        omega = 6.283185307179586 * point.frequency_hz
        truth = 50 + 100 / (1 + 1j * omega * 100 * 1e-3)
        assert point.z_ohm == pytest.approx(truth)
    assert bench.kit.cell.output == "open"


def test_a_point_that_stays_bad_ends_the_sweep_with_the_cell_open(bench):
    bench.kit.bad_points = 3
    with pytest.raises(InstrumentFaultError, match="no impedance at 10000 Hz"):
        carried_out(bench, SWEEP)
    assert bench.kit.cell.output == "open"


@pytest.mark.parametrize(
    ("segment", "error"),
    [
        (Galvanostatic(current_a=0.2, duration_s=1, voltage_min_v=-1, voltage_max_v=1), "range"),
        (Rest(duration_s=1e6, sample_period_s=1.0), "range"),
        (Rest(duration_s=10, sample_period_s=0.01), "range"),
        (Potentiostatic(voltage_v=11, duration_s=1, current_max_a=1e-3), "range"),
        (
            ImpedanceSweep(
                frequency_max_hz=1e3, frequency_min_hz=0.1, points_per_decade=3, amplitude=0.01
            ),
            "range",
        ),
        (
            ImpedanceSweep(
                frequency_max_hz=1e3,
                frequency_min_hz=1,
                points_per_decade=3,
                amplitude=1e-3,
                mode=ImpedanceMode.GALVANOSTATIC,
            ),
            "kind",
        ),
        (
            Voltammetry(
                start_v=0,
                vertex1_v=1,
                vertex2_v=0,
                step_v=0.01,
                scan_rate_v_per_s=0.05,
                current_max_a=0.01,
                cycles=2,
            ),
            "kind",
        ),
    ],
)
def test_what_it_cannot_do_is_refused_before_the_package_is_called(bench, segment, error):
    bench.kit.reached = False
    with pytest.raises(OutOfRangeError if error == "range" else UnsupportedError):
        bench.device.perform(segment)


def test_a_segment_that_is_broken_off_stops_the_curve_and_opens_the_cell(bench):
    course = begun(bench, HOLD)
    assert bench.kit.cell.output == "current"
    course.close()
    assert bench.kit.curves[-1].over
    assert bench.kit.cell.output == "open"


def test_making_safe_meanwhile_ends_the_segment(bench):
    course = begun(bench, HOLD)
    bench.device.make_safe()
    assert bench.kit.cell.output == "open"
    assert rest_of(course)[1] is SegmentEnd.STOPPED


def test_making_safe_works_twice_and_before_connecting():
    bench = Bench()
    bench.device.make_safe()
    bench.device.make_safe()
    bench.device.close()
    bench.device.close()
    assert bench.kit.cell.output == "open"


def test_a_cell_that_stays_on_is_told(bench):
    course = begun(bench, HOLD)
    bench.kit.stuck = True
    with pytest.raises(InstrumentFaultError, match="still on"):
        bench.device.make_safe()
    bench.kit.stuck = False
    bench.device.make_safe()
    course.close()


def test_after_a_lost_instrument_everything_is_refused_until_connect(bench):
    course = begun(bench, HOLD)
    bench.kit.reached = False
    with pytest.raises(LinkLostError):
        list(course)
    with pytest.raises(LinkLostError, match="connect again"):
        bench.device.perform(HOLD)
    bench.kit.reached = True
    bench.device.make_safe()
    assert bench.kit.cell.output == "open"
    assert bench.device.connect() is OutputState.OFF
    assert carried_out(bench, HOLD)[1] is SegmentEnd.COMPLETED


def test_a_curve_that_somebody_else_stops_did_not_reach_a_limit(bench):
    course = begun(bench, HOLD)
    bench.kit.curves[-1].stop()
    with pytest.raises(InstrumentFaultError, match="stopped by itself, at none of its limits"):
        list(course)
    assert bench.kit.cell.output == "open"


def test_nothing_is_known_before_connecting():
    device = Bench().device
    for ask in (lambda: device.identity, lambda: device.envelope, lambda: device.check(HOLD)):
        with pytest.raises(DriverError, match="not connected"):
            ask()
